"""The agents of a floor, from a CSV file.

Columns: ``agent_id``, ``max_cases``, and if wanted ``skills`` (separated by semicolons), ``ability``
and ``holds``; see `strategies.assignment.records.Agent`.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from strategies.assignment.records import Agent
from strategies.errors import ConfigError, ConfigErrors

_COLUMNS = ("agent_id", "max_cases", "skills", "ability", "holds")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def read_agents(path: Path) -> list[Agent]:
    """Return the agents in the file at `path`.

    Raises
    ------
    ConfigErrors
        Every row that cannot be used, with its line and what to write instead.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = [name.strip() for name in next(rows, [])]
            _check_header(header, str(path))
            lines = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise ConfigError(f"cannot be read: {reason}", file=str(path), hint="check the path") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise ConfigError(f"this is not CSV in UTF-8: {error}", file=str(path), hint="save it as CSV UTF-8") from None
    agents: dict[str, Agent] = {}
    faults: list[ConfigError] = []
    for line, row in lines:
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        try:
            agent = _agent(cells)
            if agent.id in agents:
                raise ValueError(f"the agent {agent.id} is here twice; keep one of the two")
            agents[agent.id] = agent
        except ValueError as error:
            message, _, hint = str(error).partition("; ")
            faults.append(ConfigError(message, file=str(path), line=line, hint=hint))
    if faults:
        raise ConfigErrors(faults)
    if not agents:
        raise ConfigError("there is no agent", file=str(path), hint=f"write a row of {', '.join(_COLUMNS)}")
    return list(agents.values())


def _check_header(header: list[str], file: str) -> None:
    missing = [name for name in _COLUMNS[:2] if name not in header]
    if missing:
        hint = f"write a first line with some of {', '.join(_COLUMNS)}"
        raise ConfigError(f"the column {missing[0]} is missing", file=file, line=1, hint=hint)
    for name in header:
        if name not in _COLUMNS or header.count(name) > 1:
            hint = f"allowed, each once: {', '.join(_COLUMNS)}"
            raise ConfigError(f"the column `{name[:40]}` is unknown or here twice", file=file, line=1, hint=hint)


def _agent(cells: dict[str, str]) -> Agent:
    name = cells.get("agent_id", "")
    if not _NAME.fullmatch(name):
        raise ValueError("agent_id cannot be an id; write up to 64 letters, digits, `_`, `.` or `-`")
    skills = frozenset(skill.strip() for skill in cells.get("skills", "").split(";") if skill.strip())
    if not all(map(_NAME.fullmatch, skills)):
        raise ValueError("a skill cannot be a name; write names separated by semicolons, such as legal;cantonese")
    ability = cells.get("ability") or "1"
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", ability) or float(ability) == 0:
        raise ValueError("ability is no number above 0; write 1 for a common agent, 1.2 for a better one")
    return Agent(name, _count("max_cases", cells), skills, float(ability), _count("holds", cells))


def _count(column: str, cells: dict[str, str]) -> int:
    text = cells.get(column) or ("0" if column == "holds" else "")
    if not re.fullmatch("[0-9]{1,6}", text):
        raise ValueError(f"{column} is no whole number; write how many cases, such as 40")
    return int(text)
