"""Local days and wall-clock offsets of a time zone, in integer nanoseconds.

The tables come from the `tzdata` package and never from the machine, because a replay elsewhere must
see the same midnights.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

NS_PER_S = 1_000_000_000
NS_PER_MINUTE = 60 * NS_PER_S
NS_PER_HOUR = 60 * NS_PER_MINUTE
NS_PER_DAY = 24 * NS_PER_HOUR

DAY_SLACK_NS = 2 * 3600 * NS_PER_S
"""How much longer than whole days a row of local days can be: Antarctica/Troll goes back two hours."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = date(1970, 1, 1).weekday()
_TABLES = files("tzdata")
_NAMES = frozenset(_TABLES.joinpath("zones").read_text("utf-8").split()) - {"Factory"}
"""``Factory`` is the database's own word for a zone that nobody has set."""


Part = tuple[int, int, int]
"""``(start_ns, end_ns, offset_ns)``: from start to end the wall clock is `offset_ns` ahead of UTC."""


class LocalTime:
    """The calendar and the clock on the wall in one zone.

    A local day is named by its proleptic Gregorian ordinal and begins at the first instant at which
    the calendar there shows its date; a date that the zone left out is empty.
    """

    def __init__(self, table: ZoneInfo) -> None:
        self._table = table
        self._midnights: dict[int, int] = {}
        self._parts: dict[int, tuple[Part, ...]] = {}
        self._latest = (0, 0, 0)  # start, end and ordinal of the day that was asked about last

    def midnight(self, day: int) -> int:
        """Return the instant at which `day` begins."""
        found = self._midnights.get(day)
        if found is None:
            # An ambiguous midnight is its first occurrence, one that is skipped is the moment of the
            # skip: both are what fold=0, the default, gives.
            local = datetime.fromordinal(day).replace(tzinfo=self._table)
            found = self._midnights[day] = int(local.timestamp()) * NS_PER_S
        return found

    def at(self, day: int, minute: int) -> int:
        """Return the instant at which the wall clock has shown so many minutes of `day`."""
        # As for a midnight: what comes twice is its first occurrence, what is skipped comes as late as if it were not.
        local = (datetime.fromordinal(day) + timedelta(minutes=minute)).replace(tzinfo=self._table)
        return int(local.timestamp()) * NS_PER_S

    def day(self, t_ns: int) -> int:
        """Return the local day of `t_ns`."""
        start, end, day = self._latest
        if start <= t_ns < end:
            return day
        day = t_ns // NS_PER_DAY + _EPOCH_DAY
        while t_ns < self.midnight(day):
            day -= 1
        while t_ns >= self.midnight(day + 1):
            day += 1
        self._latest = self.midnight(day), self.midnight(day + 1), day
        return day

    def offset(self, t_ns: int) -> int:
        """Return what the wall clock is ahead of UTC at `t_ns`, in ns."""
        seconds = datetime.fromtimestamp(t_ns // NS_PER_S, UTC).astimezone(self._table).utcoffset()
        assert seconds is not None
        return int(seconds.total_seconds()) * NS_PER_S

    def steady(self, t_ns: int) -> Part:
        """Return the part of the local day around `t_ns` without a change of the clock.

        A day is taken to have one change at most, as has been so everywhere since 1970.
        """
        day = self.day(t_ns)
        parts = self._parts.get(day)
        if parts is None:
            parts = self._parts[day] = self._split(self.midnight(day), self.midnight(day + 1))
        return next(part for part in parts if t_ns < part[1])

    def _split(self, start: int, end: int) -> tuple[Part, ...]:
        first, last = self.offset(start), self.offset(end - NS_PER_S)
        if first == last:
            return ((start, end, first),)
        low, high = start // NS_PER_S, end // NS_PER_S - 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.offset(middle * NS_PER_S) == first:
                low = middle
            else:
                high = middle
        return (start, high * NS_PER_S, first), (high * NS_PER_S, end, last)


@lru_cache(maxsize=1024)
def local_time(zone: str) -> LocalTime | None:
    """Return the calendar of an IANA zone, None when there is no such zone."""
    if zone not in _NAMES:
        return None
    with _TABLES.joinpath("zoneinfo", *zone.split("/")).open("rb") as table:
        return LocalTime(ZoneInfo.from_file(table, key=zone))


def hour_of_week(zones: tuple[str, ...], t_ns: int) -> int:
    """Return the hour of the week in the first of `zones`, 0 from Monday midnight; -1 when they are not known."""
    clocks = local_times(zones)
    if clocks is None:
        return -1
    days, rest_ns = divmod(t_ns + clocks[0].steady(t_ns)[2], NS_PER_DAY)
    return (days + _EPOCH_WEEKDAY) % 7 * 24 + rest_ns // NS_PER_HOUR


@lru_cache(maxsize=4096)
def local_times(zones: tuple[str, ...]) -> tuple[LocalTime, ...] | None:
    """Return the calendars of all `zones`; None when there is none, or one of them is unknown."""
    clocks = tuple(local_time(zone) for zone in zones)
    known = tuple(clock for clock in clocks if clock is not None)
    return known if known and len(known) == len(clocks) else None
