"""The command ``plan``: a day's contacts as Parquet, with a small summary."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from adapters.leads.file.client import Portfolio
from adapters.leads.file.faults import Rejected
from dialer.cli.terminal import language_of
from dialer.config import read_config, to_settings
from dialer.insight.faults import told
from dialer.insight.figures import number
from dialer.insight.language import Language, say
from dialer.insight.plans import reason_rows
from dialer.leads import Leads, load_leads
from dialer.runtime.clock import today
from strategies.errors import ConfigError


def plan(
    config: Path,
    /,
    *,
    on: str | None = None,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    language: Language | None = None,
) -> None:
    """Plan a day: who is contacted, by what and why; who is not, and why not. Nobody is called.

    Parameters
    ----------
    config
        The run's YAML file.
    on
        The day, as 2026-11-30; by default the configuration's, or else today on its floor.
    output
        Where the plan goes; by default plan-DAY.parquet in the present folder.
    language
        en or zh; by default as LANG says.
    """
    spoken, console = language_of(language), Console(highlight=False)
    leads = leads_on(config, on)
    file = output or Path(f"plan-{leads.day}.parquet")
    leads.plan.write(file)
    print_plan(console, leads, spoken)
    console.print(say(spoken, "plan_written", file), soft_wrap=True, markup=False)


def leads_on(config: Path, on: str | None) -> Leads:
    """Return the planned leads of the day `on`, or of the day that the configuration at `config` means.

    Raises
    ------
    ConfigError
        When `on` is no day, or the configuration or what it names cannot be used.
    """
    section, strategy = read_config(config)
    day = day_of(on) if on else section.day or today(section.world.floor.tz)
    return load_leads(section, strategy, to_settings(section, strategy).rulebook.rules, day)


def day_of(text: str) -> date:
    """Return the day that somebody wrote.

    Raises
    ------
    ConfigError
        When it is none.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ConfigError(f"{text} is no day", hint="write year, month and day, such as 2026-11-30") from None


def print_plan(console: Console, leads: Leads, language: Language) -> None:
    """Print how many accounts of each segment are contacted, and why the others are not."""
    table = Table(box=box.SIMPLE, title_justify="left", title_style="bold")
    table.title = f"{say(language, 'plan')} {leads.plan.day} ({leads.plan.strategy.name})"
    table.add_column(say(language, "segment"))
    for key in ("accounts", "planned"):
        table.add_column(say(language, key), justify="right")
    for count in leads.plan.counts:
        table.add_row(count.segment or say(language, "no_segment"), number(count.accounts), number(count.planned))
    console.print(table)
    if reasons := reason_rows(leads.plan.reasons(), language):
        table = Table(box=box.SIMPLE, title_justify="left", title_style="bold", title=say(language, "plan_reasons"))
        table.add_column(say(language, "plan_reason"))
        table.add_column(say(language, "times"), justify="right")
        for words, times in reasons:
            table.add_row(words, number(times))
        console.print(table)
    for rows in (leads.portfolio, *leads.rejected):
        print_rejected(console, rows, language)


def print_rejected(console: Console, rows: Portfolio | Rejected, language: Language) -> None:
    """Print how many rows of a file could not be used, and the first faults."""
    if rows.rejected:
        where = say(language, "rows_rejected", number(rows.rejected), rows.rejected_file)
        console.print(where, style="yellow", soft_wrap=True)
        for fault in rows.first_faults:
            console.print(f"  {told(language, fault)}", style="yellow", soft_wrap=True, markup=False)
