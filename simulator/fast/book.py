"""The compiled twin of `dialer.core.selection`: the leads in the order in which they are to be dialled."""

from __future__ import annotations

from numba import njit

from dialer.core.closing import USELESS_NUMBER
from simulator.fast.heaps import pop, push
from simulator.fast.records import DISPOSITION, LEAD_STATES, NONE
from simulator.fast.sim import Sim

_CALLBACK_RANK, _LOWEST_RANK = 0, 65536
"""As in `dialer.core.selection`."""

_CALLBACK, _WRONG, _GONE = (DISPOSITION[name] for name in ("callback", *USELESS_NUMBER))
_DIALLING, _DEFERRED, _QUEUED, _CLOSED = (LEAD_STATES[state] for state in ("dialling", "deferred", "queued", "closed"))


@njit(cache=True)
def queue(sim: Sim, lead: int) -> None:
    """Put a lead among those that may be dialled: callbacks, then by priority, fewer attempts, order of arrival."""
    floor, record = sim.floor[0], sim.leads[lead]
    rank = _CALLBACK_RANK if record.callback != 0 else _LOWEST_RANK - record.priority
    push(sim.ready, floor.ready, rank << 8 | min(record.attempts, 255), lead)
    floor.ready += 1


@njit(cache=True)
def take(sim: Sim) -> int:
    """Take the next lead out of the queue, `NONE` when there is none."""
    floor = sim.floor[0]
    if floor.ready == 0:
        return NONE
    lead = sim.ready[0, 1]
    pop(sim.ready, floor.ready)
    floor.ready -= 1
    return lead


@njit(cache=True)
def place(sim: Sim, lead: int) -> None:
    """Say that a lead is dialled."""
    sim.leads[lead].state = _DIALLING


@njit(cache=True)
def close(sim: Sim, lead: int) -> None:
    """Say that a lead is done with."""
    sim.leads[lead].state = _CLOSED


@njit(cache=True)
def defer(sim: Sim, lead: int, until_ns: int) -> None:
    """Put a lead aside until `until_ns`."""
    floor = sim.floor[0]
    sim.leads[lead].state = _DEFERRED
    push(sim.deferred, floor.deferred, until_ns, lead)
    floor.deferred += 1


@njit(cache=True)
def release_due(sim: Sim) -> None:
    """Queue every lead whose time has come."""
    floor = sim.floor[0]
    while floor.deferred > 0 and sim.deferred[0, 0] <= floor.now_ns:
        lead = sim.deferred[0, 1]
        pop(sim.deferred, floor.deferred)
        floor.deferred -= 1
        sim.leads[lead].state = _QUEUED
        queue(sim, lead)


@njit(cache=True)
def next_attempt(sim: Sim, lead: int, disposition: int, callback_ns: int) -> int:
    """Count a disposition; return when the lead is due again, `NONE` when it is done.

    See `dialer.core.closing`.
    """
    floor, record = sim.floor[0], sim.leads[lead]
    sim.tally[lead, disposition] += 1
    if disposition in (_WRONG, _GONE):
        record.dead |= 1 << record.endpoint
    delay_ns, limit = sim.redial[record.step, disposition, 0], sim.redial[record.step, disposition, 1]
    useful = first = NONE
    for endpoint in range(record.endpoints - 1, -1, -1):
        if record.dead >> endpoint & 1 == 0:
            first = endpoint
            if endpoint > record.endpoint:
                useful = endpoint
    if delay_ns == NONE or first == NONE:
        return NONE
    if record.attempts >= sim.settings[0].max_attempts or sim.tally[lead, disposition] > limit:
        return NONE
    if disposition != _CALLBACK:
        record.endpoint = useful if useful != NONE else first
    elif callback_ns != NONE:
        return max(callback_ns, floor.now_ns)
    return floor.now_ns + delay_ns
