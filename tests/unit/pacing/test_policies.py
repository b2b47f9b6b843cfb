from __future__ import annotations

import pytest

import pacing
from pacing import Abandoned, Answered, Launched, Leaving, PacingInput


def floor(**counts: float) -> PacingInput:
    return PacingInput(
        **{
            "t_s": 0.0, "idle": 0, "reserved": 0, "busy": 0, "in_flight": 0, "waiting": 0, "lines_free": 1000,
            **counts,
        }
    )  # fmt: skip


def answered(pacer: pacing.Pacer, persons: int, abandoned: int = 0) -> pacing.Pacer:
    for number in range(persons):
        pacer.observe(Answered(0.0, f"c{number}", True))
    for number in range(abandoned):
        pacer.observe(Abandoned(0.0, f"c{number}"))
    return pacer


@pytest.mark.parametrize(
    ("idle", "in_flight", "waiting", "launch"),
    [(3, 0, 0, 3), (3, 1, 0, 2), (3, 1, 1, 1), (1, 4, 0, 0), (0, 0, 0, 0)],
)
def test_progressive_dials_one_line_per_idle_agent(idle: int, in_flight: int, waiting: int, launch: int) -> None:
    pacer = pacing.create("progressive")
    assert pacer.decide(floor(idle=idle, in_flight=in_flight, waiting=waiting)).launch == launch


@pytest.mark.parametrize("policy", ["progressive", "ratio", "predictive"])
def test_no_line_for_an_agent_who_leaves_before_it_can_be_answered(policy: str) -> None:
    pacer = pacing.create(policy)
    soon, later = Leaving(5.0, idle=3), Leaving(40.0, idle=1)
    assert pacer.decide(floor(idle=3, leaving=(soon,))).launch == 0
    assert pacer.decide(floor(idle=4, leaving=(soon, later))).launch == 1


@pytest.mark.parametrize("policy", ["predictive", "robot_then_human"])
def test_the_gate_counts_only_on_agents_who_stay(policy: str) -> None:
    own = pacing.create(policy, lines=900).policy
    both, fewer = (floor(busy=busy, wrapping=busy // 2) for busy in (200, 120))
    leaving = (Leaving(1.0, talking=30, wrapping=30), Leaving(20.0, talking=10, wrapping=10))
    allowed = [own.within(told, 400, 20) for told in (both, both._replace(leaving=leaving), fewer)]
    assert allowed[0] > allowed[1] == allowed[2]


@pytest.mark.parametrize("policy", ["progressive", "ratio", "predictive", "robot"])
def test_nothing_is_launched_that_might_ring_at_closing(policy: str) -> None:
    pacer = pacing.create(policy, calls_per_s=5)
    for closes_in_s in (0.0, 27.0):
        assert pacer.decide(floor(idle=3, closes_in_s=closes_in_s)).launch == 0
    assert pacer.decide(floor(idle=3, closes_in_s=600.0)).launch > 0


def test_the_guard_says_that_the_floor_is_closing() -> None:
    assert pacing.create("progressive").decide(floor(idle=3, closes_in_s=27.0)).clamp == "closing"


@pytest.mark.parametrize(("ratio", "idle", "goal"), [(1.0, 4, 4), (1.1, 10, 11), (1.5, 3, 5), (2.5, 4, 10)])
def test_ratio_rounds_its_goal_up(ratio: float, idle: int, goal: int) -> None:
    pacer = pacing.create("ratio", lines_per_agent=ratio, abandon_limit_share=1.0, calls_per_s=100)
    decision = pacer.decide(floor(idle=idle))
    assert (decision.launch, decision.clamp, decision.terms["goal"]) == (goal, "policy", goal)


def test_robot_takes_every_line_and_needs_no_agent() -> None:
    assert pacing.create("robot", calls_per_s=100).decide(floor(lines_free=42)).launch == 42


@pytest.mark.parametrize(
    ("persons", "abandoned", "allowance"),
    # One abandon is itself an answer: 1/33 is over 3 %, 1/34 is not, so 33 other answers are needed.
    [(0, 0, 0), (32, 0, 0), (33, 0, 1), (97, 0, 3), (100, 3, 0), (133, 3, 1)],
)
def test_allowance_is_what_the_limit_still_bears(persons: int, abandoned: int, allowance: int) -> None:
    assert answered(pacing.create("ratio"), persons, abandoned).guard.ledger.allowance(0.0) == allowance


def test_guard_falls_back_to_one_line_per_agent_without_a_budget() -> None:
    decision = pacing.create("ratio", lines_per_agent=3).decide(floor(idle=4, in_flight=1))
    assert (decision.launch, decision.clamp) == (3, "guard")


def test_guard_lets_as_many_extra_lines_ring_as_may_be_abandoned() -> None:
    pacer = answered(pacing.create("ratio", lines_per_agent=3), 97)
    assert pacer.decide(floor(idle=4)).launch == 7


def test_lines_clamp() -> None:
    decision = pacing.create("progressive").decide(floor(idle=9, lines_free=2))
    assert (decision.launch, decision.clamp) == (2, "lines")


@pytest.mark.parametrize("calls_per_s", [0.25, 1.0, 2.5, 10.0])
def test_rate_clamp_spreads_launches(calls_per_s: float) -> None:
    pacer = pacing.create("progressive", calls_per_s=calls_per_s)
    t_s, launches = 0.0, []
    while t_s < 40:
        decision = pacer.decide(floor(t_s=t_s, idle=1000))
        for _ in range(decision.launch):
            pacer.observe(Launched(t_s, f"c{len(launches)}", 0.2))
            launches.append(t_s)
        assert decision.clamp == "rate"
        assert decision.review_s is not None and decision.review_s > 0
        t_s += decision.review_s
    burst = max(1, int(calls_per_s))
    for first, later in zip(launches, launches[burst:], strict=False):
        assert later - first >= burst / calls_per_s - 1e-9
    assert len(launches) >= 40 * calls_per_s


def test_state_survives_a_restart() -> None:
    first = answered(pacing.create("ratio", lines_per_agent=3), 97, 1)
    first.observe(Launched(0.0, "x", 0.2))
    second = pacing.create("ratio", lines_per_agent=3)
    second.load(first.state())
    for idle in range(20):
        assert second.decide(floor(idle=idle)) == first.decide(floor(idle=idle))


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        (
            {"policy": "wild"},
            "no policy 'wild'; there are connect_rate, predictive, progressive, ratio, recent_history",
        ),
        ({"policy": "ratio", "lines_per_agent": 0.5}, "lines_per_agent must be at least 1"),
        ({"policy": "ratio", "abandon_limit_share": 1.5}, "abandon_limit_share must be between 0 and 1"),
        ({"policy": "ratio", "calls_per_s": 0}, "calls_per_s must be positive"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, object], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        pacing.create(**settings)
