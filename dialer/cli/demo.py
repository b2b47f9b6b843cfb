"""The command ``demo``: one shift of a small floor on 30,000 real card accounts, from nothing to a report."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from dialer.cli.simulated import simulated
from dialer.cli.terminal import language_of, print_summary
from dialer.config import read_config
from dialer.insight.language import Language, say
from dialer.insight.pyramid.levels import of_totals
from dialer.insight.report import ReportInfo, render, require_plots
from simulator.cards import ACCOUNTS, write_portfolio
from strategies.errors import ConfigError, PacelineError

CURRENCY = "NT$"
"""The accounts' amounts are in new Taiwan dollars."""

_CONFIG = """\
# The demo's run, written by `paceline demo`. Change it and try `paceline simulate` on it.
paceline: 1
strategy: cards-demo          # comes with Paceline
portfolio: {{file: portfolio.parquet}}
campaigns:
  - {{name: cards, lines: 150, shift_s: 32400}}
day: 2026-06-17               # a Wednesday without a holiday
journal: run.journal          # of `paceline run`; the demo's own is shift.journal
world:
  seed: {seed}
  floor: {{agents: {agents}, zone: America/New_York, shift_start: "09:00", shift_end: "18:00"}}
"""


def demo(
    *,
    seed: int = 1,
    agents: Annotated[int, Parameter(validator=Number(gte=1, lte=500))] = 20,
    language: Language | None = None,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
) -> None:
    """Run one simulated shift on 30,000 real card accounts; nobody is called.

    Parameters
    ----------
    seed
        Another seed, other people answer.
    agents
        How many agents work the floor.
    language
        en or zh; by default as LANG says.
    output
        Folder for the configuration, the journal and the report; by default a new one here.
    """
    console, spoken = Console(), language_of(language)
    folder = _new_folder() if output is None else output
    journal = folder / "shift.journal"
    if journal.exists():
        raise ConfigError(f"{journal} exists already", hint="name another folder with --output")
    console.print(say(spoken, "demo_intro", f"{ACCOUNTS:,}", agents), soft_wrap=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_portfolio(folder / "portfolio.parquet")
        config = folder / "run.yaml"
        config.write_text(_CONFIG.format(seed=seed, agents=agents), encoding="utf-8")
        run, strategy = read_config(config)
        tally, shift = simulated(run, strategy, 1, journal, spoken, console)
        print_summary(console, tally, shift.limit_share, shift.rules, spoken, CURRENCY)
        report = folder / "report.html"
        remark = say(spoken, "demo_remark")
        info = ReportInfo(shift.campaign, shift.zone, shift.limit_share, spoken, CURRENCY, remark, rules=shift.rules)
        try:
            require_plots()
        except PacelineError as error:
            console.print(f"[yellow]{error}[/]", soft_wrap=True)
        else:
            report.write_text(render(tally, of_totals(tally.totals()), info), encoding="utf-8")
            console.print(f"{say(spoken, 'report_at')}  {report}", soft_wrap=True)
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written: {error.strerror}", hint="name another folder with --output"
        ) from error
    console.print(f"{say(spoken, 'journal_at')}  {journal}", soft_wrap=True)
    console.print(f"{say(spoken, 'next')}  paceline replay {journal}", soft_wrap=True)


def _new_folder() -> Path:
    names = (f"paceline-demo{f'-{number}' if number > 1 else ''}" for number in count(1))
    return next(folder for name in names if not (folder := Path(name)).exists())
