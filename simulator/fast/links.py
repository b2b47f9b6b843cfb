"""Counters of the compiled floor, and its lists: calls that are not closed, persons who wait, agents who are idle.

The lists are links in the records, so that anybody can leave from anywhere; whoever comes last stands last.
"""

from __future__ import annotations

from numba import njit

from simulator.fast.records import CALL_STATES, NONE
from simulator.fast.sim import Sim

_PLACED, _ENDED, _ROBOT = (CALL_STATES[state] for state in ("placed", "ended", "robot"))


@njit(cache=True)
def count(sim: Sim, call: int, by: int) -> None:
    """Add a call to the counters or take it out, see `dialer.core.state.Floor.count`."""
    floor, record = sim.floor[0], sim.calls[call]
    if record.state != _ENDED:
        floor.lines += by
    if record.agent == NONE and (
        record.state == _PLACED or (record.state == _ROBOT and sim.settings[0].robot_then_human != 0)
    ):
        floor.in_flight += by


@njit(cache=True)
def begin_to_wait(sim: Sim, call: int) -> None:
    """Put a call behind those that wait."""
    floor, record = sim.floor[0], sim.calls[call]
    record.waits_before, record.waits_after = floor.waiting_last, NONE
    if floor.waiting_last == NONE:
        floor.waiting_first = call
    else:
        sim.calls[floor.waiting_last].waits_after = call
    floor.waiting_last = call
    floor.waiting += 1


@njit(cache=True)
def wait_no_more(sim: Sim, call: int) -> None:
    """Take a call out of those that wait."""
    floor, record = sim.floor[0], sim.calls[call]
    if record.waits_before == NONE:
        floor.waiting_first = record.waits_after
    else:
        sim.calls[record.waits_before].waits_after = record.waits_after
    if record.waits_after == NONE:
        floor.waiting_last = record.waits_before
    else:
        sim.calls[record.waits_after].waits_before = record.waits_before
    floor.waiting -= 1


@njit(cache=True)
def remember(sim: Sim, call: int) -> None:
    """Put a call behind all that are not closed."""
    floor, record = sim.floor[0], sim.calls[call]
    record.before, record.after = floor.last, NONE
    if floor.last == NONE:
        floor.first = call
    else:
        sim.calls[floor.last].after = call
    floor.last = call


@njit(cache=True)
def forget(sim: Sim, call: int) -> None:
    """Take a call out of those that are not closed."""
    floor, record = sim.floor[0], sim.calls[call]
    if record.before == NONE:
        floor.first = record.after
    else:
        sim.calls[record.before].after = record.after
    if record.after == NONE:
        floor.last = record.before
    else:
        sim.calls[record.after].before = record.before


@njit(cache=True)
def idle_again(sim: Sim, agent: int) -> None:
    """Put an agent behind the idle."""
    floor, record = sim.floor[0], sim.agents[agent]
    record.before, record.after = floor.idle_last, NONE
    if floor.idle_last == NONE:
        floor.idle_first = agent
    else:
        sim.agents[floor.idle_last].after = agent
    floor.idle_last = agent
    floor.idle += 1


@njit(cache=True)
def idle_no_more(sim: Sim, agent: int) -> None:
    """Take an agent out of the idle."""
    floor, record = sim.floor[0], sim.agents[agent]
    if record.before == NONE:
        floor.idle_first = record.after
    else:
        sim.agents[record.before].after = record.after
    if record.after == NONE:
        floor.idle_last = record.before
    else:
        sim.agents[record.after].before = record.before
    floor.idle -= 1


@njit(cache=True)
def forget_leave(sim: Sim, agent: int) -> None:
    """Expect an agent to stay."""
    if sim.agents[agent].leaves_ns != NONE:
        sim.agents[agent].leaves_ns = NONE
        sim.floor[0].leaving -= 1


@njit(cache=True)
def expect_leave(sim: Sim, agent: int, at_ns: int) -> None:
    """Expect an agent to leave at an instant."""
    if sim.agents[agent].leaves_ns == NONE:
        sim.floor[0].leaving += 1
    sim.agents[agent].leaves_ns = at_ns
