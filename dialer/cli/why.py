"""The command ``why``: why an account is contacted on a day or not, and when it next may be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
from rich.console import Console

from dialer.cli.plan import leads_on
from dialer.cli.terminal import language_of
from dialer.core.units import NS_PER_S
from dialer.insight.language import Language
from dialer.insight.plans import told_lines
from strategies.errors import ConfigError
from strategies.planning.why import why as told_by


def why(
    account: str, /, *, on: str | None = None, config: Path = Path("run.yaml"), language: Language | None = None
) -> None:
    """Tell why an account is contacted on a day or not, by which rules, and when it next may be.

    Parameters
    ----------
    account
        Its account_id.
    on
        The day, as 2026-11-30; by default the configuration's, or else today on its floor.
    config
        The run's YAML file.
    language
        en or zh; by default as LANG says. Conditions and sources are told as they are written.
    """
    spoken, console = language_of(language), Console(highlight=False)
    leads = leads_on(config, on)
    told = told_by(leads.plan, account)
    if not told:
        rejected = leads.portfolio.rejected_file
        hint = f"rows that were rejected are in {rejected}" if rejected else "write an account_id of the portfolio"
        raise ConfigError(f"the portfolio has no account {account}", hint=hint)
    console.print(f"[bold]{account} · {leads.day}[/]", soft_wrap=True)
    zone = _zone_of(leads.plan.basis.database, account)
    for one in told:
        until_ns = one.verdict.until_ns if one.verdict else None
        until = "" if until_ns is None else _clock(until_ns, zone)
        for line in told_lines(one, until, spoken):
            console.print(f"  {line}", soft_wrap=True, markup=False)


def _zone_of(database: duckdb.DuckDBPyConnection, account: str) -> str:
    rows = database.execute("SELECT zones[1] FROM accounts WHERE account_id = ?", [account]).fetchall()
    return rows[0][0] or "UTC"


def _clock(t_ns: int, zone: str) -> str:
    local = datetime.fromtimestamp(t_ns // NS_PER_S, UTC).astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} ({zone})"
