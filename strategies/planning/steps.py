"""Which segment, arm and steps an account has today, as SQL that every engine can run.

The conditions of a strategy stand in the queries as they were written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Literal

import duckdb
import msgspec

from strategies.compiled import FAILED_ATTEMPTS, Arm, CompiledStrategy, Segment, Step, medium_of
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import Hours, Party, Words
from strategies.experiments import Engine, arm_sql
from strategies.parties import calls_others
from strategies.planning.verdicts import Kind

Reason = Literal[
    "contact",
    "no_segment",
    "rests",
    "stopped",
    "not_due",
    "no_number",
    "no_address",
    "no_zone",
    "person_first",
    "denied",
]
"""Why an account is contacted or not, as a key: the words are made when somebody reads them.

``contact``: it is. ``no_segment``: no segment's condition is true. ``rests``: its segment has no steps. ``stopped``: a
stop condition holds. ``not_due``: no step is due today. ``no_number``: it has no telephone number. ``no_address``: it
has no e-mail or postal address, whichever the step needs. ``no_zone``: the time zone is unknown. ``person_first``:
another party, who is called only when so many attempts at the person have failed; they have not yet. ``denied``: a
rule denies it all day.
"""

DEBTOR: Party = "debtor"

_LISTS: dict[str, str] = {"voice": "endpoints", "sms": "endpoints", "email": "emails", "letter": "post"}
"""By medium the column of ``accounts`` that has the endpoints of its kind; other media need none."""

STEP_WINDOW = "step-window"
"""The rule id of hours that a step of a strategy sets for itself."""


class Place(msgspec.Struct, frozen=True):
    """Where a step stands in its strategy."""

    segment: Segment
    arm: Arm
    step: Step


def steps_of(strategy: CompiledStrategy) -> list[Place]:
    """Return every step in the strategy's order; its index here is its number in the plan."""
    return [Place(segment, arm, step) for segment in strategy.segments for arm in segment.arms for step in arm.steps]


def kind_of(strategy: CompiledStrategy, step: Step, campaign: str, party: Party = DEBTOR) -> Kind | None:
    """Return what the rules ask about a step that reaches `party`; None when it contacts nobody."""
    if step.channel == "hand_over":
        return None
    channel, mode = medium_of(step.channel)
    contact = Contact(
        person="",
        account="",
        number="",
        campaign=campaign,
        zones=(),
        channel=channel,
        mode="robot" if step.mode == "robot_then_human" else mode,
        purpose=strategy.purpose,
        party=party,
    )
    if step.window is None:
        return Kind(contact)
    source = f"strategy {strategy.name}"
    says = "The strategy makes this step in these hours, by the clock where the person may be."
    zh = Words("本策略在该时段执行此步骤，以对方可能所在地的时间为准。", f"策略 {strategy.name}")
    window = Hours(id=STEP_WINDOW, pack=strategy.name, says=says, source=source, zh=zh, status="H", open=step.window)
    return Kind(contact, window)


def segment_sql(strategy: CompiledStrategy) -> str:
    """Return SQL for the index of the segment that takes an account; their number when none does."""
    cases = " ".join(f"WHEN ({segment.when}\n) THEN {index}" for index, segment in enumerate(strategy.segments))
    return f"CASE {cases} ELSE {len(strategy.segments)} END"


def arm_case_sql(strategy: CompiledStrategy, engine: Engine = "duckdb") -> str:
    """Return SQL for the index of the arm, given the columns ``segment`` and ``person_id``."""
    cases = [
        f"WHEN {index} THEN {arm_sql(segment.experiment, [arm.share for arm in segment.arms], 'person_id', engine)}"
        for index, segment in enumerate(strategy.segments)
        if len(segment.arms) > 1
    ]
    return f"CASE segment {' '.join(cases)} ELSE 0 END" if cases else "0"


def stopped_sql(strategy: CompiledStrategy) -> str:
    """Return SQL for the first stop condition that holds; empty when none does."""
    cases = " ".join(f"WHEN {_stops(stop.when)} THEN '{stop.reason}'" for stop in strategy.stops)
    return f"CASE {cases} ELSE '' END" if cases else "''"


