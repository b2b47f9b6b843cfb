"""The policies as the compiled floor sees them: one record for all, and one function for each event.

The functions branch on the kind of policy and call the same compiled functions as the policy classes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from pacing import budget, gate, lookahead, memory, transfer, trunk
from pacing.baselines import connect_rate, recent_history, vicidial
from pacing.baselines.keyed import uniform
from pacing.lookahead import Work
from pacing.memory import RELAW_IN, Memory
from pacing.transfer import Ahead

OPEN_LOOP, ORDER_UP_TO, PROGRESSIVE, RATIO, VICIDIAL, CONNECT_RATE, RECENT_HISTORY, LOOK_AHEAD, ROBOT_FIRST = range(9)
"""Kinds. The first two are for validation: calls at random times whatever happens, and a table of lines to
have ringing by idle agents. The others are in `pacing`."""

WAKES_S = (0.0, np.inf, np.inf, np.inf, vicidial.PLACEMENT_S, connect_rate.REFRESH_S, 1.0, 0.5, 0.5)
"""How often a policy is asked when nothing happens, by kind."""

# Places in the numbers of an open loop.
RATE_PER_S, NEXT_AT_S, CALLS, SEED = range(4)

# Places in the numbers of a look-ahead: a theta that is never steered, 0 when it is; where a robot is first, the
# share of those who ask for an agent as believed at first, and whether the laws have changed.
FIXED_THETA, ASKS_SHARE, RELEARNED = range(3)


class Dialler(NamedTuple):
    """A policy with its state.

    Attributes
    ----------
    kind : int
        Which.
    numbers : float64 array
        State and settings of all but the look-ahead.
    memory, ledger, work
        State of the look-ahead; of size 1 for the others.
    place, line : int64 array
        The place in the memory of the call on a line, and the line of the call in a place.
    robot, ahead
        Where a robot is first: the memory of the calls at the robot, whose places count on from the number of
        lines, and the tables of `pacing.transfer`.
    """

    kind: int
    numbers: np.ndarray
    memory: Memory
    ledger: np.ndarray
    work: Work
    place: np.ndarray
    line: np.ndarray
    robot: Memory
    ahead: Ahead


@njit(cache=True)
def launched(dialler: Dialler, line: int, t_s: float, told_share: float) -> None:
    """A call was placed on a line."""
    if dialler.kind in (LOOK_AHEAD, ROBOT_FIRST):
        place = memory.launched(dialler.memory, t_s, told_share)
        dialler.place[line], dialler.line[place] = place, line
    elif dialler.kind == VICIDIAL:
        vicidial.launched(dialler.numbers)
    elif dialler.kind == RECENT_HISTORY:
        recent_history.launched(dialler.numbers, t_s)


@njit(cache=True)
def picked_up(dialler: Dialler, line: int, t_s: float) -> None:
    """A person answered, and a robot talks."""
    if dialler.kind == ROBOT_FIRST:
        _land(dialler, line, t_s, trunk.PERSON)
        place = dialler.place.size + memory.launched(dialler.robot, t_s, dialler.numbers[ASKS_SHARE])
        dialler.place[line], dialler.line[place] = place, line


@njit(cache=True)
def landed(dialler: Dialler, line: int, t_s: float, by_person: bool, carried: bool) -> None:
    """The outcome of a call is known: a person needs an agent, or nobody will. Refused unless the trunk `carried`."""
    if dialler.kind in (LOOK_AHEAD, ROBOT_FIRST):
        _land(dialler, line, t_s, trunk.PERSON if by_person else trunk.NOBODY if carried else trunk.REFUSED)
        if by_person:
            budget.count_answer(dialler.ledger, t_s)
    elif dialler.kind == VICIDIAL:
        if by_person:
            vicidial.answered(dialler.numbers)
    elif dialler.kind == CONNECT_RATE:
        connect_rate.landed(dialler.numbers, t_s, by_person)
    elif dialler.kind == RECENT_HISTORY:
        if by_person:
            recent_history.answered(dialler.numbers)
        else:
            recent_history.finished(dialler.numbers, t_s, False, -1.0)


@njit(cache=True)
def abandoned(dialler: Dialler, t_s: float) -> None:
    """A person answered and got no agent in time."""
    if dialler.kind in (LOOK_AHEAD, ROBOT_FIRST):
        budget.count_abandon(dialler.ledger, t_s)
    elif dialler.kind == VICIDIAL:
        vicidial.abandoned(dialler.numbers)
    elif dialler.kind == CONNECT_RATE:
        connect_rate.abandoned(dialler.numbers, t_s)
    elif dialler.kind == RECENT_HISTORY:
        recent_history.abandoned(dialler.numbers, t_s)


@njit(cache=True)
def talked(dialler: Dialler, t_s: float, talk_s: float) -> None:
    """A conversation ended."""
    if dialler.kind in (LOOK_AHEAD, ROBOT_FIRST):
        memory.talked(dialler.memory, talk_s)
    elif dialler.kind == RECENT_HISTORY:
        recent_history.finished(dialler.numbers, t_s, True, talk_s)


@njit(cache=True)
def wrapped(dialler: Dialler, wrap_s: float) -> None:
    """A wrap ended."""
    if dialler.kind in (LOOK_AHEAD, ROBOT_FIRST):
        memory.wrapped(dialler.memory, wrap_s)


@njit(cache=True)
def decide(
    dialler: Dialler,
    t_s: float,
    idle: int,
    talking: int,
    wrapping: int,
    in_flight: int,
    waiting: int,
    most: int,
    grace_s: float,
) -> int:
    """Return the calls to place now; asked after every event."""
    numbers = dialler.numbers
    if dialler.kind == LOOK_AHEAD:
        return _look_ahead(dialler, t_s, idle, talking, wrapping, waiting, most, grace_s)
    if dialler.kind == ROBOT_FIRST:
        return _robot_first(dialler, t_s, idle, talking, wrapping, in_flight, waiting, most, grace_s)
    if dialler.kind == PROGRESSIVE:
        return idle - in_flight - waiting
    if dialler.kind == RATIO:
        return int(np.ceil(numbers[0] * idle - 1e-9)) - in_flight - waiting
    if dialler.kind == VICIDIAL:
        return vicidial.propose(numbers, t_s, idle, talking, wrapping, in_flight, waiting)
    if dialler.kind == CONNECT_RATE:
        return connect_rate.propose(numbers, t_s, idle, in_flight, waiting)
    if dialler.kind == RECENT_HISTORY:
        return recent_history.propose(numbers, t_s, idle, talking + wrapping, in_flight, waiting)
    if dialler.kind == ORDER_UP_TO:
        return int(numbers[min(numbers.size - 1, idle)]) - in_flight if idle > 0 else 0
    calls = 0
    while numbers[NEXT_AT_S] <= t_s:
        calls += 1
        numbers[CALLS] += 1.0
        gap = uniform(int(numbers[SEED]), 0, int(numbers[CALLS]))
        numbers[NEXT_AT_S] -= np.log(gap) / numbers[RATE_PER_S]
    return calls


@njit(cache=True)
def wake_at(dialler: Dialler, t_s: float) -> float:
    """Return when to ask again even if nothing happens."""
    if dialler.kind == OPEN_LOOP:
        return dialler.numbers[NEXT_AT_S]
    return t_s + WAKES_S[dialler.kind]


@njit(cache=True)
def _land(dialler: Dialler, line: int, t_s: float, how: int) -> None:
    """Take a call out of the memory it is in."""
    lines, place = dialler.place.size, dialler.place[line]
    held, first = (dialler.memory, 0) if place < lines else (dialler.robot, lines)
    moved = memory.landed(held, place - first, t_s, how)
    if moved >= 0:
        dialler.line[place] = dialler.line[first + moved]
        dialler.place[dialler.line[place]] = place
    if held.number[RELAW_IN] == 20.0:
        dialler.numbers[RELEARNED] = 1.0


@njit(cache=True)
def _look_ahead(
    dialler: Dialler,
    t_s: float,
    idle: int,
    talking: int,
    wrapping: int,
    waiting: int,
    most: int,
    grace_s: float,
) -> int:
    """Return the calls to place now: the rule with the budget's theta, cut by the gate; all agents stay."""
    known, work, numbers = dialler.memory, dialler.work, dialler.numbers
    if numbers[FIXED_THETA] > 0.0:
        _fix(dialler.ledger, numbers[FIXED_THETA], t_s)
    most = memory.most(known, t_s, idle - waiting, most)
    theta, bears = budget.theta_now(dialler.ledger, t_s), budget.allowance(dialler.ledger, t_s)
    planned = lookahead.plan(
        known,
        theta,
        work,
        t_s,
        idle,
        talking,
        wrapping,
        waiting,
        most,
        grace_s,
        lookahead.NOBODY,
        lookahead.NEVER_S,
    )
    if bears > 0:
        spare = idle - waiting + bears
        high = planned.drift + gate.CAUTION * planned.drift_sd
        launch = gate.within(known, work, t_s, high, spare, planned.launch, talking, wrapping, grace_s)
    else:  # the budget is gone: one line for each agent, whatever the chances
        launch = max(0, min(planned.launch, idle - waiting - int(known.number[memory.IN_FLIGHT])))
    dialler.ledger[budget.GATED] = launch < planned.launch
    return launch


