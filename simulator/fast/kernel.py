"""The compiled twin of `dialer.core`: calls, agents and the pool of agents who are idle. Who dials is in `dialling`.

Effects are carried out where they arise: nothing of the world looks at the kernel, and the order is the same.
"""

from __future__ import annotations

from numba import njit

from dialer.core.state import CARRIER_SILENCE_S, MESSAGE_LIMIT_S
from dialer.core.units import NS_PER_S
from pacing import compiled as pacer
from pacing import trunk
from simulator.fast import carrier, desks, links, reading, rules
from simulator.fast import sim as w
from simulator.fast.book import close as close_lead
from simulator.fast.book import defer, next_attempt
from simulator.fast.records import (
    AGENT_NEXT,
    AGENT_TRIGGERS,
    CALL_NEXT,
    CALL_STATES,
    CALL_TRIGGERS,
    DISPOSITION,
    DISPOSITION_OF,
    MACHINE,
    NONE,
    REACH_OF,
    TAUGHT_OF,
)
from simulator.fast.sim import (
    IN_CALL,
    OFFLINE,
    PAUSED,
    READY,
    RESERVED,
    WRAPPING,
    Sim,
    count_time,
    ring_bell,
    seconds,
    wake_by,
)

SILENCE_NS = int(CARRIER_SILENCE_S * NS_PER_S)
_MESSAGE_LIMIT_NS = int(MESSAGE_LIMIT_S * NS_PER_S)

PLACED, WAITING, OVER, CONNECTING, ROBOT, ABANDONED, BRIDGED = (
    CALL_STATES[state] for state in ("placed", "waiting", "ended", "connecting", "robot", "abandoned", "bridged")
)
_ANSWERED, _MACHINE, _ENDED, _ASSIGN, _ROBOT, _ABANDON, _BRIDGED, _AGENT_LOST, _TRANSFER = (
    CALL_TRIGGERS[trigger]
    for trigger in ("answered", "machine", "ended", "assign", "robot", "abandon", "bridged", "agent_lost", "transfer")
)
LOG_IN, A_READY, PAUSE, LOG_OUT, RESERVE, RELEASE, RELEASE_PAUSED, CONNECT, CALL_ENDED, WRAP_OVER, WRAP_PAUSED = (
    AGENT_TRIGGERS[trigger]
    for trigger in (
        *("log_in", "ready", "pause", "log_out", "reserve", "release", "release_paused", "bridged", "call_ended"),
        *("wrap_over", "wrap_over_paused"),
    )
)
_EARLY_HANGUP, _ROBOT_DONE, _DO_NOT_CALL, _CALLBACK, _PROMISE = (
    DISPOSITION[name] for name in ("early_hangup", "robot_done", "do_not_call", "callback", "promise")
)
_ABANDONED_DISPOSITION, _MACHINE_DISPOSITION = DISPOSITION["abandoned"], DISPOSITION["machine"]


@njit(cache=True)
def _move_call(sim: Sim, call: int, trigger: int) -> bool:
    record = sim.calls[call]
    following = CALL_NEXT[record.state, trigger]
    if following == NONE:
        return False
    links.count(sim, call, -1)
    if record.state == WAITING:
        links.wait_no_more(sim, call)
        record.grace_ns = NONE
    record.state = following
    if following == WAITING:
        links.begin_to_wait(sim, call)
    links.count(sim, call, 1)
    return True


@njit(cache=True)
def promise(sim: Sim, call: int, agent: int) -> None:
    """Set or clear the agent whom a call belongs to."""
    links.count(sim, call, -1)
    sim.calls[call].agent = agent
    links.count(sim, call, 1)


@njit(cache=True)
def move_agent(sim: Sim, agent: int, trigger: int) -> None:
    """Apply a transition of the agent table and tell the desktop."""
    floor, record = sim.floor[0], sim.agents[agent]
    before, following = record.state, AGENT_NEXT[record.state, trigger]
    if following == NONE:
        raise AssertionError("an agent cannot do this in this state")
    count_time(sim, before, record.since_ns, floor.now_ns)
    record.state, record.since_ns = following, floor.now_ns
    if before == READY:
        links.idle_no_more(sim, agent)
    if following == READY:
        links.idle_again(sim, agent)
    floor.reserved += int(following == RESERVED) - int(before == RESERVED)
    floor.wrapping += int(following == WRAPPING) - int(before == WRAPPING)
    floor.busy += int(following in (IN_CALL, WRAPPING)) - int(before in (IN_CALL, WRAPPING))
    if following == PAUSED and record.leaves_ns != NONE and record.leaves_ns <= floor.now_ns:
        links.forget_leave(sim, agent)  # this is the break that was announced
    desks.shown(sim, agent, following)


