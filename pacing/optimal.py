"""The most that a floor can do within its abandon limit: the optimum that no pacer can beat.

Among all ways to add lines on the floor of `pacing.memoryless`, the one with the most contacts whose
abandons stay within a limit solves a constrained Markov decision process [1]_. A price on abandons (the
Lagrange multiplier) makes it an unconstrained one, which policy iteration solves exactly [2]_. At the
right price two neighbouring policies are equally good, one within the limit and one beyond it; mixed,
they meet the limit exactly. On every floor tried the optimum was order-up-to: a table of lines to have
ringing by idle agents. That nothing else is better is verified for each floor solved.

References
----------
.. [1] E. Altman, Constrained Markov Decision Processes, Chapman & Hall/CRC, 1999.
.. [2] R. A. Howard, Dynamic Programming and Markov Processes, MIT Press, 1960.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from pacing.memoryless import MemorylessFloor, Policy, Size, Table

_CUT_SHARE = 1e-9
"""Most share of time at a bound of the solved state space that the floor itself does not have."""
_GAIN_SHARE = 1e-10
"""A policy must be better by this share of its contacts to count as better."""
_LEAST_PRICE = 1e-9
"""Below this, a further line brings next to nothing: the limit is too near 1 to reach."""
_MAX_STATES = 2_000_000
"""Beyond this the factors would not fit in a common machine's memory."""


class Optimum(NamedTuple):
    """The best that can be done within the limit, and how."""

    occupancy: float
    """Busy share of staffed time."""
    contacts_per_agent_hour: float
    abandon_share: float
    """Abandoned ÷ (abandoned + connected)."""
    idle_s_per_contact: float
    """Mean time that an agent waits between two contacts."""
    multiplier: float
    """Contacts that one more abandon would be worth; infinite when the limit is 0."""
    order_up_to: Table
    """Lines to have ringing, shape (x,): entry ``most_waiting + idle agents − callers waiting``. This is
    the best policy within the limit. The table ends where the floor practically never is."""
    bolder_order_up_to: Table
    """The same for its neighbour beyond the limit."""
    bolder_share: float
    """Share of time under the bolder policy with which the limit is met exactly."""
    most_waiting: int
    """Callers waiting at the table's start; 0 without patience, when nobody waits."""
    progressive_occupancy: float
    """Occupancy with one line for each idle agent, which abandons nobody."""
    states: int
    """States of the largest chain solved."""
    iterations: int
    """Policies evaluated."""
    cut_share: float
    """Share of time at a bound of the solved state space that the floor itself does not have."""

    def lines(self, idle: int) -> int:
        """Return the lines to have ringing for `idle` agents (minus callers waiting), within the limit."""
        return int(self.order_up_to[np.clip(self.most_waiting + idle, 0, len(self.order_up_to) - 1)])


def solve(
    agents: int,
    answer_share: float,
    handle_s: float,
    ring_s: float,
    abandon_limit_share: float,
    patience_s: float = 0.0,
) -> Optimum:
    """Return the most contacts that a memoryless floor can have within its abandon limit.

    Parameters
    ----------
    agents : int
        Agents who serve, at least 1.
    answer_share : float
        Probability that a launched call is answered live, above 0, at most 1.
    handle_s : float
        Mean talk and wrap, above 0.
    ring_s : float
        Mean time from launch until the ringing ends, answered or not, above 0.
    abandon_limit_share : float
        Most abandoned ÷ (abandoned + connected), at least 0, below 1. At 0 the optimum is progressive
        dialling, as any line beyond the idle agents may be abandoned. Every other limit binds: with enough
        lines agents are never idle, at the cost of abandons.
    patience_s : float
        Mean time (exponential) that an answered caller waits before it counts as abandoned; at 0 it is
        abandoned when no agent is idle at the answer.

    Raises
    ------
    ValueError
        When an argument is out of range.
    ArithmeticError
        When the floor needs more than 2,000,000 states, its limit is too near 1 to be reached, or its
        optimum is not order-up-to.
    """
    _check(agents, answer_share, handle_s, ring_s, abandon_limit_share, patience_s)
    if abandon_limit_share == 0.0:
        floor = MemorylessFloor(agents, answer_share, handle_s, ring_s, patience_s, Size(0, agents, 0))
        return _optimum(floor, (floor.progressive, floor.progressive), abandon_limit_share, math.inf, 0, 0)
    in_pipeline = agents * ring_s / handle_s
    freed_in_patience = agents * patience_s / handle_s
    size = _first_size(agents, in_pipeline, answer_share, freed_in_patience, abandon_limit_share)
    price = 0.5 / (1.0 + 0.1 * in_pipeline)  # near the right one where the limit is some per cent
    states = iterations = 0
    while size.states <= _MAX_STATES:
        floor = MemorylessFloor(agents, answer_share, handle_s, ring_s, patience_s, size)
        pair, price = _neighbours(floor, abandon_limit_share, price)
        states, iterations = max(states, floor.states), iterations + floor.iterations
        cuts = [max(shares) for shares in zip(*(policy.cut_shares for policy in pair), strict=True)]
        if max(cuts) <= _CUT_SHARE:
            within, beyond = (
                policy._replace(order_up_to=policy.order_up_to[policy.order_up_to < size.lines]) for policy in pair
            )
            return _optimum(floor, (within, beyond), abandon_limit_share, price, states, iterations)
        grown = Size(
            *(math.ceil(1.4 * bound) if cut > _CUT_SHARE else bound for bound, cut in zip(size, cuts, strict=True))
        )
        size = grown._replace(idle=min(grown.idle, agents), lines=max(grown.lines, grown.idle))
    raise ArithmeticError(
        f"{agents} agents, an answer probability of {answer_share:g} and an abandon limit of "
        f"{abandon_limit_share:g} need more than {_MAX_STATES:,} states"
    )


