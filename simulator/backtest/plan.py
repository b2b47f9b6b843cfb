"""What a floor had to work with: its leads by the day from which they could be dialled, and how it dialled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import duckdb

from dialer.core.lead import Lead
from dialer.core.settings import RunSettings

_DAY = timedelta(days=1)


class Batch(NamedTuple):
    """Leads that were loaded on one day, and the days until the next ones replaced them."""

    first: date
    last: date
    leads: tuple[tuple[str, Lead], ...]


class Plan(NamedTuple):
    """What is simulated.

    Attributes
    ----------
    settings : RunSettings
        How the floor dials.
    batches : tuple of Batch
        In order of time.
    first, last : date
        The days that count. A batch that began before is simulated from its beginning, so that those who are
        still called are those who were not reached.
    """

    settings: RunSettings
    batches: tuple[Batch, ...]
    first: date
    last: date


def plan_of(database: duckdb.DuckDBPyConnection, settings: RunSettings, zone: str, first: date, last: date) -> Plan:
    """Return what the floor of a history had to work with from one local date to another.

    Where the history does not say what was loaded, a lead was loaded on the day of its first attempt.
    """
    days: dict[date, list[tuple[str, Lead]]] = {}
    campaigns = {campaign.id for campaign in settings.campaigns}
    only = settings.campaigns[0].id
    for day, campaign, lead in _loaded(database, zone):
        days.setdefault(day, []).append((campaign if campaign in campaigns else only, lead))
    starts = sorted(days)
    ends = [*(day - _DAY for day in starts[1:]), last]
    batches = tuple(
        Batch(start, min(end, last), tuple(days[start]))
        for start, end in zip(starts, ends, strict=True)
        if end >= first and start <= last
    )
    return Plan(settings, batches, first, last)


def _loaded(database: duckdb.DuckDBPyConnection, zone: str) -> Iterator[tuple[date, str, Lead]]:
    ((known,),) = database.execute("SELECT count(*) FROM leads").fetchall()
    rows = database.execute(_OF_LEADS if known else _OF_ATTEMPTS, [zone]).fetchall()
    for day, campaign, lead, person, account, segment, priority, endpoints, zones, places, answer_share in rows:
        yield (
            day,
            campaign,
            Lead(
                id=lead,
                person=person or lead,
                account=account or lead,
                segment=segment or "",
                priority=priority or 0,
                endpoints=tuple(endpoints or (f"{person or lead}/0",)),
                zones=tuple(zones or (zone,)),
                answer_share=0.2 if answer_share is None else answer_share,
                places=tuple(places or ()),
            ),
        )


_OF_LEADS = """
    SELECT CAST(loaded_at AT TIME ZONE ? AS DATE), campaign, lead, person, account, segment, priority, endpoints, zones,
        places, answer_share
    FROM leads ORDER BY loaded_at, priority DESC, lead
"""

_OF_ATTEMPTS = """
    SELECT CAST(min(placed_at) AT TIME ZONE ? AS DATE), campaign, lead, any_value(person), any_value(account),
        arg_min(segment, placed_at), NULL, list_distinct(list(endpoint)), any_value(zones), any_value(places), NULL
    FROM attempts WHERE channel = 'call' GROUP BY campaign, lead ORDER BY min(placed_at), lead
"""
