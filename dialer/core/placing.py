"""From a pacing decision to calls: choose the leads, pass the gate, place.

One event looks at `MOST_LEADS` leads at most, so that no event takes long however many leads the
gate denies; what is left over goes on a moment later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dialer.core import answering, leasing, leaving, parties
from dialer.core.agent import Agent
from dialer.core.call import Call
from dialer.core.effects import Defer, OfferLead, Pace, PlaceCall, Why, WithdrawOffer
from dialer.core.hours import open_span
from dialer.core.ids import call_id
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings
from dialer.core.state import CARRIER_SILENCE_S, Floor
from dialer.core.units import NS_PER_S, ns
from pacing import Launched, PacingInput
from strategies.compliance.localtime import hour_of_week
from strategies.compliance.records import Contact, Reason, Verdict

MOST_LEADS = 64
"""Leads examined in one event (house value, 2026-11): about a millisecond of work."""

GO_ON_NS = 1_000_000
"""When more leads are to be looked at than one event may: go on after a millisecond."""

PERSON_BUSY_S = 60.0
"""How long a lead rests whose person is on another call of ours (house value, 2026-11)."""

SWEEP_S = 15.0
"""How often the calls are looked through for ones that the carrier forgot (house value, 2026-11)."""

IDLE_REVIEW_NS = 60 * NS_PER_S
"""When every lead was denied for good reasons of the moment, look again after this time."""


def pace(floor: Floor, campaign: CampaignSettings) -> None:
    """Launch as many calls (in preview: offers) as the campaign should have now."""
    state, book = floor.state, floor.books[campaign.id]
    own = state.campaigns[campaign.id]
    if state.draining or own.paused or not state.telephony_up or state.reconciling:
        return
    book.release_due(floor.now_ns)
    if book.next_due_ns is not None:
        floor.wake_by(f"due/{campaign.id}", book.next_due_ns)
    if not book.has_ready:
        return
    span = open_span(campaign, floor.now_ns)
    if span is not None:
        _look_again(floor, campaign, next(at_ns for at_ns in span if at_ns > floor.now_ns) - floor.now_ns)
        if floor.now_ns < span[0]:
            return
    if campaign.mode == "preview":
        closes_in_s = _closes_in_s(floor, campaign)
        if closes_in_s is None or closes_in_s >= campaign.offer_timeout_s + campaign.horizon_s:
            _offer(floor, campaign)
        return
    pool = floor.pools[campaign.id]
    floors = {peer: _seen_by(floor, floor.campaigns[peer]) for peer in floor.peers[campaign.id]}
    if floors[campaign.id].leaving:
        _look_again(floor, campaign, ns(leaving.LATE_S))
    decision = pool.decide(campaign.id, floors)
    if decision.review_s is not None:
        _look_again(floor, campaign, max(GO_ON_NS, ns(decision.review_s)))
    if decision.launch <= 0:
        return
    place_here = len(floor.out)
    placed = examined = 0
    while placed < decision.launch and (found := _next(floor, campaign)) is not None:
        lead, owner = found
        verdict = _judge(floor, campaign, lead)
        if verdict.allowed:
            agent = owner or _promised(floor, campaign, lead)
            if agent is not None:
                floor.move_agent(agent, "reserve", "dialling")
            place(floor, campaign, lead, agent, verdict)
            placed += 1
        else:
            _defer(floor, campaign, lead, verdict)
        if (examined := examined + 1) >= MOST_LEADS and placed < decision.launch:
            _look_again(floor, campaign, GO_ON_NS)
            break
    if placed:
        _take_turn(floor, campaign)
        floor.out.insert(
            place_here,
            Pace(campaign.id, pool.name, decision.launch, decision.clamp, dict(decision.terms), decision.ledger),
        )


def in_turn(floor: Floor, campaigns: Iterable[CampaignSettings]) -> Iterator[CampaignSettings]:
    """Yield campaigns with those that share their agents, in the order in which they may dial.

    By priority; among equals the one whose latest turn is longest ago comes first.
    """
    for peers in dict.fromkeys(floor.peers[campaign.id] for campaign in campaigns):
        yield from sorted(
            (floor.campaigns[peer] for peer in peers),
            key=lambda peer: (-peer.priority, floor.state.campaigns[peer.id].turn),
        )


def _take_turn(floor: Floor, campaign: CampaignSettings) -> None:
    floor.state.turns += 1
    floor.state.campaigns[campaign.id].turn = floor.state.turns


def _look_again(floor: Floor, campaign: CampaignSettings, after_ns: int) -> None:
    """Pace a campaign, and with it those that share its agents, again after a while."""
    floor.wake_by(f"pace/{floor.peers[campaign.id][0]}", floor.now_ns + after_ns)


def _closes_in_s(floor: Floor, campaign: CampaignSettings) -> float | None:
    span = open_span(campaign, floor.now_ns)
    return None if span is None else (span[1] - floor.now_ns) / NS_PER_S


def _seen_by(floor: Floor, campaign: CampaignSettings) -> PacingInput:
    own = floor.state.campaigns[campaign.id]
    return PacingInput(
        t_s=floor.now_s,
        idle=len(own.idle),
        reserved=own.reserved,
        busy=own.busy,
        in_flight=own.in_flight,
        waiting=len(own.waiting),
        lines_free=campaign.lines - own.lines,
        wrapping=own.wrapping,
        leaving=leaving.foreseen(floor, campaign.id),
        closes_in_s=_closes_in_s(floor, campaign),
        horizon_s=campaign.horizon_s,
    )


def place(floor: Floor, campaign: CampaignSettings, lead: Lead, agent: Agent | None, verdict: Verdict) -> None:
    """Dial a lead that the gate has just allowed; the attempt counts from this instant."""
    book = floor.books[campaign.id]
    why = _why(floor, campaign, lead, verdict)
    status = book.move(lead.id, "place")
    status.attempts += 1
    agreed, status.callback = status.callback, False
    number = lead.endpoints[status.endpoint]
    call = Call(
        id=call_id(campaign.id, lead.id, status.attempts),
        campaign=campaign.id,
        lead=lead.id,
        attempt=status.attempts,
        placed_ns=floor.now_ns,
        ring_timeout_s=campaign.ring_timeout_s,
        expect_ns=floor.now_ns + ns(campaign.ring_timeout_s + CARRIER_SILENCE_S),
    )
    if agent is not None:
        call.agent = agent.id
        agent.call = call.id
    floor.state.calls[call.id] = call
    floor.state.persons[lead.person] = call.id
    floor.count(call, +1)
    floor.gate.reserve(call.id, _contact(campaign, lead, number, agreed), floor.now_ns)
    hour = hour_of_week(lead.zones, floor.now_ns)
    floor.observe(campaign.id, Launched(floor.now_s, call.id, lead.answer_share, lead.segment, call.attempt, hour))
    floor.out.append(
        PlaceCall(
            call=call.id,
            campaign=campaign.id,
            lead=lead.id,
            person=lead.person,
            number=number,
            attempt=call.attempt,
            ring_timeout_s=campaign.ring_timeout_s,
            agent=call.agent,
            why=why,
        )
    )
    floor.wake_by("sweep", floor.now_ns + ns(SWEEP_S))


def accept(floor: Floor, agent: Agent) -> None:
    """Dial the lead on an agent's screen, if it is still allowed."""
    campaign, lead = _clear_offer(floor, agent)
    verdict = _judge(floor, campaign, lead)
    if verdict.allowed and floor.state.telephony_up:
        place(floor, campaign, lead, agent, verdict)
        return
    if verdict.allowed:
        _rest(floor, campaign, lead, "skip", IDLE_REVIEW_NS)
    else:
        _defer(floor, campaign, lead, verdict)
    floor.out.append(WithdrawOffer(agent.id, lead.id, "no longer allowed" if not verdict.allowed else "no telephony"))
    answering.release(floor, agent, "offer withdrawn")


