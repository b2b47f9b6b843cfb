"""Puts a world together, for either driver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from dialer.core.lead import Lead
from dialer.core.settings import RunSettings
from dialer.ports.intents import Intents
from simulator.world.carrier import Carrier
from simulator.world.floor import Floor
from simulator.world.people import People
from simulator.world.reading import Reader
from simulator.world.responding import Respondent
from simulator.world.settings import WorldSettings
from simulator.world.timeline import Timeline
from strategies.flow.keywords import KeywordIntents


class World(NamedTuple):
    """What answers the engine. Both parts are silent until they are opened."""

    carrier: Carrier
    floor: Floor


MakePeople = Callable[[WorldSettings, Mapping[str, str]], People]
"""Makes the people of a world, as `People` itself does."""


def build(
    settings: WorldSettings,
    run: RunSettings,
    zones: Mapping[str, str],
    timeline: Timeline,
    make_people: MakePeople = People,
    intents: Intents | None = None,
) -> World:
    """Return the world of a run.

    Parameters
    ----------
    run : RunSettings
        Its pools of campaigns get the agents in turn; robot campaigns need none.
    zones : Mapping[str, str]
        By person, the zone in which the person is; see `zones_of`.
    timeline : Timeline
        What runs its scripts.
    make_people : callable
        Makes the people.
    intents : Intents | None
        What says what people mean; None: the phrases of the flows.
    """
    people = make_people(settings, zones)
    carrier = Carrier(
        settings, people, timeline, Respondent(run.flows, settings.seed), intents or KeywordIntents(run.flows)
    )
    robots = {campaign.id for campaign in run.campaigns if campaign.mode == "robot"}
    staffed = [pool for pool in run.pools() if pool[0] not in robots]
    readers = {identity: Reader(script) for identity, script in run.scripts.items()}
    return World(carrier, Floor(settings, people, carrier, timeline, staffed, readers, run.lease is not None))


def zones_of(leads: Iterable[Lead]) -> dict[str, str]:
    """Return by person the zone in which the person really is: the first of the possible ones."""
    return {lead.person: lead.zones[0] for lead in leads if lead.zones}
