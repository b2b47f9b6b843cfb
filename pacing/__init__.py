"""How fast to dial: numbers in, numbers out. Usable alone in any dialler.

``create(policy, **settings)`` returns a `Pacer`; tell it what happens with `observe`, ask it with
`decide`. The records of both are in `pacing.records`.
"""

from __future__ import annotations

from collections.abc import Callable

from pacing.guard import Guard
from pacing.policy import Pacer, Policy, Proposal
from pacing.progressive import Progressive
from pacing.ratio import Ratio
from pacing.records import (
    Abandoned,
    Answered,
    Connected,
    Ended,
    Launched,
    Observation,
    PacingDecision,
    PacingInput,
)
from pacing.robot import Robot

__all__ = [
    "POLICIES",
    "Abandoned",
    "Answered",
    "Connected",
    "Ended",
    "Guard",
    "Launched",
    "Observation",
    "Pacer",
    "PacingDecision",
    "PacingInput",
    "Policy",
    "Proposal",
    "create",
]

POLICIES: dict[str, Callable[..., Policy]] = {"progressive": Progressive, "ratio": Ratio, "robot": Robot}
"""The policies by name."""


def create(policy: str, *, abandon_limit_share: float = 0.03, calls_per_s: float = 10.0, **settings: float) -> Pacer:
    """Return a pacer.

    Parameters
    ----------
    policy : str
        A name in `POLICIES`.
    abandon_limit_share, calls_per_s : float
        Settings of the `Guard`.
    **settings
        Settings of the policy.

    Raises
    ------
    ValueError
        For an unknown policy or a setting out of range.
    TypeError
        For a setting that the policy does not have.
    """
    if policy not in POLICIES:
        raise ValueError(f"no policy {policy!r}; there are {', '.join(sorted(POLICIES))}")
    return Pacer(POLICIES[policy](**settings), Guard(abandon_limit_share=abandon_limit_share, calls_per_s=calls_per_s))
