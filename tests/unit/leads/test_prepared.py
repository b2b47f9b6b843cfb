"""Prepared portfolios: planned where they lie, with the same care as any other."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from adapters.leads.file.client import Portfolio, read_portfolio
from strategies.compiled import AccountField
from strategies.errors import ConfigError

FIELDS = (AccountField("days", "integer", min=0), AccountField("balance", "number", min=0, max=1e9))
GOOD = "'a1', 'p1', ['p1/0'], ['Asia/Shanghai'], ['CN'], 15, 10.5"
COLUMNS = "account_id, person_id, endpoints, zones, places, days, balance"


def load(path: Path, *rows: str, columns: str = COLUMNS) -> Portfolio:
    values = ", ".join(f"({row})" for row in rows)
    with duckdb.connect() as database:
        query = f"SELECT * REPLACE (CAST(balance AS DOUBLE) AS balance) FROM (VALUES {values}) AS t({columns})"
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT PARQUET)").fetchall()
    return read_portfolio(path, FIELDS)


def test_a_good_row_is_seen_as_it_is(tmp_path: Path) -> None:
    portfolio = load(tmp_path / "people.parquet", GOOD)
    assert (portfolio.accounts, portfolio.rejected, portfolio.rejected_file) == (1, 0, None)
    rows = portfolio.database.execute("SELECT * FROM accounts").fetchall()
    assert rows == [(1, "a1", "p1", ["p1/0"], ["Asia/Shanghai"], ["CN"], 15, 10.5)]


BAD_ROWS = [
    ("NULL, 'p2', [], [], [], 1, 1", "account_id", "is missing"),
    ("'a/2', 'p2', [], [], [], 1, 1", "account_id", "cannot be an id"),
    ("'a1', 'p2', [], [], [], 1, 1", "account_id", "is the same as in row 1"),
    ("'a3', 'p2', ['+12125550101'], [], [], 1, 1", "endpoints", "is not an endpoint"),
    ("'a4', 'p2', [], ['Mars/Olympus'], [], 1, 1", "zones", "is not a time zone"),
    ("'a5', 'p2', NULL, [], [], 1, 1", "endpoints", "is missing"),
    ("'a9', 'p2', [], [], NULL, 1, 1", "places", "is missing"),
    ("'b1', 'p2', [], [], ['US-FLA'], 1, 1", "places", "is not a place"),
    ("'a6', 'p2', [], [], [], -1, 1", "days", "is too small"),
    ("'a7', 'p2', [], [], [], 1, 1e10", "balance", "is too large"),
    ("'a8', 'p2', [], [], [], 1, 'nan'::DOUBLE", "balance", "is not a finite number"),
]


def test_bad_rows_are_rejected_and_listed(tmp_path: Path) -> None:
    portfolio = load(tmp_path / "people.parquet", GOOD, *(row for row, *_ in BAD_ROWS))
    assert (portfolio.accounts, portfolio.rejected) == (1, len(BAD_ROWS))
    assert portfolio.database.execute("SELECT account_id FROM accounts").fetchall() == [("a1",)]
    assert portfolio.rejected_file is not None
    with portfolio.rejected_file.open(newline="") as file:
        found = [tuple(row[:3]) for row in csv.reader(file)][1:]
    expected = [(str(index), field, reason) for index, (_, field, reason) in enumerate(BAD_ROWS, 2)]
    assert [row for row in found if row in expected] == expected


@pytest.mark.parametrize(
    ("row", "columns", "message"),
    [
        ("'a1', 'p1', ['p1/0'], ['Asia/Shanghai'], [''], 1.5, 1", COLUMNS, "the column days has the type DECIMAL"),
        ("'a1', 'p1', 'p1/0', [''], [''], 1, 1", COLUMNS, "the column endpoints has the type VARCHAR"),
        (GOOD, COLUMNS.replace("days", "day"), "the column days is missing"),
        ("NULL::VARCHAR, 'p1', [''], [''], [''], 1, 1", COLUMNS, "no row can be used"),
    ],
)
def test_files_that_cannot_be_planned_name_the_column(tmp_path: Path, row: str, columns: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path / "people.parquet", row, columns=columns)
