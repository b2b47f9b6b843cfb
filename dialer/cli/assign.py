"""The command ``assign``: which agent gets which account."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import duckdb
from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from adapters.leads.file.client import read_portfolio
from dialer.cli.plan import day_of
from dialer.cli.terminal import language_of
from dialer.insight.figures import number
from dialer.insight.language import Language, say
from strategies.assignment.agents import read_agents
from strategies.assignment.cases import cases
from strategies.assignment.dispatch import dispatch
from strategies.assignment.records import Agent, Case
from strategies.compile import compile_strategy, library
from strategies.errors import ConfigError

_COLUMNS = "account_id VARCHAR, way VARCHAR, agent_id VARCHAR, value DOUBLE, needs VARCHAR"

Row = tuple[str, str, str | None, float, str]


def assign(
    strategy: str,
    portfolio: Path,
    agents: Path,
    /,
    *,
    on: str,
    output: Annotated[Path, Parameter(alias="-o")] = Path("assigned.parquet"),
    language: Language | None = None,
) -> None:
    """Deal the accounts of a portfolio out to agents by skill, load and value.

    Accounts that the strategy leaves for agents to claim are marked `to_claim`.

    Parameters
    ----------
    strategy
        A strategy file, or the name of one that comes with Paceline; its section `assignment` has the rules.
    portfolio
        The accounts, CSV or Parquet.
    agents
        The agents, CSV: agent_id, max_cases, and if wanted skills, ability, holds.
    on
        The day, as 2026-11-30.
    output
        Where the result goes: .parquet or .csv.
    language
        en or zh; by default as LANG says.
    """
    spoken = language_of(language)
    if output.suffix not in (".parquet", ".csv"):
        raise ConfigError("the output is neither CSV nor Parquet", file=str(output), hint="name it .csv or .parquet")
    day = day_of(on)
    compiled = compile_strategy(library().get(strategy, Path(strategy)))
    desks = read_agents(agents)
    accounts = read_portfolio(portfolio, compiled.fields)
    console = Console(highlight=False, soft_wrap=True)
    if accounts.rejected:
        console.print(say(spoken, "rows_rejected", number(accounts.rejected), accounts.rejected_file), markup=False)
    rows = _deal(list(cases(accounts.database, compiled, day)), desks)
    _write(rows, output)
    _print(console, rows, desks, day, spoken)
    console.print(say(spoken, "written_to", output), markup=False)


def _deal(found: Sequence[tuple[Case, bool]], agents: Sequence[Agent]) -> list[Row]:
    dealt = dispatch([case for case, claimed in found if not claimed], agents)
    nobody = frozenset(dealt.without_skill)

    def way(case: Case, claimed: bool) -> str:
        if claimed:
            return "to_claim"
        return "dispatched" if case.id in dealt.agent_of else "no_skill" if case.id in nobody else "no_room"

    return [
        (case.id, way(case, claimed), dealt.agent_of.get(case.id), case.value, ";".join(sorted(case.needs)))
        for case, claimed in found
    ]


def _write(rows: Sequence[Row], output: Path) -> None:
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE assigned ({_COLUMNS})").fetchall()
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            marks = ", ".join("unnest(?)" for _ in columns)
            database.execute(f"INSERT INTO assigned SELECT {marks}", columns).fetchall()
        result = database.table("assigned").order("account_id")
        try:
            (result.to_parquet if output.suffix == ".parquet" else result.to_csv)(str(output))
        except (duckdb.Error, OSError):
            hint = "check the folder and its permissions"
            raise ConfigError("the result cannot be written", file=str(output), hint=hint) from None


def _print(console: Console, rows: Sequence[Row], agents: Sequence[Agent], day: dt.date, language: Language) -> None:
    table = Table(title=say(language, "assignment", day), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for index, key in enumerate(("agent", "skills", "held_before", "new_cases", "desk_size", "desk_value")):
        table.add_column(say(language, key), justify="right" if index > 1 else "left")
    new = Counter(row[2] for row in rows)
    values = {agent.id: sum(row[3] for row in rows if row[2] == agent.id) for agent in agents}
    for agent in agents:
        table.add_row(
            agent.id,
            ", ".join(sorted(agent.skills)),
            number(agent.holds),
            number(new[agent.id]),
            number(agent.max_cases),
            number(values[agent.id]),
        )
    console.print(table)
    ways = Counter(row[1] for row in rows)
    for key in ("dispatched", "to_claim", "no_skill", "no_room"):
        console.print(f"{say(language, key)}: {number(ways[key])}", markup=False)
