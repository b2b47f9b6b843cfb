"""A compiled floor: everything that it is made of, and the few things that all of its parts do."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.experimental import structref

from dialer.core.units import NS_PER_S
from pacing import compiled
from pacing.compiled import Compiled
from simulator.fast import rules
from simulator.fast.draws import Draws, Names
from simulator.fast.heaps import ABOUT, MORE, WHAT, sleep
from simulator.fast.laws import Laws
from simulator.fast.records import AGENT_NEXT, AGENT_STATES, NONE
from simulator.fast.rules import Rules
from simulator.fast.scripts import Scripts

STREAMS = (
    *("number", "network", "answer", "ring", "reach", "set_up", "message", "detection", "detected", "patience"),
    *("outcome", "talk", "robot", "transfer", "callback", "promise", "settle", "wrap", "script_pace", "script_answer"),
)
"""The streams of `simulator.world`, in the order of their numbers here."""

NUMBER, NETWORK, ANSWER, RING, REACH, SET_UP, MESSAGE, DETECTION, DETECTED, PATIENCE = range(10)
OUTCOME, TALK, ROBOT, TRANSFER, CALLBACK, PROMISE, SETTLE, WRAP, SCRIPT_PACE, SCRIPT_ANSWER = range(10, len(STREAMS))

LAW_RING, LAW_MACHINE_RING, LAW_SET_UP, LAW_MESSAGE, LAW_DETECTION, LAW_PATIENCE, LAW_ROBOT = range(7)
LAW_CALLBACK, LAW_PROMISE, LAW_SETTLE, LAW_WRAP, LAW_TALK = range(7, 12)
"""Numbers of the laws; from `LAW_TALK` on there is one for each outcome."""

WORKING, ASKING, RESTING, LEAVING, DISPOSING, WRAPPED = range(6)
PICKED_UP, DETECTED_AS, ALONE, TALKING, TALKED, PLAYED, WITH_ROBOT, CLOSING = range(6, 14)
DRAIN, DUE, GRACE, PACE, SWEEP, WRAP_LIMIT = range(14, 20)
"""What can happen: of agents, of calls, and to the kernel; its timers in the order of their names."""

CAME, SAID_READY, ASKED_PAUSE, ANNOUNCED, WENT = range(20, 25)
WAS_ANSWERED, WAS_BRIDGED, ENDED, DISPOSITIONED, FINISHED, ASKED_TRANSFER = range(25, 31)
"""What is reported to the kernel besides: of agents, and of calls."""

MINUTE_NS = 60 * NS_PER_S
PART_NS = 900 * NS_PER_S
"""Offsets of time zones are multiples of a quarter of an hour, so the hour is constant in between."""


class People(NamedTuple):
    """The laws of `simulator.world.people` in tables.

    Attributes
    ----------
    laws : Laws
        By number, `LAW_RING` and the following.
    reach : float64 array
        Table of how people differ.
    share_by_hour : float64 array, shape (24,)
        Chance that a person answers, relative to the best hour.
    segment_factor : float64 array
        By segment.
    weekday_factor : float64 array, shape (7,)
        By weekday, Monday first.
    hours : int64 array, shape (zones, parts)
        Local hour of the week by zone and quarter of an hour since the first.
    unanswered_ends : float64 array, shape (3,)
        Cumulated shares of machine, busy and rejected.
    outcome_ends : float64 array
        Cumulated shares of the outcomes but the last.
    outcomes : int64 array
        Their dispositions.
    """

    laws: Laws
    reach: np.ndarray
    share_by_hour: np.ndarray
    segment_factor: np.ndarray
    weekday_factor: np.ndarray
    hours: np.ndarray
    unanswered_ends: np.ndarray
    outcome_ends: np.ndarray
    outcomes: np.ndarray


class Sim(NamedTuple):
    """The arrays of a floor. Records are described in `simulator.fast.records`.

    Attributes
    ----------
    floor, settings : record array, shape (1,)
        What changes, and what does not.
    calls, agents, leads, persons : record array
        By number.
    endpoints : int64 array
        The numbers of all leads, one lead after the other.
    useless : int8 array
        By number, whether it is in service; `NONE`: not known yet.
    tally : uint8 array, shape (leads, dispositions)
        How often each disposition has happened.
    ready, deferred : int64 array, shape (leads, 2)
        Heaps of the leads that may be dialled, by key, and of those put aside, by instant.
    heap, facts : int64 array, shape (any, 5)
        What is to happen, and what was reported at this instant.
    shifts : int64 array, shape (agents, days, steps)
        When an agent comes, begins each break, and goes.
    break_ns : int64 array
        By wish, how long the break is; `NONE` for what is no break.
    break_wishes : int64 array
        The wish of each break of a day, in their order in `shifts`.
    spans : int64 array, shape (any, 2)
        When the campaign dials.
    redial : int64 array, shape (steps, dispositions, 2)
        Delay and limit, `NONE` where nothing follows.
    scripts : Scripts
        The call scripts of the steps.
    attempt_order : int64 array
        By attempt, its place among all attempts written as texts.
    leaving : float64 array, shape (agents, 4)
        Room for the rows of `pacing.records.Leaving`.
    minutes : int64 array, shape (minutes, states)
        Nanoseconds of agents in each state.
    """

    floor: np.ndarray
    settings: np.ndarray
    calls: np.ndarray
    agents: np.ndarray
    leads: np.ndarray
    persons: np.ndarray
    endpoints: np.ndarray
    useless: np.ndarray
    tally: np.ndarray
    ready: np.ndarray
    deferred: np.ndarray
    heap: np.ndarray
    facts: np.ndarray
    shifts: np.ndarray
    break_ns: np.ndarray
    break_wishes: np.ndarray
    spans: np.ndarray
    redial: np.ndarray
    scripts: Scripts
    attempt_order: np.ndarray
    leaving: np.ndarray
    minutes: np.ndarray
    people: People
    rules: Rules
    pacer: Compiled
    draws: Draws
    lead_names: Names
    person_names: Names
    number_names: Names
    agent_names: Names


@structref.register
class _PeopleType(types.StructRef):
    pass


class PeopleRef(structref.StructRefProxy):
    """`People` as compiled code hands them on."""


@structref.register
class _SimType(types.StructRef):
    pass


class SimRef(structref.StructRefProxy):
    """`Sim` as compiled code hands it on: by reference, since a tuple is copied, array by array, at every call."""


structref.define_proxy(PeopleRef, _PeopleType, list(People._fields))
structref.define_proxy(SimRef, _SimType, list(Sim._fields))


@njit(cache=True)
def _refer(parts: People) -> Any:
    return PeopleRef(
        parts.laws,
        parts.reach,
        parts.share_by_hour,
        parts.segment_factor,
        parts.weekday_factor,
        parts.hours,
        parts.unanswered_ends,
        parts.outcome_ends,
        parts.outcomes,
    )


@njit(cache=True)
def refer(parts: Sim) -> Any:
    """Return a floor by reference."""
    return SimRef(
        parts.floor,
        parts.settings,
        parts.calls,
        parts.agents,
        parts.leads,
        parts.persons,
        parts.endpoints,
        parts.useless,
        parts.tally,
        parts.ready,
        parts.deferred,
        parts.heap,
        parts.facts,
        parts.shifts,
        parts.break_ns,
        parts.break_wishes,
        parts.spans,
        parts.redial,
        parts.scripts,
        parts.attempt_order,
        parts.leaving,
        parts.minutes,
        _refer(parts.people),
        rules.refer(parts.rules),
        compiled.refer(parts.pacer),
        parts.draws,
        parts.lead_names,
        parts.person_names,
        parts.number_names,
        parts.agent_names,
    )


@njit(cache=True)
def seconds(t_ns: int) -> float:
    """Return an instant as `dialer.core.units.seconds` does: rounded once, which a quotient of two floats is not."""
    whole = t_ns // NS_PER_S
    return whole + (t_ns - whole * NS_PER_S) / NS_PER_S


@njit(cache=True)
def ns(seconds: float) -> int:
    """Return seconds as `dialer.core.units.ns` does."""
    return int(np.rint(seconds * NS_PER_S))


@njit(cache=True)
def due(floor: Any, wake_ns: int) -> int:
    """Return when a script of the world that asks for `wake_ns` is woken, see `simulator.world.timeline.due_ns`."""
    return -(-max(wake_ns, floor.now_ns + 1) // floor.grid_ns) * floor.grid_ns


@njit(cache=True)
def report(sim: Sim, what: int, about: int, more: int) -> None:
    """Collect a fact of this instant."""
    floor = sim.floor[0]
    if floor.facts == sim.facts.shape[0]:
        floor.short = 1
        return
    fact = sim.facts[floor.facts]
    fact[WHAT], fact[ABOUT], fact[MORE] = what, about, more
    floor.facts += 1


@njit(cache=True)
def ring_bell(sim: Sim, timer: int, about: int, due_ns: int) -> None:
    """Let a timer of the kernel fire at `due_ns`, now if that is past."""
    floor = sim.floor[0]
    sleep(sim.heap, floor, max(due_ns, floor.now_ns), timer, about, due_ns)


@njit(cache=True)
def wake_by(sim: Sim, timer: int, due_ns: int) -> None:
    """Set one of the timers `DUE`, `PACE` and `SWEEP` unless it is set to that instant or before."""
    floor = sim.floor[0]
    if timer == DUE:
        if floor.due_ns == NONE or due_ns < floor.due_ns:
            floor.due_ns = due_ns
            ring_bell(sim, DUE, 0, due_ns)
    elif timer == PACE:
        if floor.pace_ns == NONE or due_ns < floor.pace_ns:
            floor.pace_ns = due_ns
            ring_bell(sim, PACE, 0, due_ns)
    elif floor.sweep_ns == NONE or due_ns < floor.sweep_ns:
        floor.sweep_ns = due_ns
        ring_bell(sim, SWEEP, 0, due_ns)


OFFLINE, PAUSED, READY, RESERVED, IN_CALL, WRAPPING = (
    AGENT_STATES[state] for state in ("offline", "paused", "ready", "reserved", "in_call", "wrap")
)
STATES = AGENT_NEXT.shape[0]


@njit(cache=True)
def count_time(sim: Sim, state: int, from_ns: int, to_ns: int) -> None:
    """Add an agent's time in a state to the minutes that it belongs to."""
    floor = sim.floor[0]
    while from_ns < to_ns:
        minute = (from_ns - floor.start_ns) // MINUTE_NS
        until_ns = min(to_ns, floor.start_ns + (minute + 1) * MINUTE_NS)
        sim.minutes[minute, state] += until_ns - from_ns
        from_ns = until_ns
