"""Rules made ready to be asked. One question: until when does this rule deny this contact?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
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
from strategies.compliance.pieces import Pieces
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
    """What opening hours and holidays share: time is cut into pieces that are open or closed."""

    lets_go_for_good: ClassVar[bool] = False
    search_ns: ClassVar[int]
    """How far to look for the next opening, from the beginning of a closed piece."""

    def __init__(self) -> None:
        self._pieces = Pieces(self.piece)

    def until(self, contact: Contact, t_ns: int) -> int:
        """See `Judge`."""
        return self._pieces.at(contact.zones, t_ns)[2]

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
        self._never = not any(rule.open)

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
        if self._never:
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
        self.rule = rule
        self._limit = rule.limit if isinstance(rule, Frequency) else 1
        self._detail: Detail = "limit_reached" if isinstance(rule, Frequency) else "locked_out"
        self._longest = longest_ns(rule.window)
        self._ends = None if isinstance(rule.window, Rolling) else end_day(rule.window)
        self._named = None if isinstance(rule.window, Rolling) or not rule.window.zone else (rule.window.zone,)
        self._pieces = Pieces(self._piece)
        self._times, self._key_of = counter.times, counter.key_of

    def until(self, contact: Contact, t_ns: int) -> int:
        """See `Judge`."""
        times = self._times.get(self._key_of(contact))
        if times is None or len(times) < self._limit:
            return ALLOWED
        event = times[-self._limit]
        release = event + self._longest
        if t_ns < release and self._ends is not None:
            own = self._pieces.at(self._named or contact.zones, event)[2]
            release = own if own < release else release
        return release if t_ns < release else ALLOWED

    def detail(self, contact: Contact, t_ns: int) -> Detail:
        """See `Judge`."""
        return self._detail

    def _piece(self, zones: tuple[str, ...], event_ns: int) -> Piece:
        """Return the time around an event whose events are all let go of at the same instant, and that instant."""
        clocks = local_times(zones)
        if clocks is None or self._ends is None:
            return ALLOWED, NEVER, NEVER  # after the longest time that the window can take
        days = [(clock, clock.day(event_ns)) for clock in clocks]
        start = max(clock.midnight(day) for clock, day in days)
        end = min(clock.midnight(day + 1) for clock, day in days)
        return start, end, released_ns(clocks, self._ends, event_ns)


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
