"""What happens to calls: ringing, answered, handed to an agent, abandoned, ended."""

from __future__ import annotations

from itertools import islice

from dialer.core import closing, scripting, talking
from dialer.core.agent import Agent
from dialer.core.call import DISPOSITION_OF_CAUSE, ENDED_BY, Call
from dialer.core.effects import Bridge, PlayMessage, SetAgentState
from dialer.core.events import (
    BridgeFailed,
    CallAnswered,
    CallBridged,
    CallDispositioned,
    CallEnded,
    CallRecorded,
    CallRinging,
    IntentHeard,
    KeyPressed,
    MessageFinished,
    TransferRequested,
)
from dialer.core.state import CARRIER_SILENCE_S, MESSAGE_LIMIT_S, Floor
from dialer.core.units import ns
from pacing import Abandoned, Answered, Connected, Transferred


def ringing(floor: Floor, call: Call, event: CallRinging) -> None:
    """The far end rings."""
    if floor.move_call(call, "ringing"):
        call.ringing_ns = event.t_ns


def answered(floor: Floor, call: Call, event: CallAnswered) -> None:
    """Somebody or something picked up."""
    machine = event.by == "machine"
    if not floor.move_call(call, "machine" if machine else "answered"):
        return
    call.answered_ns = event.t_ns if event.picked_up_ns is None else event.picked_up_ns
    call.told_ns = event.t_ns
    call.expect_ns = None
    floor.observe(call.campaign, Answered(floor.now_s, call.id, not machine))
    if machine:
        release_agent(floor, call, "a machine answered")
        floor.hang_up(call, "a machine answered")
    else:
        serve(floor, call)


def serve(floor: Floor, call: Call) -> None:
    """A person is on the line: the robot, the promised agent, an idle agent, or a short wait."""
    campaign = floor.campaigns[call.campaign]
    own = floor.state.campaigns[call.campaign]
    own.waiting[call.id] = floor.now_ns
    if campaign.robot_answers and call.transfer_ns is None:
        floor.move_call(call, "robot")
        call.expect_ns = floor.now_ns + ns(MESSAGE_LIMIT_S)
        purpose = "robot" if campaign.mode == "robot" else "robot_then_human"
        if purpose == "robot":
            floor.observe(call.campaign, Connected(floor.now_s, call.id))
        if (flow := talking.flow_of(floor, call)) is not None:
            talking.begin(floor, call, flow)
        else:
            floor.out.append(PlayMessage(call.id, campaign.robot_message, purpose))
        return
    deadline_ns = _deadline_ns(floor, call)
    if deadline_ns < floor.now_ns == call.told_ns:
        # Detection took so long that even an agent at this instant is too late: the call is abandoned, so say so.
        abandon(floor, call)
        release_agent(floor, call, "the person has waited too long")
        return
    agent = floor.state.agents.get(call.agent or "")
    if agent is None and own.idle:
        assigned = floor.books[call.campaign].lead(call.lead).assigned
        wanted = assigned.agent if assigned is not None else ""
        agent = floor.state.agents[wanted if wanted in own.idle else next(iter(own.idle))]
        floor.move_agent(agent, "reserve", "answered call")
    if agent is not None:
        connect(floor, call, agent)
    elif deadline_ns <= floor.now_ns:
        abandon(floor, call)
    else:
        floor.set_timer(f"grace/{call.id}", deadline_ns)


def _deadline_ns(floor: Floor, call: Call) -> int:
    """Return until when an agent must be there, or the call counts as abandoned."""
    campaign = floor.campaigns[call.campaign]
    answered_ns = call.told_ns if campaign.abandon_clock == "greeting_end" else call.answered_ns
    return (call.transfer_ns or answered_ns or floor.now_ns) + ns(campaign.answer_grace_s)


def connect(floor: Floor, call: Call, agent: Agent) -> None:
    """Hand a waiting call to a reserved agent."""
    floor.move_call(call, "assign")
    floor.promise_agent(call, agent.id)
    agent.call = call.id
    call.expect_ns = floor.now_ns + ns(CARRIER_SILENCE_S)
    floor.out.append(Bridge(call.id, agent.id, floor.campaigns[call.campaign].whisper))


