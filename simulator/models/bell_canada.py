"""A blended day at Bell Canada: inbound calls, and a dialler that fills the gaps of those who may do both.

The simplified model of the ContactCenters library (Buist and L'Ecuyer, ``doc/examples/Blend.java``, Apache-2.0) of the
centre in Deslauriers, L'Ecuyer, Pichitlamken, Ingolfsson, Avramidis, "Markov chain models of a telephone call center
with call blending", Computers & Operations Research 34 (2007). The figures that its authors print for 1,000 days are
in `PUBLISHED`.

From 8 to 14 h, in three periods of two hours. Inbound calls arrive as a Poisson process whose rate has a factor of the
day; they go to an agent for inbound calls alone, else to a blend agent, else wait as long as they have patience. From
11 h until five minutes before the end, whenever a service ends, and if four agents are free and one of them is a blend
agent, twice as many numbers are dialled as blend agents are free. Who is reached is on the line at once, goes to a
blend agent, and waits five seconds for one at most. Blend agents take waiting outbound calls first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log
from typing import NamedTuple

import numpy as np
from numba import njit

from pacing.baselines.keyed import uniform
from simulator.fast.laws import normal

OPENS_S, CLOSES_S = 8 * 3600.0, 14 * 3600.0
DIALS_FROM_S, DIALS_UNTIL_S = 11 * 3600.0, CLOSES_S - 300.0
PERIOD_S = 7200.0

ARRIVALS_PER_S = np.array([68.45, 72.93, 71.92]) / 1800.0
BUSYNESS_SHAPE = 29.7
"""Of the gamma law, with mean 1, of the factor that a day has on its arrivals."""

BALKING_SHARE = 0.005
PATIENCE_S, OUTBOUND_PATIENCE_S = 500.0, 5.0
SERVICE_SHAPE, SERVICE_SCALE_S = 0.755, 753.8
OUTBOUND_SERVICE_S = 440.2
REACHED_SHARE = np.array([0.28, 0.29, 0.29])
INBOUND_AGENTS, BLEND_AGENTS = np.array([23, 23, 21]), np.array([16, 18, 16])
LEAST_FREE, LINES_PER_BLEND_AGENT = 4, 2
ROOM = 80
"""Calls that can wait, of both kinds together."""

IN_TIME_S = 20.0

FIGURES = (
    *("tried", "inbound", "outbound", "inbound_served", "outbound_served", "inbound_abandoned", "outbound_abandoned"),
    *("inbound_late", "inbound_waited", "outbound_waited", "inbound_wait_s", "outbound_wait_s"),
    *("inbound_busy_s", "blend_busy_s", "inbound_staffed_s", "blend_staffed_s"),
)
"""What is counted of a day: calls that were tried, that arrived, were served, gave up, waited for 20 s or more, waited
at all; seconds of waiting; and seconds of both groups."""

(
    TRIED,
    INBOUND,
    OUTBOUND,
    SERVED,
    OUTBOUND_SERVED,
    ABANDONED,
    OUTBOUND_ABANDONED,
    LATE,
    WAITED,
    OUTBOUND_WAITED,
    WAIT_S,
    OUTBOUND_WAIT_S,
    BUSY_S,
    BLEND_BUSY_S,
    STAFFED_S,
    BLEND_STAFFED_S,
) = range(len(FIGURES))


class Figure(NamedTuple):
    """A mean over days with the standard deviation of a day."""

    mean: float
    sd: float


PUBLISHED = {
    "tried": Figure(1109.040, 258.167),
    "inbound": Figure(848.592, 156.201),
    "outbound": Figure(321.896, 74.396),
    "inbound_served": Figure(843.477, 149.608),
    "outbound_served": Figure(298.876, 68.318),
    "inbound_abandoned": Figure(5.115, 9.985),
    "outbound_abandoned": Figure(23.020, 7.609),
    "inbound_late": Figure(39.427, 63.682),
    "outbound_waited": Figure(27.445, 9.034),
    "service_level_percent": Figure(95.354, 6.894),
    "inbound_occupancy_percent": Figure(81.596, 7.447),
    "blend_occupancy_percent": Figure(55.665, 6.900),
    "occupancy_percent": Figure(70.514, 6.818),
    "inbound_wait_minutes": Figure(0.049, 0.094),
}
"""What ``doc/examples/Blend.res`` prints for 1,000 days. The last five are ratios of means, the deviation being that of
a ratio by the delta method."""

_ARRIVAL, _SERVICE_END, _PATIENCE_END, _PERIOD = range(4)
_DRAW_BUSY, _DRAW_GAP, _DRAW_BALKS, _DRAW_PATIENCE, _DRAW_SERVICE, _DRAW_OUTBOUND, _DRAW_REACHED = range(0, 70, 10)


@njit(cache=True)
def _exponential(seed: int, stream: int, index: int, mean: float) -> float:
    return -mean * log(uniform(seed, stream, index))


@njit(cache=True)
def _gamma(seed: int, stream: int, index: int, shape: float) -> float:
    """Return a number of the gamma law with scale 1 (Marsaglia and Tsang, ACM TOMS 26, 2000)."""
    whole = shape if shape >= 1.0 else shape + 1.0
    d = whole - 1.0 / 3.0
    c = 1.0 / (9.0 * d) ** 0.5
    trial = 64 * index
    while True:
        x = normal(uniform(seed, stream, trial))
        v = (1.0 + c * x) ** 3
        if v > 0.0 and log(uniform(seed, stream + 1, trial)) < 0.5 * x * x + d - d * v + d * log(v):
            break
        trial += 1
    boost = 1.0 if shape >= 1.0 else uniform(seed, stream + 2, index) ** (1.0 / shape)
    return d * v * boost


@njit(cache=True)
def _push(heap: np.ndarray, size: int, at_s: float, what: int, about: int) -> int:
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if heap[parent, 0] <= at_s:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place, 0], heap[place, 1], heap[place, 2] = at_s, what, about
    return size + 1


@njit(cache=True)
def _pop(heap: np.ndarray, size: int) -> int:
    last = size - 1
    at_s, what, about = heap[last, 0], heap[last, 1], heap[last, 2]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and heap[child + 1, 0] < heap[child, 0]:
            child += 1
        if heap[child, 0] >= at_s:
            break
        heap[place] = heap[child]
        place = child
    heap[place, 0], heap[place, 1], heap[place, 2] = at_s, what, about
    return last


@njit(cache=True, nogil=True)
def run_day(seed: int, figures: np.ndarray) -> None:
    """Run one day; `figures`, float64 of the length of `FIGURES`, is filled."""
    figures[:] = 0.0
    calls = 8192
    heap, size = np.zeros((4 * calls, 3)), 0
    outbound, since_s = np.zeros(calls, np.bool_), np.zeros(calls)
    waits, group = np.zeros(calls, np.bool_), np.zeros(calls, np.int64)
    queues = np.zeros((2, calls), np.int64)
    first, behind = np.zeros(2, np.int64), np.zeros(2, np.int64)
    staff, busy, waiting = np.zeros(2, np.int64), np.zeros(2, np.int64), np.zeros(2, np.int64)
    busyness = _gamma(seed, _DRAW_BUSY, 0, BUSYNESS_SHAPE) / BUSYNESS_SHAPE
    call = arrivals = 0
    last_s = OPENS_S
    for period in range(3):
        size = _push(heap, size, OPENS_S + period * PERIOD_S, _PERIOD, period)
    while size > 0:
        now_s, what, about = heap[0, 0], int(heap[0, 1]), int(heap[0, 2])
        size = _pop(heap, size)
        if last_s < CLOSES_S:
            passed_s = min(now_s, CLOSES_S) - last_s
            for own in range(2):
                figures[BUSY_S + own] += busy[own] * passed_s
                # Who is busy beyond the staff goes home after the service.
                figures[STAFFED_S + own] += max(staff[own], busy[own]) * passed_s
            last_s = min(now_s, CLOSES_S)
        period = min(2, int((now_s - OPENS_S) / PERIOD_S))
        fresh = -1
        if what == _PERIOD:
            staff[0], staff[1] = INBOUND_AGENTS[about], BLEND_AGENTS[about]
            # Without memory, an arrival process that changes its rate may begin anew.
            arrivals += 1
            gap_s = _exponential(seed, _DRAW_GAP, arrivals, 1.0 / (busyness * ARRIVALS_PER_S[about]))
            size = _push(heap, size, now_s + gap_s, _ARRIVAL, about)
        elif what == _ARRIVAL:
            if now_s >= OPENS_S + (about + 1) * PERIOD_S:
                continue
            arrivals += 1
            gap_s = _exponential(seed, _DRAW_GAP, arrivals, 1.0 / (busyness * ARRIVALS_PER_S[about]))
            size = _push(heap, size, now_s + gap_s, _ARRIVAL, about)
            fresh = call
            call += 1
            figures[INBOUND] += 1.0
        elif what == _PATIENCE_END:
            if waits[about]:
                waits[about] = False
                kind = int(outbound[about])
                waiting[kind] -= 1
                figures[ABANDONED + kind] += 1.0
                figures[WAIT_S + kind] += now_s - since_s[about]
                figures[WAITED + kind] += 1.0
                if kind == 0 and now_s - since_s[about] >= IN_TIME_S:
                    figures[LATE] += 1.0
        else:
            busy[group[about]] -= 1
        dials = 0
        if fresh >= 0:
            since_s[fresh] = now_s
        # A new call, then those who wait; then the dialler, if a service has ended.
        for turn in range(2):
            if turn == 1:
                free = staff[0] - busy[0] + max(0, staff[1] - busy[1]) if staff[0] > busy[0] else staff[1] - busy[1]
                free_blend = staff[1] - busy[1]
                if what != _SERVICE_END or not DIALS_FROM_S <= now_s < DIALS_UNTIL_S:
                    break
                if free < LEAST_FREE or free_blend < 1:
                    break
                dials = LINES_PER_BLEND_AGENT * free_blend
            for _ in range(max(1, dials)):
                arrived = fresh
                if turn == 1:
                    figures[TRIED] += 1.0
                    if uniform(seed, _DRAW_REACHED, int(figures[TRIED])) >= REACHED_SHARE[period]:
                        continue
                    arrived = call
                    call += 1
                    outbound[arrived], since_s[arrived] = True, now_s
                    figures[OUTBOUND] += 1.0
                if arrived >= 0:
                    kind = int(outbound[arrived])
                    queues[kind, behind[kind]] = arrived
                    behind[kind] += 1
                    waits[arrived] = True
                    waiting[kind] += 1
                # Blend agents serve who was reached, then both groups serve who called, the inbound group first.
                for kind in (1, 0):
                    for own in range(kind, 2):
                        while waiting[kind] > 0 and busy[own] < staff[own]:
                            served = queues[kind, first[kind]]
                            first[kind] += 1
                            if not waits[served]:
                                continue
                            waits[served] = False
                            waiting[kind] -= 1
                            busy[own] += 1
                            group[served] = own
                            figures[SERVED + kind] += 1.0
                            waited_s = now_s - since_s[served]
                            figures[WAIT_S + kind] += waited_s
                            if waited_s > 0.0:
                                figures[WAITED + kind] += 1.0
                            if kind == 0 and waited_s >= IN_TIME_S:
                                figures[LATE] += 1.0
                            if kind == 1:
                                service_s = _exponential(seed, _DRAW_OUTBOUND, served, OUTBOUND_SERVICE_S)
                            else:
                                service_s = SERVICE_SCALE_S * _gamma(seed, _DRAW_SERVICE, served, SERVICE_SHAPE)
                            size = _push(heap, size, now_s + service_s, _SERVICE_END, served)
                if arrived >= 0 and waits[arrived]:
                    patience_s = OUTBOUND_PATIENCE_S
                    if not outbound[arrived]:
                        patience_s = _exponential(seed, _DRAW_PATIENCE, arrived, PATIENCE_S)
                        if uniform(seed, _DRAW_BALKS, arrived) < BALKING_SHARE or waiting[0] + waiting[1] > ROOM:
                            patience_s = 0.0
                    size = _push(heap, size, now_s + patience_s, _PATIENCE_END, arrived)


def run_days(seeds: Iterable[int]) -> np.ndarray:
    """Return the figures of days, shape (days, figures)."""
    days = list(seeds)
    figures = np.zeros((len(days), len(FIGURES)))
    for place, seed in enumerate(days):
        run_day(seed, figures[place])
    return figures


def summary(figures: np.ndarray) -> Mapping[str, Figure]:
    """Return the figures that are published, from those of independent days."""
    by_name = dict(zip(FIGURES, figures.T, strict=True))
    inbound = by_name["inbound"]
    busy_s, blend_busy_s = by_name["inbound_busy_s"], by_name["blend_busy_s"]
    staffed_s, blend_staffed_s = by_name["inbound_staffed_s"], by_name["blend_staffed_s"]
    ratios = {
        "service_level_percent": (100.0 * (inbound - by_name["inbound_late"]), inbound),
        "inbound_occupancy_percent": (100.0 * busy_s, staffed_s),
        "blend_occupancy_percent": (100.0 * blend_busy_s, blend_staffed_s),
        "occupancy_percent": (100.0 * (busy_s + blend_busy_s), staffed_s + blend_staffed_s),
        "inbound_wait_minutes": (by_name["inbound_wait_s"] / 60.0, inbound),
    }
    found = {name: Figure(float(own.mean()), float(own.std(ddof=1))) for name, own in by_name.items()}
    return {name: _ratio(*ratios[name]) if name in ratios else found[name] for name in PUBLISHED}


def _ratio(above: np.ndarray, below: np.ndarray) -> Figure:
    """Return a ratio of means, and its deviation for one day by the delta method."""
    mean = above.mean() / below.mean()
    return Figure(float(mean), float((above - mean * below).std(ddof=1) / below.mean()))