@njit(cache=True)
def _robot_first(
    dialler: Dialler,
    t_s: float,
    idle: int,
    talking: int,
    wrapping: int,
    in_flight: int,
    waiting: int,
    most: int,
    grace_s: float,
) -> int:
    """Return the calls to place now: as `_look_ahead`, with the rule and the gate of `transfer`."""
    ring, robot, numbers = dialler.memory, dialler.robot, dialler.numbers
    if numbers[FIXED_THETA] > 0.0:
        _fix(dialler.ledger, numbers[FIXED_THETA], t_s)
    if numbers[RELEARNED] > 0.0:
        transfer.look(dialler.ahead, ring.live, robot.live)
        numbers[RELEARNED] = 0.0
    theta, bears = budget.theta_now(dialler.ledger, t_s), budget.allowance(dialler.ledger, t_s)
    planned = transfer.plan(
        ring,
        robot,
        dialler.ahead,
        theta,
        dialler.work,
        t_s,
        idle,
        talking,
        wrapping,
        waiting,
        most,
        grace_s,
        lookahead.NOBODY,
        lookahead.NEVER_S,
    )
    if bears > 0:
        spare = idle - waiting + bears
        high = planned.drift + gate.CAUTION * planned.drift_sd
        launch = transfer.within(
            ring, robot, dialler.ahead, dialler.work, t_s, high, spare, planned.launch, talking, wrapping, grace_s
        )
    else:
        launch = max(0, min(planned.launch, idle - waiting - in_flight))
    dialler.ledger[budget.GATED] = launch < planned.launch
    return launch


@njit(cache=True)
def _fix(ledger: np.ndarray, theta: float, t_s: float) -> None:
    """Write the ledger of a floor without a budget, whose theta is always the same."""
    ledger[budget.ANSWERED], ledger[budget.ABANDONED] = 1e9, 0.0
    ledger[budget.LEARNED] = 0.0
    ledger[budget.THETA_0] = theta / budget.MOST_RATIO
    ledger[budget.RATE], ledger[budget.RATE_AT_S] = 1.0 / 3600.0, t_s