def withdraw(floor: Floor, agent: Agent, reason: str, delay_s: float) -> None:
    """Take an offer off an agent's screen and let its lead rest."""
    campaign, lead = _clear_offer(floor, agent)
    _rest(floor, campaign, lead, "skip", ns(delay_s))
    floor.out.append(WithdrawOffer(agent.id, lead.id, reason))


def _clear_offer(floor: Floor, agent: Agent) -> tuple[CampaignSettings, Lead]:
    """Take an offer back; its person, who was held by it, is free for another call."""
    campaign = floor.campaigns[agent.offered_by]
    lead = floor.books[campaign.id].lead(agent.offer or "")
    agent.offer, agent.offered_by = None, ""
    floor.drop_timer(f"offer/{agent.id}")
    del floor.state.persons[lead.person]
    return campaign, lead


def _offer(floor: Floor, campaign: CampaignSettings) -> None:
    own, book = floor.state.campaigns[campaign.id], floor.books[campaign.id]
    examined = 0
    while own.idle and (found := _next(floor, campaign)) is not None:
        lead, owner = found
        verdict = _judge(floor, campaign, lead)
        if verdict.allowed:
            agent = owner or _preferred(floor, campaign, lead) or floor.state.agents[next(iter(own.idle))]
            why = _why(floor, campaign, lead, verdict)
            book.move(lead.id, "offer")
            agent.offer, agent.offered_by = lead.id, campaign.id
            floor.state.persons[lead.person] = f"offer/{agent.id}"
            floor.move_agent(agent, "reserve", "offer")
            until_ns = floor.now_ns + ns(campaign.offer_timeout_s)
            floor.out.append(OfferLead(agent.id, lead.id, until_ns, why))
            floor.set_timer(f"offer/{agent.id}", until_ns)
            _take_turn(floor, campaign)
        else:
            _defer(floor, campaign, lead, verdict)
        if (examined := examined + 1) >= MOST_LEADS and own.idle:
            _look_again(floor, campaign, GO_ON_NS)
            break


