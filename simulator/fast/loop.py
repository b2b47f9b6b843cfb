"""The compiled event loop: what wakes at one instant is done, then what was reported is taken in the kernel's order."""

from __future__ import annotations

from numba import njit

from simulator.fast import book, carrier, desks, dialling, kernel
from simulator.fast import sim as w
from simulator.fast.heaps import ABOUT, AT, MORE, WHAT, move, wake
from simulator.fast.records import NONE
from simulator.fast.sim import Sim, count_time, report

LEADS_AT_ONCE = 1000
"""As in `simulator.driver`."""

_ATTEMPTS = 1 << 16
"""More than any lead has attempts."""

_AGENTS, _CALLS, _TIMERS = 2 << 58, 3 << 58, 4 << 58
_TIMER = 1 << 54
"""Steps of the sort key of `dialer.core.order`: by class, timers by their names."""


@njit(cache=True)
def _call_order(sim: Sim, call: int) -> int:
    """Return the place of a call's name among all: by lead, then by attempt as a text."""
    record = sim.calls[call]
    return sim.leads[record.lead].order * _ATTEMPTS + sim.attempt_order[record.attempt]


@njit(cache=True)
def _key(sim: Sim, what: int, about: int) -> int:
    """Return the sort key of a fact, see `dialer.core.order`."""
    if what == w.DRAIN:
        return 0
    if what <= w.WRAP_LIMIT:
        key = _TIMERS + (what - w.DUE) * _TIMER
        if what == w.GRACE:
            return key + _call_order(sim, about)
        return key + sim.agents[about].order if what == w.WRAP_LIMIT else key
    if what <= w.WENT:
        return _AGENTS + sim.agents[about].order
    return _CALLS + _call_order(sim, about)


@njit(cache=True)
def _sort(sim: Sim) -> None:
    """Put the facts of this instant into order; those of one subject stay as they came."""
    facts, size = sim.facts, sim.floor[0].facts
    for place in range(size):
        facts[place, AT] = _key(sim, facts[place, WHAT], facts[place, ABOUT])
    for place in range(1, size):
        at, what, about, more = facts[place, AT], facts[place, WHAT], facts[place, ABOUT], facts[place, MORE]
        gap = place
        while gap > 0 and facts[gap - 1, AT] > at:
            move(facts, gap, gap - 1)
            gap -= 1
        facts[gap, AT], facts[gap, WHAT], facts[gap, ABOUT], facts[gap, MORE] = at, what, about, more


@njit(cache=True)
def _take(sim: Sim, what: int, about: int, more: int) -> bool:
    """Take in one fact of a call; return whether the pace may be another one now."""
    if sim.calls[about].closed_ns != NONE:
        return False
    if what == w.WAS_ANSWERED:
        kernel.answered(sim, about, more)
    elif what == w.WAS_BRIDGED:
        kernel.bridged(sim, about)
        return False
    elif what == w.ENDED:
        kernel.ended(sim, about, more)
    elif what == w.DISPOSITIONED:
        kernel.dispositioned(sim, about)
        return False
    elif what == w.FINISHED:
        kernel.message_finished(sim, about)
        return False
    else:
        kernel.transfer_requested(sim, about)
    return True


@njit(cache=True)
def _take_of_agent(sim: Sim, what: int, about: int, more: int) -> bool:
    """The same of an agent."""
    if what == w.CAME:
        kernel.logged_in(sim, about)
        return False
    if what == w.SAID_READY:
        kernel.ready(sim, about)
    elif what == w.ASKED_PAUSE:
        kernel.pause_requested(sim, about, more)
    elif what == w.ANNOUNCED:
        kernel.leave_announced(sim, about, more)
    else:
        kernel.logged_out(sim, about)
    return True


@njit(cache=True)
def _fire(sim: Sim, timer: int, about: int, due_ns: int) -> bool:
    """The same of a timer; one that was replaced or dropped meanwhile does nothing."""
    floor = sim.floor[0]
    if timer == w.DUE:
        if floor.due_ns != due_ns:
            return False
        floor.due_ns = NONE
    elif timer == w.PACE:
        if floor.pace_ns != due_ns:
            return False
        floor.pace_ns = NONE
    elif timer == w.SWEEP:
        if floor.sweep_ns != due_ns:
            return False
        floor.sweep_ns = NONE
        kernel.overdue(sim)
        if floor.first != NONE:
            w.wake_by(sim, w.SWEEP, floor.now_ns + dialling.SWEEP_NS)
    elif timer == w.GRACE:
        if sim.calls[about].grace_ns != due_ns:
            return False
        kernel.grace_over(sim, about)
    else:
        if sim.agents[about].wrap_due_ns != due_ns:
            return False
        kernel.finish_wrap(sim, about, kernel.WRAP_OVER)
    return True


@njit(cache=True)
def begin(sim: Sim) -> None:
    """Queue the leads, and let every agent begin to live."""
    for first in range(0, sim.leads.size, LEADS_AT_ONCE):
        for lead in range(first, min(first + LEADS_AT_ONCE, sim.leads.size)):
            book.queue(sim, lead)
        dialling.pace(sim)


@njit(cache=True, nogil=True)
def run(parts: Sim, drain_ns: int) -> None:
    """Run the floor to its end; time is counted until something was reported last, as a journal shows it."""
    sim = w.refer(parts)
    floor, heap, facts = sim.floor[0], sim.heap, sim.facts
    for agent in range(sim.agents.size):
        desks.come_in(sim, agent)
    w.sleep(heap, floor, drain_ns, w.DRAIN, 0, 0)
    begin(sim)
    while floor.asleep > 0 and heap[0, AT] < floor.until_ns and floor.short == 0:
        floor.now_ns = heap[0, AT]
        floor.facts = 0
        while floor.asleep > 0 and heap[0, AT] == floor.now_ns:
            what, about, more = heap[0, WHAT], heap[0, ABOUT], heap[0, MORE]
            wake(heap, floor)
            floor.events += 1
            if what >= w.DRAIN:
                report(sim, what, about, more)
            elif what >= w.PICKED_UP:
                carrier.woken(sim, what, about, more)
            else:
                desks.woken(sim, what, about, more)
        if floor.facts > 0:
            floor.heard_ns = floor.now_ns
        if floor.facts > 1:
            _sort(sim)
        for place in range(floor.facts):
            what, about, more = facts[place, WHAT], facts[place, ABOUT], facts[place, MORE]
            if what == w.DRAIN:
                floor.draining = 1
                paces = False
            elif what <= w.WRAP_LIMIT:
                paces = _fire(sim, what, about, more)
            elif what <= w.WENT:
                paces = _take_of_agent(sim, what, about, more)
            else:
                paces = _take(sim, what, about, more)
            if paces:
                dialling.pace(sim)
    for agent in range(sim.agents.size):
        record = sim.agents[agent]
        count_time(sim, record.state, record.since_ns, floor.heard_ns)
