"""Commands about strategy files: check one, start a new one, list the library, describe the format to editors."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialer.cli.terminal import language_of
from dialer.insight.faults import fault_text
from dialer.insight.language import Language, say
from strategies.errors import ConfigError, ConfigErrors


def check(
    file: str,
    /,
    *,
    strict: Annotated[bool, Parameter(negative="")] = False,
    language: Language | None = None,
) -> int:
    """Check a strategy file and all that it includes: every fault, with its line and what to write instead.

    Parameters
    ----------
    file
        The strategy's YAML file, or the name of one that comes with Paceline.
    strict
        Whether warnings count as faults.
    language
        en or zh; by default as LANG says.

    Returns
    -------
    int
        0 when it can be used, 2 when it cannot.
    """
    from strategies.include import library as shipped
    from strategies.remarks import check_strategy

    console, spoken = Console(highlight=False, soft_wrap=True), language_of(language)
    try:
        strategy, remarks = check_strategy(shipped().get(file, Path(file)))
    except ConfigErrors as found:
        for error in found.errors:
            _print(console, error, spoken, "error", "red")
        console.print(say(spoken, "strategy_refused", file, len(found.errors)), style="red", markup=False)
        return 2
    for remark in remarks:
        _print(console, remark, spoken, "warning", "yellow")
    steps = sum(len(arm.steps) for segment in strategy.segments for arm in segment.arms)
    counts = (len(strategy.segments), steps, len(strategy.templates), len(remarks))
    style = "yellow" if remarks else "green"
    console.print(say(spoken, "strategy_sound", strategy.identity, *counts), style=style, markup=False)
    return 2 if strict and remarks else 0


def schema() -> None:
    """Print the JSON Schema of a strategy file, for editors that complete and check YAML."""
    from strategies.json_schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def new(file: Path, /, *, language: Language | None = None) -> None:
    """Write a strategy to start from: commented in English and Chinese, and without a fault.

    Parameters
    ----------
    file
        Where; there must be nothing yet.
    language
        en or zh; by default as LANG says.
    """
    starter = resources.files("strategies").joinpath("starter.yaml").read_text(encoding="utf-8")
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(starter)
    except FileExistsError:
        raise ConfigError(f"{file} exists already", hint="name another file") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}", hint="name another file") from error
    Console(soft_wrap=True).print(say(language_of(language), "strategy_written", file), markup=False)


def library(*, language: Language | None = None) -> None:
    """List the strategies that come with Paceline: what each does, and its limits.

    Parameters
    ----------
    language
        en or zh; by default as LANG says.
    """
    from strategies.document import load
    from strategies.include import library as shipped

    spoken = language_of(language)
    table = Table(box=box.SIMPLE_HEAD)
    for key in ("strategy", "about", "origin", "limits"):
        table.add_column(say(spoken, key))
    for name, path in shipped().items():
        data = load(path).data
        table.add_row(name, *(str(data.get(key, "")).strip() for key in ("about", "source", "limits")))
    Console().print(table)


def _print(console: Console, error: ConfigError, language: Language, kind: str, style: str) -> None:
    place = ":".join(str(part) for part in (error.file, error.line, error.column) if part)
    console.print(Text.assemble(f"{place}: ", (say(language, kind), style), f": {fault_text(language, error.message)}"))
    if error.hint:
        console.print(Text(f"    {fault_text(language, error.hint)}", style="dim"))
