"""The compiled model of a blended day against the figures that its authors print for 1,000 days."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from simulator.models import bell_canada
from simulator.models.bell_canada import FIGURES, PUBLISHED

pytestmark = pytest.mark.timeout(600)
"""The first run after a change compiles."""

DAYS, PUBLISHED_DAYS = 400, 1000


@pytest.fixture(scope="module")
def days() -> np.ndarray:
    return bell_canada.run_days(range(DAYS))


@pytest.mark.parametrize("name", PUBLISHED)
def test_within_the_sampling_error_of_both(days: np.ndarray, name: str) -> None:
    ours, theirs = bell_canada.summary(days)[name], PUBLISHED[name]
    error = sqrt(ours.sd**2 / DAYS + theirs.sd**2 / PUBLISHED_DAYS)
    assert abs(ours.mean - theirs.mean) <= 3.3 * error  # 99.9 %
    assert ours.sd == pytest.approx(theirs.sd, rel=0.35)


def test_every_call_is_served_or_gives_up(days: np.ndarray) -> None:
    found = dict(zip(FIGURES, days.T, strict=True))
    for kind in ("inbound", "outbound"):
        assert (found[kind] == found[f"{kind}_served"] + found[f"{kind}_abandoned"]).all()
        assert (found[f"{kind}_busy_s" if kind == "inbound" else "blend_busy_s"] > 0).all()
    assert (found["inbound_busy_s"] <= found["inbound_staffed_s"]).all()
    assert (found["tried"] >= found["outbound"]).all()


def test_a_day_is_its_seed_alone() -> None:
    again = bell_canada.run_days([7, 3, 7])
    assert (again[0] == again[2]).all() and (again[0] != again[1]).any()
