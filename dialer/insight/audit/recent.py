"""What each contact should be held to: of every rule the one earlier event that tells whether there is nothing to find.

Where the events lie in this process, a compiled pass over them finds it; on a cluster windows of SQL do.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, cast

import duckdb
import numpy as np

from dialer.insight.audit.binding import Binding
from dialer.insight.audit.facts import Facts, meaning
from dialer.insight.audit.lookback import Events, Looks, Seen, look_back
from strategies.compliance.rulebook import Scope

TAKEN, AT_ONCE = 10_000_000, 2
"""About how many events are looked at together, and how many times at once; an event takes 106 bytes meanwhile."""


class Look(NamedTuple):
    """What one rule looks at, as SQL over ``event``; `after` is the instant from which on events do not count."""

    index: int
    may_count: str
    surely_counts: str
    counts_by_reach: str
    limit: int
    settled: bool
    inbound: bool
    rolling: bool
    after: str
    longest_us: int
    needs_zones: bool
    bound: Binding


class Asked(NamedTuple):
    """Rules of one key that are looked at together."""

    key: tuple[Scope, ...]
    looks: list[Look]

    @property
    def known(self) -> str:
        """The SQL condition under which an event has the key."""
        return " AND ".join(f"{scope} IS NOT NULL" for scope in self.key)

    @property
    def own_key(self) -> str:
        """The key as SQL."""
        return self.key[0] if len(self.key) == 1 else f"hash({', '.join(self.key)})"


def make_recent(facts: Facts, family: Sequence[Asked]) -> list[str]:
    """Make a table for every key of which the first is part, and return their names.

    It has a row for each contact that is worth counting for: ``n``, ``busy_until`` (the latest end of what had begun
    before), and for every rule ``seen_<index>``, the event that it looks at.
    """
    names = [f"recent_{at}" for at in range(len(family))]
    if not facts.in_process:
        for name, asked in zip(names, family, strict=True):
            _by_windows(facts, name, asked)
        return names
    database = cast(duckdb.DuckDBPyConnection, facts.database)
    for name, asked, seen in zip(names, family, _by_pass(facts, database, family), strict=True):
        columns = {"n": seen.n, "busy_until": seen.busy_until}
        columns |= {f"seen_{look.index}": at for look, at in zip(asked.looks, seen.at, strict=True)}
        database.register("looked", columns)
        # A table of its own, for nothing is known of how many rows there are in what only lies in memory.
        database.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM looked").fetchall()
        database.unregister("looked")
    return names


def _by_windows(facts: Facts, name: str, asked: Asked) -> None:
    window = f"PARTITION BY {asked.own_key} ORDER BY t, n"
    before = f"OVER ({window} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    seen, hits = [], []
    for look in asked.looks:
        counts = f"{look.may_count} AND {look.counts_by_reach}"
        one = f"lag(CASE WHEN {counts} THEN t END, {look.limit} IGNORE NULLS) OVER ({window})"
        if look.settled:
            one = f"max(CASE WHEN {counts} THEN e END) {before}"
        seen.append(f"{one} AS seen_{look.index}")
        hits.append(f"{look.bound.ever} AND seen_{look.index} > t - {look.longest_us}")
    asks = " OR ".join(f"({look.bound.ever})" for look in asked.looks)
    facts.database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {name} AS
        SELECT n, busy_until, {", ".join(f"seen_{look.index}" for look in asked.looks)} FROM (
            SELECT *, max(e) {before} AS busy_until, {", ".join(seen)} FROM event WHERE {asked.known}
        ) AS event WHERE busy_until > t AND ({asks}) OR {" OR ".join(hits)}
        """
    ).fetchall()


def _by_pass(facts: Facts, database: duckdb.DuckDBPyConnection, family: Sequence[Asked]) -> list[Seen]:
    """Return for every key the contacts worth counting for; the first is part of the others.

    So many of its values are taken at a time that their events fit into memory.
    """
    looks = [_looks(facts, database, asked.looks) for asked in family]
    known, part_key = family[0].known, family[0].own_key
    # What lacks a finer key stands alone.
    finer = [f"CASE WHEN {one.known} THEN {one.own_key} ELSE hash(n) END" for one in family[1:]]
    keys = ", ".join(f"{key} AS key_{at}" for at, key in enumerate([part_key, *finer]))
    parts = -(-(facts.attempts + facts.inbound + facts.earlier) // TAKEN)

    def part_of(part: int) -> list[Seen]:
        with database.cursor() as cursor:
            columns = _columns(
                cursor,
                f"SELECT n, t, e, what, {keys} FROM happened WHERE {known} AND {part_key} % {parts} = {part}",
            )
        return look_back(Events([columns.pop(f"key_{at}") for at in range(len(family))], **columns), looks)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = zip(*pool.map(part_of, range(parts)), strict=True)
        return [
            Seen(
                np.concatenate([one.n for one in own]),
                np.concatenate([one.busy_until for one in own]),
                np.concatenate([one.at for one in own], axis=1),
            )
            for own in found
        ]


def _looks(facts: Facts, database: duckdb.DuckDBPyConnection, looks: Sequence[Look]) -> Looks:
    bits = [
        " + ".join(f"CASE WHEN {condition} THEN 1::UBIGINT << {bit} ELSE 0 END" for bit, condition in enumerate(asked))
        for asked in (
            [f"{look.may_count} AND {look.counts_by_reach}" for look in looks],
            [look.bound.ever for look in looks],
        )
    ]
    sorts = _columns(
        database,
        f"""
        SELECT ({bits[0]})::UBIGINT AS counts, ({bits[1]})::UBIGINT AS asks
        FROM (SELECT what, {meaning(facts.places)} FROM range({facts.sorts}) AS sort(what)) ORDER BY what
        """,
    )
    return Looks(
        **sorts,
        limit=np.array([look.limit for look in looks], np.int64),
        settled=np.array([look.settled for look in looks]),
        longest=np.array([look.longest_us for look in looks], np.int64),
    )


def _columns(database: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    return database.execute(sql).fetchnumpy()
