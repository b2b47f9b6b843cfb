"""The baselines do what their descriptions say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pacing.baselines import connect_rate, recent_history, vicidial
from pacing.baselines.connect_rate import ConnectRate
from pacing.baselines.keyed import uniform
from pacing.baselines.recent_history import RecentHistory
from pacing.baselines.vicidial import AVERAGE, HARD_LIMIT, TAPERED, Vicidial
from pacing.policy import Policy
from pacing.records import Abandoned, Answered, Connected, Ended, Launched, PacingInput

USUAL = {
    "level": 2.0,
    "difference": 3.0,
    "agents": 10.0,
    "target": 0.0,
    "intensity_pct": 0.0,
    "max_level": 3.0,
    "method": HARD_LIMIT,
    "limit_pct": 3.0,
    "calls_minute": 10.0,
    "minute_pct": 0.0,
    "calls_day": 900.0,
    "day_pct": 1.0,
    "now_hhmm": 1400,
    "latest_hhmm": 2100,
    "threshold": 0.0,
    "present": 10.0,
}

VECTORS: list[tuple[dict[str, Any], float]] = [
    ({"level": 1.0, "difference": 6.0}, 1.6),
    ({"level": 1.0, "difference": 6.0, "target": -1.0}, 1.5),
    ({"difference": -3.0}, 1.4),
    ({"difference": -3.0, "intensity_pct": 40.0}, 1.64),
    ({"difference": -3.0, "intensity_pct": -40.0}, 1.16),
    ({"intensity_pct": 40.0}, 2.84),
    ({"intensity_pct": -40.0}, 2.36),
    ({"difference": 10.0}, 3.0),
    ({"agents": 30.0}, 2.2),
    ({"difference": -12.0}, 1.0),
    ({"difference": 0.0}, 2.0),
    ({"calls_minute": 21.0, "minute_pct": 51.0}, 1.3),
    ({"calls_minute": 20.0, "minute_pct": 90.0}, 2.6),
    ({"day_pct": 3.01}, 1.0),
    ({"day_pct": 3.0}, 2.6),
    ({"method": AVERAGE, "day_pct": 3.5}, 1.3),
    ({"method": TAPERED, "day_pct": 3.5}, 1.82),
    ({"method": TAPERED, "day_pct": 3.5, "now_hhmm": 900}, 2.6),
    ({"method": TAPERED, "day_pct": 3.5, "now_hhmm": 2030}, 1.0),
    ({"day_pct": 9.0, "calls_day": 50.0}, 2.6),
    (
        {
            "level": 3.0,
            "difference": 0.0,
            "method": AVERAGE,
            "day_pct": 3.5,
            "calls_minute": 21.0,
            "minute_pct": 51.0,
        },
        1.0,
    ),
    ({"threshold": 11.0}, 1.0),
]


@pytest.mark.parametrize(("case", "level"), VECTORS)
def test_vicidial_level_vectors(case: dict[str, Any], level: float) -> None:
    arguments = (USUAL | case).values()
    assert vicidial.next_level(*arguments) == pytest.approx(level, abs=1e-9)
    assert vicidial.next_level.py_func(*arguments) == pytest.approx(level, abs=1e-9)


def test_vicidial_places_lines_by_tally() -> None:
    for available_only, expected in ((0.0, 3 * 14 - 10), (1.0, 3 * 4)):
        numbers = vicidial.make(HARD_LIMIT, available_only=available_only)
        vicidial.morning(numbers, 0.0)
        numbers[vicidial.LEVEL] = 3.0
        assert vicidial.propose(numbers, 0.0, 4, 10, 2, 0, 0) == expected
        assert vicidial.propose(numbers, 1.0, 4, 10, 2, 0, 0) == 0, "the next cycle is due after 2.5 s"
        assert vicidial.propose(numbers, 2.5, 4, 10, 2, 5, 1) == expected - 6


def test_vicidial_level_follows_the_mean_of_fifteen_samples() -> None:
    numbers = vicidial.make(HARD_LIMIT)
    for second in range(15):
        vicidial.propose(numbers, float(second), 6 if second < 10 else 0, 2, 2, 0, 0)
        assert numbers[vicidial.LEVEL] == 1.0
    vicidial.propose(numbers, 15.0, 0, 2, 2, 0, 0)
    agents, ready = (10 * 10 + 5 * 4) / 15, 6 * 10 / 15
    assert numbers[vicidial.LEVEL] == round(1.0 + ready / agents, 3)


def test_vicidial_sees_drops_once_a_minute_and_forgets_them_at_midnight() -> None:
    numbers = vicidial.make(HARD_LIMIT, midnight_s=-86_000.0)
    vicidial.propose(numbers, 0.0, 5, 5, 0, 0, 0)
    for _ in range(60):
        vicidial.launched(numbers)
        vicidial.answered(numbers)
    vicidial.abandoned(numbers)
    vicidial.abandoned(numbers)
    vicidial.propose(numbers, 59.0, 5, 5, 0, 0, 0)
    assert numbers[vicidial.LEVEL] == 3.0
    vicidial.propose(numbers, 60.0, 5, 5, 0, 0, 0)
    assert numbers[vicidial.LEVEL] == 1.0, "2 of 60 answers are 3.3 %"
    vicidial.propose(numbers, 401.0, 5, 5, 0, 0, 0)
    assert numbers[vicidial.DROPS_DAY] == 0


def test_connect_rate_ratio() -> None:
    assert connect_rate.ratio_of(500.0, 100.0, 3.0, 2.0, 3.0, 10.0) == 1.0
    assert connect_rate.ratio_of(500.0, 100.0, 0.0, 2.0, 3.0, 10.0) == pytest.approx(5.0 * 1.2)
    assert connect_rate.ratio_of(500.0, 100.0, 2.0, 2.0, 3.0, 10.0) == pytest.approx(5.0 * 1.099)
    assert connect_rate.ratio_of(500.0, 100.0, 2.5, 2.0, 3.0, 10.0) == pytest.approx(
        max(1.0, 5.0 * 0.5 * 110 / 3 / 100)
    )
    assert connect_rate.ratio_of(500.0, 0.0, 0.0, 2.0, 3.0, 10.0) == 1.0


def test_connect_rate_is_progressive_at_first_and_covers_an_hour() -> None:
    numbers = connect_rate.make()
    assert connect_rate.propose(numbers, 0.0, 10, 4, 1) == 5
    for call in range(200):
        connect_rate.landed(numbers, call * 0.1, call % 4 == 0)
    assert connect_rate.propose(numbers, 29.0, 10, 0, 0) == 10
    assert connect_rate.propose(numbers, 30.0, 10, 0, 0) == 48, "4 calls an answer, times 1.2"
    assert connect_rate.propose(numbers, 3599.0, 10, 0, 0) == 48
    assert connect_rate.propose(numbers, 3660.0, 10, 0, 0) == 10


def test_recent_history_needs_callers_and_attempts() -> None:
    numbers = recent_history.make()
    for attempt in range(49):
        recent_history.finished(numbers, float(attempt), attempt % 5 == 0, 60.0 if attempt % 5 == 0 else -1.0)
    assert recent_history.best_ratio(numbers, 60.0, 10) == 1.0
    recent_history.finished(numbers, 50.0, False, -1.0)
    assert recent_history.best_ratio(numbers, 60.0, 4) == 1.0
    assert recent_history.best_ratio(numbers, 60.0, 10) > 1.0
    assert recent_history.best_ratio(numbers, 3000.0, 10) == 1.0, "attempts are recent for half an hour"


def test_recent_history_slows_down_over_the_limit_and_asks_once_a_second() -> None:
    numbers = recent_history.make()
    recent_history.launched(numbers, 0.0)
    numbers[recent_history.RATIO], numbers[recent_history.SIMULATE_AT_S] = 2.0, 1e9
    assert recent_history.propose(numbers, 0.0, 10, 5, 3, 0) == 17
    assert recent_history.propose(numbers, 0.5, 10, 5, 3, 0) == 0
    recent_history.answered(numbers)
    recent_history.abandoned(numbers, 0.6)
    assert recent_history.propose(numbers, 1.0, 10, 5, 3, 0) == 12
    assert recent_history.propose(numbers, 700.0, 10, 5, 3, 0) == 7, "silence for ten minutes: one line each"


def test_recent_history_simulation_is_keyed_and_abandons_more_at_higher_ratios() -> None:
    talks = np.array([30.0, 60.0, 200.0])
    one = recent_history.simulated(10, 1.0, 0.2, talks, 7)
    assert one == recent_history.simulated(10, 1.0, 0.2, talks, 7)
    assert one[1] == 0.0, "one line for each idle agent abandons nobody"
    five = [recent_history.simulated(10, 5.0, 0.2, talks, key) for key in range(50)]
    assert np.mean([work for work, _ in five]) > one[0]
    assert 0.02 < np.mean([lost for _, lost in five]) < 0.5
    with np.errstate(over="ignore"):
        assert recent_history.simulated.py_func(10, 5.0, 0.2, talks, 3) == five[3]


def test_keyed_numbers_are_uniform_and_apart() -> None:
    drawn = np.array([[uniform(seed, stream, n) for n in range(2000)] for seed in range(3) for stream in range(3)])
    assert abs(drawn.mean() - 0.5) < 0.01
    assert abs(drawn.std() - 12**-0.5) < 0.01
    assert np.abs(np.corrcoef(drawn) - np.eye(9)).max() < 0.1
    assert np.unique(drawn).size == drawn.size
    with np.errstate(over="ignore"):
        assert uniform.py_func(1, 2, 3) == uniform(1, 2, 3)


@pytest.mark.parametrize("make", [Vicidial, ConnectRate, RecentHistory])
def test_the_classes_count_calls_and_restore(make: type[Any]) -> None:
    policy: Policy = make()
    twin: Policy = make()
    for second in range(600):
        for one in (policy, twin):
            t_s, call = float(second), f"c{second}"
            one.observe(Launched(t_s, call, 0.5))
            if second % 3 == 0:
                one.observe(Answered(t_s + 0.5, call, by_person=True))
                one.observe(Connected(t_s + 0.5, call) if second % 2 else Abandoned(t_s + 0.5, call))
            one.observe(Ended(t_s + 0.9, call))
        floor = PacingInput(t_s + 0.9, idle=5, reserved=1, busy=4, in_flight=2, waiting=0, lines_free=90)
        assert policy.propose(floor, 0.0) == twin.propose(floor, 0.0)
        if second == 300:
            twin = make()
            twin.load(policy.state())
    held = policy.state()
    assert held["ringing"] == []
    assert held["talking_since_s"] == {}
    proposal = policy.propose(floor._replace(t_s=700.0), 0.0)
    assert proposal.launch >= 0
    assert proposal.review_s is not None and 0 < proposal.review_s <= 30


def test_vicidial_class_counts_talk_and_wrap_apart() -> None:
    """At level 2: five agents with a call, one of them reserved, and one in wrap who has none."""
    policy = Vicidial()
    policy.numbers[vicidial.LEVEL] = 2.0
    floor = PacingInput(0.0, idle=0, reserved=1, busy=5, in_flight=0, waiting=0, lines_free=90, wrapping=1)
    assert policy.propose(floor, 0.0).launch == 2 * 5 - 5


@pytest.mark.parametrize("wrong", [{"method": "ADAPT"}, {"max_level": 0.5}])
def test_vicidial_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be|there are"):
        Vicidial(**wrong)
