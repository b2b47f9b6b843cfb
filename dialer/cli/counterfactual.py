"""The command ``counterfactual``: what would have been, had the floor dialled otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.backtest import policy_of, print_verdict, shown
from dialer.cli.history import floor_zone
from dialer.cli.terminal import language_of
from dialer.insight.figures import percent
from dialer.insight.language import Language, say
from simulator.backtest.verdict import backtest
from simulator.counterfactual.what_if import RUNS, Answer, what_if
from simulator.history.read import open_history, settings_of


def counterfactual(
    folder: Path,
    /,
    *,
    config: Path,
    runs: Annotated[int, Parameter(validator=Number(gte=10, lte=1000))] = RUNS,
    zone: str | None = None,
    seed: int = 0,
    language: Language | None = None,
) -> int:
    """Replay a history under another policy: recorded outcomes where they fit, modelled ones elsewhere.

    Where the history says how the floor really dialled, the back-test comes first.

    Parameters
    ----------
    folder
        The history.
    config
        The configuration with which the floor would have dialled.
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
        1 when the back-test failed, so that the answer cannot be trusted; 0 otherwise.
    """
    spoken, console = language_of(language), Console(highlight=False)
    other, really = policy_of(folder, config), settings_of(folder)
    passed = True
    with open_history(folder) as database:
        clock = floor_zone(folder, database, zone)
        if really is None:
            console.print(say(spoken, "counterfactual_unjudged"), markup=False)
        else:
            verdict = backtest(database, really, clock, runs=runs, seed=seed)
            print_verdict(console, verdict, spoken)
            passed = verdict.passed
        answer = what_if(database, other, clock, runs=runs, seed=seed)
    print_answer(console, answer, spoken)
    return 0 if passed else 1


def print_answer(console: Console, answer: Answer, language: Language) -> None:
    """Print what would have been, and how much of it is the model's."""
    title = say(language, "counterfactual", answer.first, answer.last, answer.runs)
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in ("backtest_figure", "backtest_real", "counterfactual_would", "calibrated_interval"):
        table.add_column(say(language, key), justify="left" if key == "backtest_figure" else "right")
    for line in answer.lines:
        interval = f"{shown(line, line.low)} – {shown(line, line.high)}"
        label = say(language, f"figure_{line.figure}")
        table.add_row(label, shown(line, line.real), shown(line, line.simulated), interval)
    console.print(table)
    console.print(say(language, "counterfactual_modelled", percent(answer.modelled_share)), markup=False)
