"""After a start: forget who was at the desks, and ask the carrier which calls still exist."""

from __future__ import annotations

from dialer.core import answering, closing, placing, scripting, staffing
from dialer.core.agent import AGENT
from dialer.core.call import Call
from dialer.core.effects import HangUp, Reconcile
from dialer.core.events import CallReported, EngineStarted
from dialer.core.placing import SWEEP_S
from dialer.core.state import CARRIER_SILENCE_S, Floor
from dialer.core.units import ns
from pacing import Abandoned, Answered

ASK_AGAIN_S = 5.0
"""How long to wait for the carrier's answer about calls before asking again (house value, 2026-11)."""


def started(floor: Floor, event: EngineStarted) -> None:
    """Begin, or begin again: nothing is launched before the carrier has answered for every call."""
    if not event.recovered:
        return
    state = floor.state
    state.draining = False
    state.telephony_up = True
    for agent in list(state.agents.values()):
        if agent.offer is not None:
            placing.withdraw(floor, agent, "restart", 0)
        wrapping = state.calls.get(agent.call or "") if agent.state == "wrap" else None
        agent.call, agent.pause_reason, agent.state = None, "", AGENT.initial
        floor.drop_timer(f"wrap/{agent.id}")
        if wrapping is not None:
            closing.close(floor, wrapping, scripting.outcome(floor, wrapping))
    state.leaving = {}
    for own in state.campaigns.values():
        own.idle, own.reserved, own.busy, own.wrapping = {}, 0, 0, 0
    for call in state.calls.values():
        if call.state != "bridged":
            floor.promise_agent(call, None)
        floor.drop_timer(f"grace/{call.id}")
    state.reconciling = dict.fromkeys(call.id for call in state.calls.values())
    ask(floor)


def ask(floor: Floor) -> None:
    """Ask the carrier for the calls it has not answered for, and again in a while if it does not."""
    floor.out.append(Reconcile(tuple(floor.state.reconciling)))
    if floor.state.reconciling:
        floor.set_timer("reconcile", floor.now_ns + ns(ASK_AGAIN_S))


def reported(floor: Floor, event: CallReported) -> None:
    """The carrier answers for one call."""
    call = floor.state.calls.get(event.call)
    if call is None:
        if event.state != "gone":
            floor.out.append(HangUp(event.call, "no such call here"))
        return
    if call.id not in floor.state.reconciling:
        return  # it was answered for since: this is older than what is known
    del floor.state.reconciling[call.id]
    match event.state:
        case "gone":
            _gone(floor, call)
        case "ringing":
            call.hung_up = False
            call.expect_ns = floor.now_ns + ns(call.ring_timeout_s + CARRIER_SILENCE_S)
        case "answered":
            _nobody_there(floor, call)
        case "bridged":
            _still_bridged(floor, call, event.agent)
    if floor.state.calls:
        floor.wake_by("sweep", floor.now_ns + ns(SWEEP_S))


def _gone(floor: Floor, call: Call) -> None:
    match call.state:
        case "placed" | "ringing":
            closing.close(floor, call, "lost")
        case "waiting" | "connecting":
            # A person answered, and by now the wait is over: the law calls that abandoned.
            floor.observe(call.campaign, Abandoned(floor.now_s, call.id))
            closing.close(floor, call, "abandoned")
        case "bridged":
            # Its agent may have joined it again already, and wraps it up then.
            closing.end_line(floor, call, "us")
            answering.after_conversation(floor, call)
        case "robot":
            closing.close(floor, call, call.disposition or "early_hangup")
        case _:
            closing.close(floor, call, call.state)


def _nobody_there(floor: Floor, call: Call) -> None:
    """The call is up with no agent on it, and has been for longer than anyone should wait."""
    match call.state:
        case "placed" | "ringing":
            floor.move_call(call, "answered")
            call.answered_ns = floor.now_ns
            floor.state.campaigns[call.campaign].waiting[call.id] = floor.now_ns
            floor.observe(call.campaign, Answered(floor.now_s, call.id, True))
            answering.abandon(floor, call)
        case "waiting" | "connecting":
            answering.abandon(floor, call)
        case _:
            call.hung_up = False
            floor.hang_up(call, "restart")


def _still_bridged(floor: Floor, call: Call, agent: str | None) -> None:
    if call.state == "connecting":
        floor.move_call(call, "bridged")
        call.bridged_ns = floor.now_ns
    if call.state == "bridged":
        floor.promise_agent(call, agent)
        if (desk := floor.state.agents.get(agent or "")) is not None:
            staffing.rejoin(floor, desk)
    else:
        call.hung_up = False
        floor.hang_up(call, "restart")