def bridged(floor: Floor, call: Call, event: CallBridged) -> None:
    """The person and the agent hear each other."""
    agent = floor.state.agents.get(event.agent)
    if agent is None or agent.call != call.id or not floor.move_call(call, "bridged"):
        return
    call.bridged_ns = event.t_ns
    call.expect_ns = None
    floor.move_agent(agent, "bridged", "call")
    floor.observe(call.campaign, Connected(floor.now_s, call.id))
    scripting.show(floor, call, agent)


def bridge_failed(floor: Floor, call: Call, event: BridgeFailed) -> None:
    """The agent cannot be reached at the desk: pause them, and let another serve the person."""
    if call.state != "connecting" or call.agent != event.agent:
        return
    floor.promise_agent(call, None)
    floor.move_call(call, "agent_lost")
    agent = floor.state.agents.get(event.agent)
    if agent is not None and agent.call == call.id:
        agent.call, agent.pause_reason = None, ""
        floor.move_agent(agent, "release_paused", "the telephone is not connected")
    serve(floor, call)


def recorded(floor: Floor, call: Call, event: CallRecorded) -> None:
    """Where the conversation can be heard again belongs to the attempt."""
    call.recording = event.recording


def key_pressed(floor: Floor, call: Call, event: KeyPressed) -> None:
    """The robot's flow asked for it; and who asks for it during the message to the abandoned is called no more."""
    if call.state == "robot":
        talking.key(floor, call, event.key)
    if call.state == "abandoned" and event.key == floor.campaigns[call.campaign].opt_out_key:
        person = floor.books[call.campaign].lead(call.lead).person
        floor.gate.suppress("person", person, "pressed the opt-out key")
        floor.hang_up(call, "asked for no more calls")


def intent_heard(floor: Floor, call: Call, event: IntentHeard) -> None:
    """The robot's flow asked for it."""
    if call.state == "robot":
        talking.words(floor, call, event.message, event.intent)


def abandon(floor: Floor, call: Call) -> None:
    """Nobody was there in time: say who called and how to opt out, then hang up."""
    if floor.move_call(call, "abandon"):
        call.expect_ns = floor.now_ns + ns(MESSAGE_LIMIT_S)
        floor.observe(call.campaign, Abandoned(floor.now_s, call.id))
        floor.out.append(PlayMessage(call.id, floor.campaigns[call.campaign].safe_harbour, "safe_harbour"))


def transfer_requested(floor: Floor, call: Call, event: TransferRequested) -> None:
    """Whoever talks with the robot wants an agent, and waits for one as others wait from their answer on."""
    transfer(floor, call)


def transfer(floor: Floor, call: Call) -> None:
    """Let an agent take over from the robot."""
    if floor.campaigns[call.campaign].mode != "robot_then_human" or call.hung_up:
        return
    if floor.move_call(call, "transfer"):
        call.transfer_ns = floor.now_ns
        call.expect_ns = None
        floor.observe(call.campaign, Transferred(floor.now_s, call.id))
        serve(floor, call)


def message_finished(floor: Floor, call: Call, event: MessageFinished) -> None:
    """A recorded message is over, and so is the call; unless the person has gone on to an agent."""
    if call.transfer_ns is not None and call.state in ("waiting", "connecting", "bridged"):
        return
    if call.state == "robot" and call.talk is not None:
        if talking.text_over(floor, call):
            transfer(floor, call)
        return
    if call.state == "robot":
        call.disposition = "robot_done"
    floor.hang_up(call, "message finished")


def ended(floor: Floor, call: Call, event: CallEnded) -> None:
    """The call is over. After a conversation the agent wraps up and the attempt waits for that."""
    before = call.state
    if before == "ended":
        return
    unserved = _unserved(floor, call, lost=event.cause == "lost")
    closing.end_line(floor, call, ENDED_BY.get(event.cause, "trunk"))
    match before:
        case "placed" | "ringing":
            release_agent(floor, call, event.cause)
            closing.close(floor, call, DISPOSITION_OF_CAUSE.get(event.cause, "failed"))
        case "waiting" | "connecting":
            release_agent(floor, call, "the person hung up")
            closing.close(floor, call, unserved)
        case "robot":
            talking.stop_waiting(floor, call)
            release_agent(floor, call, "the robot's call is over")
            closing.close(floor, call, call.disposition or "early_hangup")
        case "bridged":
            after_conversation(floor, call)
        case _:
            closing.close(floor, call, before)


