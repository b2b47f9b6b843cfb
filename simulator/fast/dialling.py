"""The compiled twin of `dialer.core.placing`: from a pacing decision to calls."""

from __future__ import annotations

from numba import njit

from dialer.core.leaving import LATE_S
from dialer.core.placing import GO_ON_NS, MOST_LEADS, PERSON_BUSY_S, SWEEP_S
from dialer.core.units import NS_PER_S
from pacing import compiled as pacer
from pacing import rate
from pacing.lookahead import NEVER_S
from simulator.fast import book, carrier, kernel, links, rules
from simulator.fast import sim as w
from simulator.fast.records import NONE
from simulator.fast.sim import IN_CALL, PART_NS, READY, WRAPPING, Sim, ns, seconds, wake_by
from strategies.compliance.judges import ALLOWED, NEVER

_LATE_NS, _BUSY_NS, SWEEP_NS = (int(limit_s * NS_PER_S) for limit_s in (LATE_S, PERSON_BUSY_S, SWEEP_S))


@njit(cache=True)
def _look_again(sim: Sim, after_ns: int) -> None:
    wake_by(sim, w.PACE, sim.floor[0].now_ns + after_ns)


@njit(cache=True)
def _leaves_ns(sim: Sim, agent: int) -> int:
    """Return when an agent will leave, `NONE` when that is not known."""
    record = sim.agents[agent]
    if record.leaves_ns == NONE or (sim.floor[0].now_ns > record.leaves_ns + _LATE_NS and record.pause == 0):
        return NONE
    return record.leaves_ns


@njit(cache=True)
def _foreseen(sim: Sim) -> tuple[int, int, int, int]:
    """Write down who will leave; return how many rows, and the idle, talking and wrapping who go within the horizon."""
    rows = idle = talking = wrapping = 0
    horizon_s, now_ns = sim.settings[0].horizon_s, sim.floor[0].now_ns
    for agent in range(sim.agents.size):
        state = sim.agents[agent].state
        if state not in (READY, IN_CALL, WRAPPING):
            continue
        at_ns = _leaves_ns(sim, agent)
        if at_ns == NONE:
            continue
        row = sim.leaving[rows]
        row[0] = (max(at_ns, now_ns) - now_ns) / NS_PER_S
        row[1], row[2], row[3] = state == READY, state == IN_CALL, state == WRAPPING
        if row[0] < horizon_s:
            idle += int(state == READY)
            talking += int(state == IN_CALL)
            wrapping += int(state == WRAPPING)
        rows += 1
    return rows, idle, talking, wrapping


@njit(cache=True)
def pace(sim: Sim) -> None:
    """Launch as many calls as the campaign should have now."""
    floor, settings = sim.floor[0], sim.settings[0]
    if floor.draining != 0:
        return
    book.release_due(sim)
    if floor.deferred > 0:
        wake_by(sim, w.DUE, sim.deferred[0, 0])
    if floor.ready == 0:
        return
    closes_in_s = NEVER_S
    if sim.spans.shape[0] > 0:
        while sim.spans[floor.span, 1] <= floor.now_ns:
            floor.span += 1
        opens_ns, closes_ns = sim.spans[floor.span, 0], sim.spans[floor.span, 1]
        _look_again(sim, (opens_ns if opens_ns > floor.now_ns else closes_ns) - floor.now_ns)
        if floor.now_ns < opens_ns:
            return
        closes_in_s = (closes_ns - floor.now_ns) / NS_PER_S
    rows = idle = talking = wrapping = 0
    if floor.leaving > 0:
        rows, idle, talking, wrapping = _foreseen(sim)
        if rows > 0:
            _look_again(sim, _LATE_NS)
    view = pacer.View(
        seconds(floor.now_ns),
        floor.idle,
        floor.busy,
        floor.in_flight,
        floor.waiting,
        settings.lines - floor.lines,
        floor.wrapping,
        floor.idle - idle,
        floor.busy - floor.wrapping - talking,
        floor.wrapping - wrapping,
        closes_in_s,
        settings.horizon_s,
    )
    launch, review_s = pacer.decide(sim.pacer, view, sim.leaving[:rows])
    if review_s != rate.NO_WAIT:
        _look_again(sim, max(GO_ON_NS, ns(review_s)))
    placed = examined = 0
    while placed < launch:
        lead = book.take(sim)
        if lead == NONE:
            break
        until_ns = _judge(sim, lead)
        if until_ns == ALLOWED:
            agent = _promise(sim)
            _place(sim, lead, agent)
            placed += 1
        else:
            _defer(sim, lead, until_ns)
        examined += 1
        if examined >= MOST_LEADS and placed < launch:
            _look_again(sim, GO_ON_NS)
            break


