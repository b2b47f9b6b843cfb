"""The command ``pyramid``: how paid time becomes money, by agent, team, campaign, segment or hour."""

from __future__ import annotations

import csv
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.histories import opened_on
from dialer.cli.terminal import language_of
from dialer.insight.language import Language, say
from dialer.insight.pyramid.measure import Dimension, Terms, measure
from dialer.insight.pyramid.report import GAP_HEAD, HEAD, PyramidInfo, gap_rows, level_rows, render_pyramid
from dialer.insight.pyramid.targets import Targets
from strategies.compliance.terms import is_zone
from strategies.document import read
from strategies.errors import ConfigError


def pyramid(
    log: Path,
    /,
    *,
    by: Dimension = "agent",
    targets: Path | None = None,
    confidence: float = 0.95,
    zone: str = "UTC",
    grace_days: int = 2,
    html: Path | None = None,
    table: Path | None = None,
    spark: str | None = None,
    language: Language | None = None,
) -> None:
    """Show the collections pyramid of a log by group, and what costs each group most against its target.

    Parameters
    ----------
    log
        A journal, or the folder of a history. Kept promises need its table of payments, paid time that of agents.
    by
        total, agent, team, campaign, segment or hour.
    targets
        YAML file with a target for each level; examples/pyramid_targets.yaml is one.
    confidence
        How sure to be before a level counts as below its target.
    zone
        The clock of hours and days.
    grace_days
        Days after the promised one in which money still keeps the promise.
    html
        Write the report to this file.
    table
        Write the levels to this CSV file.
    spark
        Ask this Spark in place of DuckDB, for the folder of a history: local[2], or the address of a cluster.
    language
        en or zh; by default as LANG says.
    """
    if not is_zone(zone):
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as Asia/Shanghai")
    if not 0 < confidence < 1:
        raise ConfigError(f"--confidence {confidence:g} is no probability", hint="write one below 1, such as 0.95")
    spoken, console = language_of(language), Console(highlight=False)
    wanted = read(targets, Targets) if targets is not None else None
    with opened_on(spark, log) as (history, _):
        groups = measure(history, by, Terms(zone=zone, grace_days=grace_days))
    info = PyramidInfo(log.name, by, wanted, confidence, spoken)
    title = say(spoken, "pyramid_title", say(spoken, f"pyramid_by_{by}"))
    levels = level_rows(groups, info)
    _print(console, title, HEAD, levels, spoken)
    if wanted is not None:
        _print(console, say(spoken, "pyramid_coach"), GAP_HEAD, gap_rows(groups, info), spoken)
    if table is not None:
        with table.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([[say(spoken, key) for key in HEAD], *levels])
        console.print(say(spoken, "written_to", table), markup=False, soft_wrap=True)
    if html is not None:
        html.write_text(render_pyramid(groups, info), encoding="utf-8")
        console.print(say(spoken, "written_to", html), markup=False, soft_wrap=True)


def _print(
    console: Console, title: str, head: tuple[str, ...], rows: list[tuple[str, ...]], language: Language
) -> None:
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for place, key in enumerate(head):
        shown.add_column(say(language, key), justify="right" if place > 1 else "left")
    for row in rows:
        shown.add_row(*row)
    console.print(shown)
