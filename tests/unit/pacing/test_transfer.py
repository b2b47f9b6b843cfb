"""Robot-then-human: the rule, its tables, and whom the guard counts."""

from __future__ import annotations

import numpy as np
import pytest

import pacing
from pacing import (
    Abandoned,
    Answered,
    Ended,
    Launched,
    Pacer,
    PacingInput,
    Transferred,
    gate,
    lookahead,
    memory,
    rings,
    transfer,
)
from pacing.robot_then_human import RobotThenHuman


def followed(ring: np.ndarray, talk: np.ndarray, age: int, horizon_s: float) -> float:
    """P(a ring ends after `age` bins, and a talk that follows is over within `horizon_s`), summed as it is written."""
    chance = 0.0
    for j in range(age, rings.BINS):
        left_s = horizon_s - (j - age + 0.5) * rings.BIN_S
        if left_s > 0.0:
            chance += (ring[j + 1] - ring[j]) * rings.over_by(talk, left_s)
    return chance


@pytest.mark.parametrize("seed", range(3))
def test_tables_are_the_sums_to_the_last_bit_and_follow_their_laws(seed: int) -> None:
    ahead, draws = transfer.make_ahead(), np.random.default_rng(seed)
    for _ in range(2):
        ring, talk = (np.concatenate([[0.0], np.cumsum(draws.exponential(size=rings.BINS))]) for _ in range(2))
        ring, talk = ring / ring[-1], talk / talk[-1]
        for _ in range(2):  # the second time they stand already
            transfer.look(ahead, ring, talk)
            assert ahead.both[:-1].tolist() == [followed(ring, talk, 0, k * rings.BIN_S) for k in range(rings.BINS)]
            for row, tau_s in enumerate(ahead.tau_s):
                assert tau_s == rings.quantile(ahead.both, (2 * row + 1) / 6)
                assert ahead.soon[row].tolist() == [followed(ring, talk, k, tau_s) for k in range(rings.BINS + 1)]


def tables() -> transfer.Ahead:
    ahead = transfer.make_ahead()
    transfer.look(ahead, rings.exponential(10.0), rings.lognormal(20.0, 20.0, 0.5, 60.0))
    return ahead


@pytest.mark.parametrize("age_s", [0.0, 5.0, 20.0])
def test_ring_and_talk_follow_each_other(age_s: float) -> None:
    ahead, rng = tables(), np.random.default_rng(1)
    sigma = np.sqrt(np.log(1.25))
    ring_s = rng.exponential(10.0, 400_000)
    talk_s = 20.0 + rng.lognormal(np.log(20.0) - sigma**2 / 2, sigma, ring_s.size)
    talk_s = np.minimum(talk_s, 60.0)
    assert ahead.tau_s == pytest.approx(np.quantile(ring_s + talk_s, [1 / 6, 3 / 6, 5 / 6]), abs=0.6)
    for tau_s, soon in zip(ahead.tau_s, ahead.soon, strict=True):
        drawn = ((ring_s > age_s) & (ring_s + talk_s <= age_s + tau_s)).mean()
        assert soon[int(age_s / rings.BIN_S)] == pytest.approx(drawn, abs=0.012)


def held(lines: int, share: float, calls: int) -> memory.Memory:
    law = rings.exponential(10.0)
    made = memory.make(lines, answer_share=share, talk_s=180.0, wrap_s=20.0, live=law, dead=law)
    made.number[memory.DRIFT_VAR] = 1e-9
    for _ in range(calls):
        memory.launched(made, 0.0, share)
    return made


def lines_for(idle: int, theta: float, *, ringing: int = 0, with_robot: int = 0, plain: bool = False) -> int:
    run = transfer.plan.py_func if plain else transfer.plan
    work = lookahead.make_work(400, 40)
    ring, robot = held(200, 0.3, ringing), held(200, 0.3, with_robot)
    return run(
        ring, robot, tables(), theta, work, 3.0, idle, 10 - idle, 0, 0, 150, 2.0, lookahead.NOBODY, lookahead.NEVER_S
    ).launch


def test_more_idle_agents_more_lines_and_whoever_talks_with_the_robot_weighs_more_than_a_ring() -> None:
    assert [lines_for(idle, 0.02) for idle in range(5)] == sorted(lines_for(idle, 0.02) for idle in range(5))
    alone = lines_for(3, 0.02)
    assert 0 < lines_for(3, 0.02, with_robot=1) < lines_for(3, 0.02, ringing=1) <= alone
    assert lines_for(3, 0.01) < alone < lines_for(3, 0.1)


