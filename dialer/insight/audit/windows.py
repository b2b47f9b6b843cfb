"""Caps and lockouts: of every contact, whether as many events as the rule allows lay behind it.

Two passes. The first goes over all contacts, sorted by key and time, and looks at one earlier event for each
rule: the `limit`-th latest that counts. Where that lies too far back there is nothing to find. The second
counts, event by event, for the few that are left: there an attempt that was still under way counts too, as
the gate counts it, because nobody could know yet how it would end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dialer.insight.audit.binding import Binding, counted
from dialer.insight.audit.calendar import make_calendar
from dialer.insight.audit.facts import DAY_US, REACHES, Facts, listed
from strategies.compliance.counters import counted as counter_of
from strategies.compliance.rulebook import Frequency, Lockout, Rolling, Scope
from strategies.compliance.windows import longest_ns


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

    @property
    def seen(self) -> str:
        """The event to look at, in the window ``w``."""
        counts = f"{self.may_count} AND {self.counts_by_reach}"
        if self.settled:
            return f"max(CASE WHEN {counts} THEN e END) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        return f"lag(CASE WHEN {counts} THEN t END, {self.limit} IGNORE NULLS) OVER w"


def judge_windows(facts: Facts, rules: Mapping[int, Frequency | Lockout], bindings: Mapping[int, Binding]) -> None:
    """Add to ``finding`` the contacts that a cap or a lockout forbade, to ``gap`` those without the rule's key."""
    if not rules:
        return
    by_key: dict[tuple[Scope, ...], list[_Look]] = {}
    for index, rule in rules.items():
        by_key.setdefault(rule.key, []).append(_look(index, rule, facts, bindings[index]))
    make_calendar(facts, {index: rule.window for index, rule in rules.items() if not isinstance(rule.window, Rolling)})
    for key, looks in by_key.items():
        _suspect(facts, key, looks)
        for look in looks:
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


def _suspect(facts: Facts, key: tuple[Scope, ...], looks: list[_Look]) -> None:
    """Make the table ``suspect`` of contacts worth counting for, and ``near`` of the events with their keys."""
    database = facts.database
    known = " AND ".join(f"{scope} IS NOT NULL" for scope in key)
    own_key = key[0] if len(key) == 1 else f"hash({', '.join(key)})"
    lost = " ".join(f"WHEN {scope} IS NULL THEN '{scope}'" for scope in key)
    for look in looks:
        if look.inbound and "inbound" not in facts.known:
            database.execute(
                f"INSERT INTO gap SELECT {look.index}, 'inbound', count(*) FROM event WHERE {look.bound.may} "
                "HAVING count(*) > 0"
            ).fetchall()
        database.execute(
            f"INSERT INTO gap SELECT {look.index}, CASE {lost} END AS missing, count(*) FROM event "
            f"WHERE NOT ({known}) AND {look.bound.may} GROUP BY missing"
        ).fetchall()
    seen = ", ".join(f"{look.seen} AS seen_{look.index}" for look in looks)
    recent = " OR ".join(f"seen_{look.index} > t - {look.longest_us}" for look in looks)
    hits = ", ".join(
        f"CASE WHEN (busy_until > t OR seen_{look.index} > {look.after}) AND {look.bound.may} THEN {look.index} END"
        for look in looks
    )
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT * FROM (
            SELECT recent.* EXCLUDE (day), calendar.* EXCLUDE (whereabouts, starts, ends, day),
                list_filter([{hits}], lambda hit: hit IS NOT NULL) AS hits
            FROM (
                SELECT *, t // {DAY_US} AS day FROM (
                    SELECT n, t, reach, kind, whereabouts, places, agreed, inbound, {own_key} AS key,
                        max(e) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until, {seen}
                    FROM event WHERE {known} WINDOW w AS (PARTITION BY {own_key} ORDER BY t, n)
                ) WHERE NOT inbound AND (busy_until > t OR {recent})
            ) AS recent
            JOIN calendar ON calendar.whereabouts = recent.whereabouts AND calendar.day = recent.day
                AND recent.t >= calendar.starts AND recent.t < calendar.ends
        ) WHERE len(hits) > 0
        """
    ).fetchall()
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE near AS SELECT *, {own_key} AS key FROM event
        WHERE {known} AND {own_key} IN (SELECT key FROM suspect)
        """
    ).fetchall()


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
