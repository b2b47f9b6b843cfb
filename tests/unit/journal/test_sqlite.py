"""What the SQLite store does when the world is unkind to it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from adapters.journal.sqlite import SqliteJournal
from dialer.core.errors import JournalError
from dialer.journal.entry import Record
from dialer.journal.verify import verify
from tests.unit.journal.child import BATCH, batches
from tests.unit.journal.stand_in import MANIFEST, log

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a closed journal of 40 entries with a snapshot after 30."""
    path = tmp_path / "run.journal"
    fill(path)
    return path


def fill(path: Path) -> None:
    with closing(SqliteJournal.create(path, MANIFEST)) as journal:
        journal.append(log(40).records)
        journal.save_snapshot(30, b"state")


def child(what: str, path: Path, number: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.journal.child", what, str(path), str(number)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    return out.splitlines()


# Sudden death ---------------------------------------------------------------------------------------


def test_kill_loses_nothing_that_was_acknowledged(tmp_path: Path):
    path = tmp_path / "run.journal"
    SqliteJournal.create(path, MANIFEST).close()
    before = 0
    for acknowledgements in (1, 23, 5, 61, 12):
        process = child("write", path, 100_000)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        said = [process.stdout.readline() for _ in range(acknowledgements)]
        with pytest.raises(JournalError, match=f"process {process.pid} is writing this journal"):
            SqliteJournal.open(path)
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
        process.communicate()
        promised = int(said[-1])
        assert promised == before + BATCH * len(said)
        with closing(SqliteJournal.open(path)) as journal:
            found = verify(journal)
            assert found.fault is None
            assert promised <= found.entries <= promised + BATCH
            assert found.entries % BATCH == 0
            before = found.entries


@pytest.fixture(scope="module")
def dead(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a journal whose writer died after 40 appends that stand in the log only."""
    path = tmp_path_factory.mktemp("dead") / "run.journal"
    SqliteJournal.create(path, MANIFEST).close()
    process = child("write", path, 40)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err, out.split()[-1]) == (-signal.SIGKILL, "", str(40 * BATCH))
    return path


def entries_with_log(dead: Path, place: Path, text: bytes) -> int:
    """Open `dead` with another log beside it, check that it is sound and writable, and count its entries."""
    path = place / "copy.journal"
    shutil.copy(dead, path)
    Path(f"{path}-wal").write_bytes(text)
    with closing(SqliteJournal.reader(path)) as reader:
        count = verify(reader).entries
    with closing(SqliteJournal.open(path)) as journal:
        assert verify(journal).entries == count
        journal.append(next(batches(journal)))
        found = verify(journal)
        assert (found.fault, found.entries) == (None, count + BATCH)
    for leftover in place.iterdir():
        leftover.unlink()
    assert count % BATCH == 0
    return count


def test_torn_log(dead: Path, tmp_path: Path):
    text = Path(f"{dead}-wal").read_bytes()
    header, frame = 32, 24 + 4096  # https://sqlite.org/fileformat2.html#the_write_ahead_log
    last = len(text) - 9 * frame
    sizes = [0, 1, header - 1, header, header + 1, header + frame - 1, *range(header + frame, last, 7 * frame + 1)]
    sizes += [size + offset for size in range(last, len(text), frame) for offset in (-1, 0, 25)] + [len(text)]
    counts = [entries_with_log(dead, tmp_path, text[:size]) for size in sizes]
    assert counts[0] == 0
    assert counts[-1] == 40 * BATCH
    assert all(one <= two for one, two in pairwise(counts))
    assert len(set(counts)) > 8


def test_garbled_log(dead: Path, tmp_path: Path):
    text = Path(f"{dead}-wal").read_bytes()
    counts = []
    for place in range(100, len(text), len(text) // 15):
        garbled = text[:place] + bytes(byte ^ 0x5A for byte in text[place : place + 16]) + text[place + 16 :]
        counts.append(entries_with_log(dead, tmp_path, garbled))
    assert counts[0] == 0
    assert all(one <= two < 40 * BATCH for one, two in pairwise(counts))
    assert len(set(counts)) > 8


def test_death_while_making_a_journal(tmp_path: Path):
    path = tmp_path / "run.journal"
    for leftover in (".new", ".new-wal", ".new-journal", ".lock"):
        Path(f"{path}{leftover}").write_bytes(b"half" * 2000)
    fill(path)
    with closing(SqliteJournal.reader(path)) as reader:
        assert verify(reader).entries == 40


# No room, no right ----------------------------------------------------------------------------------


def test_no_room(path: Path):
    said, last = output(child("starve", path, 150_000))
    assert said.startswith(f"{path}: ")
    assert "check its space" in said or "the disk is full" in said
    with closing(SqliteJournal.open(path)) as journal:
        found = verify(journal)
        assert (found.fault, found.entries) == (None, int(last))


def test_full_disk(path: Path):
    with closing(SqliteJournal.open(path)) as journal:
        journal._connection.execute("PRAGMA max_page_count = 30")  # SQLite's own full disk
        with pytest.raises(JournalError, match=f"{path}: the disk is full; free some space"):
            append_all(journal, batches(journal))
        full = journal.last()
        with pytest.raises(JournalError, match="the disk is full"):
            journal.save_snapshot(30, bytes(1_000_000))
        assert journal.snapshot() == (30, b"state")
        assert journal.last() == full
        assert verify(journal).entries > 40
        journal._connection.execute("PRAGMA max_page_count = 4000000000")
        journal.append(next(batches(journal)))
        assert verify(journal).fault is None


def append_all(journal: SqliteJournal, rest: Iterator[list[Record]]) -> None:
    for batch in rest:
        journal.append(batch)


@pytest.fixture
def public() -> Iterator[Path]:
    """Yield a directory that everybody can enter, unlike pytest's, and the files in which all may read."""
    place = Path(tempfile.mkdtemp(dir="/tmp"))
    yield place
    place.chmod(0o700)
    shutil.rmtree(place)


def seal_off(place: Path) -> None:
    for file in place.iterdir():
        file.chmod(0o444)
    place.chmod(0o555)


def test_read_only_journal(public: Path):
    path = public / "run.journal"
    fill(path)
    seal_off(public)
    writing, reading = output(child("look", path))
    assert writing.startswith(f"{path}: cannot be written")
    assert "Permission denied" in writing
    assert reading == "40 entries, fault None"


def test_read_only_file_whose_lock_is_writable(public: Path):
    path = public / "run.journal"
    fill(path)
    seal_off(public)
    Path(f"{path}.lock").chmod(0o666)
    writing, reading = output(child("look", path))
    assert writing.startswith(f"{path}: it ")
    assert "directory" in writing
    assert reading == "40 entries, fault None"


def test_read_only_journal_of_a_dead_writer(public: Path, dead: Path):
    path = public / "run.journal"
    shutil.copy(dead, path)
    shutil.copy(f"{dead}-wal", f"{path}-wal")
    seal_off(public)
    _, reading = output(child("look", path))
    # Without the log the newest entries would be missing in silence.
    assert reading.startswith(f"{path}: it cannot be opened; the file must be readable and its directory writable")


# Not a journal, or not any more ---------------------------------------------------------------------


def overwrite(path: Path, offset: int, text: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(text)


def change(path: Path, script: str) -> None:
    """Run SQL on the file, as somebody would who wants to change it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_text("name,number\n" * 400), "not a journal of Paceline"),
        (lambda path: path.write_bytes(b""), "not a journal of Paceline"),
        (lambda path: overwrite(path, 0, b"\0" * 100), "not a journal of Paceline"),
        (lambda path: change(path, "PRAGMA application_id = 7"), "not a journal of Paceline"),
        (lambda path: change(path, "PRAGMA user_version = 2"), "format 2, this version reads format 1"),
        (lambda path: overwrite(path, 100, b"\xee" * 3000), "the file itself is damaged"),
        (lambda path: change(path, "DROP TRIGGER manifest_remains; DELETE FROM manifest"), "manifest is missing"),
        (lambda path: path.unlink(), "there is no such journal; check the path"),
        (lambda path: (path.unlink(), path.mkdir()), "there is no such journal; check the path"),
    ],
)
@pytest.mark.parametrize("opening", [SqliteJournal.open, SqliteJournal.reader])
def test_what_cannot_be_opened(
    path: Path, opening: Callable[[Path], SqliteJournal], spoil: Callable[[Path], object], said: str
):
    spoil(path)
    for _ in range(2):  # the second time shows that the first one let go of the lock
        with pytest.raises(JournalError, match=f"{path}: .*{said}"):
            opening(path)


def test_a_damaged_page_in_the_middle(tmp_path: Path):
    path = tmp_path / "run.journal"
    with closing(SqliteJournal.create(path, MANIFEST)) as journal:
        journal.append(log(2000).records)
    overwrite(path, path.stat().st_size // 2 // 4096 * 4096, b"\xee" * 4096)
    with closing(SqliteJournal.reader(path)) as reader, pytest.raises(JournalError, match=f"{path}: .*damaged"):
        verify(reader)


def test_a_forged_number_does_not_send_the_reader_round_and_round(path: Path):
    text = path.read_bytes()
    event = text.index(b'"call":"c36"')  # of entry 40, which is the call's end
    # A cell: its length, its number, the length of its header, 0 for the column that repeats the number
    # (https://sqlite.org/fileformat2.html#b_tree_pages).
    cell = text.rindex(b"\x28", event - 60, event)
    assert text[cell + 2] == 0
    overwrite(path, cell, b"\x03")
    with closing(SqliteJournal.reader(path)) as reader:
        found = verify(reader)
        assert found.fault is not None
        assert (found.fault.seq, found.fault.what) == (40, "changed")
        with pytest.raises(JournalError, match=f"{path}: the file is damaged: entry 3 stands after 3"):
            list(reader.read())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET effects = '[]' WHERE seq = 7",
        "UPDATE entry SET seq = seq + 100",
        "DELETE FROM entry WHERE seq = 40",
        "INSERT OR REPLACE INTO entry SELECT seq, t_ns, event, '[]', hash FROM entry WHERE seq = 7",
        "INSERT INTO entry VALUES (NULL, 0, '', '', x'00')",
        "UPDATE manifest SET text = ''",
        "DELETE FROM manifest",
    ],
)
def test_the_file_itself_refuses_changes(path: Path, statement: str):
    with pytest.raises(sqlite3.IntegrityError):
        change(path, statement)


def test_changes_behind_the_triggers_are_found(path: Path):
    change(path, "DROP TRIGGER entry_stays; UPDATE entry SET effects = '[]' WHERE seq = 5")
    with closing(SqliteJournal.open(path)) as journal:
        found = verify(journal)
    assert found.fault is not None
    assert (found.fault.seq, found.fault.what) == (5, "changed")


def test_a_cut_end_behind_a_snapshot_is_not_written_on(path: Path):
    change(path, "DROP TRIGGER entry_remains; DELETE FROM entry WHERE seq > 20")
    with pytest.raises(JournalError, match=f"{path}: entries are missing at its end"):
        SqliteJournal.open(path)
    with closing(SqliteJournal.reader(path)) as reader:
        found = verify(reader)
    assert found.fault is not None
    assert (found.fault.seq, found.fault.what) == (21, "removed")


def test_a_damaged_snapshot_gives_way_to_the_one_before(path: Path):
    with closing(SqliteJournal.open(path)) as journal:
        for seq in (33, 36, 39):
            journal.save_snapshot(seq, b"state at %d" % seq)
    change(path, "UPDATE snapshot SET state = x'00' WHERE seq = 39")
    with closing(SqliteJournal.reader(path)) as reader:
        assert reader.snapshot() == (36, b"state at 36")
        assert reader._connection.execute("SELECT count(*) FROM snapshot").fetchone() == (2,)


def test_two_names_of_one_journal_share_one_lock(path: Path):
    link = path.with_name("link")
    link.symlink_to(path)
    with closing(SqliteJournal.open(path)), pytest.raises(JournalError, match=f"process {os.getpid()} is writing"):
        SqliteJournal.open(link)


def test_events_are_legible_to_other_tools(path: Path):
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT json_extract(event, '$.call') FROM entry WHERE t_ns = 0").fetchall()
    assert rows == [("c0",), ("c1",)]


def test_writing_is_durable_at_every_commit(path: Path):
    """What the contract's first sentence rests on; no test can pull the plug."""
    with closing(SqliteJournal.open(path)) as journal:
        settings = [
            journal._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        ]
        assert settings == ["wal", 2]
