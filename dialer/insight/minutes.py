"""A run minute by minute, as a table: for Parquet, for CSV, and for whoever draws it otherwise."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from dialer.insight.tally import STATES, Tally

Table = dict[str, list[Any]]
"""Columns by name, all of one length."""

_COUNTS = ("placed", "answered", "abandoned", "contacts", "promises")


def minutes_of(tally: Tally, zone: ZoneInfo) -> Table:
    """Return a row for each minute: its time by `zone`, mean agents in each state, mean lines in use, and counts."""
    table: Table = {"time": []} | {f"agents_{state}": [] for state in STATES} | {"lines": []}
    table |= {name: [] for name in _COUNTS}
    for earlier, later in pairwise([*tally.samples, tally.totals()]):
        minute = later.since(earlier)
        if minute.elapsed_s <= 0:
            continue
        begun = datetime.fromtimestamp(tally.start_ns / 1e9 + earlier.elapsed_s, zone)
        table["time"].append(begun.isoformat(timespec="minutes"))
        for state in STATES:
            table[f"agents_{state}"].append(round(minute.state_s(state) / minute.elapsed_s, 3))
        table["lines"].append(round(minute.line_s / minute.elapsed_s, 3))
        for name in _COUNTS:
            table[name].append(getattr(minute, name))
    return table
