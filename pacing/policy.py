"""What a pacing policy is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from pacing.records import Observation, PacingInput


class Proposal(NamedTuple):
    """What a policy would like.

    Attributes
    ----------
    launch : int
        Calls to place now; negative counts as none.
    terms : Mapping[str, float]
        The numbers it was computed from.
    review_s : float | None
        Ask again after this time, in seconds, even if nothing happens.
    """

    launch: int
    terms: Mapping[str, float]
    review_s: float | None = None


class Policy(Protocol):
    """A rule that says how many calls to add.

    Attributes
    ----------
    name : str
        Its name in settings and explanations.
    needs_agents : bool
        Whether an answered person waits for an agent, so that the abandon budget applies.
    """

    name: str
    needs_agents: bool

    def observe(self, event: Observation) -> None:
        """Learn from one event."""
        ...

    def state(self) -> dict[str, Any]:
        """Return what was learned, as plain numbers, lists and dictionaries."""
        ...

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        ...

    def learned(self) -> dict[str, Any]:
        """Return what a later run can begin with."""
        ...

    def begin(self, learned: Mapping[str, Any]) -> None:
        """Begin with what `learned` returned; `ValueError` when it is damaged."""
        ...

    def propose(self, floor: PacingInput, theta: float) -> Proposal:
        """Return how many calls the policy would add now. `theta`: the risk that a line may carry."""
        ...

    def within(self, floor: PacingInput, launch: int, bears: int) -> int:
        """Return how many of `launch` calls keep the answers that may come within `bears`."""
        ...


class Stateless:
    """The part of a policy that learns nothing: every line in flight may be answered."""

    def within(self, floor: PacingInput, launch: int, bears: int) -> int:
        """Count every call in flight as an answer."""
        return max(0, min(launch, bears - floor.in_flight - floor.waiting))

    def observe(self, event: Observation) -> None:
        """Nothing to learn."""

    def state(self) -> dict[str, Any]:
        """Nothing to keep."""
        return {}

    def load(self, state: Mapping[str, Any]) -> None:
        """Nothing to take up."""

    def learned(self) -> dict[str, Any]:
        """Nothing to carry over."""
        return {}

    def begin(self, learned: Mapping[str, Any]) -> None:
        """Nothing to begin with."""
