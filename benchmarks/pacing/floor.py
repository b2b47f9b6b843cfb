"""A day on a floor as one compiled event loop, driven by the very functions that pace a live floor.

Everything that happens to a call is drawn by its number in the day (`pacing.baselines.keyed`), so that
two policies meet the same people in the same order on the same day.
"""

from __future__ import annotations

from math import cos, exp, log, pi, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit

from benchmarks.pacing import diallers
from benchmarks.pacing.diallers import Dialler
from benchmarks.pacing.laws import time_of
from pacing.baselines.keyed import uniform

OUTAGE_FAST, OUTAGE_SILENT = 0.0, 1.0
"""How a trunk fails: it refuses every call after a second, or every call rings out."""

PICKED_UP, LIVE, DEAD, REFUSED, TALK_END, WRAP_END, GRACE, WAKE, STAFF = range(9)
"""Kinds of events. Where a robot is first, who was picked up is live when it hands over, and dead when it does not."""

DRAW_LIVE, DRAW_RING, DRAW_TALK, DRAW_WRAP, DRAW_LEAD, DRAW_DAY, DRAW_ROBOT, DRAW_ASKS = 1, 2, 3, 4, 5, 7, 9, 10
"""Streams of draws; a normal draw takes two."""

DIALS, ANSWERED, ABANDONED, CONNECTED, BUSY_S, STAFFED_S = range(6)
TOTALS = 6


class Floor(NamedTuple):
    """What a day is made of.

    Attributes
    ----------
    agents, lines : int
        Agents at the start, and calls that can exist at once.
    day_s, grace_s : float
        When launching ends, and how long a person who answered waits for an agent.
    live, dead, talk, wrap : float64 array
        Laws (`laws`): ring until a person answers, ring of other calls, conversation, wrap.
    odds : float64 array
        Log-odds of an answer by minute of the day.
    day_sd, lead_sd : float
        Standard deviation of the log-odds over days, and over people. The latter is told to the pacer.
    staff : float64 array, shape (k, 2)
        When the number of agents changes, and by how much.
    outage : float64 array, shape (k, 3)
        From, to, and how: `OUTAGE_FAST` or `OUTAGE_SILENT`.
    told_share : float
        Answer share that the pacer is told for a person like all others.
    robot : float64 array
        Law of a robot's talk with everyone who picks up; `laws.NONE` without a robot.
    asks_share : float
        Share of them who then ask for an agent.
    """

    agents: int
    day_s: float
    grace_s: float
    lines: int
    live: np.ndarray
    dead: np.ndarray
    talk: np.ndarray
    wrap: np.ndarray
    odds: np.ndarray
    day_sd: float
    lead_sd: float
    staff: np.ndarray
    outage: np.ndarray
    told_share: float
    robot: np.ndarray
    asks_share: float


class Heap(NamedTuple):
    """Events to come, the next one first: its time, kind, and the line, place or milliseconds it is about."""

    size: np.ndarray
    t_s: np.ndarray
    kind: np.ndarray
    about: np.ndarray


@njit(cache=True)
def push(heap: Heap, t_s: float, kind: int, about: int) -> None:
    """Add an event."""
    place = heap.size[0]
    heap.size[0] += 1
    while place > 0:
        parent = (place - 1) >> 1
        if heap.t_s[parent] <= t_s:
            break
        heap.t_s[place], heap.kind[place], heap.about[place] = heap.t_s[parent], heap.kind[parent], heap.about[parent]
        place = parent
    heap.t_s[place], heap.kind[place], heap.about[place] = t_s, kind, about


@njit(cache=True)
def pop(heap: Heap) -> tuple[float, int, int]:
    """Take the next event."""
    first = heap.t_s[0], heap.kind[0], heap.about[0]
    heap.size[0] -= 1
    last = heap.size[0]
    t_s, kind, about = heap.t_s[last], heap.kind[last], heap.about[last]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and heap.t_s[child + 1] < heap.t_s[child]:
            child += 1
        if heap.t_s[child] >= t_s:
            break
        heap.t_s[place], heap.kind[place], heap.about[place] = heap.t_s[child], heap.kind[child], heap.about[child]
        place = child
    heap.t_s[place], heap.kind[place], heap.about[place] = t_s, kind, about
    return first


@njit(cache=True)
def normal(seed: int, stream: int, index: int) -> float:
    """Return a standard normal number; takes this stream and the next."""
    return sqrt(-2.0 * log(uniform(seed, stream, index))) * cos(2.0 * pi * uniform(seed, stream + 1, index))


