"""Other parties: the person comes first, somebody else only when the person was missed often enough."""

from __future__ import annotations

from typing import Any

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.kernel import Kernel
from dialer.core.units import ns
from strategies.compliance.records import Reason
from strategies.compliance.rulebook import Applies, LastResort, Rulebook
from tests.unit.core.floors import HandFloor, lead

DEBTOR = {"endpoints": ("p0/0",), "failed_attempts": 1}
OTHER: dict[str, Any] = {
    "id": "l0@q0",
    "person": "q0",
    "endpoints": ("q0/0",),
    "party": "contact",
    "about": "p0",
    "after": 3,
    "failed_attempts": 1,
}
RESORT = LastResort(
    id="LAST", pack="p", says="", source="s", status="H", days=1, zone="Etc/UTC", applies=Applies(party=("contact",))
)


def floor(rulebook: Rulebook | None = None, **other: object) -> HandFloor:
    found = HandFloor(leads=0, rulebook=rulebook, max_attempts=9)
    found.do(e.LeadsAdded, campaign="c", leads=(lead(0, **DEBTOR), lead(0, **OTHER | other)), plan="day")
    return found.ready("ann")


def numbers(found: HandFloor) -> list[str]:
    return [placed.number for placed in found.all(f.PlaceCall)]


def miss(found: HandFloor, cause: str = "no_answer") -> HandFloor:
    """Let the latest call fail and the lead come due again."""
    found.do(e.CallEnded, call=found.all(f.PlaceCall)[-1].call, cause=cause)
    if found.all(f.PlaceCall)[-1].number == "p0/0" and "due/c" in found.kernel.timers:
        found.fire("due/c")
    return found


def test_another_party_is_called_only_after_the_declared_failures() -> None:
    found = floor()
    assert numbers(found) == ["p0/0"]
    miss(found)
    assert numbers(found) == ["p0/0", "p0/0"]  # two failures: one before the plan, one now
    assert found.all(f.Defer)[0].reasons == (Reason("person-first", "strategy", "person_first", None),)
    miss(found)
    assert numbers(found) == ["p0/0", "p0/0", "q0/0"]
    why = found.all(f.PlaceCall)[-1].why
    assert (why.party, why.failed_attempts) == ("contact", 3)


def test_whoever_may_have_been_the_person_ends_the_count() -> None:
    found = floor(after=2)
    found.talk(found.all(f.PlaceCall)[-1].call, "ann")
    call = found.all(f.PlaceCall)[-1].call
    found.do(e.CallEnded, call=call, cause="normal").do(e.CallDispositioned, call=call, disposition="callback")
    found.do(e.AgentReady, agent="ann")
    assert numbers(found) == ["p0/0"]
    found.fire("due/c")
    miss(found)  # the first failure since
    assert numbers(found) == ["p0/0", "p0/0"] + ["p0/0"] * (len(numbers(found)) - 2)


def test_what_the_network_refused_is_no_attempt() -> None:
    found = floor(after=2)
    miss(found, "congestion")
    assert set(numbers(found)) == {"p0/0"}


def test_a_person_who_writes_can_be_reached() -> None:
    found = floor(after=2)
    found.do(e.ContactReceived, person="p0", account="a0", channel="sms", reach="message")
    miss(found)
    assert set(numbers(found)) == {"p0/0"}


def test_nobody_is_called_about_somebody_who_is_not_to_be_contacted() -> None:
    found = floor(after=2)
    found.do(e.SuppressionAdded, scope="person", key="p0", source="letter")
    miss(found)
    assert numbers(found) == ["p0/0"]
    assert {reason.rule for one in found.all(f.Defer) for reason in one.reasons} <= {"do-not-contact", "person-first"}


def test_a_rule_of_last_resort_can_be_fulfilled_by_the_run() -> None:
    found = floor(Rulebook(rules=(RESORT,)), after=2)
    found.do(e.AgentLoggedIn, agent="bob", campaigns=("c",)).do(e.AgentReady, agent="bob")
    assert numbers(found) == ["p0/0"]
    miss(found)
    assert "q0/0" in numbers(found)


def test_a_new_plan_begins_to_count_anew_and_closes_who_waited() -> None:
    found = floor(after=2)
    found.do(e.LeadsAdded, campaign="c", plan="next", leads=(lead(1, **OTHER | {"id": "l1@q0", "after": 9}),))
    assert list(found.kernel.view.missed) == ["a1"]
    assert found.kernel.view.missed["a1"].failed == 1


def test_who_waits_survives_a_restart() -> None:
    found = floor()
    miss(found)
    before = found.kernel
    again = Kernel.restore(found.settings, before.snapshot(), found.leads_added)
    call = found.all(f.PlaceCall)[-1].call
    event = e.CallEnded(ns(found.t_s + 1), call, "no_answer")
    assert again.step(event) == before.step(event)
    assert again.snapshot() == before.snapshot()
