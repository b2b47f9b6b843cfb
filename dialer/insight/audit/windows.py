"""Caps and lockouts: of every contact, whether as many events as the rule allows lay behind it.

Two passes. The first goes over all contacts by key and time (`dialer.insight.audit.lookback`), and looks at one
earlier event for each rule: the `limit`-th latest that counts. Where that lies too far back there is nothing to find.
The second counts, event by event, for the few that are left: there an attempt that was still under way counts too, as
the gate counts it, because nobody could know yet how it would end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialer.insight.audit.binding import Binding, counted
from dialer.insight.audit.calendar import make_calendar
from dialer.insight.audit.census import add_gap
from dialer.insight.audit.facts import DAY_US, REACHES, Facts, listed
from dialer.insight.audit.recent import Asked, Look, make_recent
from strategies.compliance.counters import counted as counter_of
from strategies.compliance.rulebook import Frequency, Lockout, Rolling, Scope
from strategies.compliance.windows import longest_ns

TOGETHER = 32
"""Rules that are looked at together; there is room for 64 in a word."""


def judge_windows(facts: Facts, rules: Mapping[int, Frequency | Lockout], bindings: Mapping[int, Binding]) -> None:
    """Add to ``finding`` the contacts that a cap or a lockout forbade, to ``gap`` those without the rule's key."""
    if not rules:
        return
    make_calendar(facts, {index: rule.window for index, rule in rules.items() if not isinstance(rule.window, Rolling)})
    by_key: dict[tuple[Scope, ...], list[Look]] = {}
    for index, rule in sorted(rules.items(), key=lambda one: len(one[1].key)):
        by_key.setdefault(rule.key, []).append(_look(index, rule, facts, bindings[index]))
    # The events of a person hold all those of a person's accounts, so they are brought together once for both.
    families: dict[tuple[Scope, ...], list[Asked]] = {}
    for key, looks in by_key.items():
        wider = next((other for other in families if set(other) <= set(key)), key)
        asked = [Asked(key, looks[first : first + TOGETHER]) for first in range(0, len(looks), TOGETHER)]
        families.setdefault(wider, []).extend(asked)
    for family in families.values():
        for asked, recent in zip(family, make_recent(facts, family), strict=True):
            _suspect(facts, asked, recent)
            _count(facts, asked.looks)


def _look(index: int, rule: Frequency | Lockout, facts: Facts, bound: Binding) -> Look:
    what, window = counter_of(rule), rule.window
    may_count, surely_counts = counted(what.applies, what.inbound, facts)
    longest_us = longest_ns(window) // 1000
    rolling = isinstance(window, Rolling)
    return Look(
        index=index,
        may_count=may_count,
        surely_counts=surely_counts,
        counts_by_reach=f"reach IN ({listed(REACHES.index(reach) for reach in what.reaches)})",
        limit=rule.limit if isinstance(rule, Frequency) else 1,
        settled=what.moment == "settled",
        inbound=what.inbound,
        rolling=rolling,
        after=f"t - {longest_us}" if rolling else f"coalesce(since_{index} - 1, t - {longest_us})",
        longest_us=longest_us,
        needs_zones=not isinstance(window, Rolling) and window.zone is None,
        bound=bound,
    )


def _suspect(facts: Facts, asked: Asked, recent: str) -> None:
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
    seen = ", ".join(f"seen_{look.index}" for look in looks)
    since = "".join(f", since_{look.index}" for look in looks if not look.rolling)
    # In two steps, for the database would rather ask the small calendar first, of every event.
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE worth AS
        SELECT n, t, reach, kind, whereabouts, places, agreed, inbound, {own_key} AS key, busy_until, {seen}
        FROM event JOIN {recent} USING (n)
        """
    ).fetchall()
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT * FROM (
            SELECT own.*{since}, list_filter([{hits}], lambda hit: hit IS NOT NULL) AS hits
            FROM worth AS own JOIN calendar
                ON calendar.whereabouts = own.whereabouts AND calendar.day = own.t // {DAY_US}
                AND own.t >= calendar.starts AND own.t < calendar.ends
        ) AS asked WHERE array_length(hits) > 0
        """
    ).fetchall()
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE near AS SELECT *, {own_key} AS key FROM event
        WHERE {known} AND {own_key} IN (SELECT key FROM suspect)
        """
    ).fetchall()


def _count(facts: Facts, looks: Sequence[Look]) -> None:
    """Count what lay behind each suspect, and keep those that a rule forbade."""
    counts, missing, behind, columns = {}, {}, {}, []
    for look in looks:
        index = look.index
        counts[index] = "NULL" if look.settled else f"{look.may_count} AND {look.counts_by_reach}"
        missing[index] = look.bound.missing
        if look.needs_zones:
            missing[index] = f"CASE WHEN since_{index} IS NULL THEN 'zones' ELSE {look.bound.missing} END"
        moment = "CASE WHEN NOT its_inbound AND its_e > t THEN its_t ELSE its_e END" if look.settled else "its_t"
        behind[index] = f"may_{index} AND (reach_{index} OR NOT its_inbound AND its_e > t) AND {moment} > {look.after}"
        columns += [
            f"{look.may_count} AS may_{index}",
            f"{look.counts_by_reach} AS reach_{index}",
            f"{look.surely_counts} AS sure_{index}",
        ]
    sure = _by_rule({look.index: f"sure_{look.index}" for look in looks})
    limit = _by_rule({look.index: look.limit for look in looks})
    facts.database.execute(
        f"""
        INSERT INTO finding (n, rule, missing, counted, counts)
        SELECT n, rule, CASE WHEN count(*) FILTER (WHERE {sure}) < {limit} THEN 'earlier contacts'
            ELSE any_value(missing) END, list(its_n ORDER BY its_t, its_n), any_value(counts)
        FROM (
            SELECT *, {_by_rule(missing)} AS missing, {_by_rule(counts)} AS counts
            FROM (SELECT *, unnest(hits) AS rule FROM suspect) AS hit
        ) AS own JOIN (
            SELECT key, n AS its_n, t AS its_t, e AS its_e, inbound AS its_inbound, {", ".join(columns)} FROM near
        ) AS other USING (key)
        WHERE (its_t < t OR its_t = t AND its_n < n) AND {_by_rule(behind)}
        GROUP BY n, rule HAVING count(*) >= {limit}
        """
    ).fetchall()


def _by_rule(values: Mapping[int, object]) -> str:
    """Return the SQL of what is different for every rule."""
    return f"CASE rule {' '.join(f'WHEN {index} THEN {value}' for index, value in values.items())} END"
