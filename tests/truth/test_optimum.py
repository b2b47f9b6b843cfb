"""The optimal policy, run in the simulator, does what the exact solution of the memoryless floor says.

Talk and ringing are exponential, answered or not; whoever answers while no agent is idle is abandoned at once.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from dialer.core.units import seconds
from pacing.optimal import Optimum, solve
from simulator.world.laws import Exponential
from tests.truth.exact import Estimate, controlled, estimate
from tests.truth.floor import AT_ONCE, START_NS, OrderUpTo, Waits, campaign, run, world

TALK_S, RING_S, ANSWER, LIMIT_SHARE = 120.0, 12.0, 0.25, 0.03
WARM_UP_S, OBSERVED_S = 900.0, 7200.0


def observe(agents: int, best: Optimum, seed: int) -> Waits:
    """Return two hours of `agents`, who dial by the two tables that meet the limit, one after the other."""
    people = world(
        seed=seed,
        agents=agents,
        talk=Exponential(mean_s=TALK_S),
        answer_share=ANSWER,
        busy_share=1.0,  # who does not answer is engaged: the ringing of both ends after the time to set up
        set_up=Exponential(mean_s=RING_S),
        ring=AT_ONCE,
    )
    to_s = WARM_UP_S + OBSERVED_S
    seen = Waits(WARM_UP_S, to_s)
    bolder_until_s = seconds(START_NS) + WARM_UP_S + best.bolder_share * OBSERVED_S
    pacer = OrderUpTo(best.bolder_order_up_to, best.order_up_to, bolder_until_s)
    settings = campaign(mode="ratio", answer_grace_s=0.0, ring_timeout_s=600.0)
    # Whoever talks last talks on for a while.
    until_s = to_s + 12 * TALK_S
    run(settings, people, int(1.5 * agents * until_s / TALK_S / ANSWER), until_s, seen, make_pacer=lambda _: pacer)
    return seen


class Outcome(NamedTuple):
    """The exact solution, and what was seen: the busy share, and that of the abandoned among those who answered."""

    exact: Optimum
    busy: Estimate
    lost: Estimate


def measure(agents: int, replications: int) -> Outcome:
    best = solve(agents, ANSWER, TALK_S, RING_S, LIMIT_SHARE)
    runs = [observe(agents, best, seed) for seed in range(replications)]
    answers = [len(seen.answerers) for seen in runs]
    expected = best.occupancy * agents * OBSERVED_S / TALK_S / (1 - LIMIT_SHARE)
    assert estimate(answers).agrees(expected, within_share=0.05)
    return Outcome(
        best,
        busy=controlled([seen.busy_s / OBSERVED_S / agents for seen in runs], answers, expected),
        lost=estimate([sum(person.lost for person in seen.answerers) / len(seen.answerers) for seen in runs]),
    )


SMALL = {2: (0.753, 100), 5: (0.795, 50), 10: (0.839, 30)}
LARGE = {20: (0.886, 30), 50: (0.934, 20), 100: (0.958, 20)}
"""By agents: the known occupancy, and replications."""


@pytest.mark.parametrize("agents", [*SMALL, *(pytest.param(agents, marks=pytest.mark.soak) for agents in LARGE)])
def test_the_optimal_policy_reaches_the_exact_limit(agents: int) -> None:
    occupancy, replications = (SMALL | LARGE)[agents]
    exact, busy, lost = measure(agents, replications)
    assert exact.occupancy == pytest.approx(occupancy, abs=0.001)
    assert busy.agrees(exact.occupancy, within_share=0.02)
    assert lost.agrees(LIMIT_SHARE, within_share=0.25)