@njit(cache=True)
def _hang_up(sim: Sim, call: int) -> None:
    record = sim.calls[call]
    if record.hung_up == 0:
        record.hung_up = 1
        record.expect_ns = sim.floor[0].now_ns + SILENCE_NS
        carrier.hang_up(sim, call)


# Calls -----------------------------------------------------------------------------------------------


@njit(cache=True)
def answered(sim: Sim, call: int, picked_up_ns: int) -> None:
    """Somebody or something picked up."""
    floor, record = sim.floor[0], sim.calls[call]
    machine = record.by == MACHINE
    if not _move_call(sim, call, _MACHINE if machine else _ANSWERED):
        return
    record.answered_ns, record.told_ns, record.expect_ns = picked_up_ns, floor.now_ns, NONE
    pacer.answered(sim.pacer, call, seconds(floor.now_ns), not machine)
    if machine:
        release_agent(sim, call)
        _hang_up(sim, call)
    else:
        _serve(sim, call)


@njit(cache=True)
def _serve(sim: Sim, call: int) -> None:
    """A person is on the line: the robot, the promised agent, an idle agent, or a short wait."""
    floor, record, settings = sim.floor[0], sim.calls[call], sim.settings[0]
    if settings.robot != 0 and record.transfer_ns == NONE:
        _move_call(sim, call, _ROBOT)
        record.expect_ns = floor.now_ns + _MESSAGE_LIMIT_NS
        if settings.robot_then_human == 0:
            pacer.connected(sim.pacer, call, seconds(floor.now_ns))
        carrier.play(sim, call, settings.robot_then_human != 0)
        return
    from_ns = record.told_ns if settings.greeting_end != 0 else record.answered_ns
    if record.transfer_ns != NONE:
        from_ns = record.transfer_ns
    deadline_ns = from_ns + settings.grace_ns
    if deadline_ns < floor.now_ns and floor.now_ns == record.told_ns:
        _abandon(sim, call)
        release_agent(sim, call)
        return
    agent = record.agent
    if agent == NONE and floor.idle > 0:
        agent = floor.idle_first
        move_agent(sim, agent, RESERVE)
    if agent != NONE:
        _connect(sim, call, agent)
    elif deadline_ns <= floor.now_ns:
        _abandon(sim, call)
    elif record.grace_ns != deadline_ns:
        record.grace_ns = deadline_ns
        ring_bell(sim, w.GRACE, call, deadline_ns)


@njit(cache=True)
def _connect(sim: Sim, call: int, agent: int) -> None:
    record = sim.calls[call]
    _move_call(sim, call, _ASSIGN)
    promise(sim, call, agent)
    sim.agents[agent].call = call
    record.expect_ns = sim.floor[0].now_ns + SILENCE_NS
    carrier.bridge(sim, call, agent)


@njit(cache=True)
def bridged(sim: Sim, call: int) -> None:
    """The person and the agent hear each other."""
    floor, record = sim.floor[0], sim.calls[call]
    agent = record.talker
    if sim.agents[agent].call != call or not _move_call(sim, call, _BRIDGED):
        return
    record.bridged_ns, record.expect_ns = floor.now_ns, NONE
    move_agent(sim, agent, CONNECT)
    pacer.connected(sim.pacer, call, seconds(floor.now_ns))


@njit(cache=True)
def _abandon(sim: Sim, call: int) -> None:
    floor = sim.floor[0]
    if _move_call(sim, call, _ABANDON):
        sim.calls[call].expect_ns = floor.now_ns + _MESSAGE_LIMIT_NS
        pacer.abandoned(sim.pacer, call, seconds(floor.now_ns))
        carrier.play(sim, call, False)


@njit(cache=True)
def grace_over(sim: Sim, call: int) -> None:
    """Nobody was there in time."""
    sim.calls[call].grace_ns = NONE
    _abandon(sim, call)


