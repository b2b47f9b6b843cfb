"""Who is contacted today, by what and why; and who is not, and why not.

One columnar query over the table ``accounts``, which has the columns ``source_row`` (where it
stands in the source), ``account_id``, ``person_id``, ``endpoints`` and ``zones`` (lists of texts), and every
field that the strategy declares.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import duckdb
import msgspec

from strategies.compiled import VOICE, CompiledStrategy, Segment, Step
from strategies.errors import ConfigError
from strategies.experiments import arm_sql

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
    endpoints, zones : tuple of str
        Numbers to try, as keyed references, best first; time zones in which the person may be.
    answer_share : float
        The chance that a person answers one attempt.
    reason : str
        Why it is contacted.
    """

    account: str
    person: str
    segment: str
    step: str
    channel: str
    priority: int
    endpoints: tuple[str, ...]
    zones: tuple[str, ...]
    answer_share: float
    reason: str


class LeftAlone(msgspec.Struct, frozen=True):
    """One account that is not contacted today, and why; `segment` is empty when none took it."""

    account: str
    segment: str
    reason: str


class SegmentCount(msgspec.Struct, frozen=True):
    """Accounts of one segment, and how many of them are contacted today."""

    segment: str
    accounts: int
    planned: int


class Plan:
    """Today's plan. It stands in the table ``plan`` of the accounts' database; nothing is kept in memory.

    Attributes
    ----------
    strategy : CompiledStrategy
        What was planned by.
    day : datetime.date
        The day of the plan.
    counts : tuple of SegmentCount
        In the strategy's order; accounts that no segment took come last, under the empty name.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, strategy: CompiledStrategy, day: dt.date) -> None:
        self._database, self.strategy, self.day = database, strategy, day
        rows = database.execute(
            "SELECT segment, count(DISTINCT source_row), count(DISTINCT source_row) FILTER (why_not = '') "
            "FROM plan GROUP BY 1"
        ).fetchall()
        found = {segment: counts for segment, *counts in rows}
        names = [segment.name for segment in strategy.segments] + [""] * (len(strategy.segments) in found)
        self.counts = tuple(SegmentCount(name, *found.get(index, (0, 0))) for index, name in enumerate(names))

    def leads(self, channel: str, mode: str | None = None) -> Iterator[PlannedLead]:
        """Yield today's contacts by `channel`, at most one an account: highest priority first, then in file order."""
        steps = _steps(self.strategy)
        kept: dict[tuple[str, ...], tuple[str, ...]] = {}  # a million leads share a few sets of zones
        rows = self._rows(
            "SELECT account_id, person_id, step, endpoints, zones FROM plan JOIN accounts USING (source_row) "
            "WHERE why_not = '' AND channel = ? AND mode IS NOT DISTINCT FROM coalesce(?, mode) "
            "QUALIFY row_number() OVER (PARTITION BY source_row ORDER BY priority DESC, step) = 1 "
            "ORDER BY priority DESC, source_row",
            [channel, mode],
        )
        for account, person, index, endpoints, zones in rows:
            segment, step = steps[index]
            places = tuple(zones)
            yield PlannedLead(
                account=account,
                person=person,
                segment=segment.name,
                step=step.id,
                channel=step.channel,
                priority=step.priority,
                endpoints=tuple(endpoints),
                zones=kept.setdefault(places, places),
                answer_share=segment.answer_share,
                reason=f"segment {segment.name}: {segment.when}; step {step.id}: {step.due}; priority {step.priority}",
            )

    def left_alone(self) -> Iterator[LeftAlone]:
        """Yield every account that is not contacted, in the accounts' own order."""
        names = [*(segment.name for segment in self.strategy.segments), ""]
        query = "SELECT account_id, segment, why_not FROM plan JOIN accounts USING (source_row) WHERE why_not <> ''"
        for account, index, reason in self._rows(f"{query} ORDER BY source_row", []):
            yield LeftAlone(account, names[index], reason)

    def reasons(self) -> dict[str, int]:
        """Return how many accounts are left alone for each reason, the most frequent first."""
        rows = self._database.execute(
            "SELECT why_not, count(*) AS n FROM plan WHERE why_not <> '' GROUP BY 1 ORDER BY n DESC, 1"
        ).fetchall()
        return dict(rows)

    def _rows(self, query: str, values: list[str | None]) -> Iterator[tuple[Any, ...]]:
        cursor = self._database.cursor()
        cursor.execute(query, values)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def plan(database: duckdb.DuckDBPyConnection, strategy: CompiledStrategy, day: dt.date) -> Plan:
    """Plan `day` for the table ``accounts`` of `database`.

    Raises
    ------
    ConfigError
        When a condition cannot be computed for these accounts.
    """
    steps = [
        (index, step.channel, step.mode, step.priority, step.channel in VOICE or step.channel == "sms")
        for index, (_, step) in enumerate(_steps(strategy))
    ]
    rests = [
        (index, f"segment {segment.name} rests today" if not any(arm.steps for arm in segment.arms) else "")
        for index, segment in enumerate(strategy.segments)
    ]
    rests.append((len(rests), "no segment's condition is true"))
    try:
        for table, columns, rows in (
            ("step", "step INTEGER, channel VARCHAR, mode VARCHAR, priority INTEGER, telephone BOOLEAN", steps),
            ("segment", "segment INTEGER, rests VARCHAR", rests),
        ):
            database.execute(f"CREATE OR REPLACE TABLE {table} ({columns})").fetchall()
            if rows:
                marks = ", ".join("?" for _ in rows[0])
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows).fetchall()
        database.execute(_plan_sql(strategy), [day]).fetchall()
    except duckdb.Error as error:
        # Not the error's own text: it may repeat a cell.
        raise ConfigError(
            f"a condition of the strategy {strategy.name} fails for these accounts: {type(error).__name__}",
            hint="compare fields with constants of their own type",
        ) from None
    return Plan(database, strategy, day)