def due_sql(strategy: CompiledStrategy) -> list[str]:
    """Return for every step SQL for whether it is due, given the columns ``segment`` and ``arm``."""
    numbers = [
        (segment_number, arm_number, step)
        for segment_number, segment in enumerate(strategy.segments)
        for arm_number, arm in enumerate(segment.arms)
        for step in arm.steps
    ]
    found = []
    for segment_number, arm_number, step in numbers:
        keeps = "".join(f" AND NOT {_stops(s.when)}" for s in strategy.stops if s.reason not in step.even_if)
        due = "" if step.due == "TRUE" else f" AND coalesce(({step.due}\n), FALSE)"
        found.append(f"(segment = {segment_number} AND arm = {arm_number}{due}{keeps})")
    return found


def _stops(when: str) -> str:
    return f"(({when}\n) IS DISTINCT FROM FALSE)"


Campaigns = Mapping[tuple[str, str | None], Mapping[str, str]]
"""By channel and mode, and then by segment, the campaign that makes the contacts."""


def make_dimensions(
    database: duckdb.DuckDBPyConnection, strategy: CompiledStrategy, campaigns: Campaigns
) -> list[Kind]:
    """Make the tables ``segment``, ``arm``, ``step`` and ``other``; return the kinds of contact that the steps name.

    ``other`` has a row for every step and other party whom it may reach: the number of the party in the
    strategy's order, from 1 (the person is 0), after how many failed attempts, and with which template.
    """
    kinds: dict[Kind, int] = {}
    steps, others = [], []
    for index, place in enumerate(steps_of(strategy)):
        step = place.step
        campaign = campaigns.get((step.channel, step.mode), {}).get(place.segment.name, "")
        kind = kind_of(strategy, step, campaign)
        number = None if kind is None else kinds.setdefault(kind, len(kinds))
        lists = _LISTS.get(medium_of(step.channel)[0])
        steps.append((index, step.id, step.channel, step.mode, step.priority, step.template, number, campaign, lists))
        for order, rule in enumerate(strategy.parties if calls_others(step) else (), 1):
            kind = kind_of(strategy, step, campaign, rule.party)
            number = None if kind is None else kinds.setdefault(kind, len(kinds))
            others.append((index, order, rule.party, rule.after_failed_attempts, rule.template, number))
    segments = [
        (index, segment.name, not any(arm.steps for arm in segment.arms))
        for index, segment in enumerate(strategy.segments)
    ]
    arms = [
        (index, number, arm.name)
        for index, segment in enumerate(strategy.segments)
        for number, arm in enumerate(segment.arms)
    ]
    for table, columns, rows in (
        (
            "step",
            "step INTEGER, id VARCHAR, channel VARCHAR, mode VARCHAR, priority INTEGER, template VARCHAR, "
            "kind INTEGER, campaign VARCHAR, lists VARCHAR",
            steps,
        ),
        (
            "other",
            "step INTEGER, party TINYINT, role VARCHAR, after INTEGER, template VARCHAR, kind INTEGER",
            others,
        ),
        ("segment", "segment INTEGER, name VARCHAR, rests BOOLEAN", segments),
        ("arm", "segment INTEGER, arm INTEGER, name VARCHAR", arms),
    ):
        database.execute(f"CREATE OR REPLACE TABLE {table} ({columns})").fetchall()
        if rows:
            marks = ", ".join("unnest(?)" for _ in rows[0])
            columns = [list(column) for column in zip(*rows, strict=True)]
            database.execute(f"INSERT INTO {table} SELECT {marks}", columns).fetchall()
    return list(kinds)


def failed_sql(strategy: CompiledStrategy) -> str:
    """Return SQL for the attempts that have failed since the person was reached; what is not known is none."""
    return f"greatest(coalesce({FAILED_ATTEMPTS}, 0), 0)" if strategy.parties else "0"


