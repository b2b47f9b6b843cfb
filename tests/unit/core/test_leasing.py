"""Accounts that are not anybody's: claimed by agents, or dispatched to one."""

from __future__ import annotations

import msgspec
import pytest

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.kernel import Kernel
from dialer.core.lead import Assigned
from dialer.core.settings import LeaseSettings, Mode
from dialer.core.units import ns
from tests.unit.core.floors import HandFloor, lead

GRAB = Assigned("grab")


class Desks(HandFloor):
    """A floor whose leads are assigned; leases last a minute, an agent holds two accounts."""

    def __init__(self, *assigned: Assigned | None, mode: Mode = "progressive") -> None:
        super().__init__(mode, leads=0, lines_per_agent=3.0)
        self.settings = msgspec.structs.replace(self.settings, lease=LeaseSettings(2, 60.0))
        self.kernel = Kernel(self.settings)
        leads = tuple(lead(number, assigned=whose) for number, whose in enumerate(assigned))
        self.do(e.LeadsAdded, campaign="c", leads=leads)

    def leases(self) -> list[tuple[str, str, bool, str]]:
        return [(it.agent, it.account, it.until_ns is not None, it.reason) for it in self.got(f.SetLease)]

    def placed(self) -> list[tuple[str, str | None]]:
        return [(call.lead, call.agent) for call in self.got(f.PlaceCall)]


@pytest.mark.parametrize("mode", ["progressive", "ratio", "predictive"])
def test_an_account_is_called_once_claimed_and_for_its_holder(mode: Mode) -> None:
    floor = Desks(GRAB, GRAB, mode=mode).ready("ann", "bob")
    assert floor.all(f.PlaceCall) == []
    floor.do(e.CaseClaimed, agent="bob", account="a1")
    assert floor.leases() == [("bob", "a1", True, "")]
    assert floor.placed() == [("l1", "bob")]
    assert floor.got(f.SetLease)[0].until_ns == ns(floor.t_s + 60)


def test_preview_offers_a_claimed_account_to_its_holder() -> None:
    floor = Desks(GRAB, mode="preview").ready("ann", "bob").do(e.CaseClaimed, agent="bob")
    assert [(offer.agent, offer.lead) for offer in floor.got(f.OfferLead)] == [("bob", "l0")]


def test_a_held_account_is_nobody_elses_until_the_lease_ends() -> None:
    floor = Desks(GRAB, GRAB, GRAB).ready("ann").do(e.CaseClaimed, agent="ann")
    floor.do(e.AgentLoggedIn, agent="bob", campaigns=("c",))
    assert floor.do(e.CaseClaimed, agent="bob", account="a0").leases() == [("bob", "a0", False, "taken")]
    assert floor.do(e.CaseRenewed, agent="bob", account="a0").leases() == [("bob", "a0", False, "not held")]
    floor.do(e.CaseRenewed, agent="ann", account="a0")
    assert floor.leases() == [("ann", "a0", True, "")]
    floor.do(e.CallEnded, call="c/l0/1", cause="no_answer")
    floor.fire("lease").fire("lease")  # the first was set before the lease was renewed
    assert floor.leases() == [("ann", "a0", False, "expired")]
    assert floor.do(e.CaseClaimed, agent="bob", account="a0").leases() == [("bob", "a0", True, "")]


def test_an_agent_holds_so_many_and_gives_back_what_others_may_claim() -> None:
    floor = Desks(GRAB, GRAB, GRAB).do(e.AgentLoggedIn, agent="ann", campaigns=("c",))
    for _ in range(2):
        floor.do(e.CaseClaimed, agent="ann")
    assert floor.do(e.CaseClaimed, agent="ann").leases() == [("ann", "", False, "limit")]
    assert floor.do(e.CaseReturned, agent="ann", account="a0").leases() == [("ann", "a0", False, "returned")]
    floor.ready("bob").do(e.CaseClaimed, agent="bob")
    assert floor.placed() == [("l0", "bob")]


def test_an_account_that_needs_no_more_calls_leaves_the_desk() -> None:
    floor = Desks(GRAB).ready("ann").do(e.CaseClaimed, agent="ann").talk("c/l0/1", "ann")
    floor.do(e.CallEnded, call="c/l0/1", cause="normal")
    floor.do(e.CallDispositioned, call="c/l0/1", disposition="promise")
    assert floor.leases() == [("ann", "a0", False, "done")]
    assert floor.do(e.CaseClaimed, agent="ann", account="a0").leases() == [("ann", "a0", False, "closed")]


def test_skills_are_needed_to_claim() -> None:
    floor = Desks(Assigned("grab", needs=("legal",)))
    floor.do(e.AgentLoggedIn, agent="ann", campaigns=("c",))
    assert floor.do(e.CaseClaimed, agent="ann", account="a0").leases() == [("ann", "a0", False, "skill")]
    floor.do(e.AgentLoggedIn, agent="bob", campaigns=("c",), skills=("legal",))
    assert floor.do(e.CaseClaimed, agent="bob").leases() == [("bob", "a0", True, "")]


def test_leases_survive_a_restart() -> None:
    floor = Desks(GRAB, GRAB).ready("ann").do(e.CaseClaimed, agent="ann", account="a1")
    floor.do(e.CallEnded, call="c/l1/1", cause="busy")
    floor.kernel = Kernel.restore(floor.settings, floor.kernel.snapshot(), floor.leads_added)
    floor.do(e.EngineStarted, recovered=True).ready("bob", "ann")
    assert floor.do(e.CaseClaimed, agent="bob", account="a1").leases() == [("bob", "a1", False, "taken")]
    assert floor.do(e.CaseClaimed, agent="bob").leases() == [("bob", "a0", True, "")]


def test_without_claims_in_the_strategy_nothing_can_be_claimed() -> None:
    floor = HandFloor().ready("ann").do(e.CaseClaimed, agent="ann")
    assert [it.reason for it in floor.got(f.SetLease)] == ["nothing"]


def test_a_dispatched_account_waits_for_its_agent_or_prefers_it() -> None:
    floor = Desks(Assigned("require", "bob"), Assigned("prefer", "bob"), Assigned("require"), mode="progressive")
    assert floor.ready("ann").all(f.PlaceCall)[0].lead == "l1"
    assert [(call.lead, call.agent) for call in floor.all(f.PlaceCall)] == [("l1", "ann")]
    floor.ready("bob")
    assert floor.placed() == [("l0", "bob")]
    floor.ready("cat")
    assert floor.placed() == []


def test_an_answered_call_goes_to_the_agent_it_prefers() -> None:
    floor = Desks(Assigned("prefer", "cat"), mode="ratio").ready("ann")
    floor.do(e.AgentLoggedIn, agent="cat", campaigns=("c",)).do(e.AgentReady, agent="cat")
    floor.do(e.CallAnswered, call="c/l0/1", by="person")
    assert [(it.call, it.agent) for it in floor.got(f.Bridge)] == [("c/l0/1", "cat")]


def test_a_new_plan_gives_the_holder_the_new_lead() -> None:
    floor = Desks(GRAB).do(e.AgentLoggedIn, agent="ann", campaigns=("c",)).do(e.CaseClaimed, agent="ann")
    later = msgspec.structs.replace(lead(0, assigned=GRAB), id="l0-later")
    floor.do(e.LeadsAdded, campaign="c", leads=(later,), plan="later").do(e.AgentReady, agent="ann")
    assert floor.placed() == [("l0-later", "ann")]
