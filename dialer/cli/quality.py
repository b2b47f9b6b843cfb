"""The commands ``quality scan`` and ``quality count``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import duckdb
from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.alerts import raise_alerts
from dialer.cli.broker import Broker
from dialer.cli.histories import opened_on
from dialer.cli.terminal import language_of
from dialer.insight.figures import number
from dialer.insight.language import Language, say
from dialer.insight.quality.counts import Counts, count
from dialer.insight.quality.findings import marks_of
from dialer.insight.quality.marks import Mark, held, write
from dialer.insight.quality.phrases import PhrasePack, load_packs
from dialer.insight.quality.results import read_results
from dialer.insight.quality.transcripts import Fault, read_transcripts
from dialer.insight.quality.words import figures, group_rows, kind_of
from dialer.insight.report import require_plots
from dialer.insight.tables import History
from dialer.ports.history import CLEAN
from strategies.errors import ConfigError

_SHOWN = 5
"""Faults that are printed; all are counted."""


def scan(
    transcripts: Path,
    /,
    *,
    packs: tuple[Path, ...] = (),
    teams: Path | None = None,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    alert: Annotated[bool, Parameter(negative=())] = False,
    broker: Broker | None = None,
    language: Language | None = None,
) -> int:
    """Find violations in transcripts of calls. Ends with 1 when there are any.

    Parameters
    ----------
    transcripts
        One JSON object a line (see docs/quality.md); /dev/stdin for those that come.
    packs
        Phrase packs to use in place of the shipped ones.
    teams
        A CSV file with the columns agent and team.
    output
        A folder for quality.parquet and report.html.
    alert
        Tell team leads of each violation at once that quality.parquet does not hold yet (see quality watch).
    broker
        Where alerts are raised.
    language
        en or zh; by default as LANG says.
    """
    if broker is not None and not alert:
        raise ConfigError("a broker is named, but nothing is to be raised there", hint="add --alert")
    judged, own, spoken = _Judged(transcripts), load_packs(packs), language_of(language)
    teams_by_agent = _teams(teams) or {}
    found = judged.read(own)
    untold = 0
    if alert:
        known = frozenset() if output is None else _known(output / "quality.parquet")
        news = (mark for mark in found if mark.violation != CLEAN and _key(mark) not in known)
        untold = raise_alerts(news, teams_by_agent, broker or Broker())
    for _ in found:
        pass  # those that nobody was to be told of
    if not judged.marks:
        hint = judged.faults[0] if judged.faults else "write one JSON object a line"
        raise ConfigError("there is no transcript that can be used", file=str(transcripts), hint=hint)
    if untold:
        judged.faults.append(say(spoken, "quality_untold", untold))
    return _tell_marks(judged.marks, teams_by_agent, judged.faults, output, spoken)


class _Judged:
    """What was found in transcripts so far: a mark at least for each."""

    def __init__(self, transcripts: Path) -> None:
        self._transcripts = transcripts
        self.faults: list[str] = []
        self.marks: list[Mark] = []

    def read(self, packs: Sequence[PhrasePack]) -> Iterator[Mark]:
        """Yield each mark as soon as its transcript is read."""
        for call in read_transcripts(self._transcripts):
            if isinstance(call, Fault):
                self.faults.append(f"{self._transcripts}:{call.line}: {call.reason}")
                continue
            for mark in marks_of(call, packs):
                self.marks.append(mark)
                yield mark


def _known(file: Path) -> frozenset[tuple[object, ...]]:
    """Return what was found before: those violations raise no alert again."""
    if not file.exists():
        return frozenset()
    with duckdb.connect() as database:
        try:
            rows = database.execute(
                "SELECT attempt, violation, agent, from_s FROM read_parquet(?) WHERE violation <> ?", [str(file), CLEAN]
            ).fetchall()
        except duckdb.Error:
            hint = "name a folder that a scan has written"
            raise ConfigError("what was found before cannot be read", file=str(file), hint=hint) from None
    return frozenset(rows)


def _key(mark: Mark) -> tuple[object, ...]:
    return mark.attempt, mark.violation, mark.agent, mark.from_s


def counts(
    results: Path,
    /,
    *,
    teams: Path | None = None,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    spark: str | None = None,
    language: Language | None = None,
) -> int:
    """Count what was found in calls by kind, agent and team. Ends with 1 when there are violations.

    Parameters
    ----------
    results
        CSV or Parquet with the columns call, agent, violation, and duration in seconds where it is known; or the
        folder of a history with the table quality.
    teams
        A CSV file with the columns agent and team; by default a history's agents say their teams.
    output
        A folder for report.html, and for quality.parquet where a history does not hold it already.
    spark
        Ask this Spark in place of DuckDB, for the folder of a history: local[2], or the address of a cluster.
    language
        en or zh; by default as LANG says.
    """
    spoken, own = language_of(language), _teams(teams)
    if spark is None and not results.is_dir():
        found = read_results(results)
        return _tell_marks(found.marks, own or {}, found.faults, output, spoken)
    with opened_on(spark, results) as (history, _):
        if "quality" not in history.known:
            hint = "`paceline quality scan -o FOLDER` writes quality.parquet: put it into the history"
            raise ConfigError("the history has no table quality", file=str(results), hint=hint)
        sums = count(history, own)
        left_out = [say(spoken, "quality_left_out", number(sums.left_out))] if sums.left_out else []
        return _tell(sums, left_out, output, spoken)


def _teams(path: Path | None) -> dict[str, str] | None:
    if path is None:
        return None
    with duckdb.connect() as database:
        try:
            rows = database.execute(
                "SELECT agent, team FROM read_csv(?, all_varchar = true, header = true)", [str(path)]
            ).fetchall()
        except duckdb.Error:
            hint = "a CSV file with the columns agent and team"
            raise ConfigError("the teams cannot be read", file=str(path), hint=hint) from None
    return {agent: team for agent, team in rows if agent and team}


def _tell_marks(
    marks: Sequence[Mark], teams: Mapping[str, str], faults: Sequence[str], output: Path | None, language: Language
) -> int:
    with held(marks) as history:
        return _tell(count(history, teams), faults, output, language, history)


def _tell(
    sums: Counts, faults: Sequence[str], output: Path | None, language: Language, new: History | None = None
) -> int:
    """Print and write the counts; `new`: marks that no history holds yet. Return the exit code."""
    console = Console(highlight=False)
    table = Table(box=box.SIMPLE, show_header=False, title=say(language, "quality_title"), title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for row in figures(sums, language):
        table.add_row(*row)
    table.add_section()
    for kind, times in sums.total.by_kind.items():
        table.add_row(kind_of(kind, language), number(times))
    console.print(table)
    if new is None:  # a history's agents are references; an id of elsewhere may be a telephone number
        _print_groups(console, sums, "team", language)
        _print_groups(console, sums, "agent", language)
    for fault in faults[:_SHOWN]:
        console.print(fault, style="yellow", soft_wrap=True, markup=False)
    if len(faults) > _SHOWN:
        console.print(f"… {len(faults)}", style="yellow")
    if output is not None:
        require_plots()
        from dialer.insight.quality.report import render

        try:
            output.mkdir(parents=True, exist_ok=True)
            (output / "report.html").write_text(render(sums, language), encoding="utf-8")
            if new is not None:
                write(new, output / "quality.parquet")
        except (OSError, duckdb.Error):
            hint = "name a folder that can be written to"
            raise ConfigError("the results cannot be written", file=str(output), hint=hint) from None
        console.print(str(output), markup=False, soft_wrap=True)
    return 1 if sums.total.by_kind else 0


def _print_groups(console: Console, sums: Counts, who: Literal["agent", "team"], language: Language) -> None:
    """Print a table of agents or teams; the kinds of their violations stand in the report."""
    head, rows = group_rows(sums, who, language)
    if not rows:
        return
    title = say(language, f"quality_by_{who}")
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for place, name in enumerate(head[:3]):
        shown.add_column(name, justify="right" if place else "left")
    for row in rows:
        shown.add_row(*row[:3])
    console.print(shown)
