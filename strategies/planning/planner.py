"""Who is contacted today, by what and why; and who is not, and why not.

One columnar query over the relation ``accounts``, which has the columns ``source_row`` (where it stands
in the source), ``account_id``, ``person_id``, ``endpoints``, ``zones`` and ``places`` (lists of texts, see
`strategies.compliance.whereabouts`), and every field that the strategy declares; and over what is known
of the past, see `strategies.planning.history`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from strategies.compiled import CompiledStrategy, PartyRule, medium_of
from strategies.compliance import records as compliance
from strategies.compliance.judges import NEVER
from strategies.compliance.localtime import NS_PER_S
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import Party, Rule
from strategies.compliance.whereabouts import Whereabouts
from strategies.errors import ConfigError
from strategies.planning.gate import gate_for
from strategies.planning.history import make_empty
from strategies.planning.steps import (
    DEBTOR,
    Campaigns,
    Reason,
    contact_sql,
    endpoints_sql,
    failed_sql,
    make_dimensions,
    steps_of,
)
from strategies.planning.verdicts import Kind, Verdicts
from strategies.schema import Channel

BATCH = 10_000
"""Rows that are turned into records at a time: a few megabytes."""


class PlannedLead(msgspec.Struct, frozen=True):
    """One contact of today: an account with one step of its cadence.

    Attributes
    ----------
    account, person : str
        Keyed references.
    segment, step, channel : str
        Where the strategy put it, the step's id, and by what it is contacted.
    priority : int
        Higher goes first.
    endpoints, zones, places : tuple of str
        Numbers to try, as keyed references, best first; time zones and places in which the person may be.
    answer_share : float
        The chance that a person answers one attempt.
    reason : str
        Why it is contacted.
    template : str | None
        What is said or written.
    party : str
        Who is reached: ``debtor``, ``guarantor`` or ``contact``; `person` is a key of theirs.
    about : str
        The person who owes, where that is another; empty otherwise.
    after : int
        For another party: how many attempts at the person must have failed before. The person has the first try
        of the day, where there is one.
    failed_attempts : int
        How many have.
    """

    account: str
    person: str
    segment: str
    step: str
    channel: str
    priority: int
    endpoints: tuple[str, ...]
    zones: tuple[str, ...]
    places: tuple[str, ...]
    answer_share: float
    reason: str
    template: str | None = None
    party: Party = DEBTOR
    about: str = ""
    after: int = 0
    failed_attempts: int = 0


class LeftAlone(msgspec.Struct, frozen=True):
    """One account that is not contacted today, and why.

    `segment` is empty when none took it; `rule` is the rule that denies it longest, or the stop condition;
    `until_ns` when all rules would allow, as far as is known.
    """

    account: str
    segment: str
    reason: Reason
    rule: str = ""
    until_ns: int | None = None


class SegmentCount(msgspec.Struct, frozen=True):
    """Accounts of one segment, and how many of them are contacted today."""

    segment: str
    accounts: int
    planned: int


class ReasonCount(msgspec.Struct, frozen=True):
    """How many contacts are not made, or accounts not contacted, for one reason."""

    reason: Reason
    rule: str
    times: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan was made from.

    `start_ns` and `end_ns` bound the span of its contacts, `columns` are those of the accounts.
    """

    database: duckdb.DuckDBPyConnection
    strategy: CompiledStrategy
    day: dt.date
    rules: tuple[Rule, ...]
    start_ns: int
    end_ns: int
    kinds: tuple[Kind, ...]
    columns: tuple[str, ...]


