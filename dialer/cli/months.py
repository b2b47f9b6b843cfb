"""Months of a portfolio under a strategy, simulated: what ``simulate --portfolio`` does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, NamedTuple

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from adapters.leads.file.client import read_portfolio
from dialer.cli.plan import print_rejected
from dialer.cli.simulated_report import check_output, write_folder
from dialer.insight.figures import money, number, percent
from dialer.insight.language import Language, say
from simulator.months.book import Book
from simulator.months.export import tables_of
from simulator.months.run import run_months
from simulator.months.settings import MonthsSettings, Scenario, scenarios
from simulator.world.settings import WorldSettings
from strategies.binding import rulebook_of
from strategies.compile import compile_strategy, library
from strategies.document import read


class Question(NamedTuple):
    """What is simulated: a strategy (a file, or a name of the library) on a portfolio, from a day on, in a world."""

    strategy: Path
    portfolio: Path
    first_day: dt.date
    days: int
    seed: int | None
    world: Path | None
    behaviour: Path | None
    scenario: str


def simulate_months(question: Question, output: Path | None, language: Language, console: Console) -> None:
    """Simulate, print what came of it, and write tables and report into `output`.

    Raises
    ------
    ConfigError
        When a file cannot be used; the message says where and what to write instead.
    """
    check_output(output)
    strategy = compile_strategy(library().get(str(question.strategy), question.strategy))
    world = read(question.world, WorldSettings) if question.world else WorldSettings()
    if question.seed is not None:
        world = world.model_copy(update={"seed": question.seed})
    settings = read(question.behaviour, MonthsSettings) if question.behaviour else MonthsSettings()
    scenario = read(scenarios().get(question.scenario, Path(question.scenario)), Scenario)
    portfolio = read_portfolio(question.portfolio, strategy.fields)
    print_rejected(console, portfolio, language)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console,
        transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(say(language, "months_running"), total=question.days)
        book = run_months(
            portfolio.database,
            strategy,
            rulebook_of(strategy).rules,
            world,
            settings,
            scenario,
            question.first_day,
            question.days,
            on_day=lambda done, _: bar.update(task, completed=done),
        )
    currency = next((field.currency for field in strategy.fields if field.currency), None) or ""
    summary: dict[str, Any] = {
        "strategy": strategy.identity,
        "scenario": question.scenario,
        "seed": world.seed,
        "first_day": question.first_day.isoformat(),
        "days": question.days,
        "agents": world.floor.agents,
        "overdue_cents": book.initial_overdue_cents,
        "figures": _figures(book, language, currency),
    }
    _print(console, summary["figures"], language)
    if output is not None:
        from dialer.insight.months import render

        tables = tables_of(book)
        write_folder(output, tables, summary, {"report.html": render(tables, summary, language, currency)})
        console.print(say(language, "months_written", output), soft_wrap=True, markup=False)


def _figures(book: Book, language: Language, currency: str) -> list[tuple[str, str]]:
    total = book.total
    capacity = sum(day.capacity_s for day in book.days)
    paid, cost = total("paid_cents"), total("cost_cents")
    channels = [
        (say(language, "months_planned", say(language, f"channel_{name}")), number(times))
        for name, times in book.channels().items()
    ]
    return [
        (say(language, "months_overdue"), money(book.initial_overdue_cents, currency)),
        (say(language, "months_paid"), money(paid, currency)),
        (say(language, "months_recovered"), percent(paid / max(1, book.initial_overdue_cents))),
        (say(language, "months_cost"), money(cost, currency)),
        (say(language, "months_cost_each"), f"{cost / paid:.4f}" if paid else "–"),
        *channels,
        (say(language, "placed"), number(total("attempts"))),
        (say(language, "contacts"), number(total("conversations"))),
        (say(language, "promises"), number(total("promises"))),
        (say(language, "months_kept_share"), percent(_of(total("kept"), total("kept") + total("broken")))),
        (say(language, "months_complaints"), number(total("complaints"))),
        (say(language, "months_busy"), percent(_of(sum(day.used_s for day in book.days), capacity))),
        (say(language, "months_left_over"), number(sum(day.left_over for day in book.days))),
    ]


def _of(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _print(console: Console, figures: list[tuple[str, str]], language: Language) -> None:
    table = Table(box=box.SIMPLE, show_header=False, title=say(language, "figures"), title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for row in figures:
        table.add_row(*row)
    console.print(table)
