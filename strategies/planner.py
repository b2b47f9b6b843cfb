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

from strategies.compile import CompiledStrategy
from strategies.errors import ConfigError

BATCH = 10_000
"""Rows that are turned into records at a time: a few megabytes."""


class PlannedLead(msgspec.Struct, frozen=True):
    """One account to be contacted today.

    Attributes
    ----------
    account, person : str
        Keyed references.
    segment, channel : str
        Where the strategy put it, and by what it is contacted.
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
            "SELECT segment, count(*), count(*) FILTER (why_not = '') FROM plan GROUP BY 1"
        ).fetchall()
        found = {segment: counts for segment, *counts in rows}
        names = [segment.name for segment in strategy.segments] + [""] * (len(strategy.segments) in found)
        self.counts = tuple(SegmentCount(name, *found.get(index, (0, 0))) for index, name in enumerate(names))

    def leads(self, channel: str) -> Iterator[PlannedLead]:
        """Yield today's contacts by `channel`: highest priority first, then the accounts' own order."""
        segments = self.strategy.segments
        reasons = [f"segment {s.name}: {s.when}; today {s.channel}, priority {s.priority}" for s in segments]
        kept: dict[tuple[str, ...], tuple[str, ...]] = {}  # a million leads share a few sets of zones
        rows = self._rows(
            "SELECT account_id, person_id, segment, endpoints, zones FROM plan JOIN accounts USING (source_row) "
            "WHERE why_not = '' AND channel = ? ORDER BY priority DESC, source_row",
            [channel],
        )
        for account, person, index, endpoints, zones in rows:
            segment, places = segments[index], tuple(zones)
            yield PlannedLead(
                account=account,
                person=person,
                segment=segment.name,
                channel=segment.channel,
                priority=segment.priority,
                endpoints=tuple(endpoints),
                zones=kept.setdefault(places, places),
                answer_share=segment.answer_share,
                reason=reasons[index],
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

    def _rows(self, query: str, values: list[str]) -> Iterator[tuple[Any, ...]]:
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
    cases = [f"WHEN ({segment.when}\n) THEN {index}" for index, segment in enumerate(strategy.segments)]
    segments = [
        (index, segment.channel, segment.priority, "" if segment.channel else f"segment {segment.name} rests today")
        for index, segment in enumerate(strategy.segments)
    ]
    segments.append((len(cases), "", 0, "no segment's condition is true"))
    fields = "".join(f", {field.name}" for field in strategy.fields)
    try:
        database.execute(
            "CREATE OR REPLACE TABLE segment (segment INTEGER, channel VARCHAR, priority INTEGER, rests VARCHAR)"
        ).fetchall()
        database.executemany("INSERT INTO segment VALUES (?, ?, ?, ?)", segments).fetchall()
        database.execute(
            f"""
            CREATE OR REPLACE TABLE plan AS
            WITH account AS (
                SELECT source_row, len(endpoints) AS numbers, len(zones) AS places, CAST(? AS DATE) AS today{fields}
                FROM accounts
            ), placed AS (
                SELECT source_row, numbers, places, CASE {" ".join(cases)} ELSE {len(cases)} END AS segment FROM account
            )
            SELECT source_row, segment, channel, priority, CASE
                WHEN rests <> '' THEN rests
                WHEN numbers = 0 THEN 'no telephone number'
                WHEN places = 0 THEN 'time zone unknown'
                ELSE '' END AS why_not
            FROM placed JOIN segment USING (segment)
            """,
            [day],
        ).fetchall()
    except duckdb.Error as error:
        # Not the error's own text: it may repeat a cell.
        raise ConfigError(
            f"a condition of the strategy {strategy.name} fails for these accounts: {type(error).__name__}",
            hint="compare fields with constants of their own type",
        ) from None
    return Plan(database, strategy, day)
