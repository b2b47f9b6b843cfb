"""A pacer for floors that are compiled themselves: the same rules on the same arrays, calls by number.

`compiled` takes the arrays of a `Pacer`, so that what is learned here is learned there. Each function stands for
one observation or for the decision, and does with the arrays what `Guard`, `Ledger` and the policy do; the rules are
theirs. `tests/parity` holds both against each other, decision by decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.experimental import structref

from pacing import answers, budget, gate, lookahead, memory, rate, rings, transfer, trunk
from pacing.guard import bounded, limit
from pacing.ledger import unseen
from pacing.memory import Memory
from pacing.pacer import Pacer
from pacing.predictive import REVIEW_S, LookAhead
from pacing.progressive import Progressive, missing
from pacing.ratio import Ratio, lines_for
from pacing.robot import Robot
from pacing.robot_then_human import RobotThenHuman

PROGRESSIVE, RATIO, ROBOT, PREDICTIVE, ROBOT_THEN_HUMAN = range(5)

_POLICIES: dict[type, int] = {
    Progressive: PROGRESSIVE,
    Ratio: RATIO,
    Robot: ROBOT,
    LookAhead: PREDICTIVE,
    RobotThenHuman: ROBOT_THEN_HUMAN,
}

_ANSWERED, _CONNECTED, _PLACED, _TRANSFERRED = range(4)
_SHARE_OF = {"answered": _ANSWERED, "connected": _CONNECTED, "placed": _PLACED, "transferred": _TRANSFERRED}

# Places in `Compiled.state`.
_POLICY, _OF, _BEGUN, _MACHINES, _SEGMENTS = range(5)

# Places in `Compiled.settings`.
_LINES_PER_AGENT, _GRACE_S, _TRANSFER_SHARE, _LIMIT_SHARE, _FALSE_POSITIVE_SHARE = range(5)


class Compiled(NamedTuple):
    """The arrays. Those by call hold a place plus one, 0 for a call that is not there.

    Attributes
    ----------
    state : int64 array
        Which policy, what the limit is a share of, and what changes.
    settings : float64 array
        The settings that are no state.
    ledger : float64 array
        See `pacing.budget`.
    recent : Rate
        The latest launches.
    ring, robot : Memory
        Calls that ring, and those that talk with the robot.
    ahead : transfer.Ahead
        Tables of the robot's rule.
    work : lookahead.Work
        Room to work in.
    wraps : float64 array
        See `pacing.memory.make_wraps`.
    ring_calls, robot_calls : int64 array
        The call at each place of a memory.
    ring_places, robot_places : int64 array
        By call, its place in a memory.
    talking_since_s : float64 array
        By call, when it was connected; 0: it is not.
    segments : int64 array
        By segment, the number that the memory knows it by; -1: none yet.
    """

    state: np.ndarray
    settings: np.ndarray
    ledger: np.ndarray
    recent: rate.Rate
    ring: Memory
    robot: Memory
    ahead: transfer.Ahead
    work: lookahead.Work
    wraps: np.ndarray
    ring_calls: np.ndarray
    robot_calls: np.ndarray
    ring_places: np.ndarray
    robot_places: np.ndarray
    talking_since_s: np.ndarray
    segments: np.ndarray


@structref.register
class _CompiledType(types.StructRef):
    pass


class CompiledRef(structref.StructRefProxy):
    """`Compiled` as compiled code hands it on: by reference, since a tuple is copied, array by array, at every call."""


structref.define_proxy(CompiledRef, _CompiledType, list(Compiled._fields))


@njit(cache=True)
def refer(parts: Compiled) -> Any:
    """Return the arrays by reference."""
    return CompiledRef(
        parts.state,
        parts.settings,
        parts.ledger,
        parts.recent,
        parts.ring,
        parts.robot,
        parts.ahead,
        parts.work,
        parts.wraps,
        parts.ring_calls,
        parts.robot_calls,
        parts.ring_places,
        parts.robot_places,
        parts.talking_since_s,
        parts.segments,
    )


class View(NamedTuple):
    """The floor at the instant of a decision, as `pacing.records.PacingInput` says it.

    `closes_in_s`: `lookahead.NEVER_S` when it is not known. `staying`, `talking_on` and `wrapping_on` are those of
    the idle, the talking and the wrapping who will still be there at the end of the horizon.
    """

    t_s: float
    idle: int
    busy: int
    in_flight: int
    waiting: int
    lines_free: int
    wrapping: int
    staying: int
    talking_on: int
    wrapping_on: int
    closes_in_s: float
    horizon_s: float


def compiled(pacer: Pacer, calls: int, segments: Sequence[str]) -> Compiled:
    """Return a pacer's arrays, for calls numbered from 0 to below `calls` of leads of these `segments`.

    Raises
    ------
    ValueError
        For a policy that has no compiled twin, or a pacer that has calls in flight.
    """
    policy, ledger = pacer.policy, pacer.guard.ledger
    if type(policy) not in _POLICIES:
        known = ", ".join(sorted(kind.name for kind in _POLICIES))
        raise ValueError(f"the policy {policy.name!r} cannot be compiled; use one of {known}")
    state = np.array(
        [_POLICIES[type(policy)], _SHARE_OF[ledger.of], ledger.begun, ledger.machines, 0],
        np.int64,
    )
    settings = np.array([1.0, 0.0, 0.5, ledger.limit_share, ledger.false_positive_share])
    law = rings.exponential(1.0)
    ring = robot = memory.make(1, answer_share=0.5, talk_s=1.0, wrap_s=1.0, live=law, dead=law)
    ahead, work, wraps = transfer.make_ahead(), lookahead.make_work(1, 1), memory.make_wraps()
    known = np.full(max(1, len(segments)), -1, np.int64)
    if isinstance(policy, Ratio):
        settings[_LINES_PER_AGENT] = policy.lines_per_agent
    if isinstance(policy, LookAhead):
        if policy.ring.calls:
            raise ValueError("the pacer has calls in flight; compile one that is new")
        ring, work, wraps, settings[_GRACE_S] = policy.ring.memory, policy.work, policy.wraps, policy.grace_s
        numbers = policy.ring.segments
        state[_SEGMENTS] = len(numbers)
        known[: len(segments)] = [numbers.get(segment, -1) for segment in segments]
    if isinstance(policy, RobotThenHuman):
        robot, ahead = policy.robot.memory, policy.ahead
        settings[_TRANSFER_SHARE] = policy.transfer_share
    return Compiled(
        state,
        settings,
        ledger.numbers,
        pacer.guard.rate,
        ring,
        robot,
        ahead,
        work,
        wraps,
        np.zeros(len(ring.prior), np.int64),
        np.zeros(len(robot.prior), np.int64),
        np.zeros(calls, np.int64),
        np.zeros(calls, np.int64),
        np.zeros(calls),
        known,
    )


def give_back(held: Compiled, pacer: Pacer, segments: Sequence[str]) -> None:
    """Let a pacer know what its compiled twin has learned beyond the arrays that they share."""
    if isinstance(pacer.policy, LookAhead):
        numbered = sorted((int(held.segments[at]), segment) for at, segment in enumerate(segments))
        pacer.policy.ring.segments.update({segment: number for number, segment in numbered if number >= 0})


@njit(cache=True)
def _looks_ahead(held: Compiled) -> bool:
    return held.state[_POLICY] >= PREDICTIVE


@njit(cache=True)
def _roll(held: Compiled, t_s: float) -> None:
    start_s = held.ledger[budget.START_S]
    budget.roll(held.ledger, t_s)
    if held.ledger[budget.START_S] != start_s:
        held.state[_MACHINES] = 0


@njit(cache=True)
def _begin(held: Compiled, t_s: float) -> None:
    if held.state[_BEGUN] == 0:
        held.state[_BEGUN] = 1
        held.ledger[budget.START_S] = held.ledger[budget.RATE_AT_S] = t_s


@njit(cache=True)
def _passed(held: Compiled, t_s: float) -> None:
    if held.state[_BEGUN] != 0:
        _roll(held, t_s)


@njit(cache=True)
def _count(held: Compiled, t_s: float) -> None:
    _begin(held, t_s)
    budget.count_answer(held.ledger, t_s)


@njit(cache=True)
def _segment(held: Compiled, segment: int) -> int:
    if segment < 0:
        return -1
    if held.segments[segment] < 0 and held.state[_SEGMENTS] < answers.SEGMENTS - 1:
        held.segments[segment] = held.state[_SEGMENTS]
        held.state[_SEGMENTS] += 1
    return held.segments[segment] if held.segments[segment] >= 0 else answers.SEGMENTS - 1


@njit(cache=True)
def launched(held: Compiled, call: int, t_s: float, share: float, segment: int, attempt: int, hour: int) -> None:
    """A call left for the carrier; `segment` by its place among those that were compiled, -1 for none."""
    _passed(held, t_s)
    _begin(held, t_s)
    rate.launched(held.recent, t_s)
    if _looks_ahead(held):
        place = memory.launched(held.ring, t_s, share, _segment(held, segment), attempt, hour)
        held.ring_calls[place], held.ring_places[call] = call, place + 1


@njit(cache=True)
def _land(held: Compiled, at: Memory, calls: np.ndarray, places: np.ndarray, call: int, t_s: float, how: int) -> bool:
    place = places[call] - 1
    if place < 0:
        return False
    moved = memory.landed(at, place, t_s, how)
    places[call] = 0
    if moved >= 0:
        calls[place] = calls[moved]
        places[calls[place]] = place + 1
    return True


@njit(cache=True)
def answered(held: Compiled, call: int, t_s: float, by_person: bool) -> None:
    """The call was picked up."""
    _passed(held, t_s)
    of = held.state[_OF]
    if not by_person:
        held.state[_MACHINES] += 1
    if of == _CONNECTED or (of == _ANSWERED and by_person):
        _count(held, t_s)
    if _looks_ahead(held):
        how = trunk.PERSON if by_person else trunk.MACHINE
        here = _land(held, held.ring, held.ring_calls, held.ring_places, call, t_s, how)
        if here and by_person and held.state[_POLICY] == ROBOT_THEN_HUMAN:
            place = memory.launched(held.robot, t_s, held.settings[_TRANSFER_SHARE], -1, 1, -1)
            held.robot_calls[place], held.robot_places[call] = call, place + 1


@njit(cache=True)
def transferred(held: Compiled, call: int, t_s: float) -> None:
    """A person whom a robot answered asked for an agent."""
    _passed(held, t_s)
    if held.state[_OF] == _TRANSFERRED:
        _count(held, t_s)
    if held.state[_POLICY] == ROBOT_THEN_HUMAN:
        _land(held, held.robot, held.robot_calls, held.robot_places, call, t_s, trunk.PERSON)


@njit(cache=True)
def connected(held: Compiled, call: int, t_s: float) -> None:
    """An answered call reached its agent or its robot in time."""
    _passed(held, t_s)
    held.talking_since_s[call] = t_s


@njit(cache=True)
def abandoned(held: Compiled, call: int, t_s: float) -> None:
    """A person answered, and nobody was there in time."""
    _passed(held, t_s)
    budget.count_abandon(held.ledger, t_s)


@njit(cache=True)
def ended(held: Compiled, call: int, t_s: float, how: int) -> None:
    """The call is over; `how`, as in `pacing.trunk`, counts for one that nobody answered."""
    _passed(held, t_s)
    if held.state[_OF] == _PLACED:
        _count(held, t_s)
    if not _looks_ahead(held):
        return
    if held.state[_POLICY] == ROBOT_THEN_HUMAN:
        _land(held, held.robot, held.robot_calls, held.robot_places, call, t_s, trunk.NOBODY)
    _land(held, held.ring, held.ring_calls, held.ring_places, call, t_s, how)
    if held.talking_since_s[call] != 0.0:
        memory.talked(held.ring, t_s - held.talking_since_s[call])
        held.talking_since_s[call] = 0.0
        held.wraps[memory.TALKS_ENDED] += 1.0


@njit(cache=True)
def _leave_room(held: Compiled, t_s: float) -> None:
    share, limit_share = held.settings[_FALSE_POSITIVE_SHARE], held.settings[_LIMIT_SHARE]
    if share > 0.0:
        held.ledger[budget.LIMIT] = max(0.0, limit_share - unseen(held.ledger, share, held.state[_MACHINES], t_s))


@njit(cache=True)
def decide(held: Compiled, floor: View, leaving: np.ndarray) -> tuple[int, float]:
    """Return how many calls to place now, and after how many seconds to ask again or `rate.NO_WAIT`.

    `leaving` has the rows of `pacing.records.Leaving`.
    """
    t_s, policy = floor.t_s, held.state[_POLICY]
    _roll(held, t_s)
    _leave_room(held, t_s)
    theta, allowance = budget.theta_now(held.ledger, t_s), budget.allowance(held.ledger, t_s)
    review_s = rate.NO_WAIT
    bears = floor.staying + allowance - floor.waiting
    if policy == ROBOT:
        launch = room = max(0, floor.lines_free)
    elif policy < PREDICTIVE:
        goal = floor.staying
        if policy == RATIO:
            goal = lines_for(floor.staying, held.settings[_LINES_PER_AGENT])
        launch = max(0, missing(goal, floor.in_flight, floor.waiting))
        room = max(0, min(launch, bears - floor.in_flight))
    else:
        launch, room = _look_ahead(held, floor, theta, leaving, bears)
        if held.ring.number[memory.IN_FLIGHT] > 0.0 or floor.idle > 0:
            review_s = REVIEW_S
    if policy != ROBOT:
        room = bounded(room, allowance, floor.staying, floor.in_flight, floor.waiting)
        held.ledger[budget.GATED] = 1.0 if launch > room else 0.0
    closes = floor.closes_in_s < floor.horizon_s
    launch, _, wait_s = limit(held.recent, t_s, launch, room, closes, floor.lines_free)
    if wait_s != rate.NO_WAIT:
        review_s = wait_s if review_s == rate.NO_WAIT else min(wait_s, review_s)
    return launch, review_s


@njit(cache=True)
def _look_ahead(held: Compiled, floor: View, theta: float, leaving: np.ndarray, bears: int) -> tuple[int, int]:
    """Return how many lines the rule would add, and how many of them the gate lets pass.

    Where the gate denies even one line, whatever more the rule would add makes no difference, and is not counted.
    """
    ring, robot, work, t_s = held.ring, held.robot, held.work, floor.t_s
    memory.see_wrapping(ring, held.wraps, t_s, floor.wrapping)
    most = min(floor.lines_free, ring.prior.size - int(ring.number[memory.IN_FLIGHT]))
    most = memory.most(ring, t_s, floor.idle - floor.waiting, most)
    rest = (
        theta,
        work,
        t_s,
        floor.idle,
        floor.busy - floor.wrapping,
        floor.wrapping,
        floor.waiting,
        most,
        held.settings[_GRACE_S],
        leaving,
        floor.closes_in_s,
    )
    if held.state[_POLICY] == PREDICTIVE:
        ready = lookahead.prepare(ring, *rest)
    else:
        transfer.look(held.ahead, ring.live, robot.live)
        ready = transfer.prepare(ring, robot, held.ahead, *rest)
    at_first = min(most, 1) if ready.exact else most
    launch, _ = lookahead.add_lines(work, ready, at_first)
    high = ready.drift + gate.CAUTION * ready.drift_sd
    room = _within(held, floor, high, launch, bears)
    if room == 1 and at_first < most:
        with_one = lookahead.Ready(
            ready.n + 1, ready.exact, ready.spare, ready.theta, ready.drift, ready.drift_sd, ready.coming
        )
        more, _ = lookahead.add_lines(work, with_one, most - 1)
        launch += more
        room = _within(held, floor, high, launch, bears)
    return launch, room


@njit(cache=True)
def _within(held: Compiled, floor: View, high: float, launch: int, bears: int) -> int:
    grace_s = held.settings[_GRACE_S]
    rest = (floor.t_s, high, bears, launch, floor.talking_on, floor.wrapping_on, grace_s)
    if held.state[_POLICY] == PREDICTIVE:
        return gate.within(held.ring, held.work, *rest)
    return transfer.within(held.ring, held.robot, held.ahead, held.work, *rest)
