"""The command ``explain``: why so many calls were placed at an instant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from adapters.journal.sqlite import SqliteJournal
from dialer.cli.terminal import clock, language_of
from dialer.core.effects import PlaceCall
from dialer.core.errors import JournalError
from dialer.insight.explain import explain_pacing, pacing_of
from dialer.insight.language import Language
from dialer.journal.entry import Record, decode_effects


def explain(
    file: Path,
    /,
    *,
    entry: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    call: str | None = None,
    language: Language | None = None,
) -> None:
    """Explain a pacing decision of a journal: its numbers, the limit that bound, the calls that came of it.

    Parameters
    ----------
    file
        The journal.
    entry
        Number of the entry, from 1.
    call
        The call whose placement is asked about, as campaign/lead/attempt. Without either, the last decision.
    language
        en or zh; by default as LANG says.
    """
    spoken, console = language_of(language), Console(highlight=False)
    journal = SqliteJournal.reader(file)
    try:
        record = _find(journal, entry, call)
    finally:
        journal.close()
    console.print(f"[bold]{record.seq:,} · {clock(record.t_ns)}[/]", soft_wrap=True)
    for label, value, note in explain_pacing(decode_effects(record), spoken):
        line = f"  {label}: {value}" + (f" ({note})" if note else "")
        console.print(line, soft_wrap=True, markup=False)


def _find(journal: SqliteJournal, entry: int | None, call: str | None) -> Record:
    found = None
    for record in journal.read((entry or 1) - 1):
        if b'"kind":"pace"' not in record.effects:
            if record.seq == entry:
                break
            continue
        effects = decode_effects(record)
        if call is None or any(isinstance(effect, PlaceCall) and effect.call == call for effect in effects):
            found = record if pacing_of(effects) is not None else found
            if entry is not None or call is not None:
                break
    if found is None:
        what = f"entry {entry}" if entry is not None else f"call {call}" if call is not None else "the journal"
        raise JournalError(f"{what} holds no pacing decision; `paceline explain FILE` shows the last one there is")
    return found
