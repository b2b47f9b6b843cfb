"""The command ``score``: what contact history says about every account of a portfolio."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import duckdb
import numpy as np
from cyclopts import Parameter
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.terminal import language_of
from dialer.insight.figures import number, percent
from dialer.insight.language import Language, say
from dialer.insight.report import require_plots
from strategies.document import load
from strategies.errors import ConfigError
from strategies.scores.base import require_models
from strategies.scores.calibration import Calibration, Loss
from strategies.scores.habits import OWN, RULE, SEGMENT, Habit
from strategies.scores.history import Accounts, read_records
from strategies.scores.learn import Learned, learn
from strategies.scores.rules import channels_of, hours_of
from strategies.scores.schema import ScoreSpec, read_scores

_SOURCES = {RULE: "rule", SEGMENT: "segment", OWN: "own"}
_AGES = ("age", "年龄")


def score(
    portfolio: Path,
    history: Path,
    /,
    *,
    rules: Path,
    output: Annotated[Path, Parameter(alias="-o")] = Path("scored.parquet"),
    language: Language | None = None,
) -> None:
    """Add scores, best hour and preferred channel to a portfolio, and tell how well such scores did.

    Parameters
    ----------
    portfolio
        The accounts, CSV or Parquet.
    history
        Earlier contacts, CSV or Parquet: account_id, at, channel, reached, paid, and the columns of the rules.
    rules
        The score file: by which columns accounts are alike.
    output
        Where the portfolio with its new columns goes, .parquet. The reliability diagram goes beside it.
    language
        en or zh; by default as LANG says.
    """
    spoken = language_of(language)
    if output.suffix != ".parquet":
        raise ConfigError("the output is not Parquet", file=str(output), hint="name it .parquet")
    require_models()
    require_plots()
    from dialer.insight.reliability import reliability_svg

    spec = read_scores(load(rules))
    console = Console(highlight=False, soft_wrap=True)
    with duckdb.connect() as database:
        records = read_records(portfolio, history, spec, database)
        learned = learn(records, spec.horizon_days)
        ages = _ages(spec, records.accounts)
        channels = channels_of(learned.channel, learned.channels, ages)
        _write(database, _columns(records.accounts, learned, channels), len(spec.features), output)
    if records.rejected:
        console.print(say(spoken, "score_contacts_rejected", number(records.rejected), records.first_rejected))
    found = {"reach_score": learned.reach_calibration, "pay_score": learned.pay_calibration}
    for key, calibration in found.items():
        _print(console, say(spoken, key), calibration, spoken)
    for key, habit in (("best_hour", learned.best_hour), ("preferred_channel", learned.channel)):
        counts = [number(int((habit.source == source).sum())) for source in (OWN, SEGMENT, RULE)]
        console.print(say(spoken, "score_sources", say(spoken, key), *counts), markup=False)
    console.print(say(spoken, "written_to", output), markup=False)
    if drawn := {key: calibration for key, calibration in found.items() if calibration}:
        diagram = output.with_suffix(".reliability.svg")
        diagram.write_text(reliability_svg(drawn, spoken), encoding="utf-8")
        console.print(say(spoken, "diagram_at", diagram), markup=False)


def _ages(spec: ScoreSpec, accounts: Accounts) -> NDArray[np.float64] | None:
    """Return the accounts' ages where the score file has them; it had to declare that it may."""
    named = [index for index, name in enumerate(spec.features) if name in _AGES]
    return accounts.now[:, 1 + named[0]] if named else None


def _columns(accounts: Accounts, learned: Learned, channels: list[str]) -> dict[str, tuple[str, list[object]]]:
    """Return every new column with its SQL type and its values; a score that nothing was learned of is empty."""
    nothing: list[object] = [None] * len(accounts.ids)
    columns: dict[str, tuple[str, list[object]]] = {"account_id": ("VARCHAR", accounts.ids.tolist())}
    for name, posterior in (("reach", learned.reach), ("pay", learned.pay)):
        for index, part in enumerate(("score", "low", "high")):
            columns[f"{name}_{part}"] = ("DOUBLE", posterior[index].tolist() if posterior else nothing)
    columns["best_hour"] = ("INTEGER", hours_of(learned.best_hour).tolist())
    columns["best_hour_from"] = ("VARCHAR", _sources(learned.best_hour))
    columns["preferred_channel"] = ("VARCHAR", list(channels))
    columns["preferred_channel_from"] = ("VARCHAR", _sources(learned.channel))
    return columns


def _sources(habit: Habit) -> list[object]:
    return [_SOURCES[source] for source in habit.source.tolist()]


def _write(
    database: duckdb.DuckDBPyConnection, columns: dict[str, tuple[str, list[object]]], features: int, output: Path
) -> None:
    types = ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())
    database.execute(f"CREATE TABLE score ({types})").fetchall()
    marks = ", ".join("unnest(?)" for _ in columns)
    database.execute(f"INSERT INTO score SELECT {marks}", [values for _, values in columns.values()]).fetchall()
    added = ", ".join(["source_row", "segment_", *(f"feature_{index}" for index in range(features))])
    query = f"SELECT * EXCLUDE ({added}) FROM portfolio JOIN score USING (account_id) ORDER BY source_row"
    result = database.sql(query)
    try:
        result.to_parquet(str(output))
    except (duckdb.Error, OSError):
        hint = "check the folder and its permissions"
        raise ConfigError("the result cannot be written", file=str(output), hint=hint) from None


def _print(console: Console, title: str, calibration: Calibration | None, language: Language) -> None:
    if calibration is None:
        console.print(say(language, "score_too_few", title), markup=False)
        return
    heading = say(language, "calibration", title)
    table = Table(title=heading, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in ("score_n", "score_predicted", "score_observed", "score_interval", "score_holds"):
        table.add_column(say(language, key), justify="right")
    for row in calibration.bins:
        interval = f"{percent(row.low)} – {percent(row.high)}"
        table.add_row(number(row.n), percent(row.predicted), percent(row.observed), interval, "✓" if row.holds else "✗")
    console.print(table)
    for name, loss, plain in (
        ("Brier", calibration.brier, calibration.brier_of_rate),
        ("log-loss", calibration.log_loss, calibration.log_loss_of_rate),
    ):
        console.print(say(language, "score_loss", name, *_loss(loss), f"{plain.mean:.4f}"), markup=False)


def _loss(loss: Loss) -> tuple[str, ...]:
    return tuple(f"{value:.4f}" for value in loss)
