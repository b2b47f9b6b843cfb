"""The book of some months as tables: for Parquet, for JSON, and for whoever draws them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from simulator.months.book import BUCKETS, FIGURES, Book

Table = dict[str, list[Any]]
"""Columns by name, all of one length."""


def tables_of(book: Book) -> dict[str, Table]:
    """Return the book as tables.

    ``days``: the floor by day. ``groups``: the figures by day, segment and arm. ``contacts``: by day, channel, segment
    and arm. ``rolls``: accounts by bucket at the beginning and the end of each 30 days. ``pressure``: person-weeks by
    the attempts in them.
    """
    days = [msgspec.structs.asdict(day) for day in book.days]
    groups: Table = {"day": [], "segment": [], "arm": [], **{name: [] for name in FIGURES}}
    for (day, group), row in book.figures.items():
        for name, value in zip(groups, (day, *group, *map(int, row)), strict=True):
            groups[name].append(value)
    contacts: Table = {"day": [], "channel": [], "segment": [], "arm": [], "times": []}
    for (day, channel, group), times in book.by_channel.items():
        for name, value in zip(contacts, (day, channel, *group, times), strict=True):
            contacts[name].append(value)
    rolls: Table = {"month": [], "from_bucket": [], "to_bucket": [], "accounts": []}
    for month, counts in enumerate(book.rolls, 1):
        for before, row in zip(BUCKETS, counts, strict=True):
            for after, accounts in zip(BUCKETS, row, strict=True):
                for name, value in zip(rolls, (month, before, after, int(accounts)), strict=True):
                    rolls[name].append(value)
    return {
        "days": {name: [day[name] for day in days] for name in days[0]},
        "groups": groups,
        "contacts": contacts,
        "rolls": rolls,
        "pressure": {"attempts": list(range(len(book.pressure))), "person_weeks": book.pressure.tolist()},
    }


def write(tables: dict[str, Table], summary: dict[str, Any], folder: Path) -> None:
    """Write each table as Parquet, and `summary` as ``summary.json``, into `folder`, which is made if need be.

    Raises
    ------
    OSError
        When the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as database:
        for name, table in tables.items():
            columns = ", ".join(f"unnest(${column}) AS {column}" for column in table)
            database.execute(f"CREATE TABLE {name} AS SELECT {columns}", table).fetchall()
            target = str(folder / f"{name}.parquet").replace("'", "''")
            database.execute(f"COPY {name} TO '{target}' (FORMAT PARQUET)").fetchall()
    (folder / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
