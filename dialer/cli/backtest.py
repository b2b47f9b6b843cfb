"""The command ``backtest``: does the simulator repeat what happened on this floor?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.history import floor_zone
from dialer.cli.terminal import language_of, tell_driver
from dialer.config import read_config, to_settings
from dialer.core.settings import RunSettings
from dialer.insight.figures import number, percent
from dialer.insight.language import Language, say
from simulator.backtest.figures import SHARES
from simulator.backtest.verdict import HELD_OUT_SHARE, RUNS, Line, Verdict
from simulator.backtest.verdict import backtest as judge
from simulator.history.read import open_history, settings_of
from strategies.errors import ConfigError


def backtest(
    folder: Path,
    /,
    *,
    config: Path | None = None,
    held_out: Annotated[float, Parameter(validator=Number(gt=0, lt=1))] = HELD_OUT_SHARE,
    runs: Annotated[int, Parameter(validator=Number(gte=10, lte=1000))] = RUNS,
    zone: str | None = None,
    seed: int = 0,
    language: Language | None = None,
) -> int:
    """Calibrate on the first days of a history, simulate the last ones, and compare every figure.

    Parameters
    ----------
    folder
        The history.
    config
        The configuration with which the floor dialled; by default the settings that the journals recorded.
    held_out
        Share of the days, the last ones, that calibration does not see.
    runs
        Worlds to simulate.
    zone
        The floor's time zone; by default that of the history's settings or of most persons.
    seed
        Of the draws.
    language
        en or zh; by default as LANG says.

    Returns
    -------
    int
        0 when every real figure lies in its interval, 1 when one does not.
    """
    spoken, console = language_of(language), Console(highlight=False)
    with open_history(folder) as database:
        settings = policy_of(folder, config)
        verdict = judge(
            database, settings, floor_zone(folder, database, zone), held_out_share=held_out, runs=runs, seed=seed
        )
    print_verdict(console, verdict, spoken)
    return 0 if verdict.passed else 1


def tell_first(console: Console, folder: Path | None, config: Path, language: Language) -> None:
    """Print, before an answer from a simulated world, whether that world repeats the history in `folder`.

    Where there is none, or the back-test fails, a warning is printed that nobody overlooks. `config` says how the
    floor dialled where the history does not.
    """
    if folder is None:
        console.print(say(language, "backtest_none"), style="bold yellow", soft_wrap=True)
        return
    with open_history(folder) as database:
        settings = settings_of(folder) or policy_of(folder, config)
        verdict = judge(database, settings, floor_zone(folder, database, None))
    print_verdict(console, verdict, language)
    if not verdict.passed:
        console.print(say(language, "backtest_beware"), style="bold white on red", soft_wrap=True)


def policy_of(folder: Path, config: Path | None) -> RunSettings:
    """Return how the floor dialled: as `config` says, or as the history's journals recorded.

    Raises
    ------
    ConfigError
        When neither says it.
    """
    if config is not None:
        return to_settings(*read_config(config))
    settings = settings_of(folder)
    if settings is None:
        hint = "name the configuration that was used with --config"
        raise ConfigError("the history does not say how the floor dialled", file=str(folder), hint=hint)
    return settings


def print_verdict(console: Console, verdict: Verdict, language: Language) -> None:
    """Print whether the simulator can be trusted about this floor, figure by figure."""
    title = say(language, "backtest", *verdict.learned, *verdict.judged, verdict.runs)
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in ("backtest_figure", "backtest_real", "backtest_simulated", "backtest_interval", "backtest_verdict"):
        table.add_column(say(language, key), justify="left" if key == "backtest_figure" else "right")
    for line in verdict.lines:
        interval = f"{shown(line, line.low)} – {shown(line, line.high)}"
        mark = "[green]✓[/]" if line.passed else "[red]✗[/]"
        label = say(language, f"figure_{line.figure}")
        table.add_row(label, shown(line, line.real), shown(line, line.simulated), interval, mark)
    console.print(table)
    tell_driver(console, verdict.refused, language)
    colour = "green" if verdict.passed else "red"
    console.print(f"[{colour}]{say(language, 'backtest_passed' if verdict.passed else 'backtest_failed')}[/]")


def shown(line: Line, value: float) -> str:
    """Return a value of a figure as people read it."""
    return percent(value) if line.figure in SHARES else number(value, 1 if abs(value) < 100 else 0)
