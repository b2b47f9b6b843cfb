"""Whole shifts of a floor, by date, as `simulator.shift` runs them, some hundred times as fast."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from dialer.core.kernel import pacer_of
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.state import MakePacer
from dialer.core.units import ns
from pacing import compiled
from simulator.fast import loop, prepare
from simulator.fast.result import Result
from simulator.shift import LAST_CALLS_S
from simulator.world.floor import shift_on
from simulator.world.settings import WorldSettings
from strategies.compliance.rulebook import Rulebook


@cache
def warm_up() -> None:
    """Load what is compiled, or compile it: minutes, once after an installation."""
    world = WorldSettings.model_validate({"floor": {"agents": 1, "breaks": ()}})
    lead = Lead("l", "p", "a", "", 0, ("p/0",), ("UTC",))
    Shifts(
        RunSettings((CampaignSettings("c", "predictive"),), Rulebook()), world, [("c", lead)], date(2026, 1, 1)
    ).run()


class Shifts:
    """The shifts of `days` successive local dates, made ready to be run with any seed.

    Parameters
    ----------
    run, world, leads, first_day, days
        As for `simulator.shift.run_shifts`.

    Raises
    ------
    Unsupported
        For what the fast path cannot simulate exactly; the message names it.
    """

    def __init__(
        self,
        run: RunSettings,
        world: WorldSettings,
        leads: Iterable[tuple[str, Lead]],
        first_day: date,
        days: int = 1,
    ) -> None:
        prepare.refuse(run, world)
        start_ns, _ = shift_on(world.floor, first_day)
        _, end_ns = shift_on(world.floor, first_day + timedelta(days=days - 1))
        self.plan = prepare.plan(run, world, leads, start_ns, end_ns + ns(LAST_CALLS_S), end_ns)

    def run(self, seed: int | None = None, make_pacer: MakePacer = pacer_of) -> Result:
        """Run them, by default with the seed of the world. Lets other threads run meanwhile."""
        return run_plan(self.plan, self.plan.world.seed if seed is None else seed, make_pacer)


def run_plan(plan: prepare.Plan, seed: int, make_pacer: MakePacer = pacer_of) -> Result:
    """Run what was prepared."""
    campaign, agents = plan.campaign, plan.world.floor.agents
    room = 4096 + 64 * agents + 8 * campaign.lines + int(200 * campaign.calls_per_s)
    segments = plan.segments[1:]
    while True:
        pacer = prepare.make_pacer(plan, make_pacer)
        held = compiled.compiled(pacer, plan.calls, segments)
        sim = prepare.begin(plan, seed, held, room)
        loop.run(sim, plan.drain_ns)
        if not sim.floor[0]["short"]:
            compiled.give_back(held, pacer, segments)
            return Result(plan, sim, pacer)
        room *= 2


def run_shifts(
    run: RunSettings,
    world: WorldSettings,
    leads: Iterable[tuple[str, Lead]],
    first_day: date,
    days: int = 1,
    *,
    make_pacer: MakePacer = pacer_of,
) -> Result:
    """Run the shifts of `days` successive local dates; parameters as for `simulator.shift.run_shifts`.

    Raises
    ------
    Unsupported
        For what the fast path cannot simulate exactly; the message names it.
    """
    return Shifts(run, world, leads, first_day, days).run(make_pacer=make_pacer)
