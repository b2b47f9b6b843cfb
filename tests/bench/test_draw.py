"""The picture of occupancy against agents: what is drawn, and that it is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.pacing import draw


def cell(occupancy: float, of_answers: float, over_days: int = 0) -> dict[str, Any]:
    return {"occupancy": [occupancy, 0.01], "of_answers": [of_answers, 0.001], "over_days": over_days, "days": 3}


FLOORS = {
    f"{kind} {agents}": {
        "look_ahead": cell(0.7 + agents / 100, 0.028),
        "vicidial kept": cell(0.7, 0.02, over_days=agents == 3),
        "progressive": cell(0.66, 0.0),
        "look_ahead 0.02": cell(0.74, 0.02),
        "look_ahead 0.04": cell(0.80, 0.04),
    }
    for kind in ("memoryless", "stationary")
    for agents in (2, 3)
}


def test_who_exceeds_the_limit_is_not_drawn() -> None:
    drawn = {(row["agents"], row["policy"]) for row in draw.points(FLOORS, "stationary")}
    assert (2, "VICIdial, tuned") in drawn
    assert (3, "VICIdial, tuned") not in drawn
    assert (3, "Paceline") in drawn


def test_the_reference_is_exact_where_it_is_known_and_else_a_constant_theta_at_3_per_cent() -> None:
    exact = {row["policy"]: row["occupancy"] for row in draw.points(FLOORS, "memoryless") if row["agents"] == 2}
    assert exact[draw.LIMIT] == pytest.approx(0.753, abs=0.001)
    constant = {row["policy"]: row["occupancy"] for row in draw.points(FLOORS, "stationary") if row["agents"] == 2}
    assert constant[draw.CONSTANT] == pytest.approx(0.77)
    assert draw.LIMIT not in constant and draw.CONSTANT not in exact
    assert draw.at_limit({"look_ahead 0.02": cell(0.74, 0.02)}) is None


@pytest.mark.parametrize(("name", "start"), [("it.png", b"\x89PNG"), ("it.svg", b"<svg")])
def test_the_picture_is_written(tmp_path: Path, name: str, start: bytes) -> None:
    parts = [tmp_path / "steered.json", tmp_path / "fixed.json"]
    parts[0].write_text(json.dumps({floor: FLOORS[floor] for floor in list(FLOORS)[:2]}))
    parts[1].write_text(json.dumps({floor: FLOORS[floor] for floor in list(FLOORS)[2:]}))
    draw.main([*map(str, parts), str(tmp_path / name)])
    assert (tmp_path / name).read_bytes().startswith(start)
