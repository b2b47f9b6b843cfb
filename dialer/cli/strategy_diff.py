"""The command ``strategy diff``: who would be treated differently by another strategy."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import duckdb
from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from adapters.leads.file.client import read_portfolio
from adapters.leads.file.history import read_history
from adapters.leads.file.more import read_more
from dialer.cli.plan import day_of, print_rejected
from dialer.cli.terminal import language_of
from dialer.core.units import NS_PER_S
from dialer.insight.figures import number
from dialer.insight.language import Language, say
from dialer.insight.plans import reason_text
from strategies.binding import rulebook_of
from strategies.compile import compile_strategy, library
from strategies.compiled import CompiledStrategy
from strategies.compliance.terms import is_zone
from strategies.errors import ConfigError
from strategies.planning.diff import Treatment, both_fields, difference, treated
from strategies.planning.planner import plan, write_parquet


def diff(
    before: str,
    after: str,
    portfolio: Path,
    /,
    *,
    on: str,
    zone: str | None = None,
    history: Path | None = None,
    parties: Path | None = None,
    suppressed: Path | None = None,
    consent: Path | None = None,
    output: Annotated[Path, Parameter(alias="-o")] = Path("strategy-diff.parquet"),
    language: Language | None = None,
) -> None:
    """Plan one day by two strategies, each under its own rules, and show which accounts they treat differently.

    Parameters
    ----------
    before, after
        Strategies of the library by name, or paths of YAML files.
    portfolio
        The accounts, with the fields of both strategies: CSV, Parquet or SQLite.
    on
        The day, as 2026-11-30.
    zone
        By whose clock, such as America/New_York; by default that of the most accounts.
    history
        Contacts of the past, which caps and lockouts count.
    parties
        Who else may be called.
    suppressed, consent
        What persons have asked for.
    output
        Where all accounts go that are treated differently.
    language
        en or zh; by default as LANG says.
    """
    spoken, console = language_of(language), Console(highlight=False)
    strategies = [compile_strategy(library().get(name, Path(name))) for name in (before, after)]
    accounts = read_portfolio(portfolio, both_fields(*strategies))
    database = accounts.database
    rejected = read_more(accounts, parties, suppressed, consent)
    day, past = day_of(on), ()
    span_ns = _span_ns(day, _zone(zone, database))
    for strategy, table in zip(strategies, ("before", "after"), strict=True):
        rules = rulebook_of(strategy).rules
        past = () if history is None else (read_history(history, rules, database),)
        treated(plan(database, strategy, day, rules=rules, span_ns=span_ns), table)
    found = difference(database)
    write_parquet(database, found.QUERY, output)
    table = Table(box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", title=say(spoken, "diff_title"))
    for strategy in strategies:
        table.add_column(strategy.identity, overflow="fold")
    table.add_column(say(spoken, "accounts"), justify="right")
    table.add_column(say(spoken, "diff_sample"))
    for change in found.changes:
        sides = [
            _words(strategy, side, spoken)
            for strategy, side in zip(strategies, (change.before, change.after), strict=True)
        ]
        table.add_row(*sides, number(change.accounts), ", ".join(change.sample))
    console.print(table)
    for rows in (accounts, *rejected, *past):
        print_rejected(console, rows, spoken)
    console.print(say(spoken, "diff_same", number(found.alike), number(found.accounts)))
    console.print(say(spoken, "diff_written", output), soft_wrap=True, markup=False)


def _zone(zone: str | None, database: duckdb.DuckDBPyConnection) -> ZoneInfo:
    """Return the zone that was asked for, or the first of the most accounts; UTC where none is known."""
    if zone is None:
        query = "SELECT zones[1] FROM accounts WHERE len(zones) > 0 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        found = database.execute(query).fetchone()
        return ZoneInfo(found[0] if found else "UTC")
    if not is_zone(zone):
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as America/New_York")
    return ZoneInfo(zone)


def _span_ns(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Return when `day` begins and ends by the clocks of `zone`."""
    begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return round(begins.timestamp()) * NS_PER_S, round(ends.timestamp()) * NS_PER_S


def _words(strategy: CompiledStrategy, treatment: Treatment, language: Language) -> str:
    segment, done = treatment
    channel, _, rest = done.partition(" ")
    steps = {step.channel for one in strategy.segments for arm in one.arms for step in arm.steps}
    if channel not in steps:
        done = reason_text(channel, rest, language)
    return f"{segment or say(language, 'no_segment')} · {done}"
