"""The commands ``quality scan`` and ``quality count``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import duckdb
import msgspec
from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.alerts import raise_alerts
from dialer.cli.broker import Broker
from dialer.cli.terminal import language_of
from dialer.insight.language import Language, say
from dialer.insight.quality.counts import Counts, count
from dialer.insight.quality.findings import Violation, violations_of
from dialer.insight.quality.phrases import PhrasePack, load_packs
from dialer.insight.quality.results import read_results
from dialer.insight.quality.transcripts import Fault, read_transcripts
from dialer.insight.quality.words import figures, kind_of
from dialer.insight.report import require_plots
from dialer.ports.history import sql_columns
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
    teams_by_agent = _teams(teams)
    found = judged.violations(own)
    untold = 0
    if alert:
        known = frozenset() if output is None else _known(output / "quality.parquet")
        news = (one for one in found if _key(one) not in known)
        untold = raise_alerts(news, teams_by_agent, broker or Broker())
    for _ in found:
        pass  # those that nobody was to be told of
    if not judged.calls:
        hint = judged.faults[0] if judged.faults else "write one JSON object a line"
        raise ConfigError("there is no transcript that can be used", file=str(transcripts), hint=hint)
    if untold:
        judged.faults.append(say(spoken, "quality_untold", untold))
    return _tell(count(judged.calls, judged.found, teams_by_agent), judged.found, judged.faults, output, spoken)


class _Judged:
    """What was found in transcripts so far."""

    def __init__(self, transcripts: Path) -> None:
        self._transcripts = transcripts
        self.calls = 0
        self.faults: list[str] = []
        self.found: list[Violation] = []

    def violations(self, packs: Sequence[PhrasePack]) -> Iterator[Violation]:
        """Yield each violation as soon as its transcript is read."""
        for call in read_transcripts(self._transcripts):
            if isinstance(call, Fault):
                self.faults.append(f"{self._transcripts}:{call.line}: {call.reason}")
                continue
            self.calls += 1
            for one in violations_of(call, packs):
                self.found.append(one)
                yield one


def _known(file: Path) -> frozenset[tuple[object, ...]]:
    """Return what was found before: those violations raise no alert again."""
    if not file.exists():
        return frozenset()
    with duckdb.connect() as database:
        try:
            rows = database.execute(
                "SELECT attempt, violation, agent, from_s FROM read_parquet(?)", [str(file)]
            ).fetchall()
        except duckdb.Error:
            hint = "name a folder that a scan has written"
            raise ConfigError("what was found before cannot be read", file=str(file), hint=hint) from None
    return frozenset(rows)


def _key(found: Violation) -> tuple[object, ...]:
    return found.attempt, found.violation, found.agent, found.from_s


def counts(
    results: Path,
    /,
    *,
    teams: Path | None = None,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    language: Language | None = None,
) -> int:
    """Count quality results from elsewhere by kind, agent and team. Ends with 1 when there are violations.

    Parameters
    ----------
    results
        CSV or Parquet with the columns call, agent, violation, and duration in seconds where it is known.
    teams
        A CSV file with the columns agent and team.
    output
        A folder for quality.parquet and report.html.
    language
        en or zh; by default as LANG says.
    """
    found = read_results(results)
    sums = count(found.calls, found.violations, _teams(teams))
    return _tell(sums, found.violations, found.faults, output, language_of(language))


def _teams(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    with duckdb.connect() as database:
        try:
            rows = database.execute(
                "SELECT agent, team FROM read_csv(?, all_varchar = true, header = true)", [str(path)]
            ).fetchall()
        except duckdb.Error:
            hint = "a CSV file with the columns agent and team"
            raise ConfigError("the teams cannot be read", file=str(path), hint=hint) from None
    return {agent: team for agent, team in rows if agent and team}


def _tell(
    sums: Counts, found: Sequence[Violation], faults: Sequence[str], output: Path | None, language: Language
) -> int:
    console = Console(highlight=False)
    table = Table(box=box.SIMPLE, show_header=False, title=say(language, "quality_title"), title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for row in figures(sums, language):
        table.add_row(*row)
    table.add_section()
    for kind, times in sums.by_kind.items():
        table.add_row(kind_of(kind, language), str(times))
    console.print(table)
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
            _write(found, output / "quality.parquet")
        except (OSError, duckdb.Error):
            hint = "name a folder that can be written to"
            raise ConfigError("the results cannot be written", file=str(output), hint=hint) from None
        console.print(str(output), markup=False, soft_wrap=True)
    return 1 if sums.by_kind else 0


def _write(found: Sequence[Violation], file: Path) -> None:
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE quality ({sql_columns('quality')})")
        if found:
            names = Violation.__struct_fields__
            columns = [[msgspec.structs.asdict(row)[name] for row in found] for name in names]
            marks = ", ".join("unnest(?)" for _ in names)
            database.execute(f"INSERT INTO quality ({', '.join(names)}) SELECT {marks}", columns)
        quoted = str(file).replace("'", "''")
        database.execute(f"COPY quality TO '{quoted}' (FORMAT PARQUET)")
