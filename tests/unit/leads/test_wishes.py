"""Do-not-contact lists and consents from files: who asked for it is left alone; what cannot be read is no consent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from adapters.leads.file.client import read_portfolio
from adapters.leads.file.wishes import read_consents, read_suppressed, wishes
from dialer.core.events import ConsentGiven, SuppressionAdded
from strategies.errors import ConfigError
from strategies.planning.history import make_empty

ACCOUNTS = "account_id,person_id,phones\na1,p1,+12125550123\na2,p2,+13055550124;+12125550123\n"


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9


@pytest.fixture
def database(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    (tmp_path / "a.csv").write_text(ACCOUNTS)
    found = read_portfolio(tmp_path / "a.csv", ()).database
    make_empty(found)
    return found


def test_a_do_not_contact_list_is_read(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "s.csv").write_text(
        "scope,key,channel,source,since\n"
        "person,p1,,letter,2026-11-20 09:30:00\n"
        "account,a2,sms,,\n"
        "number,+1 212 555-0123,voice,call 7,\n"
        "number,p2/0,fax,,someday\n"
        "number,+442079460000,,not of this portfolio,\n"
        "person,p99,,not of this portfolio,\n"
    )
    assert read_suppressed(tmp_path / "s.csv", database).rejected == 0
    assert list(wishes(database, 5)) == [
        SuppressionAdded(5, "account", "a2", "do-not-contact list", "sms"),
        SuppressionAdded(5, "number", "p1/0", "call 7", "voice"),
        SuppressionAdded(5, "number", "p2/0", "do-not-contact list", ""),  # an unknown channel is every channel
        SuppressionAdded(5, "number", "p2/1", "call 7", "voice"),
        SuppressionAdded(5, "person", "p1", "letter", "", ns("2026-11-20 09:30")),
    ]


def test_rows_that_say_nobody_are_told(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "s.csv").write_text(
        "scope,key\nperson,p1\nfamily,p1\nperson,\nnumber,2125550123\naccount,+12125550123 x\n"
    )
    rejected = read_suppressed(tmp_path / "s.csv", database)
    assert rejected.rejected == 4
    assert (
        str(rejected.first_faults[0]) == f"{tmp_path / 's.csv'}:3: scope is none (allowed: person, account or number)"
    )
    assert "555" not in (tmp_path / "s.rejected.csv").read_text().replace("+12125550123", "")
    assert [event.key for event in wishes(database, 0) if isinstance(event, SuppressionAdded)] == ["p1"]


def test_what_cannot_be_read_is_no_consent(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "c.csv").write_text(
        "person_id,topic,given,source,until,account_id,channel\n"
        "p1,hours,2026-11-01,tape 1,2026-12-01 00:00:00,a1,voice\n"
        "p2,robot,2026-11-02,tape 2,,,\n"
        "p1,hours,yesterday,tape,,,\n"
        "p1,hours,2026-11-01,tape,soon,,\n"
        "p1,everything,2026-11-01,tape,,,\n"
        "p1,hours,2026-11-01,,,,\n"
        "p1,hours,2026-11-01,tape,,,fax\n"
        ",hours,2026-11-01,tape,,,\n"
    )
    rejected = read_consents(tmp_path / "c.csv", database)
    assert rejected.rejected == 6
    assert str(rejected.first_faults[0]).startswith(f"{tmp_path / 'c.csv'}:4: given is not an instant")
    assert list(wishes(database, 7)) == [
        ConsentGiven(7, "p1", "hours", "tape 1", ns("2026-12-01"), "a1", "voice", ns("2026-11-01")),
        ConsentGiven(7, "p2", "robot", "tape 2", None, "", "", ns("2026-11-02")),
    ]


def test_sqlite_and_parquet_are_read_too(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    with closing(sqlite3.connect(tmp_path / "s.sqlite")) as file:
        file.execute("CREATE TABLE suppressed (scope TEXT, key TEXT)")
        file.execute("INSERT INTO suppressed VALUES ('person', 'p1')")
        file.commit()
    assert read_suppressed(tmp_path / "s.sqlite", database).rejected == 0
    assert [type(event) for event in wishes(database, 0)] == [SuppressionAdded]
    path = tmp_path / "c.parquet"
    duckdb.sql(
        "SELECT 'p1' AS person_id, 'calls' AS topic, TIMESTAMP '2026-11-01' AS given, 'tape' AS source"
    ).write_parquet(str(path))
    assert read_consents(path, database).rejected == 0
    assert ConsentGiven(0, "p1", "calls", "tape", given_ns=ns("2026-11-01")) in list(wishes(database, 0))


def test_a_column_must_be_there(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "s.csv").write_text("scope\n")
    with pytest.raises(ConfigError, match=r"s.csv:1: the column key is missing"):
        read_suppressed(tmp_path / "s.csv", database)
