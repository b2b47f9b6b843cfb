"""`paceline evidence`: sealed, checked elsewhere, and every change found."""

from __future__ import annotations

import shutil
from datetime import date, time
from pathlib import Path

import msgspec
import pytest

from adapters.journal.sqlite import SqliteJournal
from dialer.__main__ import main
from dialer.core.effects import CloseAttempt
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.insight.evidence.check import check_evidence
from dialer.insight.evidence.keys import public_text, read_key
from dialer.journal.entry import decode_effects
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.packs import load_packs
from tests.cli.floors import write_journal

DAY = date(2026, 6, 17)
WORLD = WorldSettings(seed=3, floor=FloorSettings(agents=3, shift_start=time(9), shift_end=time(10), breaks=()))
RUN = RunSettings((CampaignSettings("cards", "progressive", shift_s=3_600.0),), load_packs(["house"]))


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a journal, two keys and sound evidence about an account that was called."""
    folder = tmp_path_factory.mktemp("evidence")
    leads = [("cards", Lead(f"l{n}", f"p{n}", f"a{n}", "M1", 7, (f"p{n}/0",), ("Europe/London",))) for n in range(60)]
    write_journal(folder / "shift.journal", RUN, WORLD, leads, DAY)
    for name in ("key.pem", "other.pem"):
        assert run("evidence", "key", "-o", folder / name) == 0
        public = public_text(read_key(folder / name).public_key())
        (folder / name.replace(".pem", ".pub")).write_bytes(public)
    words = ("--journal", folder / "shift.journal", "--key", folder / "key.pem")
    assert run("evidence", "a7", *words, "-o", folder / "a7") == 0
    return folder


@pytest.fixture
def copy(home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(home / "a7", tmp_path / "a7"))


def test_sound_evidence_holds_every_attempt_and_is_trusted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = SqliteJournal.reader(home / "shift.journal")
    closed = [e for r in store.read() for e in decode_effects(r) if isinstance(e, CloseAttempt) and e.account == "a7"]
    store.close()
    assert closed
    text = (home / "a7" / "entries.jsonl").read_text()
    assert all(attempt.call in text for attempt in closed)
    assert run("evidence", "verify", home / "a7", "--trust", home / "key.pub", "--language", "en") == 0
    told = capsys.readouterr().out
    assert "Sound: account a7" in told and "trusted key" in told
    assert run("evidence", "verify", home / "a7", "--language", "zh") == 0
    assert "完好" in capsys.readouterr().out
    assert (home / "key.pem").stat().st_mode & 0o077 == 0


def test_evidence_shows_rules_and_both_languages(home: Path) -> None:
    names = {path.name for path in (home / "a7").iterdir()}
    assert {"timeline.en.html", "timeline.zh.html", "rules.json", "recordings.json", "journal_manifest.json"} <= names
    assert "HOUSE-DAILY-CAP" in (home / "a7" / "rules.json").read_text()


def test_another_key_is_not_trusted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evidence", "verify", home / "a7", "--trust", home / "other.pub") == 1
    assert "and not by" in capsys.readouterr().out


def change_entry(folder: Path, how) -> None:
    lines = (folder / "entries.jsonl").read_bytes().splitlines()
    how(lines)
    (folder / "entries.jsonl").write_bytes(b"\n".join(lines) + b"\n")


def alter(lines: list[bytes]) -> None:
    entry = msgspec.json.decode(lines[1])
    entry["event"] = entry["event"].replace("1", "2", 1)
    lines[1] = msgspec.json.encode(entry)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (alter, "entries.jsonl:2: entry"),
        (lambda lines: lines.pop(1), "entries.jsonl: the file was changed"),
        (lambda lines: lines.insert(1, lines.pop(2)), "stands after entry"),
        (lambda lines: lines.insert(1, b"{}"), "entries.jsonl:2: this is no entry"),
    ],
)
def test_every_change_of_the_entries_is_found(copy: Path, how, says: str) -> None:
    change_entry(copy, how)
    assert any(says in fault for fault in check_evidence(copy).faults)


@pytest.mark.parametrize("name", ["timeline.en.html", "rules.json", "recordings.json", "manifest.json"])
def test_every_change_of_a_file_is_found(copy: Path, name: str) -> None:
    text = (copy / name).read_bytes()
    (copy / name).write_bytes(text.replace(b"a7", b"a8", 1) if b"a7" in text else text + b" ")
    (fault,) = check_evidence(copy).faults
    assert fault.startswith(name)


def test_missing_and_added_files_are_found(copy: Path) -> None:
    (copy / "rules.json").unlink()
    (copy / "more.txt").write_text("x")
    assert check_evidence(copy).faults == (
        "rules.json: the file is missing",
        "more.txt: the file is no part of the evidence",
    )


def test_a_manifest_that_was_signed_anew_is_not_trusted(copy: Path, home: Path) -> None:
    """Whoever changes all can sign all: the operator's own key tells."""
    other = read_key(home / "other.pem")
    (copy / "manifest.sig").write_bytes(other.sign((copy / "manifest.json").read_bytes()))
    (copy / "public_key.pem").write_bytes(public_text(other.public_key()))
    assert check_evidence(copy).faults == ()
    assert check_evidence(copy, home / "key.pub").faults


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nobody", "--key", "key.pem"), "knows no account nobody"),
        (("a7", "--key", "key.pub"), "holds no private key"),
        (("a7", "--key", "none.pem"), "cannot be read"),
    ],
)
def test_what_cannot_be_sealed_is_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words, says: str
) -> None:
    monkeypatch.chdir(home)
    assert run("evidence", *words, "--journal", "shift.journal", "-o", tmp_path / "e") == 1
    assert says in capsys.readouterr().err


def test_a_damaged_journal_gives_no_evidence(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    file = tmp_path / "damaged.journal"
    shutil.copy(home / "shift.journal", file)
    with sqlite3.connect(file) as database:
        table = next(name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                     if any(c[1] == "effects" for c in database.execute(f"PRAGMA table_info({name})")))  # fmt: skip
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(f"DELETE FROM {table} WHERE seq = 20")
    assert run("evidence", "a7", "--journal", file, "--key", home / "key.pem", "-o", tmp_path / "e") == 1
    assert "damaged at entry" in capsys.readouterr().err


def test_no_folder_of_evidence_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evidence", "verify", tmp_path) == 1
    assert "no folder of evidence" in capsys.readouterr().err
