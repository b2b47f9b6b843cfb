"""The compiled floor against SimPy: calls per second in each mode, the same floor in plain SimPy and Ciw, whole shifts.

All sides run in one process, one after the other, and are timed in processor seconds; compiling is not timed. Whole
shifts are timed by the clock on the wall, on as many cores as `--cores` says; with fewer than 1,000 of them, what 1,000
take is worked out in proportion, with their preparing once, and ``--shifts 1000`` runs them all.
Preparing turns leads and settings into arrays, once for all seeds. The plain models know no kernel, no journal and no
pacing beyond one line for each idle agent: they show what a simulation library costs by itself.

Run: ``python -m benchmarks.fast_path [--agents 50] [--hours 3] [--shifts 20] [--cores 2] [--bell 1000]``
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import perf_counter, process_time
from typing import Any

import ciw
import numpy as np
import simpy

from benchmarks.pacing.caches import forget_stale
from dialer.core.effects import AnyEffect, PlaceCall
from dialer.core.events import AnyEvent
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from pacing.baselines.keyed import uniform
from simulator.fast import Shifts
from simulator.models import bell_canada
from simulator.shift import run_shifts as run_by_simpy
from simulator.world.settings import WorldSettings
from strategies.compliance.rulebook import Rulebook

DAY = date(2026, 3, 2)
MODES = ("progressive", "ratio", "predictive", "robot", "robot_then_human")
ANSWER_SHARE, RING_S, FAIL_S, TALK_S, WRAP_S = 0.2, 15.0, 25.0, 150.0, 30.0
"""The plain models' floor, whose times are exponential; about that of the default world."""


def leads(count: int) -> list[tuple[str, Lead]]:
    """Return as many persons with one number each."""
    return [("c", Lead(f"l{n}", f"p{n}", f"a{n}", "all", 0, (f"p{n}/0",), ("Europe/London",))) for n in range(count)]


def floor(mode: str, agents: int, hours: int) -> tuple[RunSettings, WorldSettings, list[tuple[str, Lead]]]:
    """Return the floor of a mode: the default world, enough leads, the default redial rules."""
    campaign = CampaignSettings(
        "c", mode, lines=10 * agents, calls_per_s=50.0, lines_per_agent=1.5, shift_s=hours * 3600.0
    )
    world = WorldSettings.model_validate({"seed": 1, "floor": {"agents": agents, "shift_end": f"{9 + hours:02d}:00"}})
    per_hour = 400 if mode == "robot" else 120
    return RunSettings((campaign,), Rulebook()), world, leads(per_hour * agents * hours)


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """Return what `run` returns, and the processor seconds that it took."""
    began = process_time()
    result = run()
    return result, process_time() - began


def by_simpy(run: RunSettings, world: WorldSettings, people: Iterable[tuple[str, Lead]]) -> int:
    """Return how many calls the SimPy driver places."""
    calls = 0

    def see(_event: AnyEvent, effects: tuple[AnyEffect, ...], _record: object) -> None:
        nonlocal calls
        calls += sum(isinstance(effect, PlaceCall) for effect in effects)

    run_by_simpy(run, world, people, DAY, on_entry=see)
    return calls


def plain_simpy(agents: int, seconds: float) -> int:
    """Return how many calls agents with a line each make in a bare SimPy model."""
    env, calls = simpy.Environment(), 0

    def agent(number: int) -> Any:
        nonlocal calls
        own = 0

        def draw(stream: int, mean_s: float) -> float:
            return -mean_s * float(np.log(uniform(number, stream, own)))

        while True:
            calls, own = calls + 1, own + 1
            if uniform(number, 0, own) < ANSWER_SHARE:
                yield env.timeout(draw(1, RING_S))
                yield env.timeout(draw(2, TALK_S))
                yield env.timeout(draw(3, WRAP_S))
            else:
                yield env.timeout(draw(1, FAIL_S))

    for number in range(agents):
        env.process(agent(number))
    env.run(seconds)
    return calls


def plain_ciw(agents: int, seconds: float) -> int:
    """Return how many calls as many agents make in a bare Ciw model: dialling, and a second node of talk and wrap.

    Ciw has no agents that dial, so a customer is an agent's line: it is served at one node until the call is
    answered or fails, and goes on to talk or back.
    """
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([1e-6, 1e9]), None],
        batching_distributions=[ciw.dists.Deterministic(agents), ciw.dists.Deterministic(1)],
        service_distributions=[
            ciw.dists.Exponential(1.0 / (ANSWER_SHARE * RING_S + (1.0 - ANSWER_SHARE) * FAIL_S)),
            ciw.dists.Exponential(1.0 / (TALK_S + WRAP_S)),
        ],
        number_of_servers=[agents, agents],
        routing=[[1.0 - ANSWER_SHARE, ANSWER_SHARE], [1.0, 0.0]],
    )
    ciw.seed(1)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(seconds)
    return sum(record.node == 1 for record in simulation.get_all_records())


