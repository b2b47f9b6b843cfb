"""What users may write about the world."""

from __future__ import annotations

from datetime import time

import pytest
from pydantic import ValidationError

from simulator.world.laws import Lognormal
from simulator.world.settings import WorldSettings

TALK = {"law": "lognormal", "mu": 5, "sigma": 0.5}


def test_everything_has_a_default() -> None:
    settings = WorldSettings()
    assert settings.floor.agents == 20
    assert settings.grid_ns == 1
    assert WorldSettings.model_validate_json(settings.model_dump_json()) == settings


def test_as_written_in_a_file() -> None:
    settings = WorldSettings.model_validate(
        {
            "seed": 7,
            "grid_s": 0.25,
            "people": {"patience": None, "outcomes": {"promise": {"share": 1, "talk": TALK}}},
            "floor": {"zone": "America/New_York", "shift_start": "08:30", "shift_end": "17:00", "breaks": []},
        }
    )
    assert settings.grid_ns == 250_000_000
    assert settings.people.outcomes["promise"].talk == Lognormal(mu=5, sigma=0.5)
    assert settings.floor.shift_start == time(8, 30)


@pytest.mark.parametrize(
    ("faulty", "says"),
    [
        ({"sead": 1}, "Extra inputs"),
        ({"people": {"answer_share_by_hour": [0.2] * 23}}, "at least 24"),
        ({"people": {"answer_share_by_hour": [1.2] * 24}}, "less than or equal to 1"),
        ({"people": {"machine_share": 0.9, "busy_share": 0.2}}, "may not exceed 1 together"),
        (
            {"people": {"outcomes": {"promise": {"share": 0.9, "talk": TALK}}}},
            "add up to 1",
        ),
        (
            {"people": {"outcomes": {"sold": {"share": 1, "talk": TALK}}}},
            "no disposition sold",
        ),
        ({"people": {"ring": {"law": "weibull", "mean_s": 1}}}, "weibull"),
        ({"people": {"ring": {"law": "exponential", "mean_s": 0}}}, "greater than 0"),
        ({"people": {"ring": {"law": "exponential", "mean_s": float("nan")}}}, "finite number"),
        ({"floor": {"shift_start": 540}}, "in quotes"),
        ({"floor": {"shift_start": "9:00"}}, "two digits"),
        ({"floor": {"shift_start": "25:00"}}, "two digits"),
        ({"floor": {"agents": 10_001}}, "less than or equal to 10000"),
        ({"floor": {"shift_start": "18:00", "shift_end": "09:00"}}, "later than shift_start"),
        ({"floor": {"zone": "Middle/Earth"}}, "not an IANA time zone; write"),
    ],
)
def test_faults_are_refused_with_a_reason(faulty: dict, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        WorldSettings.model_validate(faulty)
