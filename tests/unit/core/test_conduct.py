"""What the kernel tells the compliance gate: records about persons, and warnings on placed calls."""

from __future__ import annotations

from typing import Any

import msgspec

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.kernel import Kernel
from strategies.compliance.rulebook import (
    ConsecutiveDays,
    ConsentNeeded,
    Frequency,
    Hours,
    Lockout,
    Rolling,
    Rulebook,
)
from tests.unit.core.floors import HandFloor, lead

HEAD: dict[str, Any] = {"pack": "p", "says": "", "source": "§ 1", "status": "H"}
STOP = Lockout(
    id="STOP", key=("person", "account"), after=("conversation",), window=ConsecutiveDays(7), inbound=True, **HEAD
)
ASKED = ConsentNeeded(id="ASKED", topic="calls", **HEAD)
CLOSED = Hours(id="CLOSED", open=((),) * 7, **HEAD)


def floor_under(*rules: Any) -> HandFloor:
    return HandFloor(leads=0, rulebook=Rulebook(rules=rules)).ready("ann", "bob")


def add(floor: HandFloor, *numbers: int, **facts: Any) -> HandFloor:
    return floor.do(e.LeadsAdded, campaign="c", leads=tuple(lead(number, **facts) for number in numbers))


def denied(floor: HandFloor) -> list[str]:
    return [reason.rule for effect in floor.got(f.Defer) for reason in effect.reasons]


def test_a_call_of_the_persons_own_starts_what_a_conversation_starts() -> None:
    floor = floor_under(STOP)
    floor.do(e.ContactReceived, person="p1", account="a1", channel="voice", reach="conversation")
    assert denied(add(floor, 1, 2)) == ["STOP"]
    assert [placed.lead for placed in floor.got(f.PlaceCall)] == ["l2"]


def test_consent_is_asked_for_given_and_withdrawn() -> None:
    floor = floor_under(ASKED)
    floor.do(e.ConsentGiven, person="p1", topic="calls", source="recording 7")
    floor.do(e.ConsentGiven, person="p2", topic="calls", source="recording 8")
    floor.do(e.ConsentWithdrawn, person="p2", topic="calls")
    assert denied(add(floor, 1, 2)) == ["ASKED"]
    assert [placed.lead for placed in floor.got(f.PlaceCall)] == ["l1"]


def test_do_not_contact_by_one_channel_leaves_the_others() -> None:
    floor = floor_under()
    floor.do(e.SuppressionAdded, scope="person", key="p1", source="letter", channel="sms")
    floor.do(e.SuppressionAdded, scope="person", key="p2", source="letter", channel="voice")
    assert denied(add(floor, 1, 2)) == ["do-not-contact"]
    assert [placed.lead for placed in floor.got(f.PlaceCall)] == ["l1"]


def test_a_rule_that_only_warns_is_named_on_the_call() -> None:
    floor = floor_under(msgspec.structs.replace(CLOSED, warns=True))
    add(floor, 1)
    (placed,) = floor.got(f.PlaceCall)
    assert (placed.why.rules, placed.why.warned) == (1, ("CLOSED",))


def test_a_rule_of_one_place_binds_who_may_be_there() -> None:
    floor = floor_under(msgspec.structs.replace(CLOSED, place="US-FL"))
    add(floor, 1, places=("US-GA",))
    assert floor.got(f.PlaceCall)
    assert denied(add(floor, 2, places=("US-GA", "US-FL"))) == ["CLOSED"]


def test_a_snapshot_keeps_what_persons_said() -> None:
    cap = Frequency(id="CAP", key=("person",), counts=("message",), limit=1, window=Rolling(60), inbound=True, **HEAD)
    floor = floor_under(STOP, ASKED, cap)
    floor.do(e.ConsentGiven, person="p1", topic="calls", source="recording 7", until_ns=10**18)
    floor.do(e.ContactReceived, person="p1", account="a1", channel="sms", reach="message")
    floor.do(e.SuppressionAdded, scope="person", key="p3", source="letter", channel="voice")
    kept = floor.kernel.snapshot()
    again = Kernel.restore(floor.settings, kept, floor.leads_added)
    assert again.snapshot() == kept
    leads = e.LeadsAdded(10**10, campaign="c", leads=(lead(1), lead(2), lead(3)))
    assert again.step(leads) == floor.kernel.step(leads)
