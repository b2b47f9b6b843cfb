"""Commands for a live engine: start one, and speak to one that runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.terminal import clock, language_of, print_summary, version
from dialer.insight.figures import number, percent
from dialer.insight.language import Language, say
from dialer.runtime.control import ask

Socket = Annotated[Path, Parameter(name="--socket")]


def run(config: Path, /, *, language: Language | None = None) -> None:
    """Run a configuration in real time.

    Ctrl-C makes no new calls and waits for those in progress; a second one hangs them up.

    Parameters
    ----------
    config
        The run's YAML file.
    language
        Of the figures at the end: en or zh; by default as LANG says.
    """
    from dialer.app import run as run_engine
    from dialer.config import read_config, to_settings

    settings, strategy = read_config(config)
    tally = asyncio.run(run_engine(settings, strategy, version()))
    limit_share = min(campaign.abandon_limit_share for campaign in settings.campaigns)
    rules = to_settings(settings, strategy).rulebook.rules
    print_summary(Console(), tally, limit_share, rules, language_of(language))


def status(*, socket: Socket = Path("paceline.sock"), language: Language | None = None) -> None:
    """Show what a running engine is doing.

    Parameters
    ----------
    socket
        The engine's `control_socket`.
    language
        en or zh; by default as LANG says.
    """
    reply, spoken = asyncio.run(ask(socket, {"do": "status"})), language_of(language)
    table = Table(show_header=False, box=box.SIMPLE)
    for label, value in _status_rows(reply, spoken):
        table.add_row(label, value)
    Console().print(table)


def pause(campaign: str, /, *, socket: Socket = Path("paceline.sock")) -> None:
    """Stop launching calls of a campaign; calls in progress go on.

    Parameters
    ----------
    campaign
        Its name in the configuration.
    socket
        The engine's `control_socket`.
    """
    asyncio.run(ask(socket, {"do": "pause", "campaign": campaign}))
    Console().print(f"{campaign}: paused", highlight=False)


def resume(campaign: str, /, *, socket: Socket = Path("paceline.sock")) -> None:
    """Launch calls of a campaign again.

    Parameters
    ----------
    campaign
        Its name in the configuration.
    socket
        The engine's `control_socket`.
    """
    asyncio.run(ask(socket, {"do": "resume", "campaign": campaign}))
    Console().print(f"{campaign}: resumed", highlight=False)


def _status_rows(reply: dict[str, Any], language: Language) -> list[tuple[str, str]]:
    agents = ", ".join(f"{say(language, state)} {count}" for state, count in sorted(reply["agents"].items()))
    rows = [
        (say(language, "clock"), clock(reply["now_ns"])),
        (say(language, "agents"), agents or "0"),
        (say(language, "calls"), number(reply["calls"])),
        (say(language, "contacts_per_agent_hour"), number(reply["contacts_per_agent_hour"], 2)),
        (say(language, "occupancy"), percent(reply["occupancy_share"])),
        (say(language, "abandon_share"), percent(reply["abandon_share"], 2)),
    ]
    for node in reply["nodes"]:
        calls = say(language, "node_calls", number(node["calls"]), number(node["lines"]), clock(node["since_ns"]))
        rows.append((node["name"], f"{say(language, 'node_' + node['state'])}, {calls}"))
    for name, campaign in reply["campaigns"].items():
        running = say(language, "campaign_paused" if campaign["paused"] else "campaign_running")
        rows.append((name, f"{running}, {say(language, 'lines')} {campaign['lines']}"))
    if reply["draining"]:
        rows.append(("", say(language, "draining")))
    if not reply["telephony_up"]:
        rows.append(("", say(language, "telephony_down")))
    return rows
