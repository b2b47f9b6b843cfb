"""Runs of a calibrated world, each with other people and with laws that could be the true ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from simulator import fast
from simulator.backtest.figures import Counting, Outcome, outcome_of_run
from simulator.backtest.plan import Batch, Plan
from simulator.calibrate.assemble import Pick, assemble
from simulator.calibrate.evidence import Evidence
from simulator.shift import run_shifts
from simulator.world.build import MakePeople
from simulator.world.floor import shift_on
from simulator.world.people import People
from simulator.world.settings import WorldSettings

OnRefused = Callable[[str], None]
"""Is told what the fast path does not know (`simulator.fast.Unsupported`), empty for what it simulated."""


def replicate(
    evidence: Evidence, plan: Plan, seed: int, numbers: Sequence[int], on_refused: OnRefused = lambda _: None
) -> Iterator[Outcome]:
    """Yield the outcome of a plan in each of the worlds `numbers` that could be the true one."""
    known = date.fromisoformat(evidence.days[-1])
    days = ((plan.first - known).days, (plan.last - known).days)
    for number in numbers:
        yield simulate_plan(assemble(evidence, Pick(seed, number, days)), plan, on_refused=on_refused)


def simulate_plan(
    world: WorldSettings,
    plan: Plan,
    make_people: MakePeople = People,
    on_refused: OnRefused = lambda _: None,
) -> Outcome:
    """Return what becomes of a plan in a world, on the fast path where that can.

    `make_people` is as for `simulator.world.build.build`; the fast path knows only the people of the world itself.
    """
    start_ns, _ = shift_on(world.floor, plan.first)
    end_ns, _ = shift_on(world.floor, plan.last + timedelta(days=1))
    total = Outcome()
    for batch in plan.batches:
        try:
            if make_people is not People:
                raise fast.Unsupported("recorded people")
            outcome = outcome_of_run(fast.run_shifts(*_shifts(world, plan, batch)), start_ns, end_ns)
            on_refused("")
        except fast.Unsupported as why:
            counting = Counting(start_ns, end_ns)
            run_shifts(*_shifts(world, plan, batch), on_entry=counting.take, make_people=make_people)
            outcome = counting.outcome()
            on_refused(why.what)
        total = total.plus(outcome)
    return total


def _shifts(world: WorldSettings, plan: Plan, batch: Batch) -> tuple[Any, ...]:
    days = (batch.last - batch.first).days + 1
    return plan.settings, world, batch.leads, batch.first, days
