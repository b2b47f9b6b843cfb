"""`paceline erase`: the data go, the chain stays."""

from __future__ import annotations

import sqlite3
from datetime import date, time
from pathlib import Path

import duckdb
import pytest

from adapters.journal.sqlite import SqliteJournal
from adapters.leads.file.erase import erase_person
from dialer.__main__ import main
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.verify import verify
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.packs import load_packs
from strategies.compliance.retention import kept_until_ns
from strategies.compliance.rulebook import PackChoice
from strategies.errors import ConfigError
from tests.cli.floors import write_journal

WORLD = WorldSettings(seed=3, floor=FloorSettings(agents=2, shift_start=time(9), shift_end=time(9, 30), breaks=()))
RUN = RunSettings((CampaignSettings("cards", "progressive", shift_s=1_800.0),), load_packs(["house"]))
ROWS = 'account_id,person_id,phones,note\na1,p1,+12125550101,"one, two"\na2,p2,+12125550102,\na3,p1,+12125550103,x\n'


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    leads = [("cards", Lead(f"l{n}", f"p{n}", f"a{n}", "M1", 7, (f"p{n}/0",), ("Europe/London",))) for n in range(20)]
    write_journal(tmp_path / "shift.journal", RUN, WORLD, leads, date(2026, 6, 17))
    (tmp_path / "accounts.csv").write_text(ROWS)
    return tmp_path


def test_a_person_goes_and_the_chain_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (home / "shift.journal").read_bytes()
    words = ("erase", "p1", "--portfolio", home / "accounts.csv", "--journal", home / "shift.journal")
    assert run(*words, "--language", "en") == 0
    assert "p1: 2 rows and 0 recordings erased" in capsys.readouterr().out
    assert (home / "accounts.csv").read_text() == "account_id,person_id,phones,note\na2,p2,+12125550102,\n"
    assert (home / "shift.journal").read_bytes() == before
    store = SqliteJournal.reader(home / "shift.journal")
    assert verify(store).fault is None
    store.close()


def test_while_a_pack_wants_records_nothing_is_erased(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("erase", "p1", "--portfolio", home / "accounts.csv", "--journal", home / "shift.journal")
    assert run(*words, "--packs", "us-reg-f", "--language", "en") == 1
    told = capsys.readouterr().out
    assert "US-REGF-RETAIN" in told and "Nothing was erased" in told
    assert (home / "accounts.csv").read_text() == ROWS
    assert run(*words, "--packs", "us-reg-f", "--despite") == 0
    assert "p1" not in (home / "accounts.csv").read_text()


def test_recordings_of_the_person_s_calls_are_removed(home: Path) -> None:
    from dialer.cli.erase import _remove

    folder = home / "calls"
    folder.mkdir()
    (folder / "c1.wav").write_bytes(b"x")
    (folder / "c11.wav").write_bytes(b"y")
    assert _remove("2026/c1.wav", folder) == 1
    assert [path.name for path in folder.iterdir()] == ["c11.wav"]


def test_parquet_and_sqlite_too(tmp_path: Path) -> None:
    parquet, sqlite = tmp_path / "a.parquet", tmp_path / "a.sqlite"
    duckdb.sql(f"COPY (SELECT * FROM (VALUES ('a1','p1'),('a2','p2')) AS t(account_id, person_id)) TO '{parquet}'")
    with sqlite3.connect(sqlite) as database:
        database.execute("CREATE TABLE accounts (account_id, person_id, phones)")
        database.executemany(
            "INSERT INTO accounts VALUES (?, ?, ?)", [("a1", "p1", "+12125550101"), ("a2", "p2", "+1")]
        )
    assert erase_person(parquet, "p1") == erase_person(sqlite, "p1") == 1
    assert duckdb.sql(f"SELECT person_id FROM '{parquet}'").fetchall() == [("p2",)]
    assert b"2125550101" not in sqlite.read_bytes()


def test_a_file_without_persons_is_refused_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(ConfigError, match="person_id is missing"):
        erase_person(file, "p1")
    assert file.read_text() == "a,b\n1,2\n" and list(tmp_path.iterdir()) == [file]


def test_the_longest_duty_comes_first() -> None:
    kept = kept_until_ns(load_packs([PackChoice("cn-cba", accept_unreviewed=True)]).rules, 0)
    assert [duty.id for duty, _ in kept] == ["CN-CFC-5Y", "CN-CC-68"]
    assert kept[0][1] == 1827 * 86_400 * 10**9
