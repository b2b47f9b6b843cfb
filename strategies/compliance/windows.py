"""For how long an event counts: the five windows, each as the instant at which it lets go of an event.

For every window, "at most `limit` events in the window at t" is the same as "the `limit`-th latest
event has been let go of at t". So a check looks at one event, however many there have been.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import assert_never

from strategies.compliance.localtime import DAY_SLACK_NS, NS_PER_DAY, NS_PER_MINUTE, LocalTime
from strategies.compliance.rulebook import Calendar, ConsecutiveDays, Period, Rolling, Tumbling, Window

EndDay = Callable[[int], int]
"""From the local day of an event to the first local day on which it no longer counts."""


def end_day(window: Calendar | ConsecutiveDays | Tumbling) -> EndDay:
    """Return the rule by which `window` lets go of an event, in local days (proleptic ordinals)."""
    match window:
        case Calendar(period=period):
            return _PERIOD_ENDS[period]
        case ConsecutiveDays(days=days):
            return lambda day: day + days
        case Tumbling(days=days, anchor=anchor):
            first = anchor.toordinal()
            return lambda day: day + days - (day - first) % days
        case _:
            assert_never(window)


def longest_ns(window: Window) -> int:
    """Return an upper bound of how long an event counts, whatever the zone."""
    match window:
        case Rolling(minutes=minutes):
            return minutes * NS_PER_MINUTE
        case Calendar(period=period):
            return {"day": 1, "week": 7, "month": 31}[period] * NS_PER_DAY + DAY_SLACK_NS
        case ConsecutiveDays(days=days) | Tumbling(days=days):
            return days * NS_PER_DAY + DAY_SLACK_NS
        case _:
            assert_never(window)


def released_ns(clocks: tuple[LocalTime, ...], ends: EndDay, event_ns: int) -> int:
    """Return when the window with `ends` lets go of the event in the last of the zones."""
    if len(clocks) == 1:  # half the time of the general way
        return clocks[0].midnight(ends(clocks[0].day(event_ns)))
    return max([clock.midnight(ends(clock.day(event_ns))) for clock in clocks])


def _next_month(day: int) -> int:
    today = date.fromordinal(day)
    return date(today.year + today.month // 12, today.month % 12 + 1, 1).toordinal()


_PERIOD_ENDS: dict[Period, EndDay] = {
    "day": lambda day: day + 1,
    "week": lambda day: day + 7 - (day - 1) % 7,  # ordinal 1 is a Monday
    "month": _next_month,
}
