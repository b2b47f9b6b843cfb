"""A journal as a history: every figure that the journal tells is in the tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import msgspec
import pytest

from adapters.history.writer import HistoryWriter
from dialer.__main__ import main
from dialer.core.call import CAUSES, CONTACTS, DISPOSITIONS
from dialer.core.settings import RunSettings
from dialer.insight.tally import Tally
from dialer.ports.history import TABLES
from strategies.errors import ConfigError
from tests.unit.history.floors import SETTINGS, write_history, write_journal


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tally, duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("history")
    tally = write_journal(folder / "shift.db")
    write_history(folder / "shift.db", folder / "history")
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'").fetchall()
    for file in (folder / "history").glob("*.parquet"):
        database.execute(f"CREATE VIEW {file.stem} AS FROM '{file}'").fetchall()
    return folder, tally, database


def one(database: duckdb.DuckDBPyConnection, query: str) -> tuple:
    (row,) = database.execute(query).fetchall()
    return row


def test_the_tables_have_the_columns_of_the_contract(shift: tuple[Path, Tally, duckdb.DuckDBPyConnection]) -> None:
    _, _, database = shift
    for table in ("attempts", "leads", "agents"):
        found = [(name, kind) for name, kind, *_ in database.execute(f"DESCRIBE {table}").fetchall()]
        names = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}
        assert [(name, names.get(kind, kind)) for name, kind in found] == [(c.name, c.type) for c in TABLES[table]]
        for column in TABLES[table]:
            if column.required:
                assert one(database, f"SELECT count(*) FROM {table} WHERE {column.name} IS NULL") == (0,)


def test_the_attempts_are_those_of_the_tally(shift: tuple[Path, Tally, duckdb.DuckDBPyConnection]) -> None:
    _, tally, database = shift
    ended = dict(database.execute("SELECT disposition, count(*) FROM attempts GROUP BY 1").fetchall())
    assert ended == dict(tally.dispositions)
    totals = tally.totals()
    told = ", ".join(f"'{name}'" for name in CONTACTS)
    assert one(
        database,
        f"SELECT count(*) FILTER (answered_by <> 'machine'), count(*) FILTER (disposition IN ({told})), "
        "count(*) FILTER (disposition = 'promise'), sum(promise_cents) FROM attempts",
    ) == (totals.answered, totals.contacts, totals.promises, totals.promised_cents)
    words = {row[0] for row in database.execute("SELECT DISTINCT cause FROM attempts").fetchall()}
    assert words <= {*CAUSES, None}
    assert set(ended) <= set(DISPOSITIONS)


def test_times_are_in_order(shift: tuple[Path, Tally, duckdb.DuckDBPyConnection]) -> None:
    _, _, database = shift
    chain = ("placed_at", "ringing_at", "answered_at", "bridged_at", "ended_at", "ready_at")
    for at, first in enumerate(chain):
        for later in chain[at + 1 :]:
            assert one(database, f"SELECT count(*) FROM attempts WHERE {later} < {first}") == (0,), (first, later)
    assert one(database, "SELECT count(*) FILTER (agent IS NOT NULL), count(ready_at) FROM attempts")[1] > 0


def test_agents_are_in_one_state_at_a_time(shift: tuple[Path, Tally, duckdb.DuckDBPyConnection]) -> None:
    _, tally, database = shift
    gaps = "SELECT from_at - lag(to_at) OVER (PARTITION BY agent ORDER BY from_at) AS gap FROM agents"
    assert one(database, f"SELECT count(*) FROM ({gaps}) WHERE gap <> INTERVAL 0 SECOND") == (0,)
    (talking,) = one(database, "SELECT sum(date_diff('us', from_at, to_at)) / 1e6 FROM agents WHERE state = 'talking'")
    assert talking == pytest.approx(tally.totals().in_call_s, abs=0.01)


def test_the_settings_stand_beside_the_tables(shift: tuple[Path, Tally, duckdb.DuckDBPyConnection]) -> None:
    folder, _, _ = shift
    text = (folder / "history" / "settings.json").read_bytes()
    assert msgspec.json.decode(text, type=RunSettings) == SETTINGS


def test_a_journal_that_comes_twice_is_taken_once(tmp_path: Path) -> None:
    write_journal(tmp_path / "a.db", count=40)
    (tmp_path / "b.db").write_bytes((tmp_path / "a.db").read_bytes())
    with pytest.raises(SystemExit) as stopped:
        main(["history", "import", str(tmp_path / "a.db"), str(tmp_path / "b.db"), "-o", str(tmp_path / "out")])
    assert not stopped.value.code
    attempts, ids, rejected = one(
        duckdb.connect(),
        f"SELECT count(*), count(DISTINCT attempt), (SELECT count(*) FROM '{tmp_path}/out/rejected.csv') "
        f"FROM '{tmp_path}/out/attempts.parquet'",
    )
    assert attempts == ids == rejected > 0


def test_nothing_after_a_break_of_the_chain_is_believed(tmp_path: Path) -> None:
    write_journal(tmp_path / "a.db", count=40)
    whole = write_history(tmp_path / "a.db", tmp_path / "whole")
    with sqlite3.connect(tmp_path / "a.db") as database:
        (last,) = database.execute("SELECT max(seq) FROM entry").fetchone()
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE entry SET effects = '[]' WHERE seq = ?", [last // 5])
    part = write_history(tmp_path / "a.db", tmp_path / "part")
    assert 0 < part.rows["attempts"] < whole.rows["attempts"]
    assert part.rejected == 1
    assert f"a.db:{last // 5}" in part.first[0]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConfigError, match="something at this place already"):
        HistoryWriter(tmp_path)


def test_a_history_without_attempts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no attempt in it"):
        HistoryWriter(tmp_path / "history").close()
    assert not (tmp_path / "history").exists()
