"""What it costs that no single day may be over the limit, beside 3 % on average, and what of it Paceline loses.

Thetas held constant trace occupancy against the abandon share. The ceiling is that curve at 3 %, where every
second day is over. Who steers theta, knows the curve, and may have no such day can do no better than the dynamic
programme over answers left and budget left: for each answer it chooses a point of the curve; a served answer earns
3 hundredths of an abandon, an abandoned one costs 97; and the day must not end in debt. It is given more than any
floor has: the number of answers of the day, and a theta that works at once, although calls already ring.

Run: ``python -m benchmarks.pacing.daily_limit --agents 2 3 5 10 --days 40``
"""

from __future__ import annotations

import argparse

import numpy as np
from numba import njit

from benchmarks.pacing import scenarios
from benchmarks.pacing.caches import forget_stale
from benchmarks.pacing.floor import ANSWERED
from benchmarks.pacing.policies import LIMIT_SHARE, run_all
from benchmarks.pacing.report import Cell, cell_of

THETAS = (0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1)

POINTS = 61
"""Points of the curve to choose from, evenly spread from no abandon to twice the limit."""

EARNED, SPENT = 3, 97
"""Hundredths of an abandon: what a served answer adds to the budget, and what an abandoned one takes."""


def curve(cells: list[Cell]) -> tuple[np.ndarray, np.ndarray]:
    """Return abandon shares and the occupancy at each, between those that were run."""
    run = sorted((cell.of_answers.value, cell.occupancy.value) for cell in cells)
    shares = np.linspace(0.0, min(2.0 * LIMIT_SHARE, run[-1][0]), POINTS)
    return shares, np.interp(shares, *np.array(run).T)


def best(shares: np.ndarray, occupancies: np.ndarray, answers: int) -> float:
    """Return the highest mean occupancy of days with so many answers and none over the limit.

    An answer that is served keeps an agent busy for one unit of time, and takes 1 / occupancy of staffed time.
    The best ratio of the sums is the price of staffed time at which nothing is gained (Dinkelbach's method).
    """
    occupancy = 0.0
    while True:
        served, staffed = _sums(shares, occupancies, answers, occupancy)
        if served - occupancy * staffed < 1e-9 * served:
            return served / staffed
        occupancy = served / staffed


@njit(cache=True)
def _sums(shares: np.ndarray, occupancies: np.ndarray, answers: int, price: float) -> tuple[float, float]:
    """Return served answers and staffed time of the rule that is best when staffed time has this price."""
    # A budget of more than what could be spent is as good as without end; debt beyond what can be earned is ruin.
    most, least = 30 * SPENT, -EARNED * answers
    width = most - least + 1
    served, staffed = np.zeros((2, width)), np.zeros((2, width))
    for left in range(1, answers + 1):
        now, then = left % 2, (left - 1) % 2
        for place in range(width):
            budget = least + place
            if budget + EARNED * left < 0:
                continue
            richer = min(width - 1, place + EARNED)
            poorer = place - SPENT
            may_abandon = budget - SPENT + EARNED * (left - 1) >= 0
            highest = -np.inf
            for point in range(shares.size if may_abandon else 1):
                share = shares[point]
                here = 1.0 - share
                some = here + here * served[then, richer]
                time = here / occupancies[point] + here * staffed[then, richer]
                if share > 0.0:
                    some += share * served[then, poorer]
                    time += share * staffed[then, poorer]
                if some - price * time > highest:
                    highest = some - price * time
                    served[now, place], staffed[now, place] = some, time
    start = -least
    return served[answers % 2, start], staffed[answers % 2, start]


def main() -> None:
    """Print the price for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", choices=("memoryless", "stationary", "changing"), default="stationary")
    parser.add_argument("--agents", nargs="*", type=int, default=(2, 3, 5, 10))
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=2)
    forget_stale()
    options = parser.parse_args()
    for agents in options.agents:
        scenario = scenarios.make(options.scenario, agents)
        policies = {"progressive": ("progressive", {}), "Paceline": ("look_ahead", {})}
        policies |= {str(theta): ("look_ahead", {"fixed_theta": theta}) for theta in THETAS}
        runs = run_all(scenario, policies, options.days, scenarios.REPORTING, options.jobs)
        cells = {label: cell_of(days) for label, days in runs.items()}
        ours = cells.pop("Paceline")
        shares, occupancies = curve(list(cells.values()))
        ceiling = float(np.interp(LIMIT_SHARE, shares, occupancies))
        answers = round(runs["Paceline"].totals[:, ANSWERED].mean())
        limited = best(shares, occupancies, answers)
        print(
            f"{options.scenario}, {agents} agents, {options.days} days of {answers} answers: "
            f"3 % on average {ceiling:.4f}; no day over 3 % at best {limited:.4f}, {100 * limited / ceiling:.1f} % of "
            f"that; Paceline {ours.occupancy.value:.4f} ±{ours.occupancy.half:.4f}, "
            f"{100 * ours.occupancy.value / ceiling:.1f} %, {ours.over_days} days over",
            flush=True,
        )


if __name__ == "__main__":
    main()
