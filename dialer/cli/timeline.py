"""The command ``timeline``: everything that a journal or a history knows of one call, account or agent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from adapters.journal.sqlite import SqliteJournal
from dialer.cli.histories import found_in, the_log
from dialer.cli.plan import day_of
from dialer.cli.terminal import language_of
from dialer.core.units import NS_PER_S
from dialer.insight.language import Language, say
from dialer.insight.timeline.history import timeline_of
from dialer.insight.timeline.journal import read_journal
from dialer.insight.timeline.moments import Reader, Span, Timeline, lines, silences, within
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
    since: str | None = None,
    until: str | None = None,
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
    since, until
        The first and the last day to tell of, such as 2026-11-30; all of them by default.
    zone
        The clock of the times and days.
    html
        Write it to this file too.
    language
        en or zh; by default as LANG says.
    """
    if not is_zone(zone):
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as Asia/Shanghai")
    spoken, console, own = language_of(language), Console(highlight=False), ZoneInfo(zone)
    log, span = the_log(journal, history), _span(since, until, own)
    found, rules = _in_journal(subject, log) if history is None else (_in_history(subject, log, zone, span), ())
    if found is None:
        if span is not None:
            raise PacelineError(f"{log} tells nothing of {subject} in these days")
        raise PacelineError(f"{log} knows no call, account or agent {subject}; a call is written as its log writes it")
    if span is not None:
        found = within(found, span)

    def clock(t_ns: int) -> str:
        return f"{datetime.fromtimestamp(t_ns / NS_PER_S, UTC).astimezone(own):%Y-%m-%d %H:%M:%S.%f}"[:-4]

    console.print(f"[bold]{escape(say(spoken, f'line_title_{found.kind}', subject))} · {zone}[/]", soft_wrap=True)
    reader = Reader(spoken, clock, rules)
    for when, what, because in lines(found.moments, reader):
        console.print(f"{when}  {what}", markup=False, soft_wrap=True)
        for reason in because:
            console.print(f"{' ' * len(when)}    {reason}", markup=False, soft_wrap=True, style="dim")
    if not found.moments:
        console.print(say(spoken, "line_nothing"), markup=False, soft_wrap=True)
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


def _span(since: str | None, until: str | None, zone: ZoneInfo) -> Span | None:
    if since is None and until is None:
        return None
    first = day_of(since) if since else date(1970, 1, 2)
    last = day_of(until) if until else date(9999, 1, 1)
    if last < first:
        hint = "write --since with the earlier day"
        raise ConfigError(f"the first day, {first}, comes after the last, {last}", hint=hint)
    begins, ends = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    return Span(round(begins.timestamp()) * NS_PER_S, round(ends.timestamp()) * NS_PER_S)


def _in_history(subject: str, folder: Path, zone: str, span: Span | None) -> Timeline | None:
    found = found_in(folder, subject, span)
    return None if found is None else timeline_of(found, zone)
