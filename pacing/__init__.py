"""How fast to dial: numbers in, numbers out. Usable alone in any dialler.

``create(policy, **settings)`` returns a `Pacer`; tell it what happens with `observe`, ask it with
`decide`. The records of both are in `pacing.records`. Campaigns that share agents go through a `Pool`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pacing.baselines.connect_rate import ConnectRate
from pacing.baselines.recent_history import RecentHistory
from pacing.baselines.vicidial import Vicidial
from pacing.guard import Guard
from pacing.ledger import ShareOf, Windows
from pacing.pacer import Pacer
from pacing.policy import Policy, Proposal
from pacing.pool import Pool
from pacing.predictive import LookAhead
from pacing.progressive import Progressive
from pacing.ratio import Ratio
from pacing.records import (
    EVERYBODY,
    Abandoned,
    Answered,
    Connected,
    Ended,
    EndedBy,
    Launched,
    Leaving,
    Observation,
    PacingDecision,
    PacingInput,
    Transferred,
)
from pacing.robot import Robot
from pacing.robot_then_human import RobotThenHuman

__all__ = [
    "EVERYBODY",
    "POLICIES",
    "Abandoned",
    "Answered",
    "Connected",
    "Ended",
    "EndedBy",
    "Guard",
    "Launched",
    "Leaving",
    "Observation",
    "Pacer",
    "PacingDecision",
    "PacingInput",
    "Policy",
    "Pool",
    "Proposal",
    "ShareOf",
    "Transferred",
    "Windows",
    "create",
]

POLICIES: dict[str, Callable[..., Policy]] = {
    "connect_rate": ConnectRate,
    "predictive": LookAhead,
    "progressive": Progressive,
    "ratio": Ratio,
    "recent_history": RecentHistory,
    "robot": Robot,
    "robot_then_human": RobotThenHuman,
    "vicidial": Vicidial,
}
"""The policies by name. `connect_rate`, `recent_history` and `vicidial` are other diallers' ways, re-implemented
from descriptions, to compare with."""

_GUARD_SETTINGS = (
    "abandon_limit_share",
    "abandon_share_of",
    "abandon_window_s",
    "abandon_windows",
    "shift_s",
    "detection_false_positive_share",
    "calls_per_s",
    "theta",
)


def create(policy: str, **settings: Any) -> Pacer:
    """Return a pacer.

    Parameters
    ----------
    policy : str
        A name in `POLICIES`.
    **settings
        Settings of the `Guard` and of the policy, see their classes.

    Raises
    ------
    ValueError
        For an unknown policy or a setting out of range.
    TypeError
        For a setting that neither has.
    """
    if policy not in POLICIES:
        raise ValueError(f"no policy {policy!r}; there are {', '.join(sorted(POLICIES))}")
    guard = {name: value for name, value in settings.items() if name in _GUARD_SETTINGS}
    own = {name: value for name, value in settings.items() if name not in _GUARD_SETTINGS}
    return Pacer(POLICIES[policy](**own), Guard(**guard, at_transfer=policy == "robot_then_human"))
