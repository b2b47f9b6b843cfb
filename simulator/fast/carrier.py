"""The compiled twin of `simulator.world.carrier` and `simulator.world.people`: what becomes of a call."""

from __future__ import annotations

from math import ceil

import numpy as np
from numba import njit

from simulator.fast import sim as w
from simulator.fast.draws import uniform
from simulator.fast.heaps import sleep
from simulator.fast.laws import between, quantile
from simulator.fast.records import CAUSE, DISPOSITION, LINE_STATES, MACHINE, NONE, PERSON
from simulator.fast.sim import PART_NS, Sim, due, ns, report

PLACED, ANSWERED, BRIDGING, BRIDGED, MESSAGE, HEARD, ASKING, CLOSING, OVER = range(len(LINE_STATES))

_NORMAL, _CANCELLED, _NO_ANSWER = CAUSE["normal"], CAUSE["cancelled"], CAUSE["no_answer"]
_NOT_IN_SERVICE, _CONGESTION = CAUSE["not_in_service"], CAUSE["congestion"]
_UNANSWERED = (MACHINE, CAUSE["busy"], CAUSE["rejected"], _NO_ANSWER)
_BUSY = CAUSE["busy"]
_CALLBACK, _PROMISE = DISPOSITION["callback"], DISPOSITION["promise"]


@njit(cache=True)
def _chosen(ends: np.ndarray, u: float) -> int:
    """Return how many of the cumulated shares `ends` are at most `u`, as `simulator.world.laws.chooser` does."""
    place = 0
    while place < ends.size and ends[place] <= u:
        place += 1
    return place


@njit(cache=True)
def of_call(sim: Sim, stream: int, call: int) -> float:
    """Return the number of a call in a stream."""
    record = sim.calls[call]
    return uniform(sim.draws, stream, sim.lead_names, record.lead, record.attempt)


@njit(cache=True)
def _seconds(sim: Sim, law: int, stream: int, call: int) -> float:
    """Return the seconds of a law that are a call's own; nothing is drawn for a law that is always the same."""
    laws = sim.people.laws
    if laws.kind[law] == 0:
        return laws.first[law]
    return quantile(laws, law, of_call(sim, stream, call))


