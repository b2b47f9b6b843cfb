"""The command ``simulate``: a configuration's floor for some days, in accelerated time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from dialer.cli.simulated import simulated
from dialer.cli.terminal import language_of, print_summary
from dialer.config import read_config
from dialer.insight.language import Language


def simulate(
    config: Path,
    /,
    *,
    days: Annotated[int, Parameter(validator=Number(gte=1, lte=3660))] = 1,
    seed: int | None = None,
    journal: Path | None = None,
    language: Language | None = None,
) -> None:
    """Run shifts of a configuration in a simulated world.

    Parameters
    ----------
    config
        The run's YAML file.
    days
        Successive days, from the configuration's `day` on, or from today.
    seed
        Another seed, other people and other days; by default the configuration's.
    journal
        Write a journal to this file, which must not exist yet.
    language
        en or zh; by default as LANG says.
    """
    run, strategy = read_config(config)
    if seed is not None:
        run = run.model_copy(update={"world": run.world.model_copy(update={"seed": seed})})
    console, spoken = Console(), language_of(language)
    tally, shift = simulated(run, strategy, days, journal, spoken, console)
    print_summary(console, tally, shift.limit_share, spoken)
