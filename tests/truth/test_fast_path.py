"""The compiled floor against exact results, with far more calls than the SimPy driver could make.

The dialling is blind: a constant rate, whatever the agents do. Of its calls few are answered, after exponential
ringing, so the answers are nearly Poisson: their counts vary nine tenths as much, which loses a little less.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import exp

import numpy as np
import pytest

import pacing
from benchmarks.pacing.caches import forget_stale
from pacing import Pacer
from simulator.fast import Result, Shifts
from simulator.fast.records import DISPOSITION, NONE
from simulator.world.laws import Constant, Exponential, Law, Lognormal
from tests.truth.exact import Estimate, erlang_a, erlang_b, erlang_c, estimate, offered_at
from tests.truth.floor import campaign, leads, world

forget_stale()
pytestmark = pytest.mark.timeout(1800)
"""The first run after a change compiles for minutes."""

DAY = date(2026, 3, 2)
TALK_S, ANSWER, FOR_EVER_S = 30.0, 0.1, 1e6
DAY_S = 86_340.0
SEEDS = range(4)
EXPONENTIAL = Exponential(mean_s=TALK_S)
LOGNORMAL = Lognormal(mu=2.901197, sigma=1.0)


def blind(calls_per_s: float) -> Callable[[object], Pacer]:
    """Return what makes a pacer that uses every line there is, at this rate."""
    return lambda _: pacing.create("robot", calls_per_s=calls_per_s)


def observe(
    *, agents: int, erlangs: float, talk: Law = EXPONENTIAL, patience: Law | None = None, grace_s: float = FOR_EVER_S
) -> list[Result]:
    calls_per_s = erlangs / TALK_S / ANSWER
    settings = campaign(mode="ratio", answer_grace_s=grace_s, ring_timeout_s=300.0)
    people = world(
        seed=0, agents=agents, talk=talk, answer_share=ANSWER, ring=Exponential(mean_s=20.0), patience=patience
    )
    shifts = Shifts(settings, people, leads(int(DAY_S * calls_per_s * 1.01)), DAY)
    return [shifts.run(seed, blind(calls_per_s)) for seed in SEEDS]


def share(runs: list[Result], disposition: str) -> Estimate:
    """Return the share of those who answered whose calls ended so."""
    code = DISPOSITION[disposition]
    return estimate([float(np.mean(answered(run)["disposition"] == code)) for run in runs])


def answered(run: Result) -> np.ndarray:
    return run.calls[(run.calls["answered_ns"] != NONE) & (run.calls["closed_ns"] != NONE)]


def waits_s(run: Result) -> np.ndarray:
    """Return how long those who answered waited for an agent, or until they hung up; bridging takes a nanosecond."""
    calls = answered(run)
    until_ns = np.where(calls["bridged_ns"] != NONE, calls["bridged_ns"] - 1, calls["ended_ns"])
    return (until_ns - calls["answered_ns"]) / 1e9


@pytest.mark.parametrize(("agents", "talk"), [(10, EXPONENTIAL), (10, LOGNORMAL), (20, EXPONENTIAL)])
def test_the_best_of_blind_dialling_is_erlang_b(agents: int, talk: Law) -> None:
    """The bound that a predictive dialler has to beat: 3 % abandoned, whatever the law of the talk."""
    erlangs = offered_at(agents, 0.03)
    runs = observe(agents=agents, erlangs=erlangs, talk=talk, grace_s=0.0)
    assert share(runs, "abandoned").mean == pytest.approx(erlang_b(agents, erlangs), rel=0.08)
    busy = estimate([run.totals.agent_s["talking"] / DAY_S / agents for run in runs])
    assert busy.mean == pytest.approx(erlangs * 0.97 / agents, rel=0.02)


def test_endless_patience_is_erlang_c() -> None:
    runs, exact = observe(agents=5, erlangs=3.5), erlang_c(5, 3.5)
    assert share(runs, "early_hangup").mean == 0.0
    assert estimate([float(np.mean(waits_s(run) > 0)) for run in runs]).mean == pytest.approx(
        exact.wait_share, rel=0.06
    )
    assert estimate([waits_s(run).mean() for run in runs]).mean == pytest.approx(exact.wait * TALK_S, rel=0.12)


def test_exponential_patience_is_erlang_a() -> None:
    runs, exact = observe(agents=5, erlangs=5.0, patience=Exponential(mean_s=TALK_S / 2)), erlang_a(5, 5.0, 2.0)
    assert share(runs, "early_hangup").mean == pytest.approx(exact.abandon_share, rel=0.06)
    assert estimate([waits_s(run).mean() for run in runs]).mean == pytest.approx(exact.wait * TALK_S, rel=0.08)


@pytest.mark.parametrize("agents", [1, 6, 20])
def test_progressive_idle_time_is_the_same_for_any_team(agents: int) -> None:
    """Per connect, the answered ring and ``(1 - p) / p`` failed ones."""
    set_up_s, ring_s, timeout_s, answer, busy = 2.0, 8.0, 20.0, 0.4, 0.3
    people = world(
        seed=1,
        agents=agents,
        talk=EXPONENTIAL,
        answer_share=answer,
        ring=Exponential(mean_s=ring_s),
        busy_share=busy,
        set_up=Constant(value_s=set_up_s),
    )
    settings = campaign(mode="progressive", ring_timeout_s=timeout_s)
    run = Shifts(settings, people, leads(int(agents * DAY_S / 15.0)), DAY).run()
    assert run.totals.abandoned == 0
    in_time = 1 - exp(-timeout_s / ring_s)
    answers = answer * in_time
    fail_s = set_up_s + timeout_s * (1 - (1 - answer) * busy / (1 - answers))
    exact_s = set_up_s + ring_s - timeout_s * (1 - in_time) / in_time + (1 - answers) / answers * fail_s
    connects = int(np.sum(run.calls["bridged_ns"] != NONE))
    in_shift = run.minutes[: int(DAY_S / 60)].sum(axis=0)
    idle_s = sum(in_shift[run.states.index(state)] for state in ("idle", "reserved")) / 1e9 / connects
    assert idle_s == pytest.approx(exact_s, rel=5.0 / connects**0.5)