class Plan:
    """Today's plan. It stands in the table ``plan`` of the accounts' database; nothing is kept in memory.

    The table has a row for every contact that the strategy wants today, and one for every account for
    which it wants none: ``source_row``, ``account_id``, ``person_id`` (who is reached), indices of ``segment``,
    ``arm``, ``step`` and ``party`` (0: the person who owes), ``reason`` (see
    `strategies.planning.steps.Reason`), ``rule``, and ``allowed_ns``: when the rules allow it, NULL when they do
    from the start or when no such instant is known.

    Attributes
    ----------
    basis : Basis
        What it was made from.
    strategy : CompiledStrategy
        What was planned by.
    day : datetime.date
        The day of the plan.
    counts : tuple of SegmentCount
        In the strategy's order; accounts that no segment took come last, under the empty name.
    asked : int
        Contacts about which the gate itself was asked; all others were decided by columns.
    """

    def __init__(self, basis: Basis, asked: int) -> None:
        self.basis, self.asked = basis, asked
        self.strategy, self.day, self._database = basis.strategy, basis.day, basis.database
        database, strategy = basis.database, basis.strategy
        rows = database.execute(
            "SELECT segment, count(DISTINCT source_row), count(DISTINCT source_row) FILTER (reason = 'contact') "
            "FROM plan GROUP BY 1"
        ).fetchall()
        found = {segment: counts for segment, *counts in rows}
        names = [segment.name for segment in strategy.segments] + [""] * (len(strategy.segments) in found)
        self.counts = tuple(SegmentCount(name, *found.get(index, (0, 0))) for index, name in enumerate(names))

    def leads(self, channel: Channel, mode: str | None = None) -> Iterator[PlannedLead]:
        """Yield today's contacts by `channel`: highest priority first, then in the order of the accounts.

        There is at most one for each account and person. After the person who owes come the other parties, those
        included who are called only if attempts at the person fail first.
        """
        steps = steps_of(self.strategy)
        kept: dict[tuple[str, ...], tuple[str, ...]] = {}  # a million leads share a few sets of zones and places
        rows = self._rows(
            f"""
            SELECT account_id, plan.person_id, step, endpoints, zones, places, about, failed, party,
                bool_or(party = 0) OVER (PARTITION BY source_row)
            FROM plan JOIN step USING (step)
                JOIN ({reached_sql(self.basis, medium_of(channel)[0])}) USING (source_row, person_id)
            WHERE reason IN ('contact', 'person_first') AND channel = ? AND mode IS NOT DISTINCT FROM coalesce(?, mode)
            QUALIFY row_number() OVER (PARTITION BY source_row, plan.person_id ORDER BY priority DESC, step) = 1
            ORDER BY priority DESC, source_row, party, plan.person_id
            """,
            [channel, mode],
        )
        for account, person, index, endpoints, *where, about, failed, party, is_tried in rows:
            segment, step = steps[index].segment, steps[index].step
            zones, places = (kept.setdefault(one, one) for one in map(tuple, where))
            other = self.strategy.parties[party - 1] if party else None
            reason = f"segment {segment.name}: {segment.when}; step {step.id}: {step.due}; priority {step.priority}"
            yield PlannedLead(
                account=account,
                person=person,
                segment=segment.name,
                step=step.id,
                channel=step.channel,
                priority=step.priority,
                endpoints=tuple(endpoints),
                zones=zones,
                places=places,
                answer_share=segment.answer_share,
                reason=f"{reason}; {_after(other, failed)}" if other else reason,
                template=other.template if other else step.template,
                party=other.party if other else DEBTOR,
                about=about,
                after=max(other.after_failed_attempts, failed + is_tried) if other else 0,
                failed_attempts=failed,
            )

    def left_alone(self) -> Iterator[LeftAlone]:
        """Yield every account that is not contacted, in the accounts' own order; with its most urgent step's reason."""
        names = [*(segment.name for segment in self.strategy.segments), ""]
        query = """
            SELECT account_id, segment, reason, rule, allowed_ns FROM plan LEFT JOIN step USING (step)
            QUALIFY NOT bool_or(reason = 'contact') OVER (PARTITION BY source_row)
                AND row_number() OVER (PARTITION BY source_row ORDER BY priority DESC, step, party) = 1
            ORDER BY source_row
            """
        for account, index, reason, rule, allowed_ns in self._rows(query, []):
            yield LeftAlone(account, names[index], reason, rule, allowed_ns)

    def reasons(self) -> tuple[ReasonCount, ...]:
        """Return how often no contact is made for each reason and rule, the most frequent first."""
        rows = self._database.execute(
            "SELECT reason, rule, count(*) AS n FROM plan WHERE reason <> 'contact' GROUP BY ALL ORDER BY n DESC, 1, 2"
        ).fetchall()
        return tuple(ReasonCount(*row) for row in rows)

    def write(self, path: Path) -> None:
        """Write the plan, with names in place of indices, to a Parquet file; see `write_parquet`."""
        write_parquet(self._database, self.query(), path)

    def query(self) -> str:
        """Return SQL for the plan with names in place of indices."""
        return f"""
            SELECT account_id, person_id, coalesce(segment.name, '') AS segment, coalesce(arm.name, '') AS arm,
                step.id AS step, step.channel, step.mode, step.priority, coalesce(role, '{DEBTOR}') AS party,
                CASE WHEN other.step IS NULL THEN step.template ELSE other.template END AS template, reason, rule,
                make_timestamp_ns(allowed_ns) AS allowed_from
            FROM plan LEFT JOIN segment USING (segment) LEFT JOIN arm USING (segment, arm) LEFT JOIN step USING (step)
                LEFT JOIN other USING (step, party)
            """

    def _rows(self, query: str, values: list[str | None]) -> Iterator[tuple[Any, ...]]:
        cursor = self._database.cursor()
        cursor.execute(query, values)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def write_parquet(database: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write the rows of `query` to a Parquet file; one that is there stays whole until the new one is complete.

    Raises
    ------
    ConfigError
        When the file cannot be written.
    """
    part = path.parent / f"{path.name}.part"
    quoted = str(part).replace("'", "''")
    try:
        database.execute(f"COPY ({query}) TO '{quoted}' (FORMAT PARQUET)").fetchall()
        part.replace(path)
    except (duckdb.IOException, OSError):
        with suppress(OSError):
            part.unlink()
        hint = "name a file in a folder that can be written to and has room"
        raise ConfigError("this file cannot be written", file=str(path), hint=hint) from None


def plan(
    database: duckdb.DuckDBPyConnection,
    strategy: CompiledStrategy,
    day: dt.date,
    *,
    rules: Sequence[Rule] = (),
    span_ns: tuple[int, int] | None = None,
    campaigns: Campaigns | None = None,
) -> Plan:
    """Plan `day` for the relation ``accounts`` of `database`.

    Parameters
    ----------
    database : duckdb.DuckDBPyConnection
        Has ``accounts``; the tables ``history``, ``suppressed``, ``consent`` and ``party`` (see
        `strategies.planning.history`) are made empty where they are absent.
    strategy : CompiledStrategy
        What to plan by.
    day : datetime.date
        What conditions call ``today``.
    rules : sequence of Rule
        What binds every contact: see `strategies.compliance.packs.load_packs`.
    span_ns : tuple of int | None
        When contacts are made: from the one instant to before the other; None is `day` in UTC. A contact is
        planned when all rules allow it at some instant of the span.
    campaigns : Campaigns | None
        Who makes the contacts, for rules that count by campaign.

    Raises
    ------
    ConfigError
        When a condition cannot be computed for these accounts.
    """
    start_ns, end_ns = span_ns or (_midnight_ns(day), _midnight_ns(day + dt.timedelta(days=1)))
    make_empty(database)
    kinds = make_dimensions(database, strategy, campaigns or {})
    others = " UNION SELECT zones, places FROM party" if strategy.parties else ""
    found = database.execute(f"SELECT DISTINCT zones, places FROM accounts{others}").fetchall()
    where = [Whereabouts(tuple(zones), tuple(places)) for zones, places in found]
    columns = tuple(name for name, *_ in database.execute("DESCRIBE accounts").fetchall())
    verdicts = Verdicts(database, rules, kinds, where, start_ns)
    try:
        database.execute(f"CREATE OR REPLACE TEMP VIEW contact AS {contact_sql(strategy, day, columns)}").fetchall()
        database.execute(
            f"""
            CREATE OR REPLACE TABLE plan AS
            SELECT source_row, account_id, person_id, party, segment, arm, step, kind,
                CASE WHEN rule <> '' AND NOT asks_gate AND coalesce(until_ns >= {end_ns}, TRUE) THEN 'denied'
                    ELSE reason END AS reason,
                CASE WHEN reason = 'stopped' THEN stopped ELSE rule END AS rule, until_ns AS allowed_ns, asks_gate
            FROM ({verdicts.sql("contact")})
            """
        ).fetchall()
    except duckdb.Error as error:
        # Not the error's own text: it may repeat a cell.
        raise ConfigError(
            f"a condition of the strategy {strategy.name} fails for these accounts: {type(error).__name__}",
            hint="compare fields with constants of their own type",
        ) from None
    basis = Basis(database, strategy, day, tuple(rules), start_ns, end_ns, tuple(kinds), columns)
    return Plan(basis, _ask_gate(basis))


def _midnight_ns(day: dt.date) -> int:
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()) * NS_PER_S


def _ask_gate(basis: Basis) -> int:
    """Ask the gate about the contacts that are marked for it; return how many they were."""
    answers: list[tuple[Reason | None, str, int | None, int]] = []
    asking = basis.database.execute("SELECT DISTINCT kind FROM plan WHERE asks_gate ORDER BY 1").fetchall()
    for (number,) in asking:
        kind = basis.kinds[number]
        contacts = contacts_of(basis, kind, f"asks_gate AND kind = {number}")
        gate = gate_for(basis.database, kind.rules(basis.rules), contacts.values(), basis.start_ns)
        for row, contact in contacts.items():
            verdict = gate.check(contact, basis.start_ns)
            denied = verdict.reasons and (verdict.until_ns is None or verdict.until_ns >= basis.end_ns)
            rule = max(verdict.reasons, key=_until).rule if verdict.reasons else ""
            answers.append(("denied" if denied else None, rule, verdict.until_ns, row))
    if answers:
        query = "UPDATE plan SET reason = coalesce(?, reason), rule = ?, allowed_ns = ? WHERE rowid = ?"
        basis.database.executemany(query, answers).fetchall()
    return len(answers)


def contacts_of(basis: Basis, kind: Kind, where: str) -> dict[int, Contact]:
    """Return the planned contacts of `kind` for which the SQL `where` is true, by their row in ``plan``."""
    rows = basis.database.execute(
        f"SELECT plan.rowid, plan.person_id, plan.account_id, endpoints[1], zones, places, about FROM plan "
        f"JOIN ({reached_sql(basis, kind.contact.channel)}) USING (source_row, person_id) WHERE {where} ORDER BY 1"
    ).fetchall()
    return {
        row: msgspec.structs.replace(
            kind.contact,
            person=person,
            account=account,
            number=number or "",
            zones=tuple(zones),
            places=tuple(places),
            about=about,
        )
        for row, person, account, number, zones, places, about in rows
    }


def reached_sql(basis: Basis, medium: str = "voice") -> str:
    """Return SQL for whoever may be reached: those who owe, and for a strategy with other parties these too.

    ``endpoints`` are those of the kind that `medium` needs; other parties have numbers only.
    """
    strategy, own = basis.strategy, endpoints_sql(medium, basis.columns)
    owing = (
        f"SELECT source_row, person_id, '' AS about, {own} AS endpoints, zones, places, {{}} AS failed FROM accounts"
    )
    if not strategy.parties:
        return owing.format(0)
    failed = failed_sql(strategy)
    return f"""
        {owing.format(failed)} UNION ALL
        SELECT source_row, party.person_id, owing.person_id, party.endpoints, party.zones, party.places, failed
        FROM party JOIN (SELECT source_row, account_id, person_id, {failed} AS failed FROM accounts) AS owing
            USING (account_id)
        """


def _after(other: PartyRule, failed: int) -> str:
    return f"{other.party} after {other.after_failed_attempts} failed attempts at the person, {failed} so far"


def _until(reason: compliance.Reason) -> int:
    return NEVER if reason.until_ns is None else reason.until_ns
