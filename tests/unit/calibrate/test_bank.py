"""A world from real outbound calls talks as they did, and takes as many contacts."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bank_world import compare


def test_a_world_from_bank_clients(tmp_path: Path) -> None:
    found = compare(10, tmp_path)
    assert found.distance < 0.03
    assert found.simulated == pytest.approx(found.real, abs=0.04)
    by_hour = found.world.people.answer_share_by_hour
    # PhoneBurner's best and worst hour of the day shift.
    assert max(by_hour[9:18]) == pytest.approx(by_hour[10], rel=0.1)
