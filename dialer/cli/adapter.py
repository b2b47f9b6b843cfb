"""The commands ``adapter list`` and ``adapter test``: what there is, and whether it keeps its contract."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from cyclopts import Parameter
from pydantic import create_model
from rich import box
from rich.console import Console
from rich.table import Table

from adapters.conformance.telephony.file import OwnBench, TrialSection, try_all
from adapters.registry import TELEPHONY, TelephonyAdapter
from dialer.runtime.clock import RealClock
from strategies.document import Section, load
from strategies.errors import ConfigError


def list_adapters() -> None:
    """List the adapters and what each is for."""
    table = Table(box=box.SIMPLE, show_header=False)
    table.add_row("telephony", "embedded", "the simulated carrier, which reaches nobody")
    for name, adapter in TELEPHONY.items():
        table.add_row("telephony", name, adapter.says)
    Console().print(table)


def test(name: str, /, *, config: Annotated[Path, Parameter(name="--config")]) -> int:
    """Try an adapter on a telephone system of your own, promise by promise. It dials the numbers in the file.

    Parameters
    ----------
    name
        The adapter's name.
    config
        A YAML file: `telephony` as in a run's file, and `trial`, the numbers to dial and the agents to connect.
    """
    adapter = TELEPHONY.get(name)
    if adapter is None:
        raise ConfigError(f"there is no adapter {name}", hint=f"write {' or '.join(TELEPHONY)}")
    layout = create_model("TrialFile", __base__=Section, telephony=(adapter.section, ...), trial=(TrialSection, ...))
    file: Any = load(config).validate(layout)
    with TemporaryDirectory() as folder:
        return asyncio.run(_try(adapter, file.telephony, file.trial, Path(folder)))


async def _try(adapter: TelephonyAdapter, telephony: Section, trial: TrialSection, folder: Path) -> int:
    clock, console, broken = RealClock(), Console(), 0
    bench = OwnBench(trial, lambda number: adapter.make(telephony, number, clock, folder), clock)
    async for check, result, reason in try_all(bench):
        broken += result == "broken"
        style = {"kept": "green", "broken": "bold red"}.get(result, "dim")
        because = f" ({reason})" if reason else ""
        console.print(f"{check.number:3d}  [{style}]{result:9}[/]  {check.says}{because}", highlight=False)
    return 1 if broken else 0
