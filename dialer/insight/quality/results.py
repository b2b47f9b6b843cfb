"""Results of call quality from elsewhere: a table with call, agent, kind of violation and duration."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb

from dialer.insight.quality.findings import VIOLATIONS
from dialer.insight.quality.marks import Mark
from dialer.ports.history import CLEAN
from strategies.errors import ConfigError

COLUMNS = {
    "call": ("call", "call_id", "attempt"),
    "agent": ("agent", "agent_id"),
    "violation": ("violation", "violation_type"),
    "duration_s": ("duration_s", "duration"),
}
"""What a table must say, and the names that a column may have; `duration_s` may be missing."""

NONE = ("无违规", CLEAN, "no violation", "ok")
"""What says that nothing was wrong."""

WORDS = {
    "辱骂": "insult",
    "威胁": "threat",
    "冒充": "impersonation",
    "泄露": "third_party_disclosure",
    "未表明身份": "missing_identification",
    "未核实身份": "missing_identity_check",
    **{name: name for name in VIOLATIONS},
}
"""Kinds of violation by the words of others; any other word stays as it is."""


class Results(NamedTuple):
    """What a table says.

    Attributes
    ----------
    marks : tuple of Mark
        One for each row that can be used; `duration_s` as in the table.
    faults : tuple of str
        Rows that cannot be used, each with file and row.
    """

    marks: tuple[Mark, ...]
    faults: tuple[str, ...]


def read_results(path: Path) -> Results:
    """Return the results in the CSV or Parquet file at `path`.

    Raises
    ------
    ConfigError
        When it cannot be read or lacks a column.
    """
    hint = f"a table needs the columns {', '.join('/'.join(names) for names in list(COLUMNS.values())[:3])}"
    read = "read_parquet(?)" if path.suffix == ".parquet" else "read_csv(?, all_varchar = true, header = true)"
    with duckdb.connect() as database:
        try:
            found = database.execute(f"SELECT * FROM {read}", [str(path)])
            names = [column[0] for column in found.description or []]
            rows = found.fetchall()
        except duckdb.Error:
            raise ConfigError("this is no table that can be read", file=str(path), hint=hint) from None
    place = {key: next((names.index(n) for n in known if n in names), None) for key, known in COLUMNS.items()}
    if missing := [key for key in ("call", "agent", "violation") if place[key] is None]:
        raise ConfigError(f"the table has no column for {', '.join(missing)}", file=str(path), hint=hint)
    marks, faults = [], []
    for number, row in enumerate(rows, 2):
        call, agent, word, duration = (None if at is None else row[at] for at in place.values())
        if call is None or agent is None or word is None:
            faults.append(f"{path}:{number}: call, agent or violation is empty")
            continue
        try:
            seconds = None if duration is None else float(duration)
        except ValueError:
            faults.append(f"{path}:{number}: the duration is no number of seconds")
            continue
        kind = str(word).strip()
        kind = CLEAN if kind.casefold() in NONE else WORDS.get(kind, kind)
        marks.append(Mark(str(call), kind, str(agent), None, seconds))
    return Results(tuple(marks), tuple(faults))
