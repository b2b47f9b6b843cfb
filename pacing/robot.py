"""Agentless dialling: a robot answers every call, so lines and calls per second are the only limits."""

from __future__ import annotations

from pacing.policy import Proposal, Stateless
from pacing.records import PacingInput


class Robot(Stateless):
    """Use every line that is free."""

    name = "robot"
    needs_agents = False

    def propose(self, floor: PacingInput, theta: float) -> Proposal:
        """Return the free lines."""
        return Proposal(floor.lines_free, {"in_flight": floor.in_flight, "lines_free": floor.lines_free})
