"""Targets for the levels of the pyramid, and which level costs a group most against them."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from dialer.insight.pyramid.levels import Pyramid
from dialer.insight.pyramid.measure import LEVELS, Dimension, Level, Measured

Share = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class Target(BaseModel):
    """What is expected of each level. `by` and `names` say for whom; without names for everybody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    by: Dimension | None = None
    names: tuple[str, ...] = ()
    productive_share: Share
    contacts_per_productive_h: Positive
    promise_share: Share
    kept_share: Share
    payment: Positive

    @property
    def pyramid(self) -> Pyramid:
        """The target as a pyramid of one paid hour."""
        return Pyramid(1.0, *(getattr(self, level) for level in LEVELS))


class Targets(BaseModel):
    """The targets of a file; of several that fit, the first counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    targets: tuple[Target, ...] = Field(min_length=1)

    def for_group(self, by: Dimension, name: str) -> Target | None:
        """Return the target of one group, None when there is none."""
        return next(
            (one for one in self.targets if one.by in (None, by) and (not one.names or name in one.names)), None
        )


class Gap(NamedTuple):
    """What a level below its target costs.

    Attributes
    ----------
    level : str
        Which level.
    actual, target : float
        What it is and should be.
    interval : tuple of float or None
        Between which values chance alone would leave it; None when the sample does not tell.
    cost : float
        Money lost over the paid hours: what the group would have brought with this level at its target and all
        others as they are, less what it brought.
    cost_interval : tuple of float or None
        The cost at both ends of the interval.
    proven : bool
        Whether even the better end of the interval is below the target: large enough a sample to coach on.
    """

    level: Level
    actual: float
    target: float
    interval: tuple[float, float] | None
    cost: float
    cost_interval: tuple[float, float] | None
    proven: bool


def gaps(measured: Measured, target: Target, confidence: float = 0.95) -> list[Gap]:
    """Return the levels below their target, the costliest first.

    A level that is not known is taken to be at its target, so that it costs nothing and hides nothing. The five
    levels of a group are looked at together: each interval leaves a fifth of what `confidence` leaves to chance.
    """
    pyramid = measured.pyramid
    filled = {level: _or(getattr(pyramid, level), getattr(target, level)) for level in LEVELS}
    own = msgspec.structs.replace(pyramid, **filled)
    each = 1 - (1 - confidence) / len(LEVELS)
    found = []
    for level in LEVELS:
        actual, wanted = getattr(pyramid, level), getattr(target, level)
        if actual is None or actual >= wanted:
            continue
        interval = measured.interval(level, each)
        cost = _cost(own, level, actual, wanted)
        ends = None
        if interval is not None:
            ends = _cost(own, level, min(interval[1], wanted), wanted), _cost(own, level, interval[0], wanted)
        proven = interval is not None and interval[1] < wanted
        found.append(Gap(level, actual, wanted, interval, cost, ends, proven))
    return sorted(found, key=lambda gap: -gap.cost)


def _cost(pyramid: Pyramid, level: Level, actual: float, wanted: float) -> float:
    at_one = msgspec.structs.replace(pyramid, **{level: 1.0}).value_per_paid_h or 0.0
    return pyramid.paid_h * at_one * (wanted - actual)


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
