"""Local days and offsets of every zone there is, against `datetime`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest

from strategies.compliance.localtime import (
    DAY_SLACK_NS,
    NS_PER_DAY,
    NS_PER_S,
    LocalTime,
    hour_of_week,
    local_time,
    local_times,
)
from strategies.compliance.rulebook import Calendar, ConsecutiveDays, Period, Tumbling
from strategies.compliance.windows import end_day, longest_ns, released_ns
from tests.unit.compliance.slow_twin import S, table, wall

START = int(datetime(2025, 12, 20, tzinfo=UTC).timestamp())
DAYS = 400
NAMES = sorted(set(files("tzdata").joinpath("zones").read_text("utf-8").split()) - {"Factory"})
QUARTER = 900


def _clock(zone: str) -> LocalTime:
    clock = local_time(zone)
    assert clock is not None
    return clock


def _changes(zone: str) -> list[int]:
    """Return the days, in seconds since 1970, in which the offset of `zone` changes."""
    offsets = [
        datetime.fromtimestamp(START + day * 86400, UTC).astimezone(table(zone)).utcoffset() for day in range(DAYS)
    ]
    return [START + day * 86400 for day in range(DAYS - 1) if offsets[day] != offsets[day + 1]]


def test_every_zone_around_every_change_of_its_clock() -> None:
    """Day and offset are those of `datetime`, on both sides of every quarter of an hour."""
    seen = 0
    for zone in NAMES:
        clock = _clock(zone)
        for change in _changes(zone):
            seen += 1
            for second in range(change - 10 * QUARTER, change + 86400 + 10 * QUARTER, QUARTER):
                for t_ns in (second * S - 1, second * S):
                    local = wall(t_ns, zone)
                    offset = local.utcoffset()
                    assert offset is not None
                    start, end, steady = clock.steady(t_ns)
                    assert start <= t_ns < end
                    assert steady == clock.offset(t_ns) == int(offset.total_seconds()) * S, (zone, t_ns)
                    assert clock.day(t_ns) == local.toordinal(), (zone, t_ns)
    assert seen > 300  # else nothing was looked at


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Antarctica/Troll", date(2026, 10, 25), 26),
        ("America/Havana", date(2026, 3, 8), 23),
        ("Pacific/Apia", date(2011, 12, 30), 0),  # the day that Samoa left out
        ("America/New_York", date(2028, 2, 29), 24),
    ],
)
def test_length_of_a_day(zone: str, day: date, hours: float) -> None:
    clock = _clock(zone)
    length = clock.midnight(day.toordinal() + 1) - clock.midnight(day.toordinal())
    assert length == hours * 3600 * S


def test_a_day_that_was_left_out_is_never_today() -> None:
    clock = _clock("Pacific/Apia")
    left_out = date(2011, 12, 30).toordinal()
    moment = clock.midnight(left_out)
    assert (clock.day(moment - 1), clock.day(moment)) == (left_out - 1, left_out + 1)


@pytest.mark.parametrize("zone", ["", "Etc/Unknown", "Factory", "America", "../zones", "america/new_york", "New York"])
def test_what_is_no_zone(zone: str) -> None:
    assert local_time(zone) is None
    assert local_times(("America/New_York", zone)) is None


def test_no_zones_are_no_answer() -> None:
    assert local_times(()) is None


def test_no_window_is_longer_than_its_bound() -> None:
    """Over every zone: the bound that is used where the zone is unknown, and for forgetting."""
    periods: tuple[Period, ...] = ("day", "week", "month")
    windows = (*(Calendar(period) for period in periods), ConsecutiveDays(7), Tumbling(30, date(2026, 1, 1)))
    longest_day = 0
    for zone in NAMES:
        clock = _clock(zone)
        for change in _changes(zone):
            first = wall(change * S, zone).date() - timedelta(days=1)
            for day in range(first.toordinal(), first.toordinal() + 3):
                event = clock.midnight(day)
                longest_day = max(longest_day, clock.midnight(day + 1) - event)
                for window in windows:
                    assert released_ns((clock,), end_day(window), event) - event <= longest_ns(window), zone
    assert longest_day == NS_PER_DAY + DAY_SLACK_NS


@pytest.mark.parametrize(
    ("zones", "local", "hour"),
    [
        (("Etc/UTC",), "2026-11-23T00:00:00+00:00", 0),
        (("Etc/UTC",), "2026-11-22T23:59:59+00:00", 167),
        (("Asia/Kolkata", "Etc/UTC"), "2026-11-25T18:30:00+00:00", 72),
        (("America/New_York",), "2026-07-01T13:00:00+00:00", 57),
        (("Nowhere/Else",), "2026-11-23T00:00:00+00:00", -1),
        ((), "2026-11-23T00:00:00+00:00", -1),
    ],
)
def test_hour_of_the_week_where_the_person_is(zones: tuple[str, ...], local: str, hour: int) -> None:
    assert hour_of_week(zones, int(datetime.fromisoformat(local).timestamp()) * NS_PER_S) == hour
