"""The command ``compare``: two configurations on the same people and days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.backtest import tell_first
from dialer.cli.simulated_report import check_output, day_of_run, write_folder
from dialer.cli.terminal import language_of, tell_driver
from dialer.cli.trial import Trial, run_trial
from dialer.config import read_config
from dialer.insight.language import Language, say
from dialer.insight.minutes import minutes_of
from simulator.experiment.figures import FIGURES, Sums
from simulator.experiment.paired import Comparison, Difference, compare
from simulator.experiment.workers import workers
from simulator.fast import warm_up
from simulator.months.settings import CostSettings
from strategies.errors import ConfigError


def compare_runs(
    a: Path,
    b: Path,
    /,
    *,
    aim: str = "contacts_per_agent_hour",
    most: Annotated[int, Parameter(validator=Number(gte=2, lte=100_000))] = 100,
    days: Annotated[int, Parameter(validator=Number(gte=1, lte=366))] = 1,
    seed: int = 1_000,
    indifference: Annotated[float, Parameter(validator=Number(gte=0))] = 0.0,
    jobs: Annotated[int, Parameter(validator=Number(gte=1, lte=256))] = 2,
    cluster: str = "",
    history: Path | None = None,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    language: Language | None = None,
) -> None:
    """Simulate two configurations on the same people and days, until the difference is decided.

    Parameters
    ----------
    a, b
        The runs' YAML files.
    aim
        The figure that decides.
    most
        Pairs of replications at most.
    days
        Successive days of one replication; pacing learns from one to the next.
    seed
        The first replication's seed.
    indifference
        A difference up to this, either way, is no difference.
    jobs
        Processes on this machine.
    cluster
        Address of a Dask scheduler to use in their place, such as tcp://127.0.0.1:8786.
    history
        The floor's history: the world is tested against it first.
    output
        A folder for tables (Parquet, JSON) and a report (HTML) with the first day of both.
    language
        en or zh; by default as LANG says.
    """
    if aim not in FIGURES:
        raise ConfigError(f"there is no figure {aim}", hint=f"write one of {', '.join(FIGURES)}")
    for file in (a, b):
        read_config(file)
    check_output(output)
    console, spoken = Console(highlight=False), language_of(language)
    tell_first(console, history, a, spoken)
    refused: list[str] = []
    with workers(jobs, cluster) as run, console.status(say(spoken, "driver_loading")) as status:
        warm_up()

        def pairs() -> Iterator[tuple[Sums, Sums]]:
            # As many at a time whatever the workers, so that the same days are asked for.
            for first in range(seed, seed + most, _AT_ONCE):
                seeds = range(first, min(first + _AT_ONCE, seed + most))
                trials = [Trial(file, {}, own, days, CostSettings()) for own in seeds for file in (a, b)]
                tried = run(run_trial, trials)
                refused.extend(one.refused for one in tried)
                yield from zip((one.sums for one in tried[::2]), (one.sums for one in tried[1::2]), strict=True)

        def told(comparison: Comparison) -> None:
            status.update(say(spoken, "compare_pairs", comparison.replications, most))

        found = compare(pairs(), aim, indifference=indifference, on_pair=told)
    console.print(_table(found, spoken), soft_wrap=True)
    tell_driver(console, refused, spoken)
    verdict = _verdict(found, most, spoken)
    console.print(verdict, soft_wrap=True)
    if output is not None:
        _write(found, verdict, (a, b), seed, output, spoken)
        console.print(say(spoken, "months_written", output), soft_wrap=True, markup=False)


_AT_ONCE = 4


def _table(found: Comparison, language: Language) -> Table:
    table = Table(box=box.SIMPLE, title_justify="left", title_style="bold")
    table.title = say(language, "compare_title", found.replications)
    for place, title in enumerate(_head(language)):
        table.add_column(title, justify="right" if 0 < place < 5 else "left")
    for place, row in enumerate(_rows(found, language)):
        table.add_row(*row, style=None if place else "bold")
    return table


def _head(language: Language) -> list[str]:
    return [
        say(language, f"compare_{key}") if key.islower() else key
        for key in ("figure", "A", "B", "B − A", "interval", "better")
    ]


def _rows(found: Comparison, language: Language) -> list[list[str]]:
    """Return the cells of every figure, the aim first."""
    return [
        [
            say(language, f"figure_{row.name}"),
            _number(row.a),
            _number(row.b),
            _number(row.b - row.a),
            f"{_number(row.low)} … {_number(row.high)}",
            "–" if row.verdict == "open" else row.verdict,
        ]
        for row in (found.aim, *found.others)
    ]


def _write(
    found: Comparison, verdict: str, files: tuple[Path, Path], seed: int, output: Path, language: Language
) -> None:
    from dialer.insight.comparison import Side, render

    names = ("figure", "a", "b", "low", "high", "better")
    cells = [(row.name, row.a, row.b, row.low, row.high, row.verdict) for row in (found.aim, *found.others)]
    figures = {name: [row[place] for row in cells] for place, name in enumerate(names)}
    sides = []
    for letter, file in zip("AB", files, strict=True):
        tally, settings, zone = day_of_run(file, seed)
        sides.append(Side(letter, file.name, tally, zone, settings.campaigns[0].abandon_limit_share))
    page = render(sides, _head(language), _rows(found, language), figures, verdict, language)
    summary = {"replications": found.replications, "decided": found.decided, "verdict": verdict}
    tables = {"figures": figures} | {
        f"minutes_{side.letter.lower()}": minutes_of(side.day, side.zone) for side in sides
    }
    write_folder(output, tables, summary, {"report.html": page})


def _verdict(found: Comparison, most: int, language: Language) -> str:
    aim: Difference = found.aim
    name = say(language, f"figure_{aim.name}")
    if aim.verdict != "open":
        return say(language, "compare_decided", aim.verdict, name, found.replications)
    return say(language, "compare_equal" if found.decided else "compare_open", name, found.replications, most)


def _number(value: float) -> str:
    if value != value:
        return "–"
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