@njit(cache=True, nogil=True)
def run_day(floor: Floor, dialler: Dialler, seed: int, totals: np.ndarray, minutes: np.ndarray) -> None:
    """Run one day.

    Parameters
    ----------
    seed : int
        The day: what its people do.
    totals : float64 array, shape (`TOTALS`,)
        Filled: calls placed, answered by a person (where a robot is first: who asked for an agent), abandoned,
        connected; seconds busy and staffed.
    minutes : float64 array, shape (minutes of the day, 2)
        Filled: seconds busy and staffed, by minute.
    """
    lines = floor.lines
    room = 3 * lines + 2 * floor.agents + floor.staff.shape[0] + 64
    heap = Heap(np.zeros(1, np.int64), np.zeros(room), np.zeros(room, np.int64), np.zeros(room, np.int64))
    dial = np.zeros(lines, np.int64)  # by line: the number of its call in the day
    talk_s = np.zeros(lines)
    free = np.arange(lines)  # the first `lines_free` are the lines without a call
    lines_free = lines
    queue = np.zeros(lines, np.int64)  # lines of those who wait, from `first` to before `behind`, as a ring
    first, behind = 0, 0
    idle, talking, wrapping, waiting, leaving, in_flight, dials = floor.agents, 0, 0, 0, 0, 0, 0
    day_odds = floor.day_sd * normal(seed, DRAW_DAY, 0)
    last_s = 0.0
    robot_first = floor.robot[-1] > 0.0
    push(heap, 0.0, WAKE, 0)
    for change in range(floor.staff.shape[0]):
        push(heap, floor.staff[change, 0], STAFF, change)
    while heap.size[0] > 0:
        t_s, kind, about = pop(heap)
        last_s = _count_time(minutes, last_s, min(t_s, floor.day_s), talking + wrapping, idle + talking + wrapping)
        freed = 0
        if kind == PICKED_UP:
            diallers.picked_up(dialler, about, t_s)
            asks = uniform(seed, DRAW_ASKS, dial[about]) < floor.asks_share
            robot_s = time_of(floor.robot, uniform(seed, DRAW_ROBOT, dial[about]))
            push(heap, t_s + robot_s, LIVE if asks else DEAD, about)
        elif kind == LIVE:
            in_flight -= 1
            totals[ANSWERED] += 1.0
            diallers.landed(dialler, about, t_s, True, True)
            if idle == 0:
                push(heap, t_s + floor.grace_s, GRACE, behind)
            queue[behind % lines] = about
            behind += 1
            waiting += 1
        elif kind in (DEAD, REFUSED):
            in_flight -= 1
            diallers.landed(dialler, about, t_s, False, kind == DEAD)
            free[lines_free] = about
            lines_free += 1
        elif kind == TALK_END:
            talking -= 1
            diallers.talked(dialler, t_s, talk_s[about])
            free[lines_free] = about
            lines_free += 1
            wrap_s = time_of(floor.wrap, uniform(seed, DRAW_WRAP, dial[about]))
            if wrap_s > 0.0:
                wrapping += 1
                push(heap, t_s + wrap_s, WRAP_END, int(1000.0 * wrap_s))
            else:
                freed = 1
        elif kind == WRAP_END:
            wrapping -= 1
            diallers.wrapped(dialler, about / 1000.0)
            freed = 1
        elif kind == GRACE:
            # Whoever waits longest is served first, so if this call still waits it is the first.
            if first == about:
                totals[ABANDONED] += 1.0
                diallers.abandoned(dialler, t_s)
                free[lines_free] = queue[first % lines]
                lines_free += 1
                first += 1
                waiting -= 1
        elif kind == STAFF:
            change = int(floor.staff[about, 1])
            if change < 0:
                gone = min(idle, -change)
                idle -= gone
                leaving -= change + gone
            else:
                stay = min(leaving, change)
                leaving -= stay
                freed = change - stay
        if kind in (TALK_END, WRAP_END):
            gone = min(leaving, freed)
            leaving -= gone
            freed -= gone
        idle += freed
        while idle > 0 and waiting > 0:
            line = queue[first % lines]
            first += 1
            waiting -= 1
            idle -= 1
            talking += 1
            totals[CONNECTED] += 1.0
            talk_s[line] = time_of(floor.talk, uniform(seed, DRAW_TALK, dial[line]))
            push(heap, t_s + talk_s[line], TALK_END, line)
        if t_s >= floor.day_s:
            continue
        launch = diallers.decide(dialler, t_s, idle, talking, wrapping, in_flight, waiting, lines_free, floor.grace_s)
        if kind == WAKE:
            push(heap, diallers.wake_at(dialler, t_s), WAKE, 0)
        for _ in range(min(launch, lines_free)):
            lines_free -= 1
            line = free[lines_free]
            dial[line] = dials
            dials += 1
            in_flight += 1
            lead_odds = floor.lead_sd * normal(seed, DRAW_LEAD, dial[line]) if floor.lead_sd > 0.0 else 0.0
            told = 1.0 / (1.0 + (1.0 / floor.told_share - 1.0) * exp(-lead_odds))
            diallers.launched(dialler, line, t_s, told)
            minute = min(floor.odds.size - 1, int(t_s / 60.0))
            share = 1.0 / (1.0 + exp(-floor.odds[minute] - day_odds - lead_odds))
            live, fails = uniform(seed, DRAW_LIVE, dial[line]) < share, False
            for row in range(floor.outage.shape[0]):
                if floor.outage[row, 0] <= t_s < floor.outage[row, 1]:
                    live, fails = False, floor.outage[row, 2] == OUTAGE_FAST
            if fails:
                push(heap, t_s + 1.0, REFUSED, line)
            else:
                ring_s = time_of(floor.live if live else floor.dead, uniform(seed, DRAW_RING, dial[line]))
                push(heap, t_s + ring_s, (PICKED_UP if robot_first else LIVE) if live else DEAD, line)
    totals[DIALS] = dials
    totals[BUSY_S], totals[STAFFED_S] = minutes[:, 0].sum(), minutes[:, 1].sum()


@njit(cache=True)
def _count_time(minutes: np.ndarray, from_s: float, to_s: float, busy: int, staffed: int) -> float:
    """Add agent-seconds to the minutes they belong to; return `to_s`, or `from_s` if that is later."""
    while from_s < to_s:
        minute = int(from_s / 60.0)
        part_s = min(to_s, (minute + 1) * 60.0) - from_s
        minutes[minute, 0] += busy * part_s
        minutes[minute, 1] += staffed * part_s
        from_s += part_s
    return from_s