@njit(cache=True)
def transfer_requested(sim: Sim, call: int) -> None:
    """Whoever talks with the robot wants an agent."""
    floor, record = sim.floor[0], sim.calls[call]
    if sim.settings[0].robot_then_human == 0 or record.hung_up != 0:
        return
    if _move_call(sim, call, _TRANSFER):
        record.transfer_ns, record.expect_ns = floor.now_ns, NONE
        pacer.transferred(sim.pacer, call, seconds(floor.now_ns))
        _serve(sim, call)


@njit(cache=True)
def message_finished(sim: Sim, call: int) -> None:
    """A recorded message is over, and so is the call; unless the person has gone on to an agent."""
    record = sim.calls[call]
    if record.transfer_ns != NONE and record.state in (WAITING, CONNECTING, BRIDGED):
        return
    if record.state == ROBOT:
        record.disposition = _ROBOT_DONE
    elif record.state == ABANDONED:
        record.message_ns = sim.floor[0].now_ns
    _hang_up(sim, call)


@njit(cache=True)
def ended(sim: Sim, call: int, cause: int) -> None:
    """The call is over. After a conversation the agent wraps up and the attempt waits for that."""
    record = sim.calls[call]
    before = record.state
    if before == OVER:
        return
    record.cause = cause
    _end_line(sim, call, TAUGHT_OF[cause])
    if before == PLACED:
        release_agent(sim, call)
        _close(sim, call, DISPOSITION_OF[cause])
    elif before in (WAITING, CONNECTING):
        release_agent(sim, call)
        _close(sim, call, _EARLY_HANGUP)
    elif before == ROBOT:
        _close(sim, call, record.disposition if record.disposition != NONE else _EARLY_HANGUP)
    elif before == BRIDGED:
        _after_conversation(sim, call)
    else:
        _close(sim, call, _ABANDONED_DISPOSITION if before == ABANDONED else _MACHINE_DISPOSITION)


@njit(cache=True)
def dispositioned(sim: Sim, call: int) -> None:
    """The agent says how it went."""
    record = sim.calls[call]
    if record.state not in (BRIDGED, OVER):
        return
    disposition, callback_ns, promise_cents = carrier.conversation(sim, call)
    if disposition == _PROMISE and not reading.takes_promise(sim, call, sim.floor[0].now_ns):
        return
    record.disposition, record.callback_ns, record.promise_cents = disposition, callback_ns, promise_cents
    if record.state == OVER:
        _close(sim, call, record.disposition)


@njit(cache=True)
def release_agent(sim: Sim, call: int) -> None:
    """Free the agent who was promised to a call that came to nothing."""
    record = sim.calls[call]
    agent = record.agent
    if agent == NONE or sim.agents[agent].call != call:
        return
    sim.agents[agent].call = NONE
    if record.state != OVER:
        promise(sim, call, NONE)
    if sim.agents[agent].pause != 0:
        move_agent(sim, agent, RELEASE_PAUSED)
    else:
        move_agent(sim, agent, RELEASE)
        _take_waiting(sim, agent)


@njit(cache=True)
def _take_waiting(sim: Sim, agent: int) -> None:
    call = sim.floor[0].waiting_first
    if call != NONE:
        move_agent(sim, agent, RESERVE)
        _connect(sim, call, agent)


@njit(cache=True)
def overdue(sim: Sim) -> None:
    """The carrier has been silent about some calls for too long: ask it to end them. This one always does."""
    now_ns = sim.floor[0].now_ns
    call = sim.floor[0].first
    while call != NONE:
        record = sim.calls[call]
        following = record.after
        if record.expect_ns != NONE and record.expect_ns <= now_ns:
            _hang_up(sim, call)
        call = following


@njit(cache=True)
def _after_conversation(sim: Sim, call: int) -> None:
    floor, record = sim.floor[0], sim.calls[call]
    agent = record.agent
    if agent != NONE and sim.agents[agent].call == call:
        move_agent(sim, agent, CALL_ENDED)
        due_ns = floor.now_ns + sim.settings[0].wrap_limit_ns
        if sim.agents[agent].wrap_due_ns != due_ns:
            sim.agents[agent].wrap_due_ns = due_ns
            ring_bell(sim, w.WRAP_LIMIT, agent, due_ns)
        if record.disposition != NONE:
            _close(sim, call, record.disposition)
    else:
        _close(sim, call, reading.outcome(sim, call, sim.agents[record.talker].since_ns - 1))


@njit(cache=True)
def _end_line(sim: Sim, call: int, how: int) -> None:
    _move_call(sim, call, _ENDED)
    sim.calls[call].ended_ns, sim.calls[call].expect_ns = sim.floor[0].now_ns, NONE
    pacer.ended(sim.pacer, call, seconds(sim.floor[0].now_ns), how)