def _next(floor: Floor, campaign: CampaignSettings) -> tuple[Lead, Agent | None] | None:
    """Take the next lead out of the queue, with the agent for whom alone it is called, if there is one.

    Leads of an idle agent go first: the others can be called for anybody, and at any time.
    """
    book = floor.books[campaign.id]
    if book.has_own:
        for agent in leaving.staying(floor, campaign.id, campaign.horizon_s):
            if (lead := book.pop_own(agent.id)) is not None:
                return lead, agent
    lead = book.pop()
    return None if lead is None else (lead, None)


def _promised(floor: Floor, campaign: CampaignSettings, lead: Lead) -> Agent | None:
    """In progressive mode, return the agent for this very call: the preferred one, or who has been idle longest."""
    if campaign.mode != "progressive":
        return None
    return _preferred(floor, campaign, lead) or next(leaving.staying(floor, campaign.id, campaign.horizon_s), None)


def _preferred(floor: Floor, campaign: CampaignSettings, lead: Lead) -> Agent | None:
    """Return the agent to whom a lead was dispatched, if idle and staying."""
    if lead.assigned is None:
        return None
    idle = leaving.staying(floor, campaign.id, campaign.horizon_s)
    return next((agent for agent in idle if agent.id == lead.assigned.agent), None)


def _judge(floor: Floor, campaign: CampaignSettings, lead: Lead) -> Verdict:
    if lead.person in floor.state.persons or lead.about in floor.state.persons:
        until_ns = floor.now_ns + ns(PERSON_BUSY_S)
        busy = Reason("one-call-at-a-time", "house", "person_busy", until_ns)
        return Verdict(checked=1, reasons=(busy,), until_ns=until_ns)
    if (early := parties.too_early(floor, lead)) is not None:
        return Verdict(checked=1, reasons=(early,))
    status = floor.books[campaign.id].status(lead.id)
    contact = _contact(campaign, lead, lead.endpoints[status.endpoint], status.callback)
    return floor.gate.check(contact, floor.now_ns)


def _contact(campaign: CampaignSettings, lead: Lead, number: str, agreed: bool) -> Contact:
    return Contact(
        person=lead.person,
        account=lead.account,
        number=number,
        campaign=campaign.id,
        zones=lead.zones,
        places=lead.places,
        mode="robot" if campaign.robot_answers else "agent",
        purpose=campaign.purpose,
        party=lead.party,
        about=lead.about,
        agreed=agreed,
    )


def _why(floor: Floor, campaign: CampaignSettings, lead: Lead, verdict: Verdict) -> Why:
    status = floor.books[campaign.id].status(lead.id)
    warned = tuple(reason.rule for reason in verdict.warnings)
    return Why(
        segment=lead.segment,
        priority=lead.priority,
        attempt=status.attempts + 1,
        after=status.last,
        rules=verdict.checked,
        warned=warned,
        party=lead.party,
        failed_attempts=parties.failed(floor, lead),
    )


def _defer(floor: Floor, campaign: CampaignSettings, lead: Lead, verdict: Verdict) -> None:
    book = floor.books[campaign.id]
    floor.out.append(Defer(campaign.id, lead.id, verdict.reasons, verdict.until_ns))
    if book.is_current(lead.id) and parties.waits(floor, campaign.id, lead, verdict.reasons):
        book.move(lead.id, "hold")
        return
    if verdict.until_ns is None or not book.is_current(lead.id):
        book.move(lead.id, "close")
        leasing.done(floor, lead)
        return
    # Never at this very instant again: that would be a loop.
    book.defer(lead.id, "deny", max(verdict.until_ns, floor.now_ns + GO_ON_NS))
    floor.wake_by(f"due/{campaign.id}", book.next_due_ns or 0)


def _rest(floor: Floor, campaign: CampaignSettings, lead: Lead, trigger: str, delay_ns: int) -> None:
    book = floor.books[campaign.id]
    if not book.is_current(lead.id):
        book.move(lead.id, "close")
        return
    book.defer(lead.id, trigger, floor.now_ns + delay_ns)
    floor.wake_by(f"due/{campaign.id}", book.next_due_ns or 0)
