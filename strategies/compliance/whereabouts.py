"""Where a person may be: from telephone numbers and addresses to candidate time zones and places.

Rules ask for all candidates at once, so more of them only means less contact. Nothing here picks the
likeliest: an area code has moved with its owner too often for that. Whoever has asked the person knows
better, and says so in the portfolio.

The zones of the number plan are those of the `phonenumbers` package (Google's libphonenumber). A
North American area code gets the union over all its exchanges, because the answer for a single
exchange can be the minority zone; area codes without data of their own get those of the code that
they overlay (Source: NANPA's public list of area codes, planning letters).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.tzdata import TIMEZONE_DATA

from strategies.compliance.calendars import own_zones

NORTH_AMERICA = "1"
AREA_CODE_LENGTH = 3

LONGEST_PREFIX = max(map(len, TIMEZONE_DATA))
"""Digits of a number, at most, that decide its zones."""

_OVERLAID = {"930": "812", "364": "270", "458": "541", "448": "850", "729": "423", "531": "402"}
"""Area codes that serve the same ground as an older one, which has data by exchange."""

_ADDED = {
    "402": ("America/Chicago", "America/Denver"),
    "432": ("America/Chicago", "America/Denver"),
    "865": ("America/New_York", "America/Chicago"),
}
"""Area codes across or beside a zone border that the data gives one zone."""

_ZONES_OF_STATES = {
    "America/New_York": "CT DE DC FL GA KY ME MD MA NH NJ NY NC OH PA RI SC TN VT VA WV",
    "America/Detroit": "MI",
    "America/Indiana/Indianapolis": "IN",
    "America/Chicago": "AL AR FL IL IN IA KS KY LA MI MN MS MO NE ND OK SD TN TX WI",
    "America/Denver": "AZ CO KS MT NE NV NM ND SD TX UT WY",
    "America/Boise": "ID OR",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA ID NV OR WA",
    "America/Anchorage": "AK",
    "America/Adak": "AK",
    "Pacific/Honolulu": "HI",
    "Pacific/Pago_Pago": "AS",
    "Pacific/Guam": "GU",
    "Pacific/Saipan": "MP",
    "America/Puerto_Rico": "PR",
    "America/St_Thomas": "VI",
}
_ZONES_OF_PROVINCES = {
    "America/St_Johns": "NL",
    "America/Goose_Bay": "NL",
    "America/Halifax": "NS PE QC",
    "America/Moncton": "NB",
    "America/Puerto_Rico": "QC",
    "America/Toronto": "ON QC",
    "America/Panama": "ON",
    "America/Iqaluit": "NU",
    "America/Rankin_Inlet": "NU",
    "America/Cambridge_Bay": "NU",
    "America/Winnipeg": "MB ON SK",
    "America/Regina": "SK",
    "America/Edmonton": "AB BC NT SK",
    "America/Dawson_Creek": "BC",
    "America/Vancouver": "BC",
    "America/Whitehorse": "YT",
}
_ZONES_OF_AUSTRALIA = {
    "Australia/Sydney": "NSW ACT",
    "Australia/Lord_Howe": "NSW",
    "Australia/Melbourne": "VIC",
    "Australia/Hobart": "TAS",
    "Australia/Brisbane": "QLD",
    "Australia/Adelaide": "SA NSW",
    "Australia/Darwin": "NT",
    "Australia/Perth": "WA",
    "Australia/Eucla": "WA",
}
"""Zones by state and province, counties and towns over a border included. Source: the comments of the IANA database's
``zone1970.tab``; 49 CFR part 71."""


_TERRITORIES = frozenset(("AS", "GU", "MP", "PR", "VI"))
"""Territories with a country's code of their own. Where they are ``US-PR`` and so on, United States law binds."""


class Whereabouts(NamedTuple):
    """Every time zone and every place in which a person may be; empty means unknown."""

    zones: tuple[str, ...]
    places: tuple[str, ...]