@njit(cache=True)
def _close(sim: Sim, call: int, disposition: int) -> None:
    """Write an attempt off with its disposition; the call is forgotten."""
    floor, record = sim.floor[0], sim.calls[call]
    lead = record.lead
    if record.ended_ns == NONE:
        _end_line(sim, call, trunk.OURS)
    links.forget(sim, call)
    person = sim.persons[sim.leads[lead].person]
    person.call = NONE
    rules.settle(sim.rules, record.endpoint, record.placed_ns, REACH_OF[disposition], floor.now_ns)
    if disposition == _DO_NOT_CALL:
        person.suppressed = 1
    record.disposition, record.closed_ns = disposition, floor.now_ns
    record.next_ns = next_attempt(sim, lead, disposition, record.callback_ns)
    if record.next_ns == NONE:
        close_lead(sim, lead)
    else:
        sim.leads[lead].callback = disposition == _CALLBACK
        defer(sim, lead, record.next_ns)
        wake_by(sim, w.DUE, record.next_ns)


# Agents ----------------------------------------------------------------------------------------------


@njit(cache=True)
def logged_in(sim: Sim, agent: int) -> None:
    """An agent joins, paused."""
    record = sim.agents[agent]
    if record.state != OFFLINE:
        return
    record.call, record.pause = NONE, 0
    move_agent(sim, agent, LOG_IN)


@njit(cache=True)
def logged_out(sim: Sim, agent: int) -> None:
    """An agent is gone. A call that rings for them is taken back; one that waits is served by another."""
    record = sim.agents[agent]
    if record.state == OFFLINE:
        return
    call, was = record.call, record.state
    record.call, record.pause, record.wrap_due_ns = NONE, 0, NONE
    links.forget_leave(sim, agent)
    move_agent(sim, agent, LOG_OUT)
    if call == NONE or sim.calls[call].closed_ns != NONE:
        return
    state = sim.calls[call].state
    if state == PLACED:
        promise(sim, call, NONE)
        _hang_up(sim, call)
    elif state == CONNECTING:
        promise(sim, call, NONE)
        _move_call(sim, call, _AGENT_LOST)
        _serve(sim, call)
    elif state == BRIDGED:
        _hang_up(sim, call)
    elif was == WRAPPING:
        _close(sim, call, reading.outcome(sim, call, sim.floor[0].now_ns - 1))


@njit(cache=True)
def ready(sim: Sim, agent: int) -> None:
    """A pause is over, or wrap is done, or the wish for a pause is taken back."""
    record = sim.agents[agent]
    if record.state == PAUSED:
        record.pause = 0
        move_agent(sim, agent, A_READY)
        _take_waiting(sim, agent)
    elif record.state == WRAPPING:
        finish_wrap(sim, agent, A_READY)
    elif record.pause != 0:
        record.pause = 0
        links.forget_leave(sim, agent)


@njit(cache=True)
def finish_wrap(sim: Sim, agent: int, trigger: int) -> None:
    """After-call work is over; an attempt without a disposition is closed as it is."""
    record = sim.agents[agent]
    record.wrap_due_ns = NONE
    call = record.call
    record.call = NONE
    if call != NONE:
        sim.calls[call].ready_ns = sim.floor[0].now_ns
        if sim.calls[call].closed_ns == NONE:
            _close(sim, call, reading.outcome(sim, call, sim.floor[0].now_ns))
    if record.pause != 0:
        move_agent(sim, agent, WRAP_PAUSED)
    else:
        move_agent(sim, agent, trigger)
        _take_waiting(sim, agent)


@njit(cache=True)
def pause_requested(sim: Sim, agent: int, wish: int) -> None:
    """Pause an idle agent now, a busy one after the call and its wrap."""
    record = sim.agents[agent]
    if record.state == READY:
        move_agent(sim, agent, PAUSE)
    elif record.state in (RESERVED, IN_CALL, WRAPPING):
        record.pause = wish
        links.expect_leave(sim, agent, sim.floor[0].now_ns)


@njit(cache=True)
def leave_announced(sim: Sim, agent: int, at_ns: int) -> None:
    """An agent says when the next break begins."""
    if sim.agents[agent].state != OFFLINE:
        links.expect_leave(sim, agent, at_ns)