def _steps(strategy: CompiledStrategy) -> list[tuple[Segment, Step]]:
    return [(segment, step) for segment in strategy.segments for arm in segment.arms for step in arm.steps]


def _plan_sql(strategy: CompiledStrategy) -> str:
    fields = "".join(f", {field.name}" for field in strategy.fields)
    segments = " ".join(f"WHEN ({segment.when}\n) THEN {index}" for index, segment in enumerate(strategy.segments))
    shares = [[arm.share for arm in segment.arms] for segment in strategy.segments]
    arms = " ".join(
        f"WHEN {index} THEN {arm_sql(segment.experiment, shares[index], 'person_id')}"
        for index, segment in enumerate(strategy.segments)
    )
    stops = {stop.reason: f"(({stop.when}\n) IS DISTINCT FROM FALSE)" for stop in strategy.stops}
    stopped = "".join(f"WHEN {when} THEN '{reason}' " for reason, when in stops.items())
    due: list[str] = []
    for index, segment in enumerate(strategy.segments):
        for number, arm in enumerate(segment.arms):
            for step in arm.steps:
                keeps = "".join(f" AND NOT {when}" for reason, when in stops.items() if reason not in step.even_if)
                due.append(
                    f"CASE WHEN segment = {index} AND arm = {number} AND ({step.due}\n){keeps} THEN {len(due)} END"
                )
    return f"""
        CREATE OR REPLACE TABLE plan AS
        WITH account AS (
            SELECT source_row, person_id, len(endpoints) AS numbers, len(zones) AS places,
                CAST(? AS DATE) AS today{fields}
            FROM accounts
        ), placed AS (
            SELECT *, CASE {segments} ELSE {len(strategy.segments)} END AS segment FROM account
        ), armed AS (
            SELECT *, CASE segment {arms} ELSE 0 END AS arm FROM placed
        ), due AS (
            SELECT source_row, segment, numbers, places, CASE {stopped} WHEN FALSE THEN '' ELSE '' END AS stopped,
                list_filter(CAST([{", ".join(due)}] AS INTEGER[]), lambda step: step IS NOT NULL) AS steps
            FROM armed
        ), contact AS (
            SELECT * EXCLUDE (steps), unnest(CASE WHEN len(steps) = 0 THEN [NULL] ELSE steps END) AS step FROM due
        )
        SELECT source_row, segment, step, channel, mode, priority, CASE
            WHEN rests <> '' THEN rests
            WHEN step IS NULL AND stopped <> '' THEN 'stopped: ' || stopped
            WHEN step IS NULL THEN 'no step is due today'
            WHEN numbers = 0 AND telephone THEN 'no telephone number'
            WHEN places = 0 THEN 'time zone unknown'
            ELSE '' END AS why_not
        FROM contact JOIN segment USING (segment) LEFT JOIN step USING (step)
        """