def _check(
    agents: int, answer_share: float, handle_s: float, ring_s: float, abandon_limit_share: float, patience_s: float
) -> None:
    for name, value, right, rule in (
        ("agents", agents, agents >= 1, "at least 1"),
        ("answer_share", answer_share, 0.0 < answer_share <= 1.0, "above 0 and at most 1"),
        ("handle_s", handle_s, 0.0 < handle_s < math.inf, "above 0"),
        ("ring_s", ring_s, 0.0 < ring_s < math.inf, "above 0"),
        ("abandon_limit_share", abandon_limit_share, 0.0 <= abandon_limit_share < 1.0, "at least 0 and below 1"),
        ("patience_s", patience_s, 0.0 <= patience_s < math.inf, "at least 0"),
    ):
        if not right:
            raise ValueError(f"{name} is {value:g}; it must be {rule}")


def _first_size(
    agents: int, in_pipeline: float, answer_share: float, freed_in_patience: float, limit_share: float
) -> Size:
    """Return a state space that mostly suffices; where it does not, that is seen and it grows."""
    # Mean idle agents ≈ √m (0.30 − 0.44 ln(limit · √m)) with m answers in the pipeline: a fit to solved floors.
    root = math.sqrt(in_pipeline)
    idle = math.ceil(12 + 5 * max(1.0, root * (0.30 - 0.44 * math.log(limit_share * root))))
    usual = in_pipeline / answer_share
    lines = math.ceil(1.6 * usual + 10 * math.sqrt(usual) + 25)
    waiting = math.ceil(6 + freed_in_patience + 4 * math.sqrt(freed_in_patience)) if freed_in_patience else 0
    return Size(waiting, min(agents, idle), max(lines, idle))


def _neighbours(floor: MemorylessFloor, limit_share: float, price: float) -> tuple[tuple[Policy, Policy], float]:
    """Return the neighbouring policies within and beyond the limit, and the price at which they are equal.

    The best policies at all prices are the corners of a concave curve, contacts over abandons. A corner on
    either side of the limit gives a price, the slope of their chord, and the best policy at that price is
    a corner between them, or there is none and they are neighbours. When a policy within the limit does
    not fit in the state space it is returned twice.
    """
    within, beyond, policy = floor.progressive, None, None
    stride = 1.1
    while True:
        policy = floor.best(price, policy)
        if beyond and policy.worth(price) <= within.worth(price) + _GAIN_SHARE * policy.contacts_per_s:
            if not floor.is_optimal(policy, price):
                raise ArithmeticError("the optimum of this floor is not order-up-to")
            return (within, beyond), price
        if policy.abandon_share > limit_share:
            beyond = policy
        elif max(policy.cut_shares) > _CUT_SHARE:
            return (policy, policy), price
        else:
            within = policy
        if beyond is None:
            price /= stride
            if price < _LEAST_PRICE:
                raise ArithmeticError(f"an abandon limit of {limit_share:g} is too near 1 to be reached")
        else:
            chord = (beyond.contacts_per_s - within.contacts_per_s) / (beyond.abandons_per_s - within.abandons_per_s)
            # Progressive is far within: towards it, careful steps are quicker.
            price = chord if within is not floor.progressive else min(chord, price * stride)
        stride *= stride


def _optimum(
    floor: MemorylessFloor,
    pair: tuple[Policy, Policy],
    limit_share: float,
    price: float,
    states: int,
    iterations: int,
) -> Optimum:
    # The rates of a mixture are the mixed rates, so the abandons over the limit, linear in them, mix to 0.
    over = [policy.abandons_per_s - limit_share * (policy.abandons_per_s + policy.contacts_per_s) for policy in pair]
    bolder = -over[0] / (over[1] - over[0]) if over[1] > over[0] else 0.0
    contacts, abandons = (
        (1.0 - bolder) * within + bolder * beyond for within, beyond in zip(pair[0][1:3], pair[1][1:3], strict=True)
    )
    agents, handle_s = floor.agents, floor.handle_s
    return Optimum(
        occupancy=contacts * handle_s / agents,
        contacts_per_agent_hour=3600.0 * contacts / agents,
        abandon_share=abandons / (abandons + contacts),
        idle_s_per_contact=agents / contacts - handle_s,
        multiplier=price,
        order_up_to=pair[0].order_up_to,
        bolder_order_up_to=pair[1].order_up_to,
        bolder_share=bolder,
        most_waiting=floor.size.waiting,
        progressive_occupancy=floor.progressive.contacts_per_s * handle_s / agents,
        states=states,
        iterations=iterations,
        cut_share=max(*pair[0].cut_shares, *pair[1].cut_shares),
    )
