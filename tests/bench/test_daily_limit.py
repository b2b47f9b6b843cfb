"""The price of the daily limit: never more than the curve, and nothing where the day is too short for an abandon."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.pacing.daily_limit import best

SHARES = np.linspace(0.0, 0.06, 61)
OCCUPANCIES = 0.66 + 0.15 * (1.0 - np.exp(-SHARES / 0.015))
CEILING = float(np.interp(0.03, SHARES, OCCUPANCIES))


@pytest.mark.parametrize("answers", [1, 33])
def test_below_thirty_four_answers_nobody_may_be_abandoned(answers: int) -> None:
    assert best(SHARES, OCCUPANCIES, answers) == pytest.approx(OCCUPANCIES[0])


def test_thirty_four_answers_bear_one_abandon() -> None:
    """By hand: until somebody is abandoned the steepest useful point, from then on none."""
    dares = [OCCUPANCIES[0]]
    for share, occupancy in zip(SHARES[1:], OCCUPANCIES[1:], strict=True):
        served = staffed = 0.0
        careful = 1.0
        for _ in range(34):
            served += careful * (1.0 - share) + (1.0 - careful)
            staffed += careful * (1.0 - share) / occupancy + (1.0 - careful) / OCCUPANCIES[0]
            careful *= 1.0 - share
        dares.append(served / staffed)
    assert max(dares) <= best(SHARES, OCCUPANCIES, 34) < OCCUPANCIES[-1]
    assert best(SHARES, OCCUPANCIES, 34) > OCCUPANCIES[0]


def test_the_price_falls_with_the_answers_of_a_day() -> None:
    found = [best(SHARES, OCCUPANCIES, answers) for answers in (34, 68, 136, 272, 544)]
    assert found == sorted(found)
    assert 0.98 * CEILING < found[-1] < CEILING