def endpoints_sql(medium: str, columns: Collection[str]) -> str:
    """Return SQL for the endpoints by which `medium` reaches somebody, given the columns of ``accounts``."""
    column = _LISTS.get(medium, "")
    return column if column in columns else "CAST([] AS VARCHAR[])"


def contact_sql(strategy: CompiledStrategy, day: dt.date, columns: Collection[str]) -> str:
    """Return SQL with a row for every contact that is due, and one for every account that has none.

    Where other parties may be reached by a step, there is a row for each of them beside the person's, with the
    attempts that have failed so far. `columns` are those of ``accounts``.
    """
    used = {medium_of(place.step.channel)[0] for place in steps_of(strategy)} & {"email", "letter"}
    addresses = {_LISTS[medium]: endpoints_sql(medium, columns) for medium in sorted(used)}
    own = "".join(f", {sql}[1] AS first_of_{column}" for column, sql in addresses.items())
    carried = "".join(f", first_of_{column}" for column in addresses)
    cases = "".join(f" WHEN '{column}' THEN first_of_{column}" for column in addresses)
    fields = "".join(f", {field.name}" for field in strategy.fields)
    due = ", ".join(f"CASE WHEN {condition} THEN {index} END" for index, condition in enumerate(due_sql(strategy)))
    return f"""
        WITH account AS (
            SELECT source_row, account_id, person_id, endpoints[1] AS phone{own}, zones, places,
                DATE '{day}' AS today{fields}
            FROM accounts
        ), placed AS (
            SELECT *, {segment_sql(strategy)} AS segment FROM account
        ), armed AS (
            SELECT *, {arm_case_sql(strategy)} AS arm FROM placed
        ), due AS (
            SELECT source_row, account_id, person_id, phone{carried}, zones, places, segment, arm,
                {failed_sql(strategy)} AS failed, {stopped_sql(strategy)} AS stopped,
                list_filter(CAST([{due}] AS INTEGER[]), lambda step: step IS NOT NULL) AS steps
            FROM armed
        ), one AS (
            SELECT * EXCLUDE (steps), unnest(CASE WHEN len(steps) = 0 THEN [NULL] ELSE steps END) AS step FROM due
        ), explained AS (
            SELECT one.*, CASE lists WHEN 'endpoints' THEN phone{cases} END AS number, step.kind AS wanted,
                campaign, CASE
                WHEN segment.segment IS NULL THEN 'no_segment'
                WHEN segment.rests THEN 'rests'
                WHEN one.step IS NULL AND stopped <> '' THEN 'stopped'
                WHEN one.step IS NULL THEN 'not_due'
                WHEN lists = 'endpoints' AND phone IS NULL THEN 'no_number'
                WHEN lists IS NOT NULL AND number IS NULL THEN 'no_address'
                WHEN len(zones) = 0 AND kind IS NOT NULL THEN 'no_zone'
                ELSE 'contact' END AS reason
            FROM one LEFT JOIN segment ON segment.segment = one.segment LEFT JOIN step ON step.step = one.step
        )
        SELECT source_row, account_id, person_id, NULL AS about, CAST(0 AS TINYINT) AS party, number, zones, places,
            segment, arm, stopped, step, reason, campaign, CASE WHEN reason = 'contact' THEN wanted END AS kind
        FROM explained{_OTHERS if strategy.parties else ""}
        """


_OTHERS = """
        UNION ALL
        SELECT * EXCLUDE (wanted), CASE WHEN reason IN ('contact', 'person_first') THEN wanted END FROM (
            SELECT source_row, account_id, party.person_id, explained.person_id, other.party,
                party.endpoints[1], party.zones, party.places, segment, arm, stopped, step,
                CASE
                    WHEN len(party.endpoints) = 0 THEN 'no_number'
                    WHEN len(party.zones) = 0 THEN 'no_zone'
                    WHEN failed < after THEN 'person_first'
                    ELSE 'contact' END AS reason,
                campaign, other.kind AS wanted
            FROM explained JOIN other USING (step) JOIN party USING (account_id)
            WHERE party.role = other.role AND reason IN ('contact', 'no_number', 'no_zone')
        )
"""
