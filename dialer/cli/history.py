"""Commands about histories: what happened on a floor, from any dialler's log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

import duckdb
from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from adapters.history.journals import import_journal
from adapters.history.mapped import import_mapped
from adapters.history.mapping import read_mapping
from adapters.history.references import read_key
from adapters.history.writer import REJECTED_FILE, HistoryWriter, Written
from adapters.journal.sqlite import SqliteJournal
from dialer.cli.terminal import language_of
from dialer.insight.figures import number, percent
from dialer.insight.language import Language, say
from simulator.history.describe import describe as seen
from simulator.history.read import open_history, settings_of
from strategies.errors import ConfigError

Origin = Literal["journal", "vicidial", "asterisk", "csv"]


def import_history(
    source: Path,
    /,
    *more: Path,
    origin: Annotated[Origin, Parameter(name="--from")] = "journal",
    output: Annotated[Path, Parameter(alias="-o")] = Path("history"),
    mapping: Path | None = None,
    key: Path | None = None,
    by_day: bool = False,
    language: Language | None = None,
) -> None:
    """Write a history from the logs of a dialler.

    Parameters
    ----------
    source, more
        The logs, oldest first, or a folder of them.
    origin
        What they are: journal for those of Paceline; vicidial, asterisk; csv for any table, with a mapping.
    mapping
        Where the columns of a history stand in the logs, YAML; by default the one that comes with Paceline.
    key
        File with the key of the references that stand for numbers and names.
    by_day
        Write a file for each day (UTC) of what grows daily, as large logs are kept: attempts/day=2026-11-23/0.parquet.
    output
        The folder to write, which must not exist yet.
    language
        en or zh; by default as LANG says.
    """
    spoken, console = language_of(language), Console(highlight=False, soft_wrap=True)
    writer = HistoryWriter(output, by_day)
    if origin == "journal":
        for file in (source, *more):
            journal = SqliteJournal.reader(file)
            try:
                import_journal(journal, str(file), writer)
            finally:
                journal.close()
    else:
        if origin == "csv" and mapping is None:
            hint = "name a mapping file with --mapping; docs/history.md has one to start from"
            raise ConfigError("nothing says what the columns mean", file=str(source), hint=hint)
        document, columns = read_mapping(mapping or origin)
        import_mapped((source, *more), document, columns, read_key(key), writer)
    _print(console, writer.close(), output, spoken)


def _print(console: Console, written: Written, output: Path, language: Language) -> None:
    for table, rows in written.rows.items():
        console.print(say(language, "history_rows", table, number(rows)), markup=False)
    if written.rejected:
        console.print(say(language, "history_rejected", number(written.rejected), output / REJECTED_FILE), markup=False)
        for reason, count in written.reasons:
            console.print(f"  {number(count)} × {reason}", markup=False)
        for fault in written.first:
            console.print(f"  {fault}", markup=False)
    console.print(say(language, "written_to", output), markup=False)


def floor_zone(folder: Path, database: duckdb.DuckDBPyConnection, zone: str | None) -> str:
    """Return the floor's time zone: as asked for, of the history's settings, of most persons, or UTC.

    Raises
    ------
    ConfigError
        When there is no such zone.
    """
    if zone is None:
        settings = settings_of(folder)
        rows = database.execute("SELECT mode(zones[1]) FROM attempts WHERE zones IS NOT NULL").fetchall()
        known = [campaign.zone for campaign in settings.campaigns if campaign.hours] if settings else []
        return next(iter([*known, *(name for (name,) in rows if name), "UTC"]))
    if zone not in available_timezones():
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as America/New_York")
    return zone


def describe(folder: Path, /, *, zone: str | None = None, language: Language | None = None) -> None:
    """Show what is in a history, and which laws of the world it can calibrate.

    Parameters
    ----------
    folder
        The history.
    zone
        The clock of the figures by hour, as an IANA name; by default that of the floor.
    language
        en or zh; by default as LANG says.
    """
    spoken, console = language_of(language), Console(highlight=False)
    with open_history(folder) as database:
        found = seen(database, floor_zone(folder, database, zone))
    counts = [number(count) for count in (found.attempts, found.leads, found.agents, found.days)]
    console.print(say(spoken, "history_extent", found.first, found.last, found.zone, *counts), markup=False)
    for key, rows in (("history_by_hour", found.by_hour), ("history_by_day", found.by_day[-_DAYS_SHOWN:])):
        console.print(
            _profile(say(spoken, key), [(str(when), attempts, answered) for when, attempts, answered in rows], spoken)
        )
    table = _plain_table(say(spoken, "outcomes"), ("disposition", "attempts"), spoken)
    for disposition, count in found.dispositions:
        table.add_row(say(spoken, disposition), number(count))
    console.print(table)
    table = _plain_table(
        say(spoken, "history_evidence"), ("history_law", "history_observations", "history_use"), spoken
    )
    for law, observations, enough in found.evidence:
        verdict = say(spoken, "history_can" if enough else "history_default")
        table.add_row(
            say(spoken, f"law_{law}"), number(observations), f"[{'green' if enough else 'yellow'}]{verdict}[/]"
        )
    console.print(table)


_DAYS_SHOWN = 31
_BAR = 32


def _profile(title: str, rows: list[tuple[str, int, int]], language: Language) -> Table:
    """Draw attempts as bars, with the share that was answered."""
    table = _plain_table(title, ("", "attempts", "history_answered"), language)
    table.add_column("")
    most = max((attempts for _, attempts, _ in rows), default=1)
    for when, attempts, answered in rows:
        long, reached = (round(_BAR * count / most) for count in (attempts, answered))
        bar = f"[cyan]{'█' * reached}[/][dim]{'░' * (long - reached)}[/]"
        table.add_row(when, number(attempts), percent(answered / attempts), bar)
    return table


def _plain_table(title: str, columns: tuple[str, ...], language: Language) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for place, key in enumerate(columns):
        table.add_column(say(language, key) if key else "", justify="right" if place == 1 else "left")
    return table
