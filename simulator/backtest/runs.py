"""Runs of a calibrated world, each with other people and with laws that could be the true ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from simulator.backtest.figures import Counting, Outcome
from simulator.backtest.plan import Plan
from simulator.calibrate.assemble import Pick, assemble
from simulator.calibrate.evidence import Evidence
from simulator.shift import run_shifts
from simulator.world.build import MakePeople
from simulator.world.floor import shift_on
from simulator.world.people import People
from simulator.world.settings import WorldSettings


def replicate(evidence: Evidence, plan: Plan, seed: int, numbers: Sequence[int]) -> Iterator[Outcome]:
    """Yield the outcome of a plan in each of the worlds `numbers` that could be the true one."""
    known = date.fromisoformat(evidence.days[-1])
    days = ((plan.first - known).days, (plan.last - known).days)
    for number in numbers:
        yield simulate_plan(assemble(evidence, Pick(seed, number, days)), plan)


def simulate_plan(world: WorldSettings, plan: Plan, make_people: MakePeople = People) -> Outcome:
    """Return what becomes of a plan in a world; `make_people` as for `simulator.world.build.build`."""
    start_ns, _ = shift_on(world.floor, plan.first)
    end_ns, _ = shift_on(world.floor, plan.last + timedelta(days=1))
    total = Outcome()
    for batch in plan.batches:
        counting = Counting(start_ns, end_ns)
        days = (batch.last - batch.first).days + 1
        run_shifts(
            plan.settings,
            world,
            batch.leads,
            batch.first,
            days,
            on_entry=counting.take,
            make_people=make_people,
        )
        total = total.plus(counting.outcome())
    return total
