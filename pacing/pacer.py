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

    def learned(self) -> dict[str, Any]:
        """Return what a later run can begin with: nothing of the calls in flight, nothing of today's budget."""
        return {"policy": self.name, "guard": self.guard.learned(), "learned": self.policy.learned()}

    def begin(self, learned: Mapping[str, Any]) -> None:
        """Begin with what `learned` returned in a former run; doing so twice is doing it once.

        Raises
        ------
        ValueError
            When it is of another policy, or damaged. What the pacer knows is then undefined.
        """
        if learned.get("policy") != self.name:
            raise ValueError(f"it was learned by the policy {learned.get('policy')!r}, this one is {self.name!r}")
        try:
            self.guard.begin(learned["guard"])
            self.policy.begin(learned["learned"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"it is damaged: {error!r}") from error

    def state(self) -> dict[str, Any]:
        """Return everything that the next decision depends on, as plain numbers, lists and dictionaries."""
        return {"guard": self.guard.state(), "policy": self.policy.state()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self.guard.load(state["guard"])
        self.policy.load(state["policy"])