@pytest.mark.parametrize(("idle", "ringing", "with_robot"), [(0, 5, 3), (4, 20, 2), (9, 90, 12)])
def test_compiled_and_plain_rule_agree(idle: int, ringing: int, with_robot: int) -> None:
    facts = {"ringing": ringing, "with_robot": with_robot}
    assert lines_for(idle, 0.02, **facts) == lines_for(idle, 0.02, **facts, plain=True)


def test_the_gate_counts_both_and_lets_nothing_beyond_what_the_window_bears() -> None:
    work = lookahead.make_work(400, 40)

    def within(bears: int, with_robot: int, talking: int = 0) -> int:
        ring, robot = held(200, 0.3, 10), held(200, 0.3, with_robot)
        high = lookahead.high_drift(ring, 3.0, gate.CAUTION)
        return transfer.within(ring, robot, tables(), work, 3.0, high, bears, 60, talking, 0, 2.0)

    allowed = [within(bears, 6) for bears in range(14)]
    assert allowed[0] == 0
    assert allowed == sorted(allowed) and allowed[-1] > 0
    assert within(13, 12) < allowed[13] < within(13, 6, talking=30)


# The policy ----------------------------------------------------------------------------------------


def pacer(**settings: float) -> Pacer:
    return pacing.create("robot_then_human", lines=60, calls_per_s=50.0, **settings)


def live(pacer: Pacer, calls: int, *, start_s: float = 0.0) -> float:
    """Every third call is answered, and every third of these is transferred after 30 s."""
    t_s = start_s
    for number in range(calls):
        t_s, call = t_s + 100.0, f"{start_s}/{number}"
        pacer.observe(Launched(t_s, call, 0.3))
        if number % 3:
            pacer.observe(Ended(t_s + 20.0, call))
            continue
        pacer.observe(Answered(t_s + 8.0, call, True))
        if number % 9 == 0:
            pacer.observe(Transferred(t_s + 38.0, call))
        pacer.observe(Ended(t_s + 48.0, call))
    return t_s


def terms(pacer: Pacer, t_s: float) -> dict[str, float]:
    return dict(pacer.decide(PacingInput(t_s, 2, 0, 8, 0, 0, 60)).terms)


def test_an_answered_call_goes_to_the_robot_and_only_a_transfer_counts_for_the_budget() -> None:
    own = pacer()
    own.observe(Launched(0.0, "a", 0.3))
    own.observe(Answered(5.0, "a", True))
    assert {name: terms(own, 5.0)[name] for name in ("in_flight", "with_robot", "transferred")} == {
        "in_flight": 0,
        "with_robot": 1,
        "transferred": 0,
    }
    own.observe(Transferred(40.0, "a"))
    own.observe(Abandoned(42.0, "a"))
    said = terms(own, 42.0)
    assert (said["with_robot"], said["transferred"], said["abandoned"]) == (0, 1, 1)


def test_the_shares_of_answers_and_of_transfers_and_the_talk_are_learned_apart() -> None:
    own = pacer(transfer_share=0.15, robot_s=10.0)
    said = terms(own, live(own, 900) + 50.0)
    assert said["answer_share"] == pytest.approx(1 / 3, abs=0.04)
    assert said["transfer_share"] == pytest.approx(1 / 3, abs=0.06)
    assert isinstance(own.policy, RobotThenHuman)
    assert 25.0 < rings.quantile(own.policy.robot.memory.live, 0.5) <= 30.5


def test_a_restart_forgets_nothing() -> None:
    own, twin = pacer(), pacer()
    t_s = live(own, 100)
    own.observe(Launched(t_s + 60.0, "x", 0.3))
    own.observe(Launched(t_s + 60.0, "y", 0.3))
    own.observe(Answered(t_s + 65.0, "y", True))
    twin.load(own.state())
    for one in (own, twin):
        live(one, 30, start_s=t_s + 70.0)
    later_s = t_s + 4000.0
    for idle in range(9):
        floor = PacingInput(later_s, idle, 0, 9 - idle, 1, 0, 60)
        assert twin.decide(floor) == own.decide(floor)
    assert twin.state() == own.state()


@pytest.mark.parametrize(
    ("settings", "word"), [({"transfer_share": 1.0}, "transfer_share must be"), ({"robot_s": 0.0}, "robot_s must be")]
)
def test_settings_out_of_range_are_refused(settings: dict[str, float], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        pacer(**settings)
