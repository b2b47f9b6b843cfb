"""What the kernel tells the compliance gate: records about persons, and warnings on placed calls."""

from __future__ import annotations

from typing import Any

import msgspec

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.kernel import Kernel
from strategies.compliance.records import Contact, PastContact
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


def test_contacts_from_before_the_run_count() -> None:
    """A conversation and two tries of yesterday: one person is locked out, the other has one try left of three."""
    cap = Frequency(id="CAP", key=("person",), counts=("ring",), limit=3, window=ConsecutiveDays(7), **HEAD)
    floor = floor_under(STOP, cap)
    assert floor.kernel.is_news(e.ContactsRemembered(0, (), last=True))
    yesterday_ns = 10**9
    past = (
        PastContact(Contact("p1", "a1", "p1/0", "c", ()), yesterday_ns, yesterday_ns + 5, "conversation"),
        *(
            PastContact(Contact("p2", "a2", "p2/0", "c", ()), yesterday_ns + n, yesterday_ns + n + 1, "ring")
            for n in (1, 3)
        ),
    )
    floor.do(e.ContactsRemembered, contacts=past[:2])
    floor.do(e.ContactsRemembered, contacts=past[2:], last=True)
    assert not floor.kernel.is_news(e.ContactsRemembered(0, (), last=True)), "a restart does not tell them again"
    assert denied(add(floor, 1, 2)) == ["STOP"]
    assert [placed.lead for placed in floor.got(f.PlaceCall)] == ["l2"]
    kept = floor.kernel.snapshot()
    assert Kernel.restore(floor.settings, kept, floor.leads_added).snapshot() == kept
    more = PastContact(Contact("p3", "a3", "p3/0", "c", ()), yesterday_ns)
    floor.do(e.ContactsRemembered, contacts=(more,) * 3)
    assert denied(add(floor, 3)) == ["STOP", "CAP"], "what became of them is not known: they count as the worst"


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
