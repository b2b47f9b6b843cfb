"""From a telephone number to every time zone in which its owner may be.

The zones of the number plan are those of the `phonenumbers` package (Google's libphonenumber). A
North American area code gets the union over all its exchanges, because the answer for a single
exchange can be the minority zone; area codes without data of their own get those of the code that
they overlay (Source: NANPA's public list of area codes, planning letters).
"""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from phonenumbers.tzdata import TIMEZONE_DATA

NORTH_AMERICA = "1"

_AREA_CODE_LENGTH = 3

_OVERLAID = {"930": "812", "364": "270", "458": "541", "448": "850", "729": "423", "531": "402"}
"""Area codes that serve the same ground as an older one, which has data by exchange."""

_ADDED = {
    "402": ("America/Chicago", "America/Denver"),
    "432": ("America/Chicago", "America/Denver"),
    "865": ("America/New_York", "America/Chicago"),
}
"""Area codes across or beside a zone border that the data gives one zone."""

_LONGEST = max(map(len, TIMEZONE_DATA))


def zone_key(number_sql: str) -> str:
    """Return SQL for the part of a number, the text `number_sql`, that decides its zones."""
    return f"left({number_sql}, CASE WHEN {number_sql} LIKE '+1%' THEN {2 + _AREA_CODE_LENGTH} ELSE {1 + _LONGEST} END)"


def zones_of(key: str) -> tuple[str, ...]:
    """Return the candidate zones of every number that starts with `key`; none when they are unknown."""
    digits = key.removeprefix("+")
    if digits.startswith(NORTH_AMERICA):
        return _of_area_code(digits[1 : 1 + _AREA_CODE_LENGTH])
    for length in range(min(len(digits), _LONGEST), 0, -1):
        if found := TIMEZONE_DATA.get(digits[:length]):
            return tuple(sorted(found))
    return ()


def is_place(zone: str) -> bool:
    """Whether `zone` is the IANA name of a place; fixed offsets such as ``Etc/GMT+5`` know no summer time."""
    try:
        return "/" in zone and not zone.startswith("Etc/") and bool(ZoneInfo(zone).key)
    except (KeyError, ValueError, OSError):
        return False


@cache
def _of_area_code(code: str) -> tuple[str, ...]:
    parent = _OVERLAID.get(code, code)
    prefixes = (NORTH_AMERICA + code, NORTH_AMERICA + parent)
    found = {zone for key, zones in TIMEZONE_DATA.items() if key.startswith(prefixes) for zone in zones}
    return tuple(sorted(found.union(_ADDED.get(parent, ()))))
