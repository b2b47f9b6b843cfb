"""The most that a memoryless floor can do where a robot answers first: an exact limit, as `pacing.optimal` has.

The state is the busy agents, the calls that ring and the calls at the robot; before anything happens, lines may be
added. A price on abandons makes it a Markov decision process without a constraint, solved by relative value
iteration; its gain is ``contacts - price * abandons``, so that the abandons are the slope over the price.
"""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from numba import njit

PRECISION = 1e-7
"""Relative width of the bounds of the gain at which the iteration stops."""


def limit(
    agents: int, answers: float, asks: float, handle_s: float, ring_s: float, robot_s: float, abandon_share: float
) -> float:
    """Return the highest occupancy at which `abandon_share` of those who ask for an agent are abandoned.

    Parameters
    ----------
    answers, asks : float
        Share of the calls that are picked up, and share of those that then ask for an agent.
    handle_s, ring_s, robot_s : float
        Mean talk with an agent, ring, and talk with the robot, each exponential.
    """
    at_robot = agents * robot_s / (handle_s * asks)
    ringing = agents * ring_s / (handle_s * asks * answers)
    shape = (
        agents + 1,
        ceil(2.5 * (ringing + 3.0 * sqrt(ringing))) + 2,
        ceil(at_robot + 7.0 * sqrt(at_robot)) + 4,
    )  # with room for what is next to never exceeded
    values = np.zeros(shape)
    rates = 1.0 / handle_s, 1.0 / ring_s, 1.0 / robot_s

    def outcome(price: float) -> tuple[float, float]:
        low, high = (_gain(values, *rates, answers, asks, price * step) for step in (0.99, 1.01))
        abandons = (low - high) / (0.02 * price)
        contacts = (low + high) / 2.0 + price * abandons
        return abandons / (abandons + contacts), contacts * handle_s / agents

    cheap, dear = 0.1, 20.0
    found: list[tuple[float, float]] = []
    for _ in range(7):
        price = sqrt(cheap * dear)
        found.append(outcome(price))
        cheap, dear = (price, dear) if found[-1][0] > abandon_share else (cheap, price)
    shares, occupancies = np.array(sorted(found)).T
    return float(np.interp(abandon_share, shares, occupancies))


@njit(cache=True)
def _gain(
    values: np.ndarray, leaves: float, stops: float, hands_over: float, answers: float, asks: float, price: float
) -> float:
    """Return contacts less priced abandons per second under the best rule; `values` is where to start, and end."""
    agents, ringing, at_robot = values.shape[0] - 1, values.shape[1] - 1, values.shape[2] - 1
    events = agents * leaves + ringing * stops + at_robot * hands_over
    after = np.zeros_like(values)
    while True:
        for busy in range(agents + 1):
            for robot in range(at_robot + 1):
                best = -np.inf
                for rings in range(ringing, -1, -1):  # from here any number of lines more can be had
                    now = values[busy, rings, robot]
                    worth, rate = 0.0, busy * leaves + rings * stops + robot * hands_over
                    if busy > 0:
                        worth += busy * leaves * values[busy - 1, rings, robot]
                    if rings > 0:
                        picked_up = values[busy, rings - 1, min(at_robot, robot + 1)]
                        worth += (
                            rings * stops * (answers * picked_up + (1.0 - answers) * values[busy, rings - 1, robot])
                        )
                    if robot > 0:
                        gone = values[busy, rings, robot - 1]
                        asked = 1.0 + values[busy + 1, rings, robot - 1] if busy < agents else gone - price
                        worth += robot * hands_over * (asks * asked + (1.0 - asks) * gone)
                    best = max(best, (worth + (events - rate) * now) / events)
                    after[busy, rings, robot] = best
        gained = after - values
        least, most = gained.min(), gained.max()
        values[:] = after - after[agents, 0, 0]
        if most - least <= PRECISION * abs(most):
            return events * (least + most) / 2.0
