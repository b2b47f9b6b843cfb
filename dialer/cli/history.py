"""Commands about histories: what happened on a floor, from any dialler's log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from adapters.history.journals import import_journal
from adapters.history.writer import REJECTED_FILE, HistoryWriter, Written
from adapters.journal.sqlite import SqliteJournal
from dialer.cli.terminal import language_of
from dialer.insight.figures import number
from dialer.insight.language import Language, say

Origin = Literal["journal"]


def import_history(
    source: Path,
    /,
    *more: Path,
    origin: Annotated[Origin, Parameter(name="--from")] = "journal",
    output: Annotated[Path, Parameter(name=("--output", "-o"))] = Path("history"),
    language: Language | None = None,
) -> None:
    """Write a history from the logs of a dialler.

    Parameters
    ----------
    source, more
        The logs, oldest first.
    origin
        What they are: journal for those of Paceline.
    output
        The folder to write, which must not exist yet.
    language
        en or zh; by default as LANG says.
    """
    spoken, console = language_of(language), Console(highlight=False, soft_wrap=True)
    writer = HistoryWriter(output)
    for file in (source, *more):
        journal = SqliteJournal.reader(file)
        try:
            import_journal(journal, str(file), writer)
        finally:
            journal.close()
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
