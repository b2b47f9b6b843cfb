"""Ratio dialling: a fixed number of lines for each idle agent. The baseline of most diallers."""

from __future__ import annotations

from math import ceil

from pacing.lean import lean
from pacing.policy import Proposal, Stateless
from pacing.progressive import missing
from pacing.records import PacingInput


class Ratio(Stateless):
    """Keep `lines_per_agent` calls in flight for each idle agent who stays, rounded up.

    Raises
    ------
    ValueError
        For fewer than one line per agent, which would leave agents idle for ever.
    """

    name = "ratio"
    needs_agents = True

    def __init__(self, *, lines_per_agent: float = 1.0) -> None:
        if not lines_per_agent >= 1:
            raise ValueError(f"lines_per_agent must be at least 1, not {lines_per_agent}")
        self.lines_per_agent = lines_per_agent

    def propose(self, floor: PacingInput, theta: float) -> Proposal:
        """Return ``ceil(lines_per_agent * staying)`` minus calls that may still need an agent."""
        staying = floor.staying
        goal = lines_for(staying, self.lines_per_agent)
        launch = missing(goal, floor.in_flight, floor.waiting)
        terms = {"idle": floor.idle, "staying": staying, "in_flight": floor.in_flight, "waiting": floor.waiting}
        return Proposal(launch, terms | {"goal": goal})


@lean
def lines_for(staying: int, lines_per_agent: float) -> int:
    """Return how many calls are to be in flight for the agents who stay."""
    # The small number keeps 1.1 * 10 at 11 lines, whatever the last binary digit says.
    return ceil(lines_per_agent * staying - 1e-9)
