"""The command ``outcomes``: what came of the contacts of a log."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.histories import opened_on
from dialer.cli.terminal import language_of
from dialer.insight.language import Language, say
from dialer.insight.outcomes.measure import Costs, Terms, outcomes_of
from dialer.insight.outcomes.report import money, render_outcomes, sections
from strategies.document import read
from strategies.errors import ConfigError


def outcomes(
    log: Path,
    /,
    *,
    horizon_days: int = 14,
    champion: str | None = None,
    effect: float = 0.02,
    confidence: float = 0.95,
    costs: Path | None = None,
    html: Path | None = None,
    spark: str | None = None,
    language: Language | None = None,
) -> None:
    """Show recovery by channel and arm, roll rates, contact pressure, complaints, cost, and which arm is better.

    Parameters
    ----------
    log
        A journal, or the folder of a history. Recovery needs its table of payments, roll rates that of accounts.
    horizon_days
        Days after a contact in which a payment counts.
    champion
        The arm that others are compared with; by default the one with most accounts.
    effect
        The difference in the share of accounts that pay which the test is tuned to; it is valid for any.
    confidence
        How sure to be before a verdict, however often it is asked for.
    costs
        YAML file with paid_hour, line_minute, and attempt by channel.
    html
        Write the report to this file.
    spark
        Ask this Spark in place of DuckDB, for the folder of a history: local[2], or the address of a cluster.
    language
        en or zh; by default as LANG says.
    """
    if not 0 < confidence < 1 or not 0 < effect < 1:
        raise ConfigError(
            "--confidence and --effect are shares", hint="write them between 0 and 1, such as 0.95 and 0.02"
        )
    spoken, console = language_of(language), Console(highlight=False)
    terms = Terms(horizon_days=horizon_days, champion=champion, effect=effect, confidence=confidence)
    with opened_on(spark, log) as (history, _):
        found = outcomes_of(history, terms, read(costs, Costs) if costs is not None else None)
    for section in sections(found, spoken):
        shown = Table(title=say(spoken, section.title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
        for place, name in enumerate(section.head):
            shown.add_column(name, justify="right" if place in section.numbers else "left")
        for row in section.rows:
            shown.add_row(*row)
        console.print(shown)
    if told := money(found, spoken):
        console.print(told, soft_wrap=True)
    if html is not None:
        html.write_text(render_outcomes(found, terms, log.name, spoken), encoding="utf-8")
        console.print(say(spoken, "written_to", html), markup=False, soft_wrap=True)
