"""When a campaign dials: its hours on the floor's clock."""

from __future__ import annotations

from functools import lru_cache

from dialer.core.errors import InvariantError
from dialer.core.settings import CampaignSettings
from strategies.compliance.localtime import LocalTime, local_time


def open_span(campaign: CampaignSettings, now_ns: int) -> tuple[int, int] | None:
    """Return when the present hours began and will end, or those that come next; None: it dials at any time.

    Raises
    ------
    InvariantError
        For a zone that the time zone tables lack.
    """
    if not campaign.hours:
        return None
    clock = local_time(campaign.zone)
    if clock is None:
        raise InvariantError(f"there is no time zone {campaign.zone}")
    day = clock.day(now_ns)
    while True:
        for opens_ns, closes_ns in _spans(clock, campaign.hours, day):
            if now_ns < closes_ns:
                return opens_ns, closes_ns
        day += 1


@lru_cache(maxsize=1024)
def _spans(clock: LocalTime, hours: tuple[tuple[int, int], ...], day: int) -> tuple[tuple[int, int], ...]:
    return tuple((clock.at(day, opens), clock.at(day, closes)) for opens, closes in sorted(hours))
