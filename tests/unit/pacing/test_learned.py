"""What a pacer carries over to a later run: what was learned, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import pacing
from pacing import Abandoned, Answered, Ended, Launched, PacingInput, Transferred, answers, budget

SETTINGS = {"lines": 40, "abandon_limit_share": 0.03, "shift_s": 28_800.0}


def worked(policy: str, days: int = 1) -> pacing.Pacer:
    """Return a pacer after some shifts, with calls in the air, part of its budget spent and theta steered."""
    pacer, rng = pacing.create(policy, **_own(policy)), np.random.default_rng(5)
    for number in range(1500 * days):
        t_s, call = 10.0 * number, f"c{number}"
        pacer.observe(Launched(t_s, call, 0.2, f"s{number % 3}", 1 + number % 4, number // 360 % 168))
        if rng.random() < (0.1, 0.2, 0.4)[number % 3]:
            pacer.observe(Answered(t_s + 6.0, call, True))
            if policy == "robot_then_human":
                pacer.observe(Transferred(t_s + 30.0, call))
            if number % 20 == 0:
                pacer.observe(Abandoned(t_s + 32.0, call))
            pacer.observe(Ended(t_s + 60.0, call))
        else:
            pacer.observe(Ended(t_s + 20.0, call))
    pacer.observe(Launched(10.0 * 1500 * days, "still ringing", 0.2, "s1"))
    return pacer


def as_text(learned: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(learned, allow_nan=False))


@pytest.mark.parametrize("policy", ["predictive", "robot_then_human", "ratio", "progressive", "vicidial"])
def test_twice_is_once(policy: str) -> None:
    learned = as_text(worked(policy).learned())
    once, twice = pacing.create(policy, **_own(policy)), pacing.create(policy, **_own(policy))
    once.begin(learned)
    twice.begin(learned)
    twice.begin(learned)
    assert repr(once.state()) == repr(twice.state())
    assert as_text(once.learned())["guard"] == learned["guard"]


def _own(policy: str) -> dict[str, float]:
    return SETTINGS if policy in ("predictive", "robot_then_human") else {}


def test_a_later_run_begins_where_this_one_was_and_has_nothing_in_the_air() -> None:
    old, new = worked("predictive"), pacing.create("predictive", **SETTINGS)
    cold = pacing.create("predictive", **SETTINGS)
    new.begin(as_text(old.learned()))
    now = PacingInput(0.0, 5, 0, 0, 0, 0, 40)
    was, is_, blank = (
        pacer.decide(now._replace(t_s=t_s)).terms for pacer, t_s in ((old, 15_000.5), (new, 0), (cold, 0))
    )
    assert is_["answer_share"] == pytest.approx((0.1 + 0.2 + 0.4) / 3, abs=0.03), "the level stays, the drift is gone"
    assert is_["answer_share_sd"] < 0.8 * blank["answer_share_sd"]
    assert (is_["in_flight"], is_["answered"], is_["abandoned"]) == (0, 0, 0)
    assert (was["in_flight"], was["abandoned"]) != (0, 0)
    assert budget.fair_theta(new.guard.ledger.numbers) == budget.fair_theta(old.guard.ledger.numbers) != 0.03
    assert new.policy.ring.memory.live == pytest.approx(old.policy.ring.memory.live, abs=0.02)


def test_a_saved_day_has_had_its_night() -> None:
    old, new = worked("predictive"), pacing.create("predictive", **SETTINGS)
    new.begin(old.learned())
    held = new.policy.ring.memory.answers
    assert held.mean[answers.DRIFT] == 0.0
    assert held.cov[answers.DRIFT, answers.DRIFT] == pytest.approx(answers.DAY_SD**2)


def test_what_is_carried_is_bounded() -> None:
    short, long = (len(json.dumps(worked("predictive", days).learned())) for days in (1, 4))
    assert long < 1.3 * short < 80_000


def test_segments_beyond_the_room_share_a_place() -> None:
    pacer = pacing.create("predictive", **SETTINGS)
    for number in range(500):
        pacer.observe(Launched(float(number), f"c{number}", 0.2, f"segment {number}"))
        pacer.observe(Ended(number + 0.5, f"c{number}", "us"))
    assert len(pacer.learned()["learned"]["ring"]["segments"]) == answers.SEGMENTS - 1
    assert len(pacer.state()["policy"]["segments"]) == answers.SEGMENTS - 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("policy",), "ratio"),
        (("guard",), {}),
        (("guard", "theta"), [3.0]),
        (("guard", "theta"), [3.0, -1.0]),
        (("guard", "theta"), [float("nan"), 3.0]),
        (("learned", "ring", "mean"), [0.0]),
        (("learned", "ring", "cov"), [float("nan")] * 2080),
        (("learned", "ring", "cov"), [-1.0] * 2080),
        (("learned", "ring", "live"), [-1.0] * 240),
        (("learned", "ring", "number"), None),
        (("learned", "ring", "segments"), ["a", "a"]),
        (("learned",), []),
    ],
)
def test_what_is_damaged_is_refused(path: tuple[str, ...], value: object) -> None:
    learned = as_text(worked("predictive").learned())
    part = learned
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    with pytest.raises(ValueError, match=r"damaged|was learned by"):
        pacing.create("predictive", **SETTINGS).begin(learned)
