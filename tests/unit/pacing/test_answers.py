"""The joint filter: what it learns, how sure it is of it, and that it stays within its room."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from benchmarks.answer_share import WORLDS, Cells, Joint, calls, score
from pacing import answers


def parts_of(segment: int, attempt: int, hour: int) -> np.ndarray:
    parts = np.zeros(answers.PARTS, np.int64)
    answers.set_parts(parts, segment, attempt, hour)
    return parts


def teach(held: answers.Answers, *lists: tuple[np.ndarray, float], times: int, told: float = 0.2) -> None:
    """Let calls of several kinds end in turn, each kind answered with its own chance."""
    rng = np.random.default_rng(1)
    for _ in range(times):
        for parts, share in lists:
            answers.learn(held, parts, answers.log_odds(told), bool(rng.random() < share))


def expected(held: answers.Answers, parts: np.ndarray, told: float) -> float:
    return answers.share_of(answers.log_odds(told) + answers.common(held) + answers.effect(held, parts))


def test_a_segment_is_learned_and_another_one_keeps_its_own() -> None:
    held, good, bad = answers.make(), parts_of(0, 1, 9), parts_of(1, 1, 9)
    teach(held, (good, 0.35), (bad, 0.1), times=1000)
    assert expected(held, good, 0.2) == pytest.approx(0.35, abs=0.04)
    assert expected(held, bad, 0.2) == pytest.approx(0.1, abs=0.03)


def test_what_is_new_takes_after_what_all_have_in_common() -> None:
    held = answers.make()
    teach(held, *((parts_of(segment, 1, 9), 0.35) for segment in range(6)), times=300)
    unseen = parts_of(20, 1, 9)
    assert expected(held, unseen, 0.2) == pytest.approx(0.35, abs=0.06), "the level has moved, not each segment alone"
    assert answers.variance(held, unseen) > 4 * answers.variance(held, parts_of(0, 1, 9)), "and is less sure"


def test_few_calls_of_a_segment_are_shrunk() -> None:
    held = answers.make()
    teach(held, (parts_of(0, 1, -1), 0.2), times=2000)
    rare = parts_of(1, 1, -1)
    for answered in (True, True, True):
        answers.learn(held, rare, answers.log_odds(0.2), answered)
    assert 0.2 < expected(held, rare, 0.2) < 0.32, "three answers of three are not 100 %"


def test_a_call_without_facts_rests_on_drift_and_level_alone() -> None:
    held, parts = answers.make(), parts_of(-1, 1, -1)
    teach(held, (parts, 0.3), times=50)
    assert list(parts) == [answers.DRIFT, answers.LEVEL, 0, 0, 0, 0]
    assert answers.effect(held, parts) == 0.0
    assert held.cov[answers.NOTHING].tolist() == [0.0] * answers.SIZE
    assert answers.variance(held, parts) == pytest.approx(answers.common_var(held))


@pytest.mark.parametrize(
    ("segment", "attempt", "hour", "places"),
    [
        (0, 2, 0, (answers.ATTEMPT, answers.WEEKDAY, answers.HOUR, answers.SEGMENT)),
        (999, 99, 167, (answers.WEEKDAY - 1, answers.HOUR - 1, answers.SEGMENT - 1, answers.SIZE - 1)),
        (24, 6, 24, (answers.WEEKDAY - 1, answers.WEEKDAY + 1, answers.HOUR, answers.SIZE - 1)),
        (-1, 0, 168, (0, 0, 0, 0)),
    ],
)
def test_whatever_is_told_has_a_place_in_the_room(
    segment: int, attempt: int, hour: int, places: tuple[int, ...]
) -> None:
    assert tuple(parts_of(segment, attempt, hour)[2:]) == places


def test_a_night_forgets_the_drift_and_little_else() -> None:
    held, parts = answers.make(), parts_of(0, 1, 9)
    for share in (0.2, 0.4):
        for _ in range(20):
            answers.passed(held, 900.0)
            teach(held, (parts, share), times=40)
    level, segment = held.mean[answers.LEVEL], held.mean[answers.SEGMENT]
    assert held.mean[answers.DRIFT] > 0.1
    before = answers.variance(held, parts)
    answers.passed(held, answers.NIGHT_S)
    assert held.mean[answers.DRIFT] == 0.0
    assert (held.mean[answers.LEVEL], held.mean[answers.SEGMENT]) == (level, segment)
    assert answers.variance(held, parts) > before
    for _ in range(400):
        answers.night(held)
    assert np.diag(held.cov)[answers.LEVEL :] == pytest.approx(answers.PRIOR_VAR[answers.LEVEL :], rel=0.05)


def test_the_covariance_stays_one() -> None:
    held, rng = answers.make(), np.random.default_rng(3)
    for number in range(20_000):
        parts = parts_of(int(rng.integers(30)), int(rng.integers(1, 9)), int(rng.integers(168)))
        answers.passed(held, 30.0 if number % 900 else answers.NIGHT_S)
        answers.learn(held, parts, answers.log_odds(float(rng.uniform(0.02, 0.6))), bool(rng.random() < 0.2))
    assert np.allclose(held.cov, held.cov.T, atol=1e-9)
    assert np.linalg.eigvalsh(held.cov).min() > -1e-9
    assert np.isfinite(held.mean).all() and np.abs(held.mean).max() < 3.0


@pytest.mark.parametrize("kind", ["usual", "segments differ much", "hours differ much"])
def test_the_stated_intervals_hold_what_they_promise(kind: str) -> None:
    scores = [score(Joint(), list(calls(WORLDS[kind], 3, 200, seed))) for seed in range(100, 104)]
    assert 0.75 <= np.mean([each.inside for each in scores]) <= 0.95
    assert 0.85 <= np.mean([each.slope for each in scores]) <= 1.15


def test_partial_pooling_beats_both_ends() -> None:
    world = list(calls(WORLDS["usual"], 3, 200, 7))
    ours = score(Joint(), world)
    full = score(Cells(lambda _: (), 500.0), world)
    none = score(Cells(lambda call: (call.segment, call.hour % 24, call.attempt), 500.0), world)
    assert ours.excess < 0.5 * min(full.excess, none.excess)
    assert ours.rare_error < min(full.rare_error, none.rare_error)


def test_compiled_and_plain_filter_agree() -> None:
    compiled, plain, rng = answers.make(), answers.make(), np.random.default_rng(5)
    one, other = np.zeros(answers.PARTS, np.int64), np.zeros(answers.PARTS, np.int64)
    for number in range(60):
        facts = int(rng.integers(-1, 30)), int(rng.integers(1, 9)), int(rng.integers(-1, 168))
        told, answered = float(rng.normal(-1.4, 0.5)), bool(rng.random() < 0.2)
        elapsed_s = answers.NIGHT_S if number == 40 else 60.0
        answers.set_parts(one, *facts)
        answers.set_parts.py_func(other, *facts)
        answers.passed(compiled, elapsed_s)
        answers.passed.py_func(plain, elapsed_s)
        assert answers.learn(compiled, one, told, answered) == pytest.approx(
            answers.learn.py_func(plain, other, told, answered)
        )
        assert (one == other).all()
        for function in (answers.common, answers.common_var):
            assert function(compiled) == pytest.approx(function.py_func(plain))
        for function in (answers.effect, answers.variance):
            assert function(compiled, one) == pytest.approx(function.py_func(plain, other))
    assert compiled.mean == pytest.approx(plain.mean)
    assert compiled.cov == pytest.approx(plain.cov)
    answers.night.py_func(plain)
    answers.night(compiled)
    assert compiled.cov == pytest.approx(plain.cov)
    for share in (0.0, 0.2, 1.0):
        assert answers.log_odds(share) == pytest.approx(answers.log_odds.py_func(share))
        assert answers.share_of(share) == pytest.approx(answers.share_of.py_func(share))
    assert sqrt(answers.variance(compiled, one)) > 0.0
