"""Which part of a number decides its time zones, in SQL, and which names of zones a portfolio may have."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from strategies.compliance.whereabouts import AREA_CODE_LENGTH, LONGEST_PREFIX


def zone_key(number_sql: str) -> str:
    """Return SQL for the part of a number, the text `number_sql`, that decides its zones."""
    length = f"CASE WHEN {number_sql} LIKE '+1%' THEN {2 + AREA_CODE_LENGTH} ELSE {1 + LONGEST_PREFIX} END"
    return f"left({number_sql}, {length})"


def is_zone(zone: str) -> bool:
    """Whether `zone` is the IANA name of a place; fixed offsets such as ``Etc/GMT+5`` know no summer time."""
    try:
        return "/" in zone and not zone.startswith("Etc/") and bool(ZoneInfo(zone).key)
    except (KeyError, ValueError, OSError):
        return False
