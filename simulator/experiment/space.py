"""What a search may change, what it wants, and what it must keep: a file that people write."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.experiment.figures import FIGURES
from simulator.months.settings import CostSettings
from strategies.document import Section, fault


class Range(Section):
    """Numbers from one to another; `whole`: integers only; `log`: as many between 1 and 2 as between 2 and 4."""

    low: float = Field(alias="from")
    high: float = Field(alias="to")
    whole: bool = False
    log: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high <= self.low:
            raise fault("`to` is not greater than `from`", "write the smaller number as `from`")
        if self.log and self.low <= 0:
            raise fault("a logarithmic range begins above 0", "write a positive `from`, or leave `log` out")
        return self


class Choice(Section):
    """One of these values."""

    of: Annotated[tuple[str | bool | int | float, ...], Field(min_length=2)]


class Bound(Section):
    """A figure that must not leave these bounds; what counts is the unfavourable end of its interval."""

    at_most: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.at_most is None and self.at_least is None:
            raise fault("this bounds nothing", "write at_most, at_least, or both")
        return self


class Space(Section):
    """A search.

    Attributes
    ----------
    run : Path
        The run's configuration, relative to this file.
    aims : dict
        Figures, each to be had ``most`` or ``least``; of several the whole frontier is found.
    limits : dict
        Figures that must keep within bounds.
    search : dict
        By place in the configuration (`strategies.amend`; ``in_strategy.`` before a place in the strategy's file),
        what may stand there.
    cost : CostSettings
        What things cost.
    """

    run: Path
    aims: Annotated[dict[str, Literal["most", "least"]], Field(min_length=1, max_length=3)]
    limits: dict[str, Bound] = {}
    search: Annotated[dict[str, Range | Choice], Field(min_length=1)]
    cost: CostSettings = CostSettings()

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = [name for name in (*self.aims, *self.limits) if name not in FIGURES]
        if unknown:
            raise fault(f"there is no figure {', '.join(unknown)}", f"write one of {', '.join(FIGURES)}")
        return self
