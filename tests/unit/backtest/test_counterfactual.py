"""A counterfactual replay repeats what was recorded, and says how much it had to model."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dialer.core.effects import PlaceCall, Why
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.units import ns
from simulator.counterfactual.recorded import NEAR_S, Recorded, RecordedPeople
from simulator.counterfactual.what_if import Answer, what_if
from simulator.history.read import open_history
from simulator.world.people import Fate, People
from simulator.world.settings import WorldSettings
from tests.unit.backtest.floors import SETTINGS, write_floor

RUNS = 6
PLACED_NS = ns(1_781_514_000)
WORLD = WorldSettings(seed=4)


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counterfactual")
    write_floor(folder / "history", (1.0, 1.0, 1.0))
    return folder / "history"


def answer(floor: Path, settings: RunSettings) -> Answer:
    with open_history(floor) as database:
        return what_if(database, settings, "UTC", runs=RUNS)


def changed(**changes: object) -> RunSettings:
    (campaign,) = SETTINGS.campaigns
    return msgspec.structs.replace(SETTINGS, campaigns=(msgspec.structs.replace(campaign, **changes),))


def test_the_same_policy_is_mostly_recorded_and_comes_out_as_it_was(floor: Path) -> None:
    found = answer(floor, SETTINGS)
    assert found.modelled_share < 0.25
    for line in found.lines:
        if line.figure in ("placed", "contacts", "reached"):
            assert line.simulated == pytest.approx(line.real, rel=0.1), line


def test_another_policy_needs_more_of_the_model_and_is_less_sure(floor: Path) -> None:
    same, other = answer(floor, SETTINGS), answer(floor, changed(max_attempts=20, ring_timeout_s=60.0))
    assert other.modelled_share > same.modelled_share + 0.2
    width = [{line.figure: line.high - line.low for line in found.lines} for found in (same, other)]
    assert width[1]["contacts"] > width[0]["contacts"]


def call(attempt: int = 1, timeout_s: float = 25.0) -> PlaceCall:
    why = Why("M1", 1, attempt, "", 0)
    return PlaceCall(f"cards/l1/{attempt}", "cards", "l1", "p1", "p1/0", attempt, timeout_s, None, why)


def people(**changes: object) -> RecordedPeople:
    was = Recorded(PLACED_NS, "person", ns(9), ns(25), ns(120), "promise", 5000)._replace(**changes)
    return RecordedPeople(WORLD, {}, {("cards", "l1", 1): was})


def test_what_was_recorded_happens_again() -> None:
    world = people()
    assert world.fate(call(), PLACED_NS + ns(600)) == Fate("person", ns(9))
    assert world.talk_ns(call(), "a01") == ns(120)
    assert world.conversation(call())[::2] == ("promise", 5000)
    assert world.modelled == {"cards/l1/1": False}


@pytest.mark.parametrize(
    ("placed", "again", "changes"),
    [
        (PLACED_NS, call(attempt=2), {}),
        (PLACED_NS + ns(2 * NEAR_S), call(), {}),
        (PLACED_NS, call(timeout_s=40.0), {"end": "no_answer", "ring_ns": ns(25)}),
    ],
    ids=["another attempt", "another hour", "a longer time-out"],
)
def test_what_does_not_fit_is_the_models(placed: int, again: PlaceCall, changes: dict[str, object]) -> None:
    world = people(**changes)
    assert world.fate(again, placed) == People(WORLD, {}).fate(again, placed)
    assert world.modelled == {again.call: True}


def test_a_shorter_time_out_ends_the_recorded_ring() -> None:
    world = people()
    assert world.fate(call(timeout_s=5.0), PLACED_NS) == Fate("no_answer", ns(5))
    assert world.modelled == {"cards/l1/1": False}


def test_a_person_whom_nobody_spoke_to_talks_as_modelled() -> None:
    world = people(talk_ns=None, disposition="abandoned")
    assert world.fate(call(), PLACED_NS).end == "person"
    assert world.talk_ns(call(), "a01") == People(WORLD, {}).talk_ns(call(), "a01")
    assert world.modelled == {"cards/l1/1": True}


def test_a_campaign_of_another_name_takes_the_leads_but_no_records(floor: Path) -> None:
    renamed = RunSettings((CampaignSettings("other", "progressive"),), SETTINGS.rulebook)
    assert answer(floor, renamed).modelled_share == 1.0
