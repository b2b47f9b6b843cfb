"""What the commands share: the language, the version, and a shift's figures as tables."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import TypeVar

from rich import box
from rich.console import Console
from rich.table import Table

from dialer.core.units import NS_PER_S
from dialer.insight.figures import Figure, denials, key_figures, number, outcomes, pyramid_levels
from dialer.insight.language import Language, say
from dialer.insight.pyramid.levels import of_totals
from dialer.insight.tally import Tally
from strategies.compliance.rulebook import Rule

Item = TypeVar("Item")


def language_of(choice: Language | None) -> Language:
    """Return the language that was asked for, or else the one that the environment names."""
    if choice is not None:
        return choice
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if named.lower().startswith("zh") else "en"


async def beside(items: Iterable[Item]) -> AsyncGenerator[Item, None]:
    """Yield `items`, for each of which one may have to wait, from a thread of their own: the loop goes on meanwhile.

    What they raise is raised here. The thread is not waited for: whoever interrupts has not to wait for another item.
    """
    come, loop = asyncio.Queue[Item | Exception | None](), asyncio.get_running_loop()

    def read_on() -> None:
        with suppress(RuntimeError):  # the loop is over
            last: Exception | None = None
            try:
                for item in items:
                    loop.call_soon_threadsafe(come.put_nowait, item)
            except Exception as error:
                last = error
            loop.call_soon_threadsafe(come.put_nowait, last)

    threading.Thread(target=read_on, daemon=True).start()
    while (item := await come.get()) is not None:
        if isinstance(item, Exception):
            raise item
        yield item


def tell_driver(console: Console, refused: Iterable[str], language: Language) -> None:
    """Print which driver simulated; `refused`: by simulation, what kept it from the fast path, empty for nothing."""
    by_readable = Counter(refused)
    by_fast = by_readable.pop("", 0)
    key = "driver_fast" if not by_readable else "driver_both" if by_fast else "driver_readable"
    console.print(say(language, key, ", ".join(by_readable)), style="dim", soft_wrap=True, markup=False)


def clock(t_ns: int) -> str:
    """Return an instant as people write it, in UTC."""
    return f"{datetime.fromtimestamp(t_ns / NS_PER_S, UTC):%Y-%m-%d %H:%M:%S} UTC"


def version() -> str:
    """Return the version of this Paceline."""
    try:
        return installed_version("paceline")
    except PackageNotFoundError:
        return "0 (not installed)"


def print_summary(
    console: Console,
    tally: Tally,
    limit_share: float,
    rules: Iterable[Rule],
    language: Language,
    currency: str = "",
) -> None:
    """Print what a shift under `rules` came to."""
    pyramid = pyramid_levels(of_totals(tally.totals()), language)
    figures = key_figures(tally, limit_share, language, currency)
    console.print(_table(say(language, "pyramid"), pyramid))
    console.print(_table(say(language, "figures"), figures))
    console.print(_table(say(language, "outcomes"), outcomes(tally, language)))
    denied = denials(tally, rules, language)
    if not denied:
        console.print(say(language, "none_denied"))
        return
    table = Table(title=say(language, "rules"), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in ("rule", "source"):
        table.add_column(say(language, key))
    for key in ("times", "leads"):
        table.add_column(say(language, key), justify="right")
    for row in denied:
        table.add_row(row.rule, row.source, number(row.times), number(row.leads))
    console.print(table)


def _table(title: str, rows: list[Figure]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False, box=box.SIMPLE)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    for row in rows:
        table.add_row(*row)
    return table
