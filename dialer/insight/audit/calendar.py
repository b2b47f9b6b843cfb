"""From when on events count, for every set of zones and every stretch of time in which that is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import assert_never

from dialer.insight.audit.facts import DAY_US, Facts
from strategies.compliance.localtime import LocalTime, local_times
from strategies.compliance.rulebook import Calendar, ConsecutiveDays, Tumbling

Dated = Calendar | ConsecutiveDays | Tumbling
Row = tuple[int, int, int, list[int | None]]


def make_calendar(facts: Facts, windows: Mapping[int, Dated]) -> None:
    """Make the table ``calendar``: from ``starts`` to ``ends`` a window counts the events since ``since_<index>``.

    `windows` are by the index of their rule. There is a row for each whereabouts and day (UTC), or more where a
    local day begins within it. Where the zones are not known, so is the instant: it is null.
    """
    database = facts.database
    sets = list(dict.fromkeys(where.zones if where.clocks_known else () for where in facts.where))
    own_set = [sets.index(where.zones if where.clocks_known else ()) for where in facts.where]
    rows = [row for number, zones in enumerate(sets) for row in _rows(number, zones, list(windows.values()), facts)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    since = "".join(f", since[{place}] AS since_{index}" for place, index in enumerate(windows, start=1))
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE calendar AS
        SELECT whereabouts, starts, ends, unnest(range(starts // {DAY_US}, (ends - 1) // {DAY_US} + 1)) AS day {since}
        FROM (
            SELECT unnest(?::INTEGER[]) AS zone_set, unnest(?::BIGINT[]) AS starts, unnest(?::BIGINT[]) AS ends,
                unnest(?::BIGINT[][]) AS since
        ) JOIN (SELECT unnest(?::UINTEGER[]) AS whereabouts, unnest(?::INTEGER[]) AS zone_set) USING (zone_set)
        """,
        [*columns, list(range(len(own_set))), own_set],
    ).fetchall()


def first_day(window: Dated, day: int) -> int:
    """Return the earliest local day whose events still count on `day` (proleptic ordinals)."""
    match window:
        case Calendar(period="day"):
            return day
        case Calendar(period="week"):
            return day - (day - 1) % 7  # ordinal 1 is a Monday
        case Calendar():
            return date.fromordinal(day).replace(day=1).toordinal()
        case ConsecutiveDays(days=days):
            return day - days + 1
        case Tumbling(days=days, anchor=anchor):
            return day - (day - anchor.toordinal()) % days
        case _:
            assert_never(window)


def _rows(number: int, zones: tuple[str, ...], windows: Sequence[Dated], facts: Facts) -> Iterator[Row]:
    per_window = [local_times((window.zone,) if window.zone else zones) for window in windows]
    clocks = list(dict.fromkeys(clock for own in per_window for clock in own or ()))
    first_ns, last_ns = facts.first_us * 1000, facts.last_us * 1000 + 1000
    cuts = {first_ns, last_ns}
    for clock in clocks:
        days = range(clock.day(first_ns), clock.day(last_ns) + 1)
        cuts.update(cut for day in days if first_ns < (cut := clock.midnight(day)) < last_ns)
    ordered = sorted(cuts)
    for start, end in pairwise(ordered):
        since = [_since(window, own, start) for window, own in zip(windows, per_window, strict=True)]
        yield number, start // 1000, end // 1000, since


def _since(window: Dated, clocks: tuple[LocalTime, ...] | None, t_ns: int) -> int | None:
    if clocks is None:
        return None
    return min(clock.midnight(first_day(window, clock.day(t_ns))) for clock in clocks) // 1000
