"""What the kernel remembers, and the one object that its parts work on."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from dialer.core.agent import AGENT, Agent
from dialer.core.call import CALL, Call
from dialer.core.effects import AnyEffect, HangUp, SetAgentState, SetTimer
from dialer.core.errors import InvariantError
from dialer.core.events import LeadsAdded
from dialer.core.selection import LeadBook
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.units import NS_PER_S, ns
from pacing import Observation, Pacer, Pool
from strategies.assignment.leases import LeaseBook
from strategies.assignment.records import Case
from strategies.compliance.gate import Gate

CARRIER_SILENCE_S = 15.0
"""How long the carrier may be silent beyond what it was asked, before a call is ended from here.

A lost report otherwise holds a line and a person for ever; 15 s is well above any hang-up delay seen
on a working trunk (house value, 2026-11)."""

MESSAGE_LIMIT_S = 300.0
"""How long a recorded message may take before the call is ended from here (house value, 2026-11)."""

MakePacer = Callable[[CampaignSettings], Pacer]
"""Builds the pacer of a campaign; in a pool, `lines` are those of all its campaigns."""


class CampaignState(msgspec.Struct):
    """One campaign's counters.

    `idle` is in the order in which agents became idle, `plan` the present plan, `turn` the number of its
    latest turn to dial. An agent who serves several campaigns counts in each.
    """

    plan: str = ""
    paused: bool = False
    turn: int = 0
    lines: int = 0
    in_flight: int = 0
    waiting: dict[str, int] = {}
    idle: dict[str, int] = {}
    reserved: int = 0
    busy: int = 0
    wrapping: int = 0


class Missed(msgspec.Struct):
    """Attempts in vain at the person of an account that has other parties, see `dialer.core.parties`.

    `failed` counts since the person was last reached, `held` are the leads (campaign and lead) that wait.
    """

    plan: str
    failed: int
    held: list[tuple[str, str]] = []


class State(msgspec.Struct):
    """Everything that is neither settings nor kept by the lead books, the gate and the pacers.

    `leaving` is when agents said they would leave, `missed` the count by account; `remembered`: the contacts from
    before the run are known.
    """

    now_ns: int = 0
    turns: int = 0
    draining: bool = False
    telephony_up: bool = True
    agents: dict[str, Agent] = {}
    calls: dict[str, Call] = {}
    campaigns: dict[str, CampaignState] = {}
    persons: dict[str, str] = {}
    leaving: dict[str, int] = {}
    timers: dict[str, int] = {}
    reconciling: dict[str, None] = {}
    missed: dict[str, Missed] = {}
    remembered: bool = False


class Floor:
    """The state with its helpers, and the effects of the event being handled."""

    def __init__(self, settings: RunSettings, make_pacer: MakePacer, state: State | None = None) -> None:
        self.campaigns = {campaign.id: campaign for campaign in settings.campaigns}
        self.state = state or State(campaigns={name: CampaignState() for name in self.campaigns})
        self.scripts, self.flows, self.flags = settings.scripts, settings.flows, settings.flags
        lease = settings.lease
        self.leases = LeaseBook(lease.limit, ns(lease.lease_s)) if lease else None
        self.cases: dict[str, list[tuple[str, str]]] = {}
        self.gate = Gate(settings.rulebook)
        self.pacers: dict[str, Pacer] = {}
        self.pools: dict[str, Pool] = {}
        self.peers = {name: names for names in settings.pools() for name in names}
        for names in settings.pools():
            pacers = _make_pacers([self.campaigns[name] for name in names], make_pacer)
            self.pacers |= pacers
            self.pools |= dict.fromkeys(names, Pool(pacers))
        for name, learned in (settings.learned.campaigns if settings.learned else {}).items():
            self.pacers[name].begin(learned)
        self.books = {name: LeadBook() for name in self.campaigns}
        self.out: list[AnyEffect] = []

    @property
    def now_ns(self) -> int:
        """The time of the event being handled."""
        return self.state.now_ns

    @property
    def now_s(self) -> float:
        """The same in seconds, as the pacers want it."""
        return self.state.now_ns / NS_PER_S

    def observe(self, campaign: str, event: Observation) -> None:
        """Tell the pacer what happened to a call of a campaign."""
        self.pools[campaign].observe(campaign, event)

    def remember_cases(self, event: LeadsAdded) -> None:
        """Put the accounts of leads that agents claim into the pool; `cases` knows their leads."""
        for lead in event.leads:
            if self.leases is not None and lead.assigned is not None and lead.assigned.way == "grab":
                self.leases.offer([Case(lead.account, lead.assigned.value, frozenset(lead.assigned.needs))])
                self.cases.setdefault(lead.account, []).append((event.campaign, lead.id))

    # Timers ----------------------------------------------------------------------------------------

    def set_timer(self, timer: str, due_ns: int) -> None:
        """Ask to be woken; a timer that is set to the same instant already is left alone."""
        if self.state.timers.get(timer) != due_ns:
            self.state.timers[timer] = due_ns
            self.out.append(SetTimer(timer, due_ns))

    def wake_by(self, timer: str, due_ns: int) -> None:
        """Ask to be woken at `due_ns` or before."""
        if (set_ns := self.state.timers.get(timer)) is None or due_ns < set_ns:
            self.set_timer(timer, due_ns)

    def drop_timer(self, timer: str) -> None:
        """Forget a timer; its firing will be ignored."""
        self.state.timers.pop(timer, None)

    # Calls -----------------------------------------------------------------------------------------

    def count(self, call: Call, by: int) -> None:
        """Add a call to its campaign's counters (`by` 1) or take it out (-1), as its state says."""
        campaign = self.state.campaigns[call.campaign]
        campaign.lines += by * (call.state != "ended")
        campaign.in_flight += by * (call.state in self.campaigns[call.campaign].in_flight and call.agent is None)

    def move_call(self, call: Call, trigger: str) -> bool:
        """Apply a transition of the call table; False when it has none in the call's state."""
        following = CALL.next(call.state, trigger)
        if following is None:
            return False
        self.count(call, -1)
        if call.state == "waiting":
            del self.state.campaigns[call.campaign].waiting[call.id]
            self.drop_timer(f"grace/{call.id}")
        call.state = following
        self.count(call, +1)
        return True

    def promise_agent(self, call: Call, agent: str | None) -> None:
        """Set or clear the agent whom a call belongs to."""
        self.count(call, -1)
        call.agent = agent
        self.count(call, +1)

    def hang_up(self, call: Call, reason: str) -> None:
        """End a call, once."""
        if not call.hung_up:
            call.hung_up = True
            call.expect_ns = self.now_ns + ns(CARRIER_SILENCE_S)
            self.out.append(HangUp(call.id, reason))

    # Agents ----------------------------------------------------------------------------------------

    def move_agent(self, agent: Agent, trigger: str, reason: str) -> None:
        """Apply a transition of the agent table and tell the desktop; `InvariantError` when it has none."""
        following = AGENT.next(agent.state, trigger)
        if following is None:
            raise InvariantError(f"agent {agent.id} is {agent.state}: {trigger} is impossible")
        before, agent.state, agent.since_ns = agent.state, following, self.now_ns
        for name in agent.campaigns:
            campaign = self.state.campaigns[name]
            if before == "ready":
                del campaign.idle[agent.id]
            if following == "ready":
                campaign.idle[agent.id] = self.now_ns
            campaign.reserved += (following == "reserved") - (before == "reserved")
            campaign.wrapping += (following == "wrap") - (before == "wrap")
            campaign.busy += (following in ("in_call", "wrap")) - (before in ("in_call", "wrap"))
        if following == "paused" and self.state.leaving.get(agent.id, self.now_ns) <= self.now_ns:
            self.state.leaving.pop(agent.id, None)  # this is the break that was announced
        self.out.append(SetAgentState(agent.id, following, reason, agent.call))


def _make_pacers(campaigns: list[CampaignSettings], make_pacer: MakePacer) -> dict[str, Pacer]:
    """Return the pacers of campaigns that share agents, by campaign, each with room for the calls of all."""
    lines = sum(campaign.lines for campaign in campaigns)
    grace_s = min(campaign.answer_grace_s for campaign in campaigns)
    return {
        campaign.id: make_pacer(msgspec.structs.replace(campaign, lines=lines, answer_grace_s=grace_s))
        for campaign in campaigns
    }