def compare(modes: Sequence[str], agents: int, hours: int) -> None:
    """Print calls per second of every side."""
    print(f"{agents} agents, {hours} h, calls per processor second")
    print(f"{'':20}{'calls':>9}{'SimPy':>10}{'compiled':>11}{'ratio':>8}{'with preparing':>16}{'ratio':>8}")
    for mode in modes:
        run, world, people = floor(mode, agents, hours)
        calls, simpy_s = timed(lambda: by_simpy(run, world, people))  # noqa: B023
        Shifts(run, world, people[:50], DAY).run()  # compiles
        shifts, prepare_s = timed(lambda: Shifts(run, world, people, DAY))  # noqa: B023
        result, run_s = timed(shifts.run)
        assert len(result.calls) == calls
        whole_s = prepare_s + run_s
        print(
            f"{mode:20}{calls:9}{calls / simpy_s:10.0f}{calls / run_s:11.0f}{simpy_s / run_s:8.0f}"
            f"{calls / whole_s:16.0f}{simpy_s / whole_s:8.0f}",
            flush=True,
        )
    for name, model in (("plain SimPy", plain_simpy), ("plain Ciw", plain_ciw)):
        model(2, 100.0)
        calls, model_s = timed(lambda: model(agents, hours * 3600.0))  # noqa: B023
        print(f"{name:20}{calls:9}{calls / model_s:10.0f}")


def whole_shifts(modes: Sequence[str], agents: int, shifts: int, cores: int) -> None:
    """Print what many shifts of nine hours take; the leads are prepared once for all of them."""
    print(
        f"\n{shifts} shifts of {agents} agents, 9 h each, on {cores} cores; minutes on the wall, and processor minutes"
    )
    print(f"{'':20}{'calls a shift':>14}{'preparing':>11}{'wall':>9}{'of 1,000':>10}{'processor':>11}{'of 1,000':>10}")
    for mode in modes:
        prepared, prepare_s = timed(lambda: Shifts(*floor(mode, agents, 9), DAY))  # noqa: B023
        wall_s, spent_s = perf_counter(), process_time()
        with ThreadPoolExecutor(cores) as pool:
            calls = list(pool.map(lambda seed: prepared.run(seed).totals.calls, range(shifts)))  # noqa: B023
        wall, spent = (perf_counter() - wall_s) / 60, (process_time() - spent_s) / 60
        once = prepare_s / 60
        print(
            f"{mode:20}{np.mean(calls):14.0f}{once:11.2f}{wall:9.2f}{once + wall * 1000 / shifts:10.1f}"
            f"{spent:11.2f}{once + spent * 1000 / shifts:10.1f}",
            flush=True,
        )


def bell(days: int) -> None:
    """Print the figures of the blended day beside the published ones."""
    bell_canada.run_days([0])
    figures, took_s = timed(lambda: bell_canada.run_days(range(days)))
    print(f"\nBell Canada, {days} days in {took_s:.2f} s; published: 1,000 days")
    print(f"{'':28}{'published':>11}{'ours':>11}{'in errors':>11}")
    found = bell_canada.summary(figures)
    for name, theirs in bell_canada.PUBLISHED.items():
        ours = found[name]
        error = (ours.sd**2 / days + theirs.sd**2 / 1000) ** 0.5
        print(f"{name:28}{theirs.mean:11.3f}{ours.mean:11.3f}{(ours.mean - theirs.mean) / error:11.2f}")


def main() -> None:
    """Run what the options say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--hours", type=int, default=3, help="length of the shift that is compared; 0: none")
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES)
    parser.add_argument("--shifts", type=int, default=20, help="shifts of nine hours; 1,000 take a while")
    parser.add_argument("--cores", type=int, default=1, help="threads that the whole shifts are shared out to")
    parser.add_argument("--bell", type=int, default=1000, help="days of the blended centre")
    options = parser.parse_args()
    forget_stale()
    if options.hours:
        compare(options.modes, options.agents, options.hours)
    if options.shifts:
        whole_shifts(options.modes, options.agents, options.shifts, options.cores)
    if options.bell:
        bell(options.bell)


if __name__ == "__main__":
    main()
