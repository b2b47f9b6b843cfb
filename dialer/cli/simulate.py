"""The command ``simulate``: a configuration's floor for some days, or a strategy on a portfolio for months."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from dialer.cli.months import Question, simulate_months
from dialer.cli.plan import day_of
from dialer.cli.simulated import simulated
from dialer.cli.simulated_report import check_output, write_shift
from dialer.cli.terminal import language_of, print_summary
from dialer.config import read_config
from dialer.insight.language import Language, say
from dialer.runtime.clock import today
from simulator.world.settings import WorldSettings
from strategies.document import read
from strategies.errors import ConfigError


def simulate(
    config: Path,
    /,
    *,
    days: Annotated[int, Parameter(validator=Number(gte=1, lte=3660))] = 1,
    seed: int | None = None,
    journal: Path | None = None,
    portfolio: Path | None = None,
    on: str | None = None,
    world: Path | None = None,
    behaviour: Path | None = None,
    scenario: str = "usual",
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    language: Language | None = None,
) -> None:
    """Run shifts of a configuration, call by call; or, with --portfolio, a strategy for weeks and months.

    Parameters
    ----------
    config
        The run's YAML file; with --portfolio the strategy, as a file or a name of the library.
    days
        Successive days.
    seed
        Another seed, other people and other days; by default the configuration's.
    journal
        Of shifts: write a journal to this file, which must not exist yet.
    portfolio
        The accounts of the first day: CSV, Parquet or SQLite.
    on
        Of months: the first day, as 2026-11-30; by default today.
    world
        Of months: a YAML file with a world, such as calibrate writes; how calls go, and the floor.
    behaviour
        Of months: a YAML file that says how people pay and what things cost.
    scenario
        Of months: the economy: usual, downturn, upswing, or a YAML file.
    output
        A folder for tables (Parquet, JSON) and the report (HTML).
    language
        en or zh; by default as LANG says.
    """
    if portfolio is not None:
        if journal is not None:
            raise ConfigError("months have no journal", hint="leave out --journal, or --portfolio")
        floor = WorldSettings().floor if world is None else read(world, WorldSettings).floor
        first_day = day_of(on) if on else today(floor.tz)
        question = Question(config, portfolio, first_day, days, seed, world, behaviour, scenario)
        simulate_months(question, output, language_of(language), Console(highlight=False))
        return
    for name, value in (("--on", on), ("--world", world), ("--behaviour", behaviour)):
        if value is not None:
            raise ConfigError(f"{name} is for months", hint="add --portfolio, or say it in the configuration")
    if journal is not None and journal.exists():
        raise ConfigError(f"{journal} exists already", hint="name another file with --journal, or remove it")
    check_output(output)
    run, strategy = read_config(config)
    if seed is not None:
        run = run.model_copy(update={"world": run.world.model_copy(update={"seed": seed})})
    console, spoken = Console(), language_of(language)
    tally, shift = simulated(run, strategy, days, journal, spoken, console)
    print_summary(console, tally, shift.limit_share, shift.rules, spoken)
    if output is not None:
        currency = next((field.currency for field in strategy.fields if field.currency), None) or ""
        write_shift(tally, shift, run.world.seed, output, spoken, currency)
        console.print(say(spoken, "months_written", output), soft_wrap=True, markup=False)
