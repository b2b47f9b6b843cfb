"""Past contacts from files: what can be read counts, what cannot is told, and nothing is silently dropped."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from adapters.leads.file.history import read_history, remembered
from strategies.compliance.packs import load_packs
from strategies.errors import ConfigError
from strategies.planning.history import make_empty

RULES = load_packs(["house"]).rules
HEADER = "person_id,account_id,number,channel,begun,ended,reach"
GOOD = "p1,a1,p1/0,voice,2026-11-20 15:00:00,2026-11-20 15:00:30,ring"
QUERY = "SELECT person_id, number, channel, CAST(begun AS VARCHAR), reach, inbound FROM history ORDER BY begun"
FOUND = ("p1", "p1/0", "voice", "2026-11-20 15:00:00", "ring", False)


def load(path: Path, text: str) -> tuple[int, list[tuple[object, ...]]]:
    path.write_text(text)
    database = duckdb.connect()
    rejected = read_history(path, RULES, database)
    return rejected.rejected, database.execute(QUERY).fetchall()


def test_a_csv_file_is_read(tmp_path: Path) -> None:
    assert load(tmp_path / "h.csv", f"{HEADER}\n{GOOD}\n") == (0, [FOUND])
    assert not (tmp_path / "h.rejected.csv").exists()


def test_what_is_not_said_may_be_anything(tmp_path: Path) -> None:
    text = "person_id,account_id,number,begun,reach\np1,a1,p1/0,2026-11-20 15:00:00,strange\n"
    rejected, rows = load(tmp_path / "h.csv", text)
    assert rejected == 0
    assert rows == [("p1", "p1/0", None, "2026-11-20 15:00:00", None, False)]


def test_rows_without_a_person_or_an_instant_are_rejected_with_their_line(tmp_path: Path) -> None:
    bad = [",a1,p1/0,voice,2026-11-20,,ring", "p1,a1,p1/0,voice,yesterday,,ring", "p1,a1,p1/0,voice,,,ring", "p1"]
    rejected, rows = load(tmp_path / "h.csv", "\n".join([HEADER, GOOD, *bad]))
    assert (rejected, rows) == (4, [FOUND])
    with (tmp_path / "h.rejected.csv").open(newline="") as file:
        assert [row[:3] for row in csv.reader(file)][1:] == [
            ["3", "person_id", "is missing"],
            ["4", "begun", "is not an instant"],
            ["5", "begun", "is missing"],
            ["6", "", "has 1 cells instead of 7"],
        ]


def test_a_column_by_which_a_rule_counts_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    with pytest.raises(ConfigError, match=r"h.csv:1: the column number is missing"):
        load(path, "person_id,account_id,begun\n")


def test_a_sqlite_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    with closing(sqlite3.connect(path)) as source:
        source.execute("CREATE TABLE contacts (person_id, account_id, number, channel, begun, ended, reach)")
        source.execute(f"INSERT INTO contacts VALUES ({', '.join(repr(cell) for cell in GOOD.split(','))})")
        source.commit()
    database = duckdb.connect()
    assert read_history(path, RULES, database).rejected == 0
    assert database.execute(QUERY).fetchall() == [FOUND]
    (tmp_path / "x.sqlite").write_bytes(b"not a database")
    with pytest.raises(ConfigError, match="must be a SQLite database with the table contacts"):
        read_history(tmp_path / "x.sqlite", RULES, database)
    assert database.execute(QUERY).fetchall() == [FOUND]


def test_parquet_stays_where_it_is_and_its_types_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "h.parquet"
    cells = (
        "'p1' AS person_id, 'a1' AS account_id, 'p1/0' AS number, 'voice' AS channel, 'ring' AS reach, "
        "TIMESTAMP '2026-11-20 15:00:00' AS begun"
    )
    database = duckdb.connect()
    database.execute(
        f"COPY (SELECT {cells} UNION ALL BY NAME SELECT NULL AS person_id, 'a1' AS account_id) TO '{path}'"
    ).fetchall()
    assert read_history(path, RULES, database).rejected == 1
    assert database.execute(QUERY).fetchall() == [FOUND]
    database.execute(f"COPY (SELECT * REPLACE ('today' AS begun) FROM (SELECT {cells})) TO '{path}'").fetchall()
    with pytest.raises(ConfigError, match="the column begun has the type VARCHAR"):
        read_history(path, RULES, database)


def test_a_run_is_told_what_its_rules_look_at(tmp_path: Path) -> None:
    """Of its own persons, within the longest window; what was begun after the run began is the run's to know."""
    database = duckdb.connect()
    database.execute("CREATE TABLE accounts (account_id VARCHAR, person_id VARCHAR)").fetchall()
    database.execute("INSERT INTO accounts VALUES ('a1', 'p1')").fetchall()
    make_empty(database)
    rows = [
        GOOD,
        GOOD.replace("p1", "p9").replace("a1", "a9"),
        GOOD.replace("2026-11-20", "2026-09-20"),
        GOOD.replace("2026-11-20", "2026-11-21"),
        "p1,a1,p1/0,voice,2026-11-20 10:00:00,,",
    ]
    (tmp_path / "h.csv").write_text("\n".join([HEADER, *rows]))
    database.execute("DROP TABLE history").fetchall()
    read_history(tmp_path / "h.csv", RULES, database)
    began_ns = int(datetime(2026, 11, 20, 20, tzinfo=UTC).timestamp()) * 1_000_000_000
    (event,) = remembered(database, RULES, began_ns + 5, began_ns)
    assert (event.t_ns, event.last) == (began_ns + 5, True)
    told = [(past.contact.person, past.contact.number, past.reach) for past in event.contacts]
    assert told == [("p1", "p1/0", None), ("p1", "p1/0", "ring")]
    database.execute("DELETE FROM history").fetchall()
    assert list(remembered(database, RULES, began_ns, began_ns)) == []
