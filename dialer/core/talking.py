"""The call flow that a robot follows: what it says next follows from what the person presses or says.

The robot plays one text at a time (`PlayMessage` with the purpose ``flow``). A key or a word during a text stops it. A
wait that is over without either is an answer, too.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dialer.core.call import Call
from dialer.core.effects import PlayMessage, RecordPerson, StopMessage
from dialer.core.state import CARRIER_SILENCE_S, MESSAGE_LIMIT_S, Floor
from dialer.core.units import NS_PER_S, ns
from strategies.flow import machine
from strategies.flow.records import Flow, Position, Prompt

MOST_STEPS = 60
"""How often one call may go on from state to state, so that no child holds a line for a day (house value, 2026-11)."""


def flow_of(floor: Floor, call: Call) -> Flow | None:
    """Return what the campaign's robot follows; None: it plays one message."""
    return floor.flows.get(floor.campaigns[call.campaign].flow)


def begin(floor: Floor, call: Call, flow: Flow) -> None:
    """Say the first text."""
    _say(floor, call, flow, machine.begin(flow))


def text_over(floor: Floor, call: Call) -> bool:
    """Go on after a text; return whether the person is to have an agent."""
    flow, position = flow_of(floor, call), call.talk
    if flow is None or position is None or not call.speaking:
        return False
    call.speaking = False
    state = flow.states[position.state]
    if state.transfer:
        return True
    if state.end is not None:
        floor.hang_up(call, "the robot has said goodbye")
    elif state.record is not None:
        floor.out.append(RecordPerson(call.id, state.record.limit_s))
        _listen(floor, call, state.record.limit_s)
    elif state.asks:
        _listen(floor, call, state.wait_s)
    else:
        _go_on(floor, call, flow, machine.said(flow, position))
    return False


def key(floor: Floor, call: Call, pressed: str) -> None:
    """Take a key; one that nobody asked for is passed over."""
    flow, position = flow_of(floor, call), call.talk
    if flow is None or position is None or call.hung_up or not flow.states[position.state].asks:
        return
    following = machine.pressed(flow, position, pressed)
    if following == position:
        return
    _fall_silent(floor, call)
    _go_on(floor, call, flow, following)


def words(floor: Floor, call: Call, message: str, intent: str) -> None:
    """Take the intent of what was said to the text `message`; the answer to a text that has passed is too late."""
    flow, position = flow_of(floor, call), call.talk
    if flow is None or position is None or call.hung_up or not flow.states[position.state].intents:
        return
    if Prompt(flow.identity, position.state, position.language).message != message:
        return
    _fall_silent(floor, call)
    _go_on(floor, call, flow, machine.meant(flow, position, intent))


def waited(floor: Floor, call: Call) -> None:
    """The wait for a key or a word is over."""
    flow, position = flow_of(floor, call), call.talk
    if flow is not None and position is not None and call.state == "robot" and not call.hung_up:
        _go_on(floor, call, flow, machine.silent(flow, position))


def stop_waiting(floor: Floor, call: Call) -> None:
    """The robot's part is over."""
    floor.drop_timer(f"key/{call.id}")


def _fall_silent(floor: Floor, call: Call) -> None:
    if call.speaking:
        call.speaking = False
        floor.out.append(StopMessage(call.id))


def _go_on(floor: Floor, call: Call, flow: Flow, following: Position) -> None:
    before = call.talk
    assert before is not None
    if following.steps != before.steps:
        _say(floor, call, flow, following)
    else:
        call.talk = following
        _listen(floor, call, flow.states[following.state].wait_s)


def _say(floor: Floor, call: Call, flow: Flow, position: Position) -> None:
    stop_waiting(floor, call)
    call.talk = position
    if len(position.steps) > MOST_STEPS:
        floor.hang_up(call, "the robot's call goes on and on")
        return
    state = flow.states[position.state]
    if state.end is not None:
        _settle(floor, call, state.end, position)
    call.speaking = True
    call.expect_ns = floor.now_ns + ns(MESSAGE_LIMIT_S)
    prompt = Prompt(flow.identity, state.name, position.language)
    floor.out.append(PlayMessage(call.id, prompt.message, "flow"))


def _settle(floor: Floor, call: Call, end: str, position: Position) -> None:
    """What was agreed stands from now on, even if nobody listens to the goodbye."""
    call.disposition = end
    if end == "promise":
        today = dt.datetime.fromtimestamp(
            floor.now_ns // NS_PER_S, ZoneInfo(floor.campaigns[call.campaign].zone)
        ).date()
        call.promise_cents = position.numbers["promise_amount"] * 100
        call.promise_due = (today + dt.timedelta(days=position.numbers["promise_days"])).isoformat()
    elif end == "do_not_call":
        person = floor.books[call.campaign].lead(call.lead).person
        floor.gate.suppress("person", person, "asked the robot for no more calls")


def _listen(floor: Floor, call: Call, wait_s: float) -> None:
    due_ns = floor.now_ns + ns(wait_s)
    call.expect_ns = due_ns + ns(CARRIER_SILENCE_S)
    floor.set_timer(f"key/{call.id}", due_ns)
