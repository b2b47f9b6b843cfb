"""The pacer that an engine holds: one policy behind one guard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacing.guard import Guard
from pacing.policy import Policy
from pacing.records import Observation, PacingDecision, PacingInput


class Pacer:
    """A policy behind a guard: the policy proposes, the guard limits.

    Parameters
    ----------
    policy : Policy
        What proposes.
    guard : Guard
        What limits; it sees every event, whatever the policy does.
    """

    def __init__(self, policy: Policy, guard: Guard) -> None:
        self.policy, self.guard = policy, guard

    @property
    def name(self) -> str:
        """The policy's name."""
        return self.policy.name

    def observe(self, event: Observation) -> None:
        """Tell the pacer what happened; events come in the order of time."""
        self.guard.observe(event)
        self.policy.observe(event)

    def decide(self, floor: PacingInput) -> PacingDecision:
        """Return how many calls to place now, with the reason. Nothing is taken as placed before it is observed."""
        return self.guard.limit(floor, self.policy)

    def state(self) -> dict[str, Any]:
        """Return everything that the next decision depends on, as plain numbers, lists and dictionaries."""
        return {"guard": self.guard.state(), "policy": self.policy.state()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self.guard.load(state["guard"])
        self.policy.load(state["policy"])
