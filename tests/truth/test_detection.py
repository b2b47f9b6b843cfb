"""Persons whom detection takes for machines are abandoned too: with them, the true share keeps the limit."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest

from dialer.core.effects import AnyEffect, PlaceCall, PlayMessage
from dialer.core.events import AnyEvent, CallAnswered
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.entry import Record
from simulator.shift import run_shifts
from simulator.world.people import People
from simulator.world.settings import WorldSettings
from strategies.compliance.rulebook import Rulebook

AGENTS, HOURS, LIMIT_SHARE, TAKEN_FOR_MACHINE_SHARE = 12, 5, 0.03, 0.012
MACHINES_PER_PERSON = 0.35 * 0.8 / 0.2
FALSE_POSITIVE_SHARE = TAKEN_FOR_MACHINE_SHARE / (TAKEN_FOR_MACHINE_SHARE + MACHINES_PER_PERSON)


class Truth(NamedTuple):
    """Persons who picked up; those who heard the safe-harbour message; those who were taken for machines."""

    persons: int
    heard_message: int
    taken_for_machines: int

    @property
    def abandon_share(self) -> float:
        return (self.heard_message + self.taken_for_machines) / self.persons


def day(seed: int, false_positive_share: float) -> Truth:
    world = WorldSettings.model_validate(
        {
            "seed": seed,
            "people": {"answer_share_by_hour": (0.2,) * 24, "reachability_concentration": None},
            "carrier": {
                "detection": {"law": "uniform", "low_s": 0.5, "high_s": 3.5},
                "taken_for_machine_share": TAKEN_FOR_MACHINE_SHARE,
            },
            "floor": {"agents": AGENTS, "shift_start": "09:00", "shift_end": f"{9 + HOURS}:00", "breaks": ()},
        }
    )
    campaign = CampaignSettings(
        "c",
        "predictive",
        lines=200,
        calls_per_s=50.0,
        shift_s=HOURS * 3600.0,
        redial={},
        abandon_limit_share=LIMIT_SHARE,
        abandon_clock="greeting_end",
        detection_false_positive_share=false_positive_share,
    )
    people, placed = People(world, {}), dict[str, tuple[PlaceCall, int]]()
    persons = heard_message = taken = 0

    def see(event: AnyEvent, effects: tuple[AnyEffect, ...], _: Record) -> None:
        nonlocal persons, heard_message, taken
        if isinstance(event, CallAnswered) and people.fate(*placed[event.call]).end == "person":
            persons += 1
            taken += event.by == "machine"
        for effect in effects:
            if isinstance(effect, PlaceCall):
                placed[effect.call] = effect, event.t_ns
            heard_message += isinstance(effect, PlayMessage)

    leads = (("c", Lead(f"l{n}", f"p{n}", f"a{n}", "all", 0, (f"p{n}/0",), ("UTC",))) for n in range(20_000))
    run_shifts(RunSettings((campaign,), Rulebook()), world, leads, date(2026, 3, 2), on_entry=see)
    return Truth(persons, heard_message, taken)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_true_share_of_abandons_keeps_the_limit(seed: int) -> None:
    truth = day(seed, FALSE_POSITIVE_SHARE)
    assert truth.taken_for_machines > 0 and truth.heard_message > 0
    assert truth.abandon_share <= LIMIT_SHARE


def test_it_would_not_without_the_setting() -> None:
    truth = day(1, 0.0)
    assert truth.heard_message <= LIMIT_SHARE * truth.persons < truth.heard_message + truth.taken_for_machines
