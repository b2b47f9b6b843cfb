"""Rules that stand in for stricter ones, and hours that are right in a whole country: laws of the compliance gate."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from strategies.compliance.gate import Gate
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import (
    Calendar,
    ConsecutiveDays,
    Frequency,
    Hours,
    Lockout,
    Rolling,
    Rulebook,
    Tumbling,
)
from tests.property.rulebooks import HEAD, HOUR, REACHES, ZONES, instants, law
from tests.unit.compliance.slow_twin import wall

ONE_HOUR_ZONES = tuple(zone for zone in ZONES if zone != "Antarctica/Troll")  # its clock changes by two hours


SUBSTITUTES: tuple[tuple[Any, Any], ...] = (
    (Rolling(25 * 60), Calendar("day")),
    (Rolling(169 * 60), ConsecutiveDays(7)),
    (Rolling((30 * 24 + 1) * 60), Tumbling(30, date(2026, 1, 1))),
    # The stricter readings of "a week", "a month" and "each seven-day period" in the packs.
    (ConsecutiveDays(7), Calendar("week")),
    (ConsecutiveDays(31), Calendar("month")),
    (ConsecutiveDays(7), Tumbling(7, date(2026, 1, 1))),
)


@law(max_examples=300)
@given(
    st.sampled_from(SUBSTITUTES),
    st.integers(1, 4),
    st.lists(st.sampled_from(ONE_HOUR_ZONES), min_size=1, max_size=3, unique=True).map(tuple),
    instants,
    st.lists(st.integers(1, 60).map(lambda hours: hours * HOUR), max_size=15),
)
def test_conservative_substitutes_never_allow_what_the_rule_denies(
    case: tuple[Any, Any], limit: int, zones: tuple[str, ...], start: int, gaps: list[int]
) -> None:
    """At most k per trailing 25 h keeps k per day, in every zone and over every change of its clock, and so on."""
    substituted, window = case
    head: dict[str, Any] = HEAD | {"key": ("person",), "counts": REACHES[1:], "limit": limit}
    substitute = Gate(Rulebook(rules=(Frequency(id="S", window=substituted, **head),)))
    real = Gate(Rulebook(rules=(Frequency(id="R", window=window, **head),)))
    contact = Contact("p", "a", "n", "c", zones)
    t_ns = start
    for index, gap in enumerate(gaps):
        t_ns += gap
        if substitute.check(contact, t_ns).allowed:
            assert real.check(contact, t_ns).allowed
            for gate in (substitute, real):
                gate.reserve(str(index), contact, t_ns)
                gate.settle(str(index), "ring", t_ns)


@law(max_examples=100)
@given(st.lists(st.sampled_from(ONE_HOUR_ZONES), max_size=3, unique=True).map(tuple), instants)
def test_a_week_and_an_hour_outlast_the_stop_after_a_conversation(zones: tuple[str, ...], t_ns: int) -> None:
    rule = Lockout(id="B", key=("person",), after=("conversation",), window=ConsecutiveDays(7), **HEAD)
    gate = Gate(Rulebook(rules=(rule,)))
    contact = Contact("p", "a", "n", "c", zones or ("UTC",))
    gate.reserve("1", contact, t_ns)
    gate.settle("1", "conversation", t_ns)
    assert not gate.check(contact, t_ns).allowed
    assert gate.check(contact, t_ns + 169 * HOUR).allowed


LOWER_48 = ("America/New_York", "America/Detroit", "America/Chicago", "America/Denver", "America/Boise",
            "America/Phoenix", "America/Los_Angeles", "America/Indiana/Knox", "America/Menominee")  # fmt: skip
ALL_STATES = (*LOWER_48, "America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico")
MAINLAND = ("Australia/Sydney", "Australia/Brisbane", "Australia/Adelaide", "Australia/Darwin", "Australia/Perth")


@law(max_examples=300)
@given(instants)
def test_hours_that_are_right_in_a_whole_country(t_ns: int) -> None:
    us, australia = (
        Gate(Rulebook(rules=(Hours(id="H", open=((hours,),) * 7, **HEAD),)))
        for hours in ((8 * 60, 21 * 60), (7 * 60 + 30, 21 * 60))
    )
    new_york, sydney = wall(t_ns, "America/New_York"), wall(t_ns, "Australia/Sydney")
    if 11 <= new_york.hour < 21:
        assert us.check(Contact("p", "a", "n", "c", LOWER_48), t_ns).allowed
    summer = new_york.dst() == timedelta(hours=1)
    # On the days of change Honolulu is as far away as on the day after, whatever the clock did at night.
    if (14 if summer else 13) <= new_york.hour < (21 if summer else 20):
        assert us.check(Contact("p", "a", "n", "c", ALL_STATES), t_ns).allowed
    start = 10 * 60 + 30 if sydney.dst() else 9 * 60 + 30
    if start <= sydney.hour * 60 + sydney.minute < 21 * 60:
        assert australia.check(Contact("p", "a", "n", "c", MAINLAND), t_ns).allowed
