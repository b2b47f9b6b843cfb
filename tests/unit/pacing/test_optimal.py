"""The exact optimum: known values, its laws, and two independent ways to the same numbers."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest

from pacing.optimal import Optimum, solve


def test_known_values_120_s_of_handling_and_12_s_of_ringing() -> None:
    known = {2: 0.753, 5: 0.795, 10: 0.839, 20: 0.886, 50: 0.934, 100: 0.958}
    for agents, occupancy in known.items():
        best = solve(agents, 0.25, 120.0, 12.0, 0.03)
        assert best.occupancy == pytest.approx(occupancy, abs=0.001), agents
        assert best.progressive_occupancy == pytest.approx(0.714, abs=0.0005)


@pytest.mark.parametrize(
    ("answer_share", "patience_s", "known"),
    [
        (
            0.25,
            0.0,
            {2: 0.840, 3: 0.848, 5: 0.860, 10: 0.883, 20: 0.912, 50: 0.946, 100: 0.965, 200: 0.978, 500: 0.988},
        ),
        (0.1, 0.0, {2: 0.727, 3: 0.758, 5: 0.799, 10: 0.854, 20: 0.900, 50: 0.942, 100: 0.963}),
        (0.25, 2.0, {10: 0.885, 20: 0.916, 50: 0.951, 100: 0.970, 200: 0.982}),
    ],
)
def test_known_values_180_s_of_handling_and_10_s_of_ringing(
    answer_share: float, patience_s: float, known: dict[int, float]
) -> None:
    for agents, occupancy in known.items():
        best = solve(agents, answer_share, 180.0, 10.0, 0.03, patience_s)
        assert best.occupancy == pytest.approx(occupancy, abs=0.00055), agents
        assert best.cut_share < 1e-9


@pytest.mark.parametrize(
    ("agents", "known"),
    [
        (5, [0.832, 0.839, 0.854, 0.860, 0.871, 0.891]),
        (10, [0.849, 0.859, 0.875, 0.883, 0.896, 0.916]),
        (100, [0.948, 0.955, 0.961, 0.965, 0.970, 0.977]),
    ],
)
def test_known_values_by_limit(agents: int, known: list[float]) -> None:
    limits = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1]
    assert [solve(agents, 0.25, 180.0, 10.0, limit).occupancy for limit in limits] == pytest.approx(known, abs=0.0006)


@pytest.mark.parametrize(
    ("agents", "patience_s", "known"),
    [
        (5, 0.0, [0, 1, 3, 6, 9, 12]),
        (10, 0.0, [0, 1, 3, 6, 9, 12, 15]),
        (50, 0.0, [0, 2, 5, 10, 14, 18, 23]),
        (200, 0.0, [0, 4, 14, 24, 33, 41, 49]),
        (50, 2.0, [0, 2]),
        (200, 2.0, [0, 9]),
    ],
)
def test_known_lines_by_idle_agents(agents: int, patience_s: float, known: list[int]) -> None:
    best = solve(agents, 0.25, 180.0, 10.0, 0.03, patience_s)
    assert [best.lines(idle) for idle in range(len(known))] == known


def test_known_multipliers() -> None:
    known = {2: 0.38, 10: 0.68, 50: 0.47, 200: 0.21}
    found = {agents: solve(agents, 0.25, 180.0, 10.0, 0.03).multiplier for agents in known}
    assert found == pytest.approx(known, abs=0.006)


def test_2000_agents_in_few_states() -> None:
    best = solve(2000, 0.25, 180.0, 10.0, 0.03)
    assert best.occupancy == pytest.approx(0.9957, abs=0.0002)
    assert [best.lines(idle) for idle in range(4)] == [0, 26, 105, 178]
    assert best.states < 60_000
    assert best.iterations < 80


def test_one_agent_by_hand() -> None:
    # While the agent is idle k lines ring, replaced as they end; those left at an answer ring on, unreplaced.
    # Each of these is answered before the agent frees with probability p / (1 + ring/handle); a survivor only
    # takes a place among the k.
    answer_share, handle_s, ring_s, limit = 0.1, 180.0, 10.0, 0.03
    best = solve(1, answer_share, handle_s, ring_s, limit)

    def cycle(lines: int) -> tuple[float, float]:
        seconds = handle_s + ring_s / answer_share / lines
        return 1.0 / seconds, (lines - 1) * answer_share / (1.0 + ring_s / handle_s) / seconds

    low, high = (int(table[1]) for table in (best.order_up_to, best.bolder_order_up_to))
    assert high == low + 1
    (contacts, abandons), (more_contacts, more_abandons) = cycle(low), cycle(high)
    assert best.multiplier == pytest.approx((more_contacts - contacts) / (more_abandons - abandons), rel=1e-9)
    over, more_over = abandons - limit * (abandons + contacts), more_abandons - limit * (more_abandons + more_contacts)
    bolder = -over / (more_over - over)
    assert best.bolder_share == pytest.approx(bolder, rel=1e-9)
    assert best.occupancy == pytest.approx(handle_s * (contacts + bolder * (more_contacts - contacts)), rel=1e-9)


FLOORS = [
    (agents, answer_share, handle_s, ring_s, patience_s)
    for agents in (1, 2, 7, 20)
    for answer_share in (0.1, 0.5, 1.0)
    for handle_s, ring_s in ((60.0, 20.0), (300.0, 8.0))
    for patience_s in (0.0, 3.0)
]


@pytest.mark.parametrize("floor", FLOORS, ids=str)
def test_laws(floor: tuple[int, float, float, float, float]) -> None:
    agents, answer_share, handle_s, ring_s, patience_s = floor
    occupancies = []
    for limit in (0.0, 0.002, 0.03, 0.2):
        best = solve(agents, answer_share, handle_s, ring_s, limit, patience_s)
        assert best.abandon_share == pytest.approx(limit, abs=1e-9)
        assert 0.0 <= best.bolder_share <= 1.0
        assert best.cut_share < 1e-9
        for table in (best.order_up_to, best.bolder_order_up_to):
            assert np.all(np.diff(table) >= 0)
            assert np.all(table[best.most_waiting :] >= np.arange(len(table) - best.most_waiting))
        assert best.contacts_per_agent_hour == pytest.approx(3600.0 * best.occupancy / handle_s)
        assert best.idle_s_per_contact == pytest.approx(handle_s * (1.0 / best.occupancy - 1.0))
        occupancies.append(best.occupancy)
    assert np.all(np.diff(occupancies) > 0.0)
    assert occupancies[0] == pytest.approx(handle_s / (handle_s + ring_s / answer_share))
    assert occupancies[-1] < 1.0


def test_more_agents_are_better_used_and_patience_helps() -> None:
    at_once, patient = (
        [solve(agents, 0.3, 150.0, 12.0, 0.03, patience_s).occupancy for agents in (1, 2, 3, 5, 8, 13, 21, 34)]
        for patience_s in (0.0, 3.0)
    )
    assert np.all(np.diff(at_once) > 0.0)
    assert np.all(np.diff(patient) > 0.0)
    assert np.all(np.array(patient) > at_once)


def test_limit_of_zero_is_progressive() -> None:
    best = solve(20, 0.25, 120.0, 12.0, 0.0)
    assert best.order_up_to.tolist() == list(range(21))
    assert (best.abandon_share, best.multiplier) == (0.0, math.inf)
    assert best.occupancy == best.progressive_occupancy == pytest.approx(120 / 168)
    alone, nearly = (solve(1, 0.25, 120.0, 12.0, limit).occupancy for limit in (0.0, 1e-7))
    assert alone < nearly == pytest.approx(alone, abs=1e-5)


def test_a_high_limit_still_binds() -> None:
    best = solve(5, 0.25, 120.0, 12.0, 0.8)
    assert best.abandon_share == pytest.approx(0.8, abs=1e-9)
    assert 0.98 < best.occupancy < 1.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"agents": 0}, "agents is 0; it must be at least 1"),
        ({"answer_share": 0.0}, "answer_share is 0;"),
        ({"answer_share": 1.01}, "answer_share is 1.01;"),
        ({"handle_s": 0.0}, "handle_s is 0;"),
        ({"ring_s": math.nan}, "ring_s is nan;"),
        ({"abandon_limit_share": 1.0}, "abandon_limit_share is 1; it must be at least 0 and below 1"),
        ({"patience_s": -1.0}, "patience_s is -1;"),
    ],
)
def test_arguments_out_of_range(change: dict[str, float], message: str) -> None:
    right = {"agents": 5, "answer_share": 0.3, "handle_s": 100.0, "ring_s": 10.0, "abandon_limit_share": 0.03}
    with pytest.raises(ValueError, match=message):
        solve(**{**right, **change})  # type: ignore[arg-type]


def test_too_many_states_are_refused() -> None:
    with pytest.raises(ArithmeticError, match="more than 2,000,000 states"):
        solve(2000, 0.001, 100.0, 40.0, 0.03)


def gain_by_value_iteration(
    agents: int, answer_share: float, handle_s: float, ring_s: float, patience_s: float, price: float
) -> float:
    """Return the best contacts − price · abandons per second over *all* ways to add lines (up to 30)."""
    lines, waiting = 30, 12 if patience_s else 0
    k = np.arange(lines + 1)
    step_s = 1.0 / (agents / handle_s + lines / ring_s + (waiting / patience_s if patience_s else 0.0))
    value = np.zeros((waiting + agents + 1, lines + 1))
    while True:
        ahead = np.maximum.accumulate(value[:, ::-1], axis=1)[:, ::-1]  # after adding any number of lines
        after = np.empty_like(value)
        for x in range(-waiting, agents + 1):
            row = waiting + x
            fewer = ahead[row, np.maximum(k - 1, 0)]
            busy, waits = agents - max(x, 0), max(-x, 0)
            answered = ahead[row - 1, np.maximum(k - 1, 0)] if row else fewer - price
            change = k * (answer_share * (answered - value[row]) + (1 - answer_share) * (fewer - value[row])) / ring_s
            if busy:
                change = change + busy / handle_s * (1.0 + ahead[row + 1] - value[row])
            if waits:
                change = change + waits / patience_s * (ahead[row + 1] - price - value[row])
            after[row] = value[row] + step_s * change
        after[-1, 0] = after[-1, 1]  # with nobody busy and no line nothing would ever happen: one line is added
        gained = (after - value) / step_s
        value = after - after[0, 0]
        if np.ptp(gained) < 1e-10:
            return float(gained.mean())


@pytest.mark.parametrize(
    "floor", [(2, 0.25, 60.0, 12.0, 0.0), (2, 0.4, 60.0, 12.0, 4.0), (3, 0.5, 40.0, 10.0, 0.0)], ids=str
)
def test_value_iteration_over_all_actions_finds_nothing_better(floor: tuple[int, float, float, float, float]) -> None:
    agents, answer_share, handle_s, ring_s, patience_s = floor
    best = solve(agents, answer_share, handle_s, ring_s, 0.03, patience_s)
    contacts_per_s = best.contacts_per_agent_hour * agents / 3600.0
    gain = contacts_per_s * (1.0 - best.multiplier * 0.03 / 0.97)
    assert gain == pytest.approx(gain_by_value_iteration(*floor, best.multiplier), abs=1e-8)


def simulated(
    agents: int,
    answer_share: float,
    handle_s: float,
    ring_s: float,
    patience_s: float,
    best: Optimum,
    batches: int,
    seed: int,
) -> np.ndarray:
    """Return (busy share, abandons, answers) of batches of equal length, shape (batches, 3), under the mixture."""
    draw = Random(seed)
    batch_s = 2_000 * handle_s / agents
    mixed = np.zeros((batches, 3))
    tables = (best.order_up_to.tolist(), 1.0 - best.bolder_share), (best.bolder_order_up_to.tolist(), best.bolder_share)
    for table, share in tables:
        idle, lines = agents, 0  # idle is minus the callers who wait
        rows = np.zeros((batches, 3))
        for batch in range(-1, batches):  # the first one warms up
            left_s, busy_s, abandons, answers = batch_s, 0.0, 0, 0
            while True:
                lines = max(lines, table[min(max(best.most_waiting + idle, 0), len(table) - 1)])
                busy = agents - max(idle, 0)
                lost = max(-idle, 0) / patience_s if patience_s else 0.0
                rates = (busy / handle_s, lost, lines / ring_s)
                total = sum(rates)
                after_s = draw.expovariate(total)
                busy_s += busy * min(after_s, left_s)
                left_s -= after_s
                if left_s < 0.0:
                    break
                which = draw.random() * total
                if which < rates[0]:
                    idle += 1
                elif which < rates[0] + rates[1]:
                    idle += 1
                    abandons += 1
                else:
                    lines -= 1
                    if draw.random() < answer_share:
                        answers += 1
                        if idle > 0 or patience_s:
                            idle -= 1
                        else:
                            abandons += 1
            if batch >= 0:
                rows[batch] = busy_s / (agents * batch_s), abandons, answers
        mixed += share * rows
    return mixed


@pytest.mark.parametrize(
    "floor",
    [(1, 0.1, 180.0, 10.0, 0.0), (2, 0.25, 120.0, 12.0, 0.0), (10, 0.25, 180.0, 10.0, 0.0), (20, 0.4, 90.0, 15.0, 5.0)],
    ids=str,
)
def test_simulation_of_the_policy_gives_its_figures(floor: tuple[int, float, float, float, float]) -> None:
    agents, answer_share, handle_s, ring_s, patience_s = floor
    best = solve(agents, answer_share, handle_s, ring_s, 0.03, patience_s)
    batches = simulated(*floor, best, 10, seed=agents)
    busy, abandons, answers = batches.T
    assert best.occupancy == pytest.approx(busy.mean(), abs=4 * busy.std(ddof=1) / math.sqrt(len(busy)))
    off = abandons - 0.03 * answers
    standard_error = off.std(ddof=1) / math.sqrt(len(off)) / answers.mean()
    assert standard_error < 0.002
    assert best.abandon_share == pytest.approx(abandons.sum() / answers.sum(), abs=4 * standard_error)
