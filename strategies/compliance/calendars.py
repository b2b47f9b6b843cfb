"""Public holidays and the zones of a country: looked up once, when a pack is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import holidays
import tzdata

_TABLES = files("tzdata")

TZDATA_VERSION: str = tzdata.IANA_VERSION
"""The release of the time-zone tables in use, such as ``2026f``."""

COUNTRIES = frozenset(holidays.list_supported_countries())
"""ISO 3166 codes of the countries whose holidays are known."""


def regions_of(country: str) -> tuple[str, ...]:
    """Return the regions of `country` whose own holidays are known, such as ``ON`` of Canada."""
    return tuple(holidays.list_supported_countries()[country])


def public_holidays(
    country: str, years: Sequence[int], *, region: str | None = None, adjoining_weekends: bool
) -> tuple[date, ...]:
    """Return the dates of the public holidays of `country`, observed days included.

    The `holidays` package answers for any year, also before a government has published it. So the
    pack says which years a person has compared with the publication, and only those are asked for.

    Parameters
    ----------
    country : str
        ISO 3166 code.
    years : sequence of int
        The years wanted.
    region : str or None
        One of `regions_of`, whose own holidays are added; None: nationwide holidays only.
    adjoining_weekends : bool
        Whether a weekend that touches a holiday belongs to it, as in China's notices, which give
        whole runs of days. Days of a weekend that were made working days do not.
    """
    table = holidays.country_holidays(country, subdiv=region, years=years)
    dates = set(table)
    if adjoining_weekends:
        for holiday in tuple(dates):
            for step in (timedelta(days=-1), timedelta(days=1)):
                day = holiday + step
                while day.year in years and not table.is_working_day(day):
                    dates.add(day)
                    day += step
    return tuple(sorted(dates))


def own_zones(country: str) -> tuple[str, ...]:
    """Return the zones that are in `country`. Source: ``zone.tab`` of the IANA database."""
    return tuple(sorted(zone for zone, code in _countries().items() if code == country))


def zones_of(country: str) -> tuple[str, ...]:
    """Return every zone name that may mean `country`: its own, their old names, and those of no country.

    Source: ``zone.tab`` and the links of ``tzdata.zi`` in the IANA database.
    """
    country_of = dict(_countries())
    for line in _TABLES.joinpath("zoneinfo", "tzdata.zi").read_text("utf-8").splitlines():
        if line.startswith("L "):
            _, target, link = line.split()
            if link not in country_of and target in country_of:
                country_of[link] = country_of[target]
    names = _TABLES.joinpath("zones").read_text("utf-8").split()
    return tuple(sorted(name for name in names if country_of.get(name, country) == country))


@cache
def _countries() -> dict[str, str]:
    rows = _TABLES.joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines()
    return {row.split("\t")[2]: row[:2] for row in rows if not row.startswith("#")}