def whereabouts(numbers: tuple[str, ...], address: str = "", *, verified: bool = False) -> Whereabouts:
    """Return where a person may be by all that is known.

    Parameters
    ----------
    numbers : tuple of str
        Telephone numbers in the international form ``+...``.
    address : str
        Place of the address as an ISO 3166 code, such as ``US-FL``; empty when it is not known.
    verified : bool
        Whether somebody has checked the address lately (house value: within 12 months). Then it alone
        decides the time zones; the law of the area codes is kept to as well.
    """
    sets = [set(zones_of_number(number)) for number in numbers if not (address and verified)]
    sets += [set(zones_of_place(address))] if address else []
    places = [set(places_of_number(number)) for number in numbers] + ([{address}] if address else [])
    return Whereabouts(_union(sets), _union(places))


def zones_of_number(number: str) -> tuple[str, ...]:
    """Return the candidate zones of a number or of every number that starts so; none when they are unknown."""
    digits = number.removeprefix("+")
    if digits.startswith(NORTH_AMERICA):
        return _zones_of_area_code(digits[1 : 1 + AREA_CODE_LENGTH])
    for length in range(min(len(digits), LONGEST_PREFIX), 0, -1):
        if found := TIMEZONE_DATA.get(digits[:length]):
            return tuple(sorted(found))
    return ()


def places_of_number(number: str) -> tuple[str, ...]:
    """Return the states, provinces or countries of a number; none when they are unknown.

    Calls to numbers of no place, such as toll-free ones, can end anywhere.
    """
    digits = number.removeprefix("+")
    if digits.startswith(NORTH_AMERICA):
        return _area_codes().get(digits[1 : 1 + AREA_CODE_LENGTH], ())
    for length in (1, 2, 3):
        if found := COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length] or 0)):
            return () if "001" in found else tuple(sorted(found))
    return ()


def zones_of_place(place: str) -> tuple[str, ...]:
    """Return the zones of an ISO 3166 place; those of the whole country where nothing nearer is known."""
    country, _, rest = place.partition("-")
    return _by_state().get((country, rest.partition("-")[0])) or own_zones(country)


def is_place(code: str) -> bool:
    """Tell whether `code` is the ISO 3166 code of a place that can be found: a typing error would lift its law."""
    country, _, rest = code.partition("-")
    if not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}", code, re.ASCII) or country in _TERRITORIES:
        return False
    states = {state for own, state in _by_state() if own == country}
    return bool(own_zones(country)) and (not rest or not states or rest.partition("-")[0] in states)


def _union(sets: list[set[str]]) -> tuple[str, ...]:
    """Return all of it, and nothing when some of it is unknown."""
    return tuple(sorted(set().union(*sets))) if all(sets) else ()


@cache
def _zones_of_area_code(code: str) -> tuple[str, ...]:
    parent = _OVERLAID.get(code, code)
    prefixes = (NORTH_AMERICA + code, NORTH_AMERICA + parent)
    found = {zone for key, zones in TIMEZONE_DATA.items() if key.startswith(prefixes) for zone in zones}
    return tuple(sorted(found.union(_ADDED.get(parent, ()))))


@cache
def _area_codes() -> dict[str, tuple[str, ...]]:
    text = files("strategies.compliance").joinpath("data", "area_codes.csv").read_text("utf-8")
    found: dict[str, list[str]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines()):
        for code in row["area_codes"].split():
            found[code].append(row["place"])
    overlays = {code: found[parent] for code, parent in _OVERLAID.items() if code not in found}
    return {code: tuple(sorted(places)) for code, places in (found | overlays).items()}


@cache
def _by_state() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for country, table in (("US", _ZONES_OF_STATES), ("CA", _ZONES_OF_PROVINCES), ("AU", _ZONES_OF_AUSTRALIA)):
        for zone, states in table.items():
            for state in states.split():
                found[country, state].append(zone)
    return {place: tuple(sorted(zones)) for place, zones in found.items()}
