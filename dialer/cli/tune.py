"""The command ``tune``: search settings in simulated worlds, and write the best as a configuration that runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from dialer.cli.backtest import tell_first
from dialer.cli.terminal import language_of, tell_driver
from dialer.cli.trial import Trial, run_trial
from dialer.config import IN_STRATEGY, absolute_places, read_config
from dialer.insight.language import Language, say
from simulator.experiment.figures import Sums
from simulator.experiment.search import Candidate, Changes, Found, require_optuna, search
from simulator.experiment.space import Space
from simulator.experiment.workers import workers
from simulator.fast import warm_up
from strategies.amend import amend
from strategies.compile import library
from strategies.document import Document, load
from strategies.errors import ConfigError


def tune(
    space_file: Path,
    /,
    *,
    output: Annotated[Path, Parameter(alias="-o")],
    trials: Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))] = 60,
    replications: Annotated[int, Parameter(validator=Number(gte=2, lte=1_000))] = 4,
    days: Annotated[int, Parameter(validator=Number(gte=1, lte=366))] = 1,
    seed: int = 1_000,
    jobs: Annotated[int, Parameter(validator=Number(gte=1, lte=256))] = 2,
    cluster: str = "",
    history: Path | None = None,
    language: Language | None = None,
) -> None:
    """Search settings: what is best in the aims, within the limits; interrupted, it goes on where it stopped.

    Parameters
    ----------
    space_file
        The search: run, aims, limits, search (see docs/experiments.md).
    output
        Folder for the trials, the report and the recommended configuration.
    trials
        Settings to try in all.
    replications
        Simulated replications of each; the leading ones are compared, and the winners measured, on four times as many.
    days
        Successive days of one replication.
    seed
        The first replication's seed.
    jobs
        Processes on this machine.
    cluster
        Address of a Dask scheduler to use in their place.
    history
        The floor's history: the world is tested against it first.
    language
        en or zh; by default as LANG says.
    """
    require_optuna()
    document = load(space_file)
    space = document.validate(Space)
    run_file = (space_file.parent / space.run).absolute()
    if not run_file.is_file():
        raise document.fault(("run",), "there is no such file", "write the path of a run's configuration")
    config, _ = read_config(run_file)
    present = _present(document, space, run_file, config.strategy)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"the folder cannot be made: {error.strerror}", file=str(output), hint="name another"
        ) from None
    console, spoken = Console(highlight=False), language_of(language)
    tell_first(console, history, run_file, spoken)
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                   console=console, transient=True)  # fmt: skip
    refused: list[str] = []
    with workers(jobs, cluster) as run, bar:
        task = bar.add_task(say(spoken, "tune_trials"), total=trials)

        with console.status(say(spoken, "driver_loading")):
            warm_up()

        def evaluate(asked: Sequence[tuple[Changes, int]]) -> list[Sums]:
            tried = run(run_trial, [Trial(run_file, dict(changes), own, days, space.cost) for changes, own in asked])
            refused.extend(one.refused for one in tried)
            return [one.sums for one in tried]

        found = search(
            space, evaluate, trials, replications, output / "trials.journal", present=present, seed=seed,
            on_trials=lambda done: bar.update(task, completed=done),
        )  # fmt: skip
    console.print(_table(found, space, spoken), soft_wrap=True)
    tell_driver(console, refused, spoken)
    if found.recommended is None:
        console.print(say(spoken, "tune_none"), style="yellow", soft_wrap=True)
        return
    written = _write(found.recommended, run_file, config.strategy, output)
    from dialer.insight.frontier import render

    report = output / "frontier.html"
    report.write_text(render(_rows(found, space), list(space.aims), spoken), encoding="utf-8")
    console.print(say(spoken, "tune_written", written, report), soft_wrap=True, markup=False)


def _present(document: Document, space: Space, run_file: Path, strategy: str) -> dict[str, Any] | None:
    """Return the present value at every place of the search; None when one is not written, or out of range.

    Raises
    ------
    ConfigError
        When a place leads nowhere.
    """
    files = {"": load(run_file), IN_STRATEGY: load(library().get(strategy, Path(strategy)))}
    found: dict[str, Any] = {}
    for place, allowed in space.search.items():
        file = files[IN_STRATEGY if place.startswith(IN_STRATEGY) else ""]
        inner = place.removeprefix(IN_STRATEGY)
        value = value_at(file, inner)
        try:
            amend(file, {inner: 0})
        except ConfigError as error:
            raise document.fault(("search", place), str(error.message), error.hint) from None
        within = value in allowed.of if hasattr(allowed, "of") else _within(value, allowed)
        if within:
            found[place] = value
    return found if len(found) == len(space.search) else None


def _within(value: object, allowed: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and allowed.low <= value <= allowed.high


def value_at(document: Document, place: str) -> Any:
    """Return the value at a place, None where there is none."""
    found: Any = document.data
    for key in place.split("."):
        if isinstance(found, dict):
            found = found.get(key)
        elif isinstance(found, list) and key.isdecimal():
            found = found[int(key)] if int(key) < len(found) else None
        elif isinstance(found, list):
            found = next((one for one in found if isinstance(one, dict) and one.get("name") == key), None)
        else:
            return None
    return found


def _write(best: Candidate, run_file: Path, strategy: str, output: Path) -> Path:
    """Write the recommended configuration, and the strategy when it changes; return the configuration's path."""
    own = {place: value for place, value in best.changes.items() if not place.startswith(IN_STRATEGY)}
    inner = {place.removeprefix(IN_STRATEGY): v for place, v in best.changes.items() if place not in own}
    places = absolute_places(run_file)
    if inner:
        changed = amend(load(library().get(strategy, Path(strategy))), inner)
        (output / "strategy.yaml").write_text(changed.text, encoding="utf-8")
        places["strategy"] = "strategy.yaml"
    target = output / "run.yaml"
    target.write_text(amend(load(run_file), {**places, **own}).text, encoding="utf-8")
    read_config(target)
    return target


def _rows(found: Found, space: Space) -> list[dict[str, Any]]:
    return [
        {
            "settings": ", ".join(f"{place} = {_short(value)}" for place, value in one.changes.items()),
            "keeps": one.keeps,
            "recommended": one is found.recommended,
            "figures": {name: tuple(one.figures[name]) for name in (*space.aims, *space.limits)},
        }
        for one in found.frontier
    ]


def _table(found: Found, space: Space, language: Language) -> Table:
    table = Table(box=box.SIMPLE, title_justify="left", title_style="bold")
    table.title = say(language, "tune_frontier", found.tried)
    table.add_column("")
    for place in space.search:
        table.add_column(place, justify="right")
    names = list(dict.fromkeys((*space.aims, *space.limits)))
    for name in names:
        table.add_column(say(language, f"figure_{name}"), justify="right")
    for one in found.frontier:
        figures = [f"{one.figures[n].value:.4g} ({one.figures[n].low:.4g} … {one.figures[n].high:.4g})" for n in names]
        mark = "★" if one is found.recommended else "" if one.keeps else "×"
        table.add_row(mark, *(_short(value) for value in one.changes.values()), *figures)
    return table


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
