"""Emergency contacts where no pack speaks of them: silence allows nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from strategies.compile import compile_strategy, library
from strategies.compiled import Step
from strategies.compliance.gate import Gate
from strategies.compliance.packs import load_packs
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import Rulebook
from strategies.parties import SILENCE, calls_others, silence_rules

STRATEGY = compile_strategy(library()["late-stage"])
SILENT = silence_rules(STRATEGY, load_packs(STRATEGY.packs).rules)


def denied(party: str, places: tuple[str, ...], day: str) -> list[str]:
    contact = Contact("q1", "a1", "q1/0", "c", ("Asia/Shanghai",), party=party, places=places, about="p1")
    t_ns = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 10**9
    return [reason.rule for reason in Gate(Rulebook(rules=SILENT)).check(contact, t_ns).reasons]


def test_the_packs_speak_of_emergency_contacts_in_china_from_their_first_day_on() -> None:
    assert [(rule.place, rule.unless_in, rule.valid_to) for rule in SILENT] == [
        ("", ("CN",), None),
        ("CN", (), date(2026, 1, 29)),
    ]


@pytest.mark.parametrize(
    ("party", "places", "day", "rules"),
    [
        ("contact", ("CN",), "2026-11-23", []),
        ("contact", ("CN", "GB"), "2026-11-23", [SILENCE]),
        ("contact", (), "2026-11-23", [SILENCE]),
        ("contact", ("CN",), "2025-11-23", [f"{SILENCE}-CN"]),
        ("guarantor", ("GB",), "2026-11-23", []),
        ("debtor", (), "2026-11-23", []),
    ],
)
def test_a_silent_place_allows_nothing(party: str, places: tuple[str, ...], day: str, rules: list[str]) -> None:
    assert denied(party, places, day) == rules


def test_only_an_agent_reaches_others_and_only_about_what_is_owed() -> None:
    step = Step(id="s", due="TRUE", channel="agent_call", mode="progressive")
    assert calls_others(step)
    for other in (
        Step(id="s", due="TRUE", channel="agent_call", mode="robot_then_human"),
        Step(id="s", due="TRUE", channel="robot_call", mode="robot"),
        Step(id="s", due="TRUE", channel="sms"),
        Step(id="s", due="TRUE", channel="agent_call", mode="progressive", even_if=("paid",)),
    ):
        assert not calls_others(other)
