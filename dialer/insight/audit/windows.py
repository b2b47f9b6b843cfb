"""Caps and lockouts: of every contact, whether as many events as the rule allows lay behind it.

Two passes. The first goes over all contacts by key and time (`dialer.insight.audit.lookback`), and looks at one
earlier event for each rule: the `limit`-th latest that counts. Where that lies too far back there is nothing to find.
The second counts, event by event, for the few that are left: there an attempt that was still under way counts too, as
the gate counts it, because nobody could know yet how it would end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import duckdb
import numpy as np

from dialer.insight.audit.binding import Binding, counted
from dialer.insight.audit.calendar import make_calendar
from dialer.insight.audit.census import add_gap
from dialer.insight.audit.facts import DAY_US, REACHES, Facts, listed, meaning
from dialer.insight.audit.lookback import Events, Looks, Seen, look_back
from strategies.compliance.counters import counted as counter_of
from strategies.compliance.rulebook import Frequency, Lockout, Rolling, Scope
from strategies.compliance.windows import longest_ns

TAKEN, AT_ONCE = 10_000_000, 2
"""About how many events are looked at together, and how many times at once; an event takes 106 bytes meanwhile."""

TOGETHER = 32
"""Rules that are looked at together; there is room for 64 in a word."""


class _Look(NamedTuple):
    """What one rule looks at, as SQL over ``event``; `after` is the instant from which on events do not count."""

    index: int
    may_count: str
    surely_counts: str
    counts_by_reach: str
    limit: int
    settled: bool
    inbound: bool
    after: str
    longest_us: int
    needs_zones: bool
    bound: Binding


class _Asked(NamedTuple):
    """Rules of one key that are looked at together."""

    key: tuple[Scope, ...]
    looks: list[_Look]

    @property
    def known(self) -> str:
        """The SQL condition under which an event has the key."""
        return " AND ".join(f"{scope} IS NOT NULL" for scope in self.key)

    @property
    def own_key(self) -> str:
        """The key as SQL."""
        return self.key[0] if len(self.key) == 1 else f"hash({', '.join(self.key)})"


def judge_windows(facts: Facts, rules: Mapping[int, Frequency | Lockout], bindings: Mapping[int, Binding]) -> None:
    """Add to ``finding`` the contacts that a cap or a lockout forbade, to ``gap`` those without the rule's key."""
    if not rules:
        return
    make_calendar(facts, {index: rule.window for index, rule in rules.items() if not isinstance(rule.window, Rolling)})
    by_key: dict[tuple[Scope, ...], list[_Look]] = {}
    for index, rule in sorted(rules.items(), key=lambda one: len(one[1].key)):
        by_key.setdefault(rule.key, []).append(_look(index, rule, facts, bindings[index]))
    # The events of a person hold all those of a person's accounts, so they are brought together once for both.
    families: dict[tuple[Scope, ...], list[_Asked]] = {}
    for key, looks in by_key.items():
        wider = next((other for other in families if set(other) <= set(key)), key)
        asked = [_Asked(key, looks[first : first + TOGETHER]) for first in range(0, len(looks), TOGETHER)]
        families.setdefault(wider, []).extend(asked)
    for family in families.values():
        for asked, seen in zip(family, _look_back(facts, family), strict=True):
            _suspect(facts, asked, seen)
            for look in asked.looks:
                _count(facts, look)


def _look(index: int, rule: Frequency | Lockout, facts: Facts, bound: Binding) -> _Look:
    what, window = counter_of(rule), rule.window
    may_count, surely_counts = counted(what.applies, what.inbound, facts)
    longest_us = longest_ns(window) // 1000
    rolling = isinstance(window, Rolling)
    return _Look(
        index=index,
        may_count=may_count,
        surely_counts=surely_counts,
        counts_by_reach=f"reach IN ({listed(REACHES.index(reach) for reach in what.reaches)})",
        limit=rule.limit if isinstance(rule, Frequency) else 1,
        settled=what.moment == "settled",
        inbound=what.inbound,
        after=f"t - {longest_us}" if rolling else f"coalesce(since_{index} - 1, t - {longest_us})",
        longest_us=longest_us,
        needs_zones=not isinstance(window, Rolling) and window.zone is None,
        bound=bound,
    )


