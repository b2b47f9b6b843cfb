"""Prepared portfolios: planned where they lie, with the same care as any other."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from adapters.leads.file.client import Portfolio, read_portfolio
from adapters.leads.file.faults import Rejected
from adapters.leads.file.more import read_more
from adapters.leads.file.parties import read_parties
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


def test_addresses_are_lists_of_endpoints_of_their_kind(tmp_path: Path) -> None:
    rows = (
        f"{GOOD}, ['p1/e0', 'p1/e1'], ['p1/p0']",
        "'a2', 'p2', [], [], [], 1, 1, ['p2/0'], []",
        "'a3', 'p3', [], [], [], 1, 1, [], ['p3/e0']",
        "'a4', 'p4', [], [], [], 1, 1, NULL, []",
        "'a5', 'p5', [], [], [], 1, 1, ['a@example.org'], []",
    )
    portfolio = load(tmp_path / "people.parquet", *rows, columns=f"{COLUMNS}, emails, post")
    assert portfolio.database.execute("SELECT emails, post FROM accounts").fetchall() == [
        (["p1/e0", "p1/e1"], ["p1/p0"])
    ]
    assert portfolio.rejected_file is not None
    told = portfolio.rejected_file.read_text()
    assert [line.split(",")[:3] for line in told.splitlines()[1:]] == [
        ["2", "emails", "is not an endpoint"],
        ["3", "post", "is not an endpoint"],
        ["4", "emails", "is missing"],
        ["5", "emails", "is not an endpoint"],
    ]
    assert "example.org" not in told


PARTY_COLUMNS = "account_id, party, person_id, endpoints, zones, places"


def load_parties(folder: Path, *rows: str) -> tuple[Portfolio, Rejected]:
    portfolio = load(folder / "people.parquet", GOOD, "'a2', 'p2', ['p2/0'], ['Europe/Paris'], [], 1, 1")
    values = ", ".join(f"({row})" for row in rows)
    query = f"FROM (VALUES {values}) AS t({PARTY_COLUMNS})"
    with duckdb.connect() as database:
        database.execute(f"COPY ({query}) TO '{folder / 'others.parquet'}' (FORMAT PARQUET)").fetchall()
    return portfolio, read_parties(folder / "others.parquet", portfolio)


def test_other_parties_have_endpoints_too(tmp_path: Path) -> None:
    portfolio, rejected = load_parties(
        tmp_path,
        "'a1', 'contact', 'q1', ['q1/0'], ['Asia/Tokyo'], ['JP']",
        "'a2', 'contact', 'q1', ['q1/1'], ['Asia/Seoul'], []",
        "'a1', 'guarantor', 'p2', ['p2/1'], ['Asia/Tokyo'], ['JP']",
    )
    assert rejected == Rejected(0, None, ())
    assert portfolio.database.execute("FROM party").fetchall() == [
        ("a1", "contact", "q1", ["q1/0"], ["Asia/Seoul", "Asia/Tokyo"], []),
        ("a2", "contact", "q1", ["q1/1"], ["Asia/Seoul", "Asia/Tokyo"], []),
        ("a1", "guarantor", "p2", ["p2/1"], ["Asia/Tokyo", "Europe/Paris"], []),
    ]
    assert portfolio.database.execute("SELECT account_id, zones, places FROM accounts ORDER BY 1").fetchall() == [
        ("a1", ["Asia/Shanghai"], ["CN"]),
        ("a2", ["Asia/Tokyo", "Europe/Paris"], []),
    ]


def test_bad_rows_of_other_parties_are_rejected_and_listed(tmp_path: Path) -> None:
    _, rejected = load_parties(
        tmp_path,
        "'a1', 'contact', 'q1', ['q1/0'], ['Asia/Tokyo'], ['JP']",
        "'a1', 'contact', 'p1', ['p1/0'], [], []",
        "'zz', 'contact', 'q3', ['q3/0'], [], []",
        "'a1', 'boss', 'q4', ['q4/0'], [], []",
        "'a1', 'guarantor', 'q1', ['q1/0'], [], []",
        "'a1', 'contact', 'q5', ['+13105550199'], [], []",
        "'a1', NULL, 'q6', [], [], []",
        "'a1', 'contact', 'q7', [], ['Mars/Olympus'], []",
    )
    assert (rejected.rejected, rejected.rejected_file) == (7, tmp_path / "others.rejected.csv")
    told = (tmp_path / "others.rejected.csv").read_text()
    assert [line.split(",")[:2] for line in told.splitlines()[1:]] == [
        ["2", "person_id"], ["3", "account_id"], ["4", "party"], ["5", "person_id"], ["6", "endpoints"],
        ["7", "party"], ["8", "zones"],
    ]  # fmt: skip
    assert "+13105550199" not in told


def test_parties_with_numbers_do_not_go_with_accounts_without(tmp_path: Path) -> None:
    portfolio = load(tmp_path / "people.parquet", GOOD)
    (tmp_path / "others.csv").write_text("account_id,party,person_id,phones\na1,contact,q1,+12125550199\n")
    with pytest.raises(ConfigError, match="these persons do not"):
        read_parties(tmp_path / "others.csv", portfolio)


def test_a_do_not_contact_list_names_endpoints_too(tmp_path: Path) -> None:
    portfolio = load(tmp_path / "people.parquet", GOOD)
    (tmp_path / "asked.csv").write_text("scope,key\nnumber,p1/0\nnumber,+12125550199\nperson,p1\n")
    (rejected,) = read_more(portfolio, None, tmp_path / "asked.csv", None)
    assert rejected.rejected == 1
    assert str(rejected.first_faults[0]).startswith(f"{tmp_path / 'asked.csv'}:3: key cannot be a key")
    assert portfolio.database.execute("SELECT scope, key FROM suppressed").fetchall() == [
        ("number", "p1/0"),
        ("person", "p1"),
    ]
