"""How much a floor can do on a day: the seconds in which its agents talk or wrap up."""

from __future__ import annotations

import numpy as np

from pacing.optimal import solve
from simulator.months.settings import MonthsSettings
from simulator.world.laws import mean_s
from simulator.world.settings import WorldSettings

_ATTAINED = 0.97
"""Share of the exact limit that pacing reaches at least, see docs/pacing.md."""


def staffed_s(world: WorldSettings) -> float:
    """Return the seconds that all agents of a shift are there, breaks taken off."""
    floor = world.floor
    begin, end = ((at.hour * 60 + at.minute) * 60 + at.second for at in (floor.shift_start, floor.shift_end))
    return floor.agents * max(0.0, end - begin - sum(pause.length_s for pause in floor.breaks))


def busy_s(world: WorldSettings, settings: MonthsSettings, answer_share: float) -> float:
    """Return the seconds of a shift in which agents can talk or wrap up, for a mean chance to answer of `answer_share`.

    The share of the staffed time is `settings.occupancy_share`, or what the exact limit of the floor allows.
    """
    if not world.floor.agents:
        return 0.0
    if settings.occupancy_share is not None:
        return staffed_s(world) * settings.occupancy_share
    people = world.people
    handle_s = mean_s(world.floor.wrap) + sum(how.share * mean_s(how.talk) for how in people.outcomes.values())
    ring_s = mean_s(people.ring) + mean_s(world.carrier.set_up)
    # Beyond some hundred agents the limit hardly moves, and solving it costs seconds.
    agents, share = min(world.floor.agents, 200), float(np.clip(answer_share, 0.01, 1.0))
    return staffed_s(world) * _ATTAINED * solve(agents, share, handle_s, ring_s, settings.abandon_limit_share).occupancy