def _unserved(floor: Floor, call: Call, *, lost: bool) -> str:
    """Return the disposition of an answered call that ends before an agent was there, told to the budget.

    Whoever hung up after the time in which an agent must come was abandoned, and so, for all that anybody
    knows, was whoever was lost.
    """
    if call.state not in ("waiting", "connecting") or not (lost or _deadline_ns(floor, call) < floor.now_ns):
        return "early_hangup"
    floor.observe(call.campaign, Abandoned(floor.now_s, call.id))
    return "abandoned"


def dispositioned(floor: Floor, call: Call, event: CallDispositioned) -> None:
    """The agent says how it went: the last word before the attempt is closed counts."""
    if call.state not in ("bridged", "ended"):
        return
    if event.disposition == "promise" and scripting.unconfirmed(floor, call):
        agent = floor.state.agents.get(call.agent or "")
        if agent is not None and agent.call == call.id:
            floor.out.append(SetAgentState(agent.id, agent.state, "promise refused: person not confirmed", call.id))
        return
    call.disposition = event.disposition
    call.callback_ns = event.callback_ns
    call.promise_cents = event.promise_cents
    call.promise_due = event.promise_due
    if call.state == "ended":
        closing.close(floor, call, call.disposition)


def release_agent(floor: Floor, call: Call, reason: str) -> None:
    """Free the agent who was promised to a call that came to nothing."""
    agent = floor.state.agents.get(call.agent or "")
    if agent is None or agent.call != call.id:
        return
    agent.call = None
    if call.id in floor.state.calls and call.state != "ended":
        floor.promise_agent(call, None)
    release(floor, agent, reason)


def release(floor: Floor, agent: Agent, reason: str) -> None:
    """Free a reserved agent, for whoever waits or for the pause that was asked for."""
    if agent.pause_reason:
        floor.move_agent(agent, "release_paused", agent.pause_reason)
    else:
        floor.move_agent(agent, "release", reason)
        take_waiting(floor, agent)


def take_waiting(floor: Floor, agent: Agent) -> None:
    """Give a newly idle agent the call that has waited longest, in any campaign that they serve."""
    # Of two who began to wait at the same instant, the one of the campaign that the agent prefers.
    first = [
        (since_ns, place, call)
        for place, name in enumerate(agent.campaigns)
        for call, since_ns in islice(floor.state.campaigns[name].waiting.items(), 1)
    ]
    if first:
        _, _, call = min(first)
        floor.move_agent(agent, "reserve", "answered call")
        connect(floor, floor.state.calls[call], agent)


def overdue(floor: Floor, call: Call) -> None:
    """The carrier has been silent for too long: ask it to end the call, then write the call off."""
    if not call.hung_up:
        floor.hang_up(call, "no word from the carrier")
        return
    before = call.state
    unserved = _unserved(floor, call, lost=True)
    release_agent(floor, call, "no word from the carrier")
    if before == "bridged":
        closing.end_line(floor, call, "us")
        after_conversation(floor, call)
    elif before in ("placed", "ringing"):
        closing.close(floor, call, "lost")
    else:
        closing.close(floor, call, before if before in ("abandoned", "machine") else unserved)


def after_conversation(floor: Floor, call: Call) -> None:
    """A conversation is over and its line is free: the agent wraps up, or the attempt closes without one."""
    agent = floor.state.agents.get(call.agent or "")
    if agent is not None and agent.call == call.id:
        floor.move_agent(agent, "call_ended", "call ended")
        wrap_limit_s = floor.campaigns[call.campaign].wrap_limit_s
        floor.set_timer(f"wrap/{agent.id}", floor.now_ns + ns(wrap_limit_s))
        if call.disposition:
            closing.close(floor, call, call.disposition)
    else:
        closing.close(floor, call, scripting.outcome(floor, call))
