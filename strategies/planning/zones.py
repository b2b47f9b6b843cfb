"""What depends on a person's time zones only: asked of the gate's own judges, once for every set of zones.

A portfolio of millions of accounts has a few hundred different sets of zones. For each of them, and for
each kind of contact, this module says until when hours and holidays deny, when they will be closed in
the time ahead, and when each calendar window lets go of an event. The rest is comparing columns.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from strategies.compliance.consents import Consents
from strategies.compliance.judges import (
    ALLOWED,
    NEVER,
    ConsentJudge,
    HolidaysJudge,
    HoursJudge,
    OpeningJudge,
    bounds_ns,
)
from strategies.compliance.localtime import local_times
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import Calendar, ConsecutiveDays, ConsentNeeded, Holidays, Hours, Tumbling
from strategies.compliance.windows import end_day, released_ns

Zones = tuple[str, ...]
CalendarWindow = Calendar | ConsecutiveDays | Tumbling
"""A window whose end depends on the calendar."""

_ROUNDS = 64
"""How often the search for an opening jumps ahead: as often as the gate's."""


class Steps(msgspec.Struct, frozen=True):
    """A step function of time: from ``starts[i]`` on, up to the next start, it is ``values[i]``."""

    starts: list[int]
    values: list[int]


class Openings:
    """Hours and holidays that bind one kind of contact, and the need for a consent that was never given.

    Parameters
    ----------
    rules : iterable of (int, rule)
        Rules with their index.
    """

    def __init__(self, rules: Iterable[tuple[int, Hours | Holidays | ConsentNeeded]]) -> None:
        self._judges = [(index, _judge(rule), *bounds_ns(rule)) for index, rule in rules]

    def denial(self, zones: Zones, t_ns: int) -> tuple[int, int] | None:
        """Return the rule that denies longest at `t_ns`, with its own instant of release or `NEVER`."""
        found = [(until, index) for until, index in self._untils(zones, t_ns) if until != ALLOWED]
        if not found:
            return None
        until, index = max(found, key=lambda one: (one[0], -one[1]))
        return index, until

    def opening(self, zones: Zones, t_ns: int) -> int:
        """Return the first instant from `t_ns` on at which all of them allow, or `NEVER`."""
        for _ in range(_ROUNDS):
            until = max((until for until, _ in self._untils(zones, t_ns)), default=ALLOWED)
            if until in (ALLOWED, NEVER):
                return t_ns if until == ALLOWED else NEVER
            t_ns = until
        return NEVER

    def ahead(self, zones: Zones, t_ns: int, until_ns: int) -> Steps:
        """Return the openings after the instants from `t_ns` to `until_ns`; `ALLOWED` while it is open."""
        starts, values = [], []
        while t_ns <= until_ns:
            opening = self.opening(zones, t_ns)
            value = ALLOWED if opening == t_ns else opening
            if not values or values[-1] != value:
                starts.append(t_ns)
                values.append(value)
            if opening == NEVER:
                break
            t_ns = self._closing(zones, t_ns) if opening == t_ns else opening
        return Steps(starts, values)

    def _untils(self, zones: Zones, t_ns: int) -> Iterable[tuple[int, int]]:
        for index, judge, start_ns, end_ns in self._judges:
            if start_ns <= t_ns < end_ns:
                until = judge.until(Contact("", "", "", "", zones), t_ns)
                yield (until if until == ALLOWED else min(until, end_ns)), index

    def _closing(self, zones: Zones, t_ns: int) -> int:
        """Return an instant after `t_ns` up to which all of them stay open."""
        ends = [NEVER]
        clocks = local_times(zones)
        for _, judge, start_ns, end_ns in self._judges:
            if not start_ns <= t_ns < end_ns:
                ends.append(start_ns if t_ns < start_ns else NEVER)
                continue
            ends.append(end_ns)
            if isinstance(judge, OpeningJudge) and clocks is not None:
                ends += [judge.piece_of(clock, t_ns)[1] for clock in judge.clocks(zones) or ()]
        return min(ends)


def _judge(rule: Hours | Holidays | ConsentNeeded) -> HoursJudge | HolidaysJudge | ConsentJudge:
    match rule:
        case Hours():
            return HoursJudge(rule)
        case Holidays():
            return HolidaysJudge(rule)
        case ConsentNeeded():
            return ConsentJudge(rule, Consents())


def releases(window: CalendarWindow, zones: Zones, first_ns: int, last_ns: int) -> Steps | None:
    """Return when `window` lets go of events from `first_ns` to `last_ns`.

    None for zones that are not known. It lasts `strategies.compliance.windows.longest_ns`.
    """
    clocks = local_times((window.zone,) if window.zone else zones)
    if clocks is None:
        return None
    ends = end_day(window)
    starts = {first_ns}
    for clock in clocks:
        days = range(clock.day(first_ns), clock.day(last_ns) + 2)
        starts.update(start for day in days if first_ns < (start := clock.midnight(day)) <= last_ns)
    ordered = sorted(starts)
    return Steps(ordered, [released_ns(clocks, ends, start) for start in ordered])
