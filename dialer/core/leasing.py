"""Leases: accounts that agents claim for themselves, and that are called for nobody else."""

from __future__ import annotations

from dialer.core.agent import Agent
from dialer.core.effects import SetLease
from dialer.core.events import CaseClaimed, CaseRenewed, CaseReturned, LeadsAdded
from dialer.core.lead import Lead
from dialer.core.state import Floor
from strategies.assignment import records
from strategies.assignment.leases import Lease


def offer(floor: Floor, event: LeadsAdded) -> None:
    """Let agents claim the accounts of new leads; a holder has the new lead as well."""
    if floor.leases is None:
        return
    floor.remember_cases(event)
    for lead in event.leads:
        if (agent := floor.leases.holder(floor.now_ns, lead.account)) is not None:
            floor.books[event.campaign].hold(lead.id, agent)


def claimed(floor: Floor, agent: Agent, event: CaseClaimed) -> None:
    """An agent claims an account, or the best one that is open."""
    if floor.leases is None:
        _tell(floor, agent.id, event.account, "nothing")
        return
    # No limit of the agent's own: the book has the strategy's.
    who = records.Agent(agent.id, floor.leases.limit, frozenset(agent.skills))
    got = floor.leases.claim(floor.now_ns, who, event.account or None)
    if isinstance(got, Lease):
        _give(floor, got)
    else:
        _tell(floor, agent.id, event.account, got)


def renewed(floor: Floor, agent: Agent, event: CaseRenewed) -> None:
    """A holder wants to keep an account."""
    lease = floor.leases.renew(floor.now_ns, agent.id, event.account) if floor.leases else None
    if lease is not None:
        _give(floor, lease)
    else:
        _tell(floor, agent.id, event.account, "not held")


def returned(floor: Floor, agent: Agent, event: CaseReturned) -> None:
    """A holder gives an account back."""
    if floor.leases is not None and floor.leases.give_back(floor.now_ns, agent.id, event.account):
        _take(floor, agent.id, event.account, "returned")
    else:
        _tell(floor, agent.id, event.account, "not held")


def done(floor: Floor, lead: Lead) -> None:
    """A lead is closed for good, and with it its account for agents."""
    if floor.leases is None or lead.assigned is None:
        return
    holder = floor.leases.holder(floor.now_ns, lead.account)
    floor.leases.retire(lead.account)
    if holder is not None and floor.leases.close(floor.now_ns, holder, lead.account):
        _take(floor, holder, lead.account, "done")


def expire(floor: Floor) -> None:
    """End the leases that have run out, before anything else happens at this instant."""
    if floor.leases is not None:
        for lease in floor.leases.expire(floor.now_ns):
            _take(floor, lease.agent, lease.case, "expired")


def arm(floor: Floor) -> None:
    """Wake the kernel when the next lease ends."""
    if floor.leases is not None and (ends_ns := floor.leases.next_end_ns) is not None:
        floor.wake_by("lease", ends_ns)


def _give(floor: Floor, lease: Lease) -> None:
    for campaign, lead in floor.cases.get(lease.case, ()):
        floor.books[campaign].hold(lead, lease.agent)
    floor.out.append(SetLease(lease.agent, lease.case, lease.until_ns, ""))
    arm(floor)


def _take(floor: Floor, agent: str, account: str, reason: str) -> None:
    for campaign, lead in floor.cases.get(account, ()):
        floor.books[campaign].hold(lead, None)
    _tell(floor, agent, account, reason)


def _tell(floor: Floor, agent: str, account: str, reason: str) -> None:
    floor.out.append(SetLease(agent, account, None, reason))
