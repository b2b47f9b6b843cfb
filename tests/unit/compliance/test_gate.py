"""What the gate does besides the rules: suppression, names of attempts, its state."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from strategies.compliance.gate import SUPPRESSION, Gate
from strategies.compliance.packs import load_packs
from strategies.compliance.records import Consent, Contact, Verdict
from strategies.compliance.rulebook import (
    Applies,
    ConsecutiveDays,
    Frequency,
    Hours,
    Lockout,
    PackChoice,
    Rolling,
    Rulebook,
)

REG_F = PackChoice("us-reg-f", accept_unreviewed=True)
HOUR = 3_600_000_000_000
NOON = 1_780_329_600_000_000_000  # 2026-06-01 12:00 in New York
CONTACT = Contact("p", "a", "p/0", "c", ("America/New_York",))
HEAD: dict[str, Any] = {"pack": "p", "says": "", "source": "§ 1", "status": "H"}
GAP = Frequency(id="GAP", key=("person",), counts=("ring",), limit=1, window=Rolling(90), **HEAD)
STOP = Lockout(id="STOP", key=("person", "account"), after=("conversation",), window=ConsecutiveDays(7), **HEAD)


def test_the_empty_rulebook_allows() -> None:
    gate = Gate(Rulebook())
    gate.reserve("1", CONTACT, NOON)
    gate.settle("1", "conversation", NOON)
    assert gate.check(msgspec.structs.replace(CONTACT, zones=()), NOON) == Verdict(0)


@pytest.mark.parametrize("scope", ["person", "account", "number"])
def test_do_not_contact_needs_no_rule_and_never_ends(scope: str) -> None:
    gate = Gate(Rulebook())
    gate.suppress(scope, getattr(CONTACT, scope), "letter of 2026-05-28")
    gate.suppress(scope, getattr(CONTACT, scope), "a later one")
    verdict = gate.check(CONTACT, NOON)
    assert [(reason.rule, reason.source, reason.until_ns) for reason in verdict.reasons] == [
        (SUPPRESSION, "letter of 2026-05-28", None)
    ]
    assert verdict.until_ns is None
    assert verdict.reasons[0].detail == "do_not_contact"
    other = Contact("q", "b", "q/0", "c", CONTACT.zones)
    assert gate.check(other, NOON).allowed
    assert Gate.restore(Rulebook(), gate.state()).check(CONTACT, NOON) == verdict


def test_no_other_scope_can_be_suppressed() -> None:
    with pytest.raises(ValueError, match="campaign cannot be suppressed; use one of person, account, number"):
        Gate(Rulebook()).suppress("campaign", "c", "me")


def test_two_agents_cannot_both_pass() -> None:
    gate = Gate(Rulebook(rules=(GAP,)))
    assert gate.check(CONTACT, NOON) == Verdict(1)
    gate.reserve("1", CONTACT, NOON)
    verdict = gate.check(CONTACT, NOON)
    assert verdict.until_ns == NOON + HOUR * 3 // 2
    assert verdict.reasons[0].source == "§ 1"
    assert verdict.reasons[0].detail == "limit_reached"


def test_an_attempt_is_reserved_and_settled_once() -> None:
    gate = Gate(Rulebook(rules=(GAP,)))
    gate.reserve("c/1/1", CONTACT, NOON)
    with pytest.raises(ValueError, match="attempt c/1/1 is reserved already"):
        gate.reserve("c/1/1", CONTACT, NOON)
    gate.settle("c/1/1", "ring", NOON)
    with pytest.raises(KeyError, match="c/1/1"):
        gate.settle("c/1/1", "ring", NOON)


def test_caps_keep_the_time_of_the_reservation_and_lockouts_that_of_the_end() -> None:
    gate = Gate(Rulebook(rules=(GAP, msgspec.structs.replace(STOP, window=Rolling(90)))))
    gate.reserve("1", CONTACT, NOON)
    gate.settle("1", "ring", NOON + HOUR)
    gate.reserve("2", msgspec.structs.replace(CONTACT, person="q"), NOON)
    gate.settle("2", "conversation", NOON + HOUR)
    assert gate.check(CONTACT, NOON + HOUR).until_ns == NOON + HOUR * 3 // 2
    assert gate.check(msgspec.structs.replace(CONTACT, person="q"), NOON + HOUR).until_ns == NOON + HOUR * 5 // 2


def test_settling_what_is_older_than_every_window_takes_nothing_else_back() -> None:
    gate = Gate(Rulebook(rules=(GAP,)))
    gate.reserve("old", CONTACT, NOON)
    gate.reserve("new", CONTACT, NOON + 5 * HOUR)  # forgets the time of the first
    gate.settle("old", "none", NOON + 5 * HOUR)
    assert not gate.check(CONTACT, NOON + 5 * HOUR).allowed
    gate.settle("new", "none", NOON + 5 * HOUR)
    assert gate.check(CONTACT, NOON + 5 * HOUR).allowed


def test_a_conversation_counts_from_its_end_even_when_its_beginning_is_forgotten() -> None:
    gate = Gate(Rulebook(rules=(msgspec.structs.replace(STOP, window=Rolling(60)),)))
    gate.reserve("1", CONTACT, NOON)
    gate.reserve("2", msgspec.structs.replace(CONTACT, person="q"), NOON + 5 * HOUR)
    gate.state()
    gate.settle("1", "conversation", NOON + 5 * HOUR)
    assert gate.check(CONTACT, NOON + 5 * HOUR).until_ns == NOON + 6 * HOUR


def test_nothing_is_stored_for_whoever_was_only_asked_about_or_has_expired() -> None:
    rulebook = Rulebook(rules=(GAP, STOP))
    gate = Gate(rulebook)
    empty = gate.state()
    for index in range(50):
        gate.check(msgspec.structs.replace(CONTACT, person=f"q{index}"), NOON)
    assert gate.state() == empty
    for index in range(50):
        gate.reserve(str(index), msgspec.structs.replace(CONTACT, person=f"q{index}"), NOON)
        gate.settle(str(index), "conversation", NOON)
    assert b"q49" in gate.state()
    gate.reserve("later", CONTACT, NOON + 24 * 8 * HOUR)
    assert b"q49" not in gate.state()


def test_the_state_does_not_depend_on_the_order_within_an_instant() -> None:
    gates = []
    for order in ((1, 2), (2, 1)):
        gate = Gate(Rulebook(rules=(GAP, STOP)))
        for index in order:
            gate.reserve(str(index), msgspec.structs.replace(CONTACT, person=f"q{index}"), NOON)
            gate.suppress("person", f"r{index}", "me")
        gates.append(gate.state())
    assert gates[0] == gates[1]


@pytest.mark.parametrize("state", [b"", b"\x93", b"nonsense"])
def test_a_damaged_state_is_refused(state: bytes) -> None:
    with pytest.raises(ValueError, match="the state of the compliance gate cannot be read"):
        Gate.restore(Rulebook(), state)


def test_the_state_of_another_rulebook_is_refused() -> None:
    with pytest.raises(ValueError, match="belongs to another rulebook"):
        Gate.restore(Rulebook(rules=(STOP,)), Gate(Rulebook(rules=(GAP,))).state())


def test_rules_that_count_the_same_may_differ_in_limit_and_window() -> None:
    weekly = msgspec.structs.replace(GAP, id="WEEK", limit=2, window=ConsecutiveDays(7))
    robots = msgspec.structs.replace(GAP, id="ROBOTS", applies=Applies(mode=("robot",)))
    gate = Gate(Rulebook(rules=(GAP, weekly, robots)))
    for index in range(2):
        gate.reserve(str(index), CONTACT, NOON + index * 2 * HOUR)
        gate.settle(str(index), "ring", NOON + index * 2 * HOUR)
    assert [reason.rule for reason in gate.check(CONTACT, NOON + 2 * HOUR).reasons] == ["GAP", "WEEK"]
    assert [reason.rule for reason in gate.check(CONTACT, NOON + 5 * HOUR).reasons] == ["WEEK"]
    robot = msgspec.structs.replace(CONTACT, mode="robot")
    assert gate.check(robot, NOON + 5 * HOUR).checked == 3


def test_the_shipped_packs_allow_an_ordinary_afternoon_and_say_what_they_asked() -> None:
    gate = Gate(load_packs(["house", REG_F]))
    assert gate.check(CONTACT, NOON + 3 * HOUR) == Verdict(12)


def test_reasons_are_keys_that_name_nobody() -> None:
    gate = Gate(load_packs(["house", REG_F]))
    gate.reserve("1", CONTACT, NOON - 6 * HOUR)
    reasons = gate.check(CONTACT, NOON - 5 * HOUR).reasons
    assert {reason.rule: reason.detail for reason in reasons} == {
        "HOUSE-HOURS": "closed",
        "HOUSE-GAP": "limit_reached",
        "HOUSE-ABANDONED": "locked_out",
        "US-REGF-TIME": "closed",
        "US-REGF-FREQ-B": "locked_out",
    }
    assert "p/0" not in repr(reasons)


def test_a_verdict_does_not_depend_on_what_was_asked_before() -> None:
    """The hours meet only while New York is 12 hours behind Shanghai, so in February no opening is in sight."""
    hours = Hours(id="H", open=(((480, 540), (1200, 1260)),) * 7, **HEAD)
    rulebook = Rulebook(rules=(hours,))
    contact = msgspec.structs.replace(CONTACT, zones=("America/New_York", "Asia/Shanghai"))
    gate, untils = Gate(rulebook), []
    for index in range(24 * 20):
        t_ns = NOON - (100 * 24 - index) * HOUR  # from 2026-02-21
        untils.append(gate.check(contact, t_ns).until_ns)
        assert untils[-1] == Gate(rulebook).check(contact, t_ns).until_ns
    opening = NOON - (85 * 24 + 4) * HOUR  # 2026-03-08 08:00 in New York
    assert untils[0] is None
    assert opening in untils


def test_a_withdrawn_consent_does_not_come_back_from_an_older_list() -> None:
    given, withdrawn = 5, 9
    consent = Consent("p", "hours", given, "tape", channel="voice")
    gate = Gate(Rulebook())
    gate.give(consent)
    assert gate.has_consent(consent)
    gate.withdraw("p", "hours", withdrawn)
    for after in (gate, Gate.restore(Rulebook(), gate.state())):
        after.give(consent)
        assert after.has_consent(consent)  # nothing new: it was withdrawn
        assert after.state() == gate.state()
        later = msgspec.structs.replace(consent, given_ns=withdrawn + 1)
        assert not after.has_consent(later)
        assert not after.has_consent(msgspec.structs.replace(consent, topic="robot"))
