"""Rules made ready to be asked. One question: until when does this rule deny this contact?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import ClassVar, Protocol

from strategies.compliance.consents import Consents
from strategies.compliance.counters import Counter
from strategies.compliance.localtime import (
    NS_PER_DAY,
    NS_PER_MINUTE,
    NS_PER_S,
    LocalTime,
    local_times,
)
from strategies.compliance.misses import Misses
from strategies.compliance.records import Contact, Detail
from strategies.compliance.rulebook import (
    ConsentNeeded,
    Frequency,
    Holidays,
    Hours,
    LastResort,
    Lockout,
    Rolling,
    RuleHead,
)
from strategies.compliance.windows import end_day, longest_ns, released_ns

ALLOWED = -(1 << 63)
"""Denies until the beginning of time: that is, allows."""

NEVER = (1 << 63) - 1
"""Denies as long as anyone waits."""

Piece = tuple[int, int, int]
"""``(start_ns, end_ns, until_ns)``: from start to end the answer is the same, `ALLOWED` or an instant."""


_start = itemgetter(0)

_MOST_PIECES = 1024
"""Pieces kept per set of zones: about a year of them; then it begins anew."""


class Judge(Protocol):
    """One rule, ready. `lets_go_for_good`: whether it never denies again what it has allowed, if nothing happens."""

    lets_go_for_good: ClassVar[bool]

    @property
    def rule(self) -> RuleHead:
        """The rule itself."""
        ...

    def until(self, contact: Contact, t_ns: int) -> int:
        """Return the first instant after `t_ns` at which the rule no longer denies, `ALLOWED` or `NEVER`."""
        ...

    def detail(self, contact: Contact, t_ns: int) -> Detail:
        """Return why the rule denies; asked only when it does."""
        ...


class OpeningJudge:
    """What opening hours and holidays share: time is cut into pieces that are open or closed.

    The pieces that were asked about are kept per set of zones: the latest at hand, the others in order of
    time, so that a question is one comparison and the search for the next opening does no work twice.
    """

    lets_go_for_good: ClassVar[bool] = False
    search_ns: ClassVar[int]
    """How far to look for the next opening, from the beginning of a closed piece."""

    def __init__(self) -> None:
        self._latest: dict[tuple[str, ...], Piece] = {}
        self._known: dict[tuple[str, ...], list[Piece]] = {}

    def until(self, contact: Contact, t_ns: int) -> int:
        """See `Judge`."""
        piece = self._latest.get(contact.zones)
        if piece is None or not piece[0] <= t_ns < piece[1]:
            piece = self._latest[contact.zones] = self._find(contact.zones, t_ns)
        return piece[2]

    def _find(self, zones: tuple[str, ...], t_ns: int) -> Piece:
        known = self._known.setdefault(zones, [])
        place = bisect_right(known, t_ns, key=_start)
        if place and t_ns < known[place - 1][1]:
            return known[place - 1]
        if len(known) >= _MOST_PIECES:
            known.clear()
            place = 0
        piece = self.piece(zones, t_ns)
        known.insert(place, piece)
        return piece

    def piece(self, zones: tuple[str, ...], t_ns: int) -> Piece:
        """Return the piece of time around `t_ns` in which the answer about these zones is the same."""
        clocks = self.clocks(zones)
        if clocks is None:
            return ALLOWED, NEVER, NEVER
        start, end, is_open = self._common(clocks, t_ns)
        if is_open:
            return start, end, ALLOWED
        opening = end
        while opening < start + self.search_ns:  # not t_ns: the answer must not depend on earlier questions
            _, after, is_open = self._common(clocks, opening)
            if is_open:
                return start, opening, opening
            opening = after
        return start, end, NEVER

    def _common(self, clocks: tuple[LocalTime, ...], t_ns: int) -> tuple[int, int, bool]:
        starts, ends, opens = zip(*(self.piece_of(clock, t_ns) for clock in clocks), strict=True)
        return max(starts), min(ends), all(opens)

    def clocks(self, zones: tuple[str, ...]) -> tuple[LocalTime, ...] | None:
        """Return the calendars that matter, None when that cannot be known."""
        raise NotImplementedError

    def piece_of(self, clock: LocalTime, t_ns: int) -> tuple[int, int, bool]:
        """Return start, end and openness around `t_ns` in one zone."""
        raise NotImplementedError


class HoursJudge(OpeningJudge):
    """Calling hours by the wall clock of every candidate zone."""

    search_ns = 8 * NS_PER_DAY  # every week is alike

    def __init__(self, rule: Hours) -> None:
        super().__init__()
        self.rule = rule

    def clocks(self, zones: tuple[str, ...]) -> tuple[LocalTime, ...] | None:
        """See `OpeningJudge`."""
        return local_times(zones)

    def piece_of(self, clock: LocalTime, t_ns: int) -> tuple[int, int, bool]:
        """See `OpeningJudge`."""
        start, end, offset = clock.steady(t_ns)
        local_day, since_midnight = divmod(t_ns + offset, NS_PER_DAY)
        midnight = t_ns - since_midnight  # of this offset; the real one differs on a day of change
        for opens, closes in self.rule.open[_weekday(local_day)]:
            opens_ns, closes_ns = midnight + opens * NS_PER_MINUTE, midnight + closes * NS_PER_MINUTE
            if t_ns < opens_ns:
                return start, min(end, opens_ns), False
            if t_ns < closes_ns:
                return max(start, opens_ns), min(end, closes_ns), True
            start = max(start, closes_ns)
        return start, end, False

    def detail(self, contact: Contact, t_ns: int) -> Detail:
        """See `Judge`."""
        if not any(self.rule.open):
            return "never"
        return "unknown_zone" if self.clocks(contact.zones) is None else "closed"


class HolidaysJudge(OpeningJudge):
    """Public holidays of one country, for whoever may be in it."""

    search_ns = 366 * NS_PER_DAY

    def __init__(self, rule: Holidays) -> None:
        super().__init__()
        self.rule = rule
        self._zones, self._dates, self._published = set(rule.zones), set(rule.dates), set(rule.published)

    def clocks(self, zones: tuple[str, ...]) -> tuple[LocalTime, ...] | None:
        """See `OpeningJudge`."""
        if local_times(zones) is None:
            return None
        here = tuple(zone for zone in zones if zone in self._zones)
        return local_times(here) if here else ()

    def _common(self, clocks: tuple[LocalTime, ...], t_ns: int) -> tuple[int, int, bool]:
        return super()._common(clocks, t_ns) if clocks else (ALLOWED, NEVER, True)

    def piece_of(self, clock: LocalTime, t_ns: int) -> tuple[int, int, bool]:
        """See `OpeningJudge`."""
        day = clock.day(t_ns)
        today = date.fromordinal(day)
        is_open = today.year in self._published and today not in self._dates
        return clock.midnight(day), clock.midnight(day + 1), is_open

    def detail(self, contact: Contact, t_ns: int) -> Detail:
        """See `Judge`."""
        clocks = self.clocks(contact.zones)
        if clocks is None:
            return "unknown_zone"
        years = {date.fromordinal(clock.day(t_ns)).year for clock in clocks}
        return "holiday" if years <= self._published else "unpublished_year"


class WindowJudge:
    """At most so many events in a window: caps, gaps and lockouts."""

    lets_go_for_good: ClassVar[bool] = True

    def __init__(self, rule: Frequency | Lockout, counter: Counter) -> None:
        self.rule, self._counter = rule, counter
        self._limit = rule.limit if isinstance(rule, Frequency) else 1
        self._detail: Detail = "limit_reached" if isinstance(rule, Frequency) else "locked_out"
        self._longest = longest_ns(rule.window)
        self._release = self._releaser()

    def until(self, contact: Contact, t_ns: int) -> int:
        """See `Judge`."""
        times = self._counter.times.get(self._counter.key_of(contact))
        if times is None or len(times) < self._limit:
            return ALLOWED
        event = times[-self._limit]
        if t_ns >= event + self._longest:
            return ALLOWED
        release = self._release(contact.zones, event)
        return release if t_ns < release else ALLOWED

    def detail(self, contact: Contact, t_ns: int) -> Detail:
        """See `Judge`."""
        return self._detail

    def _releaser(self) -> Callable[[tuple[str, ...], int], int]:
        window, longest = self.rule.window, self._longest
        if isinstance(window, Rolling):
            return lambda _, event: event + longest
        ends, named = end_day(window), (window.zone,) if window.zone else None

        def release(zones: tuple[str, ...], event: int) -> int:
            clocks = local_times(named or zones)
            return event + longest if clocks is None else released_ns(clocks, ends, event)

        return release


class ConsentJudge:
    """Nobody is contacted who has not agreed."""

    lets_go_for_good: ClassVar[bool] = False

    def __init__(self, rule: ConsentNeeded, consents: Consents) -> None:
        self.rule, self._consents = rule, consents

    def until(self, contact: Contact, t_ns: int) -> int:
        """See `Judge`."""
        agreed = self._consents.covers(contact, self.rule.topic, t_ns, self.rule.consent_days)
        return ALLOWED if agreed else NEVER

    def detail(self, contact: Contact, t_ns: int) -> Detail:
        """See `Judge`."""
        return "no_consent"


class LastResortJudge:
    """Nobody else is contacted while the debtor may be reached."""

    lets_go_for_good: ClassVar[bool] = True

    def __init__(self, rule: LastResort, misses: Misses) -> None:
        self.rule, self._misses = rule, misses

    def until(self, contact: Contact, t_ns: int) -> int:
        """See `Judge`."""
        return ALLOWED if self._misses.days(contact.account) >= self.rule.days else NEVER

    def detail(self, contact: Contact, t_ns: int) -> Detail:
        """See `Judge`."""
        return "still_reachable"


def bounds_ns(rule: RuleHead) -> tuple[int, int]:
    """Return from when to when `rule` binds: the dates of validity, wherever on Earth they last longest."""
    start = ALLOWED if rule.valid_from is None else _utc_ns(rule.valid_from) - 14 * 60 * NS_PER_MINUTE
    end = NEVER if rule.valid_to is None else _utc_ns(rule.valid_to + timedelta(days=1)) + 12 * 60 * NS_PER_MINUTE
    return start, end


def _weekday(days_since_1970: int) -> int:
    return (days_since_1970 + 3) % 7  # 1970-01-01 was a Thursday


def _utc_ns(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * NS_PER_S
