"""Dealing cases out to agents: as many as there is room for, evenly, and where they are worth most.

In this order of importance:

1. as many cases as possible get an agent who has the skills and room;
2. the desks are filled evenly (cases held / cases allowed): no case could move to an emptier desk;
3. the sum of value x ability is as large as it can be, so that valuable cases meet able agents.

The first two are maximum flows. The third is a linear programme over the pairs that fit; it is a
transportation problem, whose corner solutions are whole numbers, so nothing is rounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from strategies.assignment.records import Agent, Case

LEVELS = 1000
"""Steps in which the level of the desks is sought: a thousandth of a full desk."""

_WHOLE = 1e-6

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


class Dispatch(msgspec.Struct, frozen=True):
    """Who gets what.

    Attributes
    ----------
    agent_of : dict
        Case to agent.
    without_skill, without_room : tuple of str
        Cases that stay: nobody has the skills; those who have them are full.
    """

    agent_of: dict[str, str]
    without_skill: tuple[str, ...]
    without_room: tuple[str, ...]


def dispatch(cases: Sequence[Case], agents: Sequence[Agent]) -> Dispatch:
    """Return who gets which case; the order of `cases` and `agents` does not matter.

    Raises
    ------
    ValueError
        When two cases or two agents have the same id.
    """
    for what, ids in (("case", [case.id for case in cases]), ("agent", [agent.id for agent in agents])):
        if len(set(ids)) != len(ids):
            raise ValueError(f"two {what}s have the same id {Counter(ids).most_common(1)[0][0]}")
    cases, agents = sorted(cases, key=lambda case: case.id), sorted(agents, key=lambda agent: agent.id)
    fits = np.array([[case.needs <= agent.skills for agent in agents] for case in cases], dtype=bool)
    fits = fits.reshape(len(cases), len(agents))
    least, most = _desks(fits, agents)
    agent_of: dict[str, str] = {}
    if most.any() and fits.any():
        values = np.array([case.value for case in cases])
        abilities = np.array([agent.ability for agent in agents])
        for case, agent in _best(fits, least, most, np.outer(values, abilities)):
            agent_of[cases[case].id] = agents[agent].id
    left = [(case.id, bool(fits[index].any())) for index, case in enumerate(cases) if case.id not in agent_of]
    return Dispatch(
        agent_of=agent_of,
        without_skill=tuple(case for case, known in left if not known),
        without_room=tuple(case for case, known in left if known),
    )


def _desks(fits: Flags, agents: Sequence[Agent]) -> tuple[Counts, Counts]:
    """Return how many new cases each agent gets at least and at most, for even desks.

    The level of all desks is lowered until the cases no longer fit. The agents who are then to blame,
    those on the near side of the smallest cut, stay at that level; the others are lowered further.
    """
    levels = np.full(len(agents), LEVELS)
    least = np.zeros(len(agents), dtype=np.int64)
    free = np.ones(len(agents), dtype=bool)
    wanted, _ = _flow(fits, _room(agents, levels))
    while free.any():
        low, high = 0, int(levels[free].max())
        while low < high:
            middle = (low + high) // 2
            placed, _ = _flow(fits, _room(agents, np.where(free, middle, levels)))
            low, high = (low, middle) if placed >= wanted else (middle + 1, high)
        levels[free] = high
        if high == 0:
            break
        below = _room(agents, np.where(free, high - 1, levels))
        _, near = _flow(fits, below)
        least[free & near] = below[free & near]
        free &= ~near
    return least, _room(agents, levels)


def _room(agents: Sequence[Agent], levels: Counts) -> Counts:
    """Return how many more cases each agent may get when no desk is to be fuller than its level of `LEVELS`."""
    desks = [
        -(-agent.max_cases * int(level) // LEVELS) - agent.holds for agent, level in zip(agents, levels, strict=True)
    ]
    return np.maximum(np.array(desks, dtype=np.int64), 0)


def _flow(fits: Flags, room: Counts) -> tuple[int, Flags]:
    """Return how many cases can get an agent, and the agents on the near side of the smallest cut."""
    if not fits.size:
        return 0, np.zeros(len(room), dtype=bool)
    kinds, counts = np.unique(fits, axis=0, return_counts=True)
    rows, columns = np.nonzero(kinds)
    agents = 1 + len(kinds)
    sink = agents + len(room)
    starts = np.concatenate([np.zeros(len(kinds), int), 1 + rows, agents + np.arange(len(room))])
    ends = np.concatenate([1 + np.arange(len(kinds)), agents + columns, np.full(len(room), sink)])
    capacities = np.concatenate([counts, counts[rows], room]).astype(np.int32)
    graph = csr_array((capacities, (starts, ends)), shape=(sink + 1, sink + 1))
    found = maximum_flow(graph, 0, sink)
    residual = csr_array(graph - found.flow)
    residual.eliminate_zeros()
    reached = np.zeros(sink + 1, dtype=bool)
    reached[breadth_first_order(residual, 0, return_predecessors=False)] = True
    return int(found.flow_value), reached[agents:sink]


def _best(fits: Flags, least: Counts, most: Counts, gains: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the pairs of case and agent that make the most of `gains` while placing as many cases as fit."""
    wanted, _ = _flow(fits, most)
    rows, columns = np.nonzero(fits & (most > 0))
    pairs, ones = np.arange(len(rows)), np.ones(len(rows))
    per_case = coo_array((ones, (rows, pairs)), shape=(len(fits), len(pairs)))
    per_agent = coo_array((ones, (columns, pairs)), shape=(len(most), len(pairs)))
    gain = gains[rows, columns]
    found = linprog(
        -gain / max(gain.max(), 1.0e-300),
        A_ub=vstack([per_case, per_agent, -per_agent]).tocsr(),
        b_ub=np.concatenate([np.ones(len(fits)), most, -least]),
        A_eq=csr_array(ones.reshape(1, -1)),
        b_eq=[wanted],
        bounds=(0, 1),
        method="highs-ipm",  # with crossover to a corner; its dual simplex is a hundred times slower here
    )
    if not found.success or np.abs(found.x - np.round(found.x)).max() > _WHOLE:
        raise ArithmeticError(f"the optimiser found no whole solution: {found.message}")
    return [(int(rows[pair]), int(columns[pair])) for pair in np.nonzero(found.x > 0.5)[0]]