@njit(cache=True)
def _promise(sim: Sim) -> int:
    """In progressive mode, keep the agent who has been idle longest, and stays, for this very call."""
    settings, floor = sim.settings[0], sim.floor[0]
    if settings.progressive == 0:
        return NONE
    until_ns = floor.now_ns + settings.horizon_ns
    agent = floor.idle_first
    while agent != NONE:
        at_ns = _leaves_ns(sim, agent) if floor.leaving > 0 else NONE
        if at_ns == NONE or at_ns >= until_ns:
            kernel.move_agent(sim, agent, kernel.RESERVE)
            return agent
        agent = sim.agents[agent].after
    return NONE


@njit(cache=True)
def _judge(sim: Sim, lead: int) -> int:
    """Return `ALLOWED`, or until when a lead may not be dialled, `NEVER` for ever."""
    record, now_ns = sim.leads[lead], sim.floor[0].now_ns
    person = sim.persons[record.person]
    if person.call != NONE:
        return now_ns + _BUSY_NS
    if person.suppressed != 0:
        return NEVER
    endpoint = record.first_endpoint + record.endpoint
    return rules.denied_until(sim.rules, record.kind, record.callback != 0, endpoint, now_ns)


@njit(cache=True)
def _defer(sim: Sim, lead: int, until_ns: int) -> None:
    if until_ns == NEVER:
        book.close(sim, lead)
        return
    book.defer(sim, lead, max(until_ns, sim.floor[0].now_ns + GO_ON_NS))
    wake_by(sim, w.DUE, sim.deferred[0, 0])


@njit(cache=True)
def _place(sim: Sim, lead: int, agent: int) -> None:
    """Dial a lead that the gate has just allowed."""
    floor, settings, record = sim.floor[0], sim.settings[0], sim.leads[lead]
    if floor.calls == sim.calls.size:
        floor.short = 1
        return
    book.place(sim, lead)
    record.attempts += 1
    record.callback = 0
    call = floor.calls
    floor.calls += 1
    row = sim.calls[call]
    row.placed_ns = floor.now_ns
    row.ringing_ns = row.answered_ns = row.told_ns = row.transfer_ns = row.bridged_ns = row.message_ns = NONE
    row.ended_ns = row.ready_ns = row.closed_ns = row.next_ns = row.callback_ns = row.promise_cents = row.grace_ns = (
        NONE
    )
    row.expect_ns = floor.now_ns + settings.expect_ns
    row.lead, row.attempt, row.endpoint = lead, record.attempts, record.first_endpoint + record.endpoint
    row.state, row.cause, row.disposition, row.hung_up = kernel.PLACED, NONE, NONE, 0
    row.agent, row.talker = agent, NONE
    if agent != NONE:
        sim.agents[agent].call = call
    links.remember(sim, call)
    sim.persons[record.person].call = call
    links.count(sim, call, 1)
    rules.reserve(sim.rules, row.endpoint, floor.now_ns)
    hour = NONE
    if record.hours != NONE:
        hour = sim.people.hours[record.hours, floor.now_ns // PART_NS - settings.first_part]
    share = record.answer_share
    pacer.launched(sim.pacer, call, seconds(floor.now_ns), share, record.segment - 1, record.attempts, hour)
    carrier.dial(sim, call)
    wake_by(sim, w.SWEEP, floor.now_ns + SWEEP_NS)
