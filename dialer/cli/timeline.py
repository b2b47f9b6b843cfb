"""The command ``timeline``: everything that a journal knows of one call, account or agent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from adapters.journal.sqlite import SqliteJournal
from dialer.cli.terminal import language_of
from dialer.core.errors import JournalError
from dialer.core.units import NS_PER_S
from dialer.insight.language import Language, say
from dialer.insight.timeline.moments import Reader, Timeline, lines
from dialer.insight.timeline.report import render_timeline
from dialer.journal.manifest import Manifest
from strategies.compliance.terms import is_zone
from strategies.errors import ConfigError


def timeline(
    subject: str,
    /,
    *,
    journal: Path,
    zone: str = "UTC",
    html: Path | None = None,
    language: Language | None = None,
) -> None:
    """Tell everything that happened to a call, to an account or with an agent, and why.

    Parameters
    ----------
    subject
        A call as campaign/lead/attempt, an account_id, or an agent.
    journal
        The journal.
    zone
        The clock of the times.
    html
        Write it to this file too.
    language
        en or zh; by default as LANG says.
    """
    if not is_zone(zone):
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as Asia/Shanghai")
    spoken, console = language_of(language), Console(highlight=False)
    own, found = ZoneInfo(zone), Timeline(subject)
    store = SqliteJournal.reader(journal)
    try:
        found.read(store.read())
        rules = Manifest.decode(store.manifest).settings.rulebook.rules
    finally:
        store.close()
    if found.kind is None:
        raise JournalError(
            f"{journal} knows no call, account or agent {subject}; a call is written campaign/lead/attempt"
        )

    def clock(t_ns: int) -> str:
        return f"{datetime.fromtimestamp(t_ns / NS_PER_S, UTC).astimezone(own):%Y-%m-%d %H:%M:%S.%f}"[:-4]

    console.print(f"[bold]{escape(say(spoken, f'line_title_{found.kind}', subject))} · {zone}[/]", soft_wrap=True)
    reader = Reader(spoken, clock, rules)
    for when, what, because in lines(found.moments, reader):
        console.print(f"{when}  {what}", markup=False, soft_wrap=True)
        for reason in because:
            console.print(f"{' ' * len(when)}    {reason}", markup=False, soft_wrap=True, style="dim")
    if html is not None:
        html.write_text(render_timeline(found, reader, zone), encoding="utf-8")
        console.print(say(spoken, "written_to", html), markup=False, soft_wrap=True)
