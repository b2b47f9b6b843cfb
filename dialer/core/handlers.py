"""Which part of the kernel takes which event.

A handler changes the floor and returns the campaigns whose pace may be another one now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dialer.core import answering, handing, leasing, leaving, parties, placing, recovering, scripting, staffing, talking
from dialer.core import events as e
from dialer.core.agent import Agent
from dialer.core.call import Call
from dialer.core.errors import InvariantError
from dialer.core.settings import CampaignSettings
from dialer.core.state import Floor
from dialer.core.units import ns
from strategies.compliance.records import Consent, Contact

Campaigns = Iterable[CampaignSettings]
Handler = Callable[[Floor, Any], Campaigns]

NONE: tuple[CampaignSettings, ...] = ()


def _started(floor: Floor, event: e.EngineStarted) -> Campaigns:
    recovering.started(floor, event)
    return floor.campaigns.values()


def _drain(floor: Floor, event: e.DrainRequested) -> Campaigns:
    floor.state.draining = True
    for agent in floor.state.agents.values():
        if agent.offer is not None:
            placing.withdraw(floor, agent, "draining", 0)
            answering.release(floor, agent, "draining")
    return NONE


def _hang_up_all(floor: Floor, event: e.HangUpAllRequested) -> Campaigns:
    for call in floor.state.calls.values():
        if call.state != "ended":
            floor.hang_up(call, "hang up all")
    return NONE


def _pause(floor: Floor, event: e.CampaignPauseRequested) -> Campaigns:
    if event.campaign in floor.campaigns:
        floor.state.campaigns[event.campaign].paused = True
    return NONE


def _resume(floor: Floor, event: e.CampaignResumeRequested) -> Campaigns:
    if event.campaign not in floor.campaigns:
        return NONE
    floor.state.campaigns[event.campaign].paused = False
    return (floor.campaigns[event.campaign],)


def _suppress(floor: Floor, event: e.SuppressionAdded) -> Campaigns:
    floor.gate.suppress(event.scope, event.key, event.source, event.channel)
    return NONE


def _received(floor: Floor, event: e.ContactReceived) -> Campaigns:
    # What it was about, and on which number, is not known: every rule that may count it does.
    contact = Contact(
        event.person, event.account, number="", campaign="", zones=(), channel=event.channel, mode="", purpose=""
    )
    floor.gate.record(contact, event.reach, event.t_ns)
    parties.reached(floor, event.account)
    return NONE


def _remembered(floor: Floor, event: e.ContactsRemembered) -> Campaigns:
    for past in event.contacts:
        floor.gate.remember(past)
    floor.state.remembered = floor.state.remembered or event.last
    return NONE


def consent_of(event: e.ConsentGiven) -> Consent:
    """Return the record that the gate keeps of a consent."""
    given_ns = event.t_ns if event.given_ns is None else event.given_ns
    return Consent(event.person, event.topic, given_ns, event.source, event.until_ns, event.account, event.channel)


def _consented(floor: Floor, event: e.ConsentGiven) -> Campaigns:
    floor.gate.give(consent_of(event))
    return NONE


def _withdrawn(floor: Floor, event: e.ConsentWithdrawn) -> Campaigns:
    floor.gate.withdraw(event.person, event.topic, event.t_ns, event.channel)
    return NONE


def _port_changed(floor: Floor, event: e.PortChanged) -> Campaigns:
    if event.port == "telephony":
        floor.state.telephony_up = event.up
    return floor.campaigns.values()


def _leads_added(floor: Floor, event: e.LeadsAdded) -> Campaigns:
    if event.campaign not in floor.campaigns:
        return NONE
    book, own = floor.books[event.campaign], floor.state.campaigns[event.campaign]
    if event.plan != own.plan:
        book.withdraw()
        own.plan = event.plan
        parties.planned_anew(floor, event.plan)
    parties.added(floor, event)
    book.add(event.leads)
    leasing.offer(floor, event)
    return (floor.campaigns[event.campaign],)


def _logged_in(floor: Floor, event: e.AgentLoggedIn) -> Campaigns:
    staffing.logged_in(floor, event)
    return NONE


def _reported(floor: Floor, event: e.CallReported) -> Campaigns:
    recovering.reported(floor, event)
    return floor.campaigns.values()


def _served_by(floor: Floor, agent: Agent) -> Campaigns:
    return [floor.campaigns[name] for name in agent.campaigns]


def _of_agent(handle: Callable[[Floor, Agent, Any], None]) -> Handler:
    """Look the agent up; one whom nobody knows changes nothing."""

    def handler(floor: Floor, event: Any) -> Campaigns:
        agent = floor.state.agents.get(event.agent)
        if agent is None:
            return NONE
        handle(floor, agent, event)
        return _served_by(floor, agent)

    return handler


def _of_call(handle: Callable[[Floor, Call, Any], None], changes_pace: bool, *, from_carrier: bool = True) -> Handler:
    """Look the call up; one that is closed or was never ours changes nothing."""

    def handler(floor: Floor, event: Any) -> Campaigns:
        call = floor.state.calls.get(event.call)
        if call is None:
            return NONE
        if from_carrier:
            # Whatever the carrier says of a call by itself is an answer to whether it still exists.
            floor.state.reconciling.pop(call.id, None)
        handle(floor, call, event)
        return (floor.campaigns[call.campaign],) if changes_pace else NONE

    return handler


def _message_finished(floor: Floor, event: e.MessageFinished) -> Campaigns:
    finished = _of_call(answering.message_finished, changes_pace=False)
    call = floor.state.calls.get(event.call)
    before = call.state if call is not None else ""
    finished(floor, event)
    # A flow that hands a person over needs an agent; nothing else that a message ends does.
    return (floor.campaigns[call.campaign],) if call is not None and call.state != before else NONE


def _timer_fired(floor: Floor, event: e.TimerFired) -> Campaigns:
    if floor.state.timers.get(event.timer) != event.due_ns:
        return NONE  # replaced or dropped meanwhile
    del floor.state.timers[event.timer]
    what, _, whose = event.timer.partition("/")
    match what:
        case "due" | "pace":
            return (floor.campaigns[whose],)
        case "grace":
            call = floor.state.calls[whose]
            answering.abandon(floor, call)
            return (floor.campaigns[call.campaign],)
        case "key":
            call = floor.state.calls.get(whose)
            if call is not None:
                talking.waited(floor, call)
            return NONE
        case "wrap":
            agent = floor.state.agents[whose]
            staffing.finish_wrap(floor, agent, "wrap_over", "wrap limit")
            return _served_by(floor, agent)
        case "offer":
            agent = floor.state.agents[whose]
            staffing.offer_timed_out(floor, agent)
            return _served_by(floor, agent)
        case "sweep":
            for call in tuple(floor.state.calls.values()):
                if call.expect_ns is not None and call.expect_ns <= floor.now_ns:
                    answering.overdue(floor, call)
            if floor.state.calls:
                floor.wake_by("sweep", floor.now_ns + ns(placing.SWEEP_S))
            return floor.campaigns.values()
        case "lease":
            leasing.arm(floor)
            return NONE
        case "reconcile":
            if floor.state.reconciling:
                recovering.ask(floor)
            return NONE
        case _:
            raise InvariantError(f"no timer is called {what}")


HANDLERS: dict[type, Handler] = {
    e.EngineStarted: _started,
    e.DrainRequested: _drain,
    e.HangUpAllRequested: _hang_up_all,
    e.CampaignPauseRequested: _pause,
    e.CampaignResumeRequested: _resume,
    e.SuppressionAdded: _suppress,
    e.ContactReceived: _received,
    e.ContactsRemembered: _remembered,
    e.ConsentGiven: _consented,
    e.ConsentWithdrawn: _withdrawn,
    e.PortChanged: _port_changed,
    e.LeadsAdded: _leads_added,
    e.AgentLoggedIn: _logged_in,
    e.AgentLoggedOut: _of_agent(lambda floor, agent, _: staffing.logged_out(floor, agent)),
    e.AgentReady: _of_agent(lambda floor, agent, _: staffing.ready(floor, agent)),
    e.AgentPauseRequested: _of_agent(staffing.pause_requested),
    e.AgentLeaveAnnounced: _of_agent(leaving.announced),
    e.OfferAccepted: _of_agent(staffing.offer_accepted),
    e.OfferSkipped: _of_agent(staffing.offer_skipped),
    e.CallRinging: _of_call(answering.ringing, changes_pace=False),
    e.CallAnswered: _of_call(answering.answered, changes_pace=True),
    e.CallBridged: _of_call(answering.bridged, changes_pace=False),
    e.BridgeFailed: _of_call(answering.bridge_failed, changes_pace=True),
    e.HandOverFailed: _of_call(handing.failed, changes_pace=False),
    e.CallRecorded: _of_call(answering.recorded, changes_pace=False),
    e.KeyPressed: _of_call(answering.key_pressed, changes_pace=False),
    e.IntentHeard: _of_call(answering.intent_heard, changes_pace=False),
    e.CallEnded: _of_call(answering.ended, changes_pace=True),
    e.CaseClaimed: _of_agent(leasing.claimed),
    e.CaseRenewed: _of_agent(leasing.renewed),
    e.CaseReturned: _of_agent(leasing.returned),
    e.ScriptAnswered: _of_call(scripting.answered, changes_pace=False, from_carrier=False),
    e.HandOverRequested: _of_call(handing.requested, changes_pace=False, from_carrier=False),
    e.CallDispositioned: _of_call(answering.dispositioned, changes_pace=False, from_carrier=False),
    e.MessageFinished: _message_finished,
    e.TransferRequested: _of_call(answering.transfer_requested, changes_pace=True),
    e.CallReported: _reported,
    e.TimerFired: _timer_fired,
}
"""The handler of every event; a test checks that none is missing."""