@njit(cache=True)
def answer_share(sim: Sim, lead: int) -> float:
    """Return the chance that the person of a lead answers a call that is placed now."""
    settings, people, record = sim.settings[0], sim.people, sim.leads[lead]
    person = sim.persons[record.person]
    best = settings.best_share
    if settings.reach != 0:
        if person.reach < 0.0:
            person.reach = between(people.reach, uniform(sim.draws, w.REACH, sim.person_names, record.person))
        best = person.reach
    hour = people.hours[person.zone, sim.floor[0].now_ns // PART_NS - settings.first_part]
    factor = people.segment_factor[record.segment] * people.weekday_factor[hour // 24]
    return min(1.0, best * people.share_by_hour[hour % 24] * factor)


@njit(cache=True)
def _in_service(sim: Sim, number: int) -> bool:
    share = sim.settings[0].not_in_service_share
    if share <= 0.0:
        return True
    if sim.useless[number] == NONE:
        sim.useless[number] = 1 if uniform(sim.draws, w.NUMBER, sim.number_names, number) < share else 0
    return sim.useless[number] == 0


@njit(cache=True)
def _fate(sim: Sim, call: int) -> tuple[int, int]:
    """Return what becomes of a call, `PERSON`, `MACHINE` or a cause, and how long it rings, `NONE` if never."""
    settings, record = sim.settings[0], sim.calls[call]
    if not _in_service(sim, sim.endpoints[record.endpoint]):
        return _NOT_IN_SERVICE, NONE
    if settings.congestion_share > 0.0 and of_call(sim, w.NETWORK, call) < settings.congestion_share:
        return _CONGESTION, NONE
    luck, person = of_call(sim, w.ANSWER, call), answer_share(sim, record.lead)
    end = PERSON
    if luck >= person:
        rest = (luck - person) / (1.0 - person)
        end = _UNANSWERED[_chosen(sim.people.unanswered_ends, rest)]
    if end == _BUSY:
        return end, NONE
    if end == _NO_ANSWER:
        return end, settings.ring_timeout_ns
    ring_ns = ns(_seconds(sim, w.LAW_MACHINE_RING if end == MACHINE else w.LAW_RING, w.RING, call))
    return (end, ring_ns) if ring_ns < settings.ring_timeout_ns else (_NO_ANSWER, settings.ring_timeout_ns)


@njit(cache=True)
def dial(sim: Sim, call: int) -> None:
    """Let a call that was just placed live. Its ringing is known at once; nothing wakes for it."""
    floor, record = sim.floor[0], sim.calls[call]
    end, ring_ns = _fate(sim, call)
    record.end, record.line = end, PLACED
    rings_ns = floor.now_ns + ns(_seconds(sim, w.LAW_SET_UP, w.SET_UP, call))
    wakes_ns = due(floor, rings_ns)
    if ring_ns >= 0:
        record.ringing_ns = wakes_ns
        wakes_ns = -(-max(rings_ns + ring_ns, wakes_ns + 1) // floor.grid_ns) * floor.grid_ns
    sleep(sim.heap, floor, wakes_ns, w.PICKED_UP, call, 0)


@njit(cache=True)
def _end(sim: Sim, call: int, cause: int) -> None:
    record = sim.calls[call]
    record.line = OVER
    report(sim, w.ENDED, call, cause)


@njit(cache=True)
def _wait_alone(sim: Sim, call: int, state: int) -> None:
    """A person picked up, and nobody speaks to them; they stay as long as they have patience.

    Not to be asked where the kernel hangs up at this very instant: after a machine, and when a recording is over.
    """
    if sim.settings[0].patience != 0:
        floor = sim.floor[0]
        patience_ns = ns(_seconds(sim, w.LAW_PATIENCE, w.PATIENCE, call))
        sleep(sim.heap, floor, due(floor, floor.now_ns + patience_ns), w.ALONE, call, state)


@njit(cache=True)
def _answer(sim: Sim, call: int, by: int, picked_up_ns: int) -> None:
    sim.calls[call].line = ANSWERED
    sim.calls[call].by = by
    report(sim, w.WAS_ANSWERED, call, picked_up_ns)
    if by == PERSON:
        _wait_alone(sim, call, ANSWERED)


@njit(cache=True)
def woken(sim: Sim, what: int, call: int, more: int) -> None:
    """Go on with the life of a call, if it is still what it was when this fell asleep."""
    floor, record = sim.floor[0], sim.calls[call]
    if what == w.PICKED_UP:
        if record.line != PLACED:
            return
        if record.end >= 0:
            _end(sim, call, record.end)
        elif sim.settings[0].detection != 0:
            wakes_ns = floor.now_ns + ns(_seconds(sim, w.LAW_DETECTION, w.DETECTION, call))
            sleep(sim.heap, floor, due(floor, wakes_ns), w.DETECTED_AS, call, floor.now_ns)
        else:
            _answer(sim, call, record.end, floor.now_ns)
    elif what == w.DETECTED_AS:
        if record.line == PLACED:
            wrong = of_call(sim, w.DETECTED, call) < sim.settings[0].taken_for_machine_share
            _answer(sim, call, MACHINE if wrong else record.end, more)
    elif what == w.ALONE:
        if record.line == more:
            _end(sim, call, _NORMAL)
    elif what == w.TALKING:
        if record.line == BRIDGING:
            record.line = BRIDGED
            sim.agents[record.talker].last_talk = call
            report(sim, w.WAS_BRIDGED, call, 0)
            talk_ns = ns(talk_s(sim, call) * sim.agents[record.talker].slowness)
            sleep(sim.heap, floor, due(floor, floor.now_ns + talk_ns), w.TALKED, call, 0)
    elif what == w.TALKED:
        if record.line == BRIDGED:
            _end(sim, call, _NORMAL)
    elif what == w.PLAYED:
        if record.line == MESSAGE:
            record.line = HEARD
            report(sim, w.FINISHED, call, 0)
    elif what == w.WITH_ROBOT:
        if record.line == MESSAGE:
            asks = of_call(sim, w.TRANSFER, call) < sim.settings[0].transfer_share
            record.line = ASKING if asks else HEARD
            report(sim, w.ASKED_TRANSFER if asks else w.FINISHED, call, 0)
            if asks:
                _wait_alone(sim, call, ASKING)
    else:
        _end(sim, call, more)


@njit(cache=True)
def outcome(sim: Sim, call: int) -> int:
    """Return what a conversation comes to, by its place among the outcomes of the world."""
    ends = sim.people.outcome_ends
    return _chosen(ends, of_call(sim, w.OUTCOME, call)) if ends.size > 0 else 0


@njit(cache=True)
def talk_s(sim: Sim, call: int) -> float:
    """Return how long a conversation with an agent of average pace lasts."""
    return _seconds(sim, w.LAW_TALK + outcome(sim, call), w.TALK, call)


@njit(cache=True)
def conversation(sim: Sim, call: int) -> tuple[int, int, int]:
    """Return what an agent writes down: disposition, when to call back, the cents of a promise; `NONE` for nothing."""
    disposition = sim.people.outcomes[outcome(sim, call)]
    if disposition == _CALLBACK:
        return disposition, sim.floor[0].now_ns + ns(_seconds(sim, w.LAW_CALLBACK, w.CALLBACK, call)), NONE
    if disposition == _PROMISE:
        return disposition, NONE, ceil(_seconds(sim, w.LAW_PROMISE, w.PROMISE, call))
    return disposition, NONE, NONE


@njit(cache=True)
def bridge(sim: Sim, call: int, agent: int) -> None:
    """Connect an answered call to an agent."""
    floor, record = sim.floor[0], sim.calls[call]
    if record.line in (ANSWERED, ASKING):
        record.line, record.talker = BRIDGING, agent
        sleep(sim.heap, floor, due(floor, floor.now_ns), w.TALKING, call, 0)


@njit(cache=True)
def play(sim: Sim, call: int, robot_then_human: bool) -> None:
    """Play a recording, or let a robot talk that can be asked for an agent."""
    floor, record = sim.floor[0], sim.calls[call]
    if record.line not in (ANSWERED, BRIDGING, BRIDGED, HEARD, ASKING):
        return
    record.line = MESSAGE
    if robot_then_human:
        wakes_ns = floor.now_ns + ns(_seconds(sim, w.LAW_ROBOT, w.ROBOT, call))
        sleep(sim.heap, floor, due(floor, wakes_ns), w.WITH_ROBOT, call, 0)
    else:
        wakes_ns = floor.now_ns + ns(_seconds(sim, w.LAW_MESSAGE, w.MESSAGE, call))
        sleep(sim.heap, floor, due(floor, wakes_ns), w.PLAYED, call, 0)


@njit(cache=True)
def hang_up(sim: Sim, call: int) -> None:
    """End a call at the next instant."""
    floor, record = sim.floor[0], sim.calls[call]
    if record.line not in (CLOSING, OVER):
        cause = _CANCELLED if record.line == PLACED else _NORMAL
        record.line = CLOSING
        if record.ringing_ns > floor.now_ns:
            record.ringing_ns = NONE
        sleep(sim.heap, floor, due(floor, floor.now_ns), w.CLOSING, call, cause)
