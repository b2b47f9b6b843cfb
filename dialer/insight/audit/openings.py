"""Hours and holidays: every contact against the clock on the wall in each zone where the person may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dialer.insight.audit.binding import Binding
from dialer.insight.audit.census import add_gap
from dialer.insight.audit.facts import DAY_US, HOUR_US, Facts, listed
from strategies.compliance.judges import HolidaysJudge, HoursJudge
from strategies.compliance.localtime import LocalTime, local_time
from strategies.compliance.rulebook import Holidays, Hours


def judge_openings(facts: Facts, rules: Mapping[int, Hours | Holidays], bindings: Mapping[int, Binding]) -> None:
    """Add to ``finding`` the contacts that came while a candidate zone was closed, to ``gap`` those without a zone."""
    database = facts.database
    unknown = [index for index, where in enumerate(facts.where) if not where.clocks_known]
    for index in rules:
        add_gap(facts, index, "zones", f"{bindings[index].may} AND whereabouts IN ({listed(unknown)})")
    zones = list(dict.fromkeys(zone for where in facts.where if where.clocks_known for zone in where.zones))
    pieces = [piece for index, rule in rules.items() for piece in _closed(index, rule, zones, facts)]
    if not pieces:
        return
    database.execute(
        "CREATE OR REPLACE TEMP TABLE zone_of AS "
        "SELECT unnest(?::UINTEGER[]) AS whereabouts, unnest(?::VARCHAR[]) AS zone",
        [list(column) for column in zip(*_zones_of(facts), strict=True)],
    ).fetchall()
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE closed AS
        SELECT *, unnest(range(starts // {HOUR_US}, (ends - 1) // {HOUR_US} + 1)) AS hour FROM (
            SELECT unnest(?::INTEGER[]) AS rule, unnest(?::VARCHAR[]) AS zone, unnest(?::BIGINT[]) AS starts,
                unnest(?::BIGINT[]) AS ends
        )
        """,
        [list(column) for column in zip(*pieces, strict=True)],
    ).fetchall()
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT n, t, kind, whereabouts, places, agreed, inbound, t // {HOUR_US} AS hour FROM event
        SEMI JOIN (SELECT DISTINCT whereabouts, hour FROM closed JOIN zone_of USING (zone)) AS shut
            ON shut.whereabouts = event.whereabouts AND shut.hour = event.t // {HOUR_US}
        WHERE NOT inbound
        """
    ).fetchall()
    may = " ".join(f"WHEN {index} THEN {bindings[index].may}" for index in rules)
    missing = " ".join(f"WHEN {index} THEN {bindings[index].missing}" for index in rules)
    database.execute(
        f"""
        INSERT INTO finding (n, rule, missing, zones)
        SELECT n, rule, any_value(CASE rule {missing} END), list(DISTINCT zone ORDER BY zone)
        FROM suspect JOIN zone_of USING (whereabouts) JOIN closed USING (zone, hour)
        WHERE t >= starts AND t < ends AND CASE rule {may} END GROUP BY n, rule
        """
    ).fetchall()


def _zones_of(facts: Facts) -> list[tuple[int, str]]:
    return [(index, zone) for index, where in enumerate(facts.where) if where.clocks_known for zone in where.zones]


def _closed(index: int, rule: Hours | Holidays, zones: list[str], facts: Facts) -> Iterator[tuple[int, str, int, int]]:
    """Yield rule, zone, start and end of every time that is closed, as long as the log lasts."""
    judge = HoursJudge(rule) if isinstance(rule, Hours) else HolidaysJudge(rule)
    for zone in zones:
        clock = local_time(zone)
        if clock is None or (isinstance(rule, Holidays) and zone not in rule.zones):
            continue
        for start, end in _pieces(judge, clock, facts.first_us, facts.last_us):
            yield index, zone, start, end


def _pieces(
    judge: HoursJudge | HolidaysJudge, clock: LocalTime, first_us: int, last_us: int
) -> Iterator[tuple[int, int]]:
    t_ns, end_ns = first_us * 1000, (last_us + DAY_US) * 1000
    since: int | None = None
    while t_ns < end_ns:
        start, end, is_open = judge.piece_of(clock, t_ns)
        if is_open and since is not None:
            yield since // 1000, start // 1000
            since = None
        elif not is_open and since is None:
            since = start
        t_ns = end
    if since is not None:
        yield since // 1000, t_ns // 1000