def _suspect(facts: Facts, asked: _Asked, seen: Seen) -> None:
    """Make the table ``suspect`` of contacts worth counting for, and ``near`` of the events with their keys."""
    database = facts.database
    (key, looks), known, own_key = asked, asked.known, asked.own_key
    for look in looks:
        if look.inbound and "inbound" not in facts.known:
            add_gap(facts, look.index, "inbound", look.bound.may)
        for place, scope in enumerate(key):
            told = "".join(f" AND {other} IS NOT NULL" for other in key[:place])
            add_gap(facts, look.index, scope, f"{look.bound.may}{told} AND {scope} IS NULL")
    hits = ", ".join(
        f"CASE WHEN (busy_until > t OR seen_{look.index} > {look.after}) AND {look.bound.may} THEN {look.index} END"
        for look in looks
    )
    columns = {"n": seen.n, "busy_until": seen.busy_until}
    columns |= {f"seen_{look.index}": at for look, at in zip(looks, seen.at, strict=True)}
    database.register("recent", columns)
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT * FROM (
            SELECT own.*, calendar.* EXCLUDE (whereabouts, starts, ends, day),
                list_filter([{hits}], lambda hit: hit IS NOT NULL) AS hits
            FROM (
                SELECT n, t, reach, kind, whereabouts, places, agreed, inbound, {own_key} AS key, recent.* EXCLUDE (n)
                FROM event JOIN recent USING (n)
            ) AS own
            JOIN calendar ON calendar.whereabouts = own.whereabouts AND calendar.day = own.t // {DAY_US}
                AND own.t >= calendar.starts AND own.t < calendar.ends
        ) WHERE len(hits) > 0
        """
    ).fetchall()
    database.unregister("recent")
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE near AS SELECT *, {own_key} AS key FROM event
        WHERE {known} AND {own_key} IN (SELECT key FROM suspect)
        """
    ).fetchall()


def _look_back(facts: Facts, family: Sequence[_Asked]) -> list[Seen]:
    """Return for every key the contacts worth counting for; the first is part of the others.

    So many of its values are taken at a time that their events fit into memory.
    """
    looks = [_looks(facts, asked.looks) for asked in family]
    known, part_key = family[0].known, family[0].own_key
    # What lacks a finer key stands alone.
    finer = [f"CASE WHEN {one.known} THEN {one.own_key} ELSE hash(n) END" for one in family[1:]]
    keys = ", ".join(f"{key} AS key_{at}" for at, key in enumerate([part_key, *finer]))
    parts = -(-(facts.attempts + facts.inbound) // TAKEN)

    def part_of(part: int) -> list[Seen]:
        with facts.database.cursor() as cursor:
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


def _looks(facts: Facts, looks: Sequence[_Look]) -> Looks:
    bits = [
        " + ".join(f"CASE WHEN {condition} THEN 1::UBIGINT << {bit} ELSE 0 END" for bit, condition in enumerate(asked))
        for asked in (
            [f"{look.may_count} AND {look.counts_by_reach}" for look in looks],
            [look.bound.ever for look in looks],
        )
    ]
    sorts = _columns(
        facts.database,
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


def _count(facts: Facts, look: _Look) -> None:
    """Count what lay behind each suspect, and keep those that the rule forbade."""
    moment = "CASE WHEN NOT its_inbound AND its_e > t THEN its_t ELSE its_e END" if look.settled else "its_t"
    missing = look.bound.missing
    if look.needs_zones:
        missing = f"CASE WHEN since_{look.index} IS NULL THEN 'zones' ELSE {missing} END"
    own = "NULL" if look.settled else f"{look.may_count} AND {look.counts_by_reach}"
    facts.database.execute(
        f"""
        INSERT INTO finding (n, rule, missing, counted, counts)
        SELECT n, {look.index}, CASE WHEN count(*) FILTER (WHERE its_sure) < {look.limit} THEN 'earlier contacts'
            ELSE any_value(missing) END, list(its_n ORDER BY its_t, its_n), any_value(counts)
        FROM (SELECT *, {missing} AS missing, {own} AS counts FROM suspect WHERE list_contains(hits, {look.index}))
        JOIN (
            SELECT key, n AS its_n, t AS its_t, e AS its_e, inbound AS its_inbound,
                {look.counts_by_reach} AS its_reach, {look.surely_counts} AS its_sure
            FROM near WHERE {look.may_count}
        ) USING (key)
        WHERE (its_t < t OR its_t = t AND its_n < n) AND (its_reach OR NOT its_inbound AND its_e > t)
            AND {moment} > {look.after}
        GROUP BY n HAVING count(*) >= {look.limit}
        """
    ).fetchall()
