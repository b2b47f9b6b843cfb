"""The command ``timeline``: everything that a journal or a history knows of one call, account or agent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from adapters.journal.sqlite import SqliteJournal
from dialer.cli.histories import found_in, the_log
from dialer.cli.terminal import language_of
from dialer.core.units import NS_PER_S
from dialer.insight.language import Language, say
from dialer.insight.timeline.history import timeline_of
from dialer.insight.timeline.journal import read_journal
from dialer.insight.timeline.moments import Reader, Timeline, lines, silences
from dialer.insight.timeline.report import render_timeline
from dialer.journal.manifest import Manifest
from strategies.compliance.rulebook import Rule
from strategies.compliance.terms import is_zone
from strategies.errors import ConfigError, PacelineError


def timeline(
    subject: str,
    /,
    *,
    journal: Path | None = None,
    history: Path | None = None,
    zone: str = "UTC",
    html: Path | None = None,
    language: Language | None = None,
) -> None:
    """Tell everything that happened to a call, to an account or with an agent, and why.

    Parameters
    ----------
    subject
        A call (campaign/lead/attempt, or the id that another dialler gave it), an account_id, or an agent.
    journal
        The journal.
    history
        The folder of a history, of what there is no journal (see `paceline history import`).
    zone
        The clock of the times.
    html
        Write it to this file too.
    language
        en or zh; by default as LANG says.
    """
    if not is_zone(zone):
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as Asia/Shanghai")
    spoken, console, own = language_of(language), Console(highlight=False), ZoneInfo(zone)
    log = the_log(journal, history)
    found, rules = _in_journal(subject, log) if history is None else (_in_history(subject, log, zone), ())
    if found is None:
        raise PacelineError(f"{log} knows no call, account or agent {subject}; a call is written as its log writes it")

    def clock(t_ns: int) -> str:
        return f"{datetime.fromtimestamp(t_ns / NS_PER_S, UTC).astimezone(own):%Y-%m-%d %H:%M:%S.%f}"[:-4]

    console.print(f"[bold]{escape(say(spoken, f'line_title_{found.kind}', subject))} · {zone}[/]", soft_wrap=True)
    reader = Reader(spoken, clock, rules)
    for when, what, because in lines(found.moments, reader):
        console.print(f"{when}  {what}", markup=False, soft_wrap=True)
        for reason in because:
            console.print(f"{' ' * len(when)}    {reason}", markup=False, soft_wrap=True, style="dim")
    for sentence in silences(found, spoken):
        console.print(sentence, markup=False, soft_wrap=True, style="yellow")
    if html is not None:
        html.write_text(render_timeline(found, reader, zone), encoding="utf-8")
        console.print(say(spoken, "written_to", html), markup=False, soft_wrap=True)


def _in_journal(subject: str, file: Path) -> tuple[Timeline | None, tuple[Rule, ...]]:
    store = SqliteJournal.reader(file)
    try:
        return read_journal(subject, store.read()), Manifest.decode(store.manifest).settings.rulebook.rules
    finally:
        store.close()


def _in_history(subject: str, folder: Path, zone: str) -> Timeline | None:
    found = found_in(folder, subject)
    return None if found is None else timeline_of(found, zone)
