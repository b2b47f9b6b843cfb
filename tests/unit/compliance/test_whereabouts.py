"""Where a person may be, by numbers and addresses."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strategies.compliance.localtime import local_time
from strategies.compliance.whereabouts import is_place, places_of_number, whereabouts, zones_of_number, zones_of_place

TABLE = Path("strategies/compliance/data/area_codes.csv")
WINTER, SUMMER = (int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) * 1_000_000_000 for month in (1, 7))
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
BY_CODE: dict[str, list[str]] = {}
for row in ROWS:
    for code in row["area_codes"].split():
        BY_CODE.setdefault(code, []).append(row["place"])


def clocks(zones: tuple[str, ...]) -> set[tuple[int, int]]:
    """Return what tells zones apart: their offsets in winter and in summer."""
    found = [local_time(zone) for zone in zones]
    return {(clock.offset(WINTER), clock.offset(SUMMER)) for clock in found if clock is not None}


FOREIGN = {
    "867": "America/Vancouver",
    "709": "America/Puerto_Rico",
    "879": "America/Puerto_Rico",
    "907": "Pacific/Honolulu",
}
"""Area codes to which the data give a neighbour's zone besides their own."""


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_an_area_code_has_no_hour_that_its_states_do_not_have(code: str) -> None:
    """Two sources, the number plan's zones and the table of states, written independently."""
    by_state = tuple(zone for place in BY_CODE[code] for zone in zones_of_place(place))
    foreign = (FOREIGN[code],) if code in FOREIGN else ()
    assert clocks(zones_of_number(f"+1{code}")) <= clocks((*by_state, *foreign))


@pytest.mark.parametrize(
    ("code", "zones"),
    [
        # Area codes across a border for which single exchanges of the data know one zone only.
        ("270", {"America/Chicago", "America/New_York"}),
        ("364", {"America/Chicago", "America/New_York"}),  # overlay of 270
        ("423", {"America/Chicago", "America/New_York"}),
        ("729", {"America/Chicago", "America/New_York"}),  # overlay of 423
        ("850", {"America/Chicago", "America/New_York"}),
        ("448", {"America/Chicago", "America/New_York"}),  # overlay of 850
        ("402", {"America/Chicago", "America/Denver"}),
        ("531", {"America/Chicago", "America/Denver"}),  # overlay of 402
        ("432", {"America/Chicago", "America/Denver"}),
        ("865", {"America/Chicago", "America/New_York"}),
        ("906", {"America/Chicago", "America/New_York"}),
        ("775", {"America/Los_Angeles", "America/Denver"}),
        ("606", {"America/Chicago", "America/New_York"}),
    ],
)
def test_known_gaps_of_the_number_plan_are_closed(code: str, zones: set[str]) -> None:
    assert clocks(zones_of_number(f"+1{code}5550100")) >= clocks(tuple(zones))


@pytest.mark.parametrize(
    ("number", "places"),
    [
        ("+13055550100", ("US-FL",)),
        ("+12125550100", ("US-NY",)),
        ("+14165550100", ("CA-ON",)),
        ("+19025550100", ("CA-NS", "CA-PE")),
        ("+15315550100", ("US-NE",)),
        ("+442079460000", ("GB", "GG", "IM", "JE")),
        ("+61491570006", ("AU", "CC", "CX")),
        ("+8613800138000", ("CN",)),
        ("+18005550100", ()),  # toll-free: anywhere
        ("+12425550100", ()),  # a country of the plan that the table does not have
        ("+80012345678", ()),  # international free-phone: no country
        ("+999123", ()),
        ("", ()),
    ],
)
def test_places_of_a_number(number: str, places: tuple[str, ...]) -> None:
    assert places_of_number(number) == places


@pytest.mark.parametrize(
    ("place", "zones"),
    [
        ("US-FL", ("America/Chicago", "America/New_York")),
        ("US-NY-NYC", ("America/New_York",)),
        ("AU-WA", ("Australia/Eucla", "Australia/Perth")),
        ("GB", ("Europe/London",)),
        ("CN", ("Asia/Shanghai", "Asia/Urumqi")),
        ("DE-BY", ("Europe/Berlin", "Europe/Busingen")),
        ("XX", ()),
        ("", ()),
    ],
)
def test_zones_of_a_place(place: str, zones: tuple[str, ...]) -> None:
    assert zones_of_place(place) == zones


def test_a_country_without_a_state_may_be_anywhere_in_it() -> None:
    assert {"Pacific/Honolulu", "America/Adak", "America/New_York"} <= set(zones_of_place("US"))


def test_number_and_address_are_joined_and_the_unknown_makes_all_unknown() -> None:
    florida, chicago = "+13055550100", "+13125550100"
    assert whereabouts((florida, chicago)) == (("America/Chicago", "America/New_York"), ("US-FL", "US-IL"))
    joined = whereabouts((florida,), "US-WA")
    assert joined == (("America/Los_Angeles", "America/New_York"), ("US-FL", "US-WA"))
    assert whereabouts((florida, "+999123")) == ((), ())
    assert whereabouts((florida,), "XX").zones == ()
    assert whereabouts(()) == ((), ())


def test_a_verified_address_decides_the_zones_and_not_the_law() -> None:
    assert whereabouts(("+13055550100",), "US-WA", verified=True) == (("America/Los_Angeles",), ("US-FL", "US-WA"))


@pytest.mark.parametrize(
    "code", ["US", "US-FL", "US-PR", "US-NY-NYC", "CA-QC", "AU-NSW", "CN", "CN-44", "GB", "GB-ENG"]
)
def test_a_place_is_one_that_can_be_found(code: str) -> None:
    assert is_place(code)
    assert zones_of_place(code)


@pytest.mark.parametrize("code", ["", "FL", "US-", "US-FLA", "US-XX", "us-fl", "USA", "PR", "XX", "CN-44-1-2", "US FL"])
def test_a_typing_error_is_no_place(code: str) -> None:
    assert not is_place(code)
