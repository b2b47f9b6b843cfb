"""The SQLite store of a journal.

WAL mode with synchronous=FULL: a commit is one write and one fsync of the log beside the file, and what
follows a crash in the middle of a write is a clean prefix of whole commits (https://sqlite.org/wal.html).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from urllib.parse import quote

from adapters.journal.sqlite.errors import journal_error
from adapters.journal.sqlite.lock import WriterLock
from adapters.journal.sqlite.schema import APPLICATION_ID, SCHEMA
from dialer.core.errors import JournalError
from dialer.journal.entry import Record
from dialer.journal.manifest import FORMAT

_BUSY_TIMEOUT_S = 5.0
"""How long to wait for a reader that is just mapping the log; they hold it for milliseconds."""

_SELECT = "SELECT seq, t_ns, CAST(event AS BLOB), CAST(effects AS BLOB), hash FROM entry"
_INSERT = "INSERT INTO entry VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?)"
_PAGE = 256
"""Records read at a time. No statement stays open in between, since an open one would keep the writer's
log from being folded back into the file."""


class SqliteJournal:
    """A `dialer.ports.journal.JournalStore` in one file; make it by `create`, `open` or `reader`."""

    def __init__(self, path: str, mode: str, lock: WriterLock | None) -> None:
        self._path, self._writable = path, lock is not None
        with ExitStack() as opened, self._explained():
            if lock:
                opened.callback(lock.release)
            self._connection = _connect(path, mode)
            opened.callback(self._connection.close)
            self.manifest = self._check_identity()
            if lock:
                self._connection.execute("PRAGMA synchronous = FULL")
                self._check_end()
            self._opened = opened.pop_all()

    @classmethod
    def create(cls, path: str | os.PathLike[str], manifest: bytes) -> SqliteJournal:
        """Make a new journal and open it for writing. The file appears whole or not at all."""
        name = os.path.realpath(path)
        lock = WriterLock(name)
        try:
            if os.path.exists(name):
                raise JournalError(f"{name}: exists already; open it, or name another file for a new run")
            _build(name, manifest)
        except JournalError:
            lock.release()
            raise
        return cls(name, "mode=rw", lock)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> SqliteJournal:
        """Open a journal for writing; `JournalError` at once when another process does."""
        name = _existing(path)
        return cls(name, "mode=rw", WriterLock(name))

    @classmethod
    def reader(cls, path: str | os.PathLike[str]) -> SqliteJournal:
        """Open a journal for reading, also while it is being written, also on read-only media."""
        name = _existing(path)
        try:
            return cls(name, "mode=ro", None)
        except JournalError:
            # Where no log can be made beside the file, SQLite reads only a file that is declared
            # unchanging; it is, when there is no log and we cannot make one.
            if os.path.exists(f"{name}-wal") or os.access(os.path.dirname(name), os.W_OK):
                raise
            return cls(name, "mode=ro&immutable=1", None)

    def append(self, records: Sequence[Record]) -> None:
        """Store `records`, whose numbers follow the last one, in one durable transaction.

        When the disk fails in the very fsync, what was written may come back after a crash, as a whole.
        """
        with self._transaction():
            self._connection.executemany(_INSERT, records)

    def read(self, after: int = 0) -> Iterator[Record]:
        """Yield the records with numbers greater than `after`, in order."""
        while True:
            with self._explained():
                rows = self._connection.execute(f"{_SELECT} WHERE seq > ? ORDER BY seq LIMIT {_PAGE}", (after,))
                page = [Record(*row) for row in rows]
            if not page:
                return
            yield from page
            if page[-1].seq <= after:  # or a forged number would send the reader round and round
                raise JournalError(f"{self._path}: the file is damaged: entry {page[-1].seq} stands after {after}")
            after = page[-1].seq

    def last(self) -> Record | None:
        """Return the newest record, None in an empty journal."""
        with self._explained():
            row = self._connection.execute(f"{_SELECT} ORDER BY seq DESC LIMIT 1").fetchone()
        return Record(*row) if row else None

    def save_snapshot(self, seq: int, state: bytes) -> None:
        """Keep the kernel's state after record `seq`, and the newest snapshot before it."""
        with self._transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)", (seq, state, sha256(state).digest())
            )
            self._connection.execute(
                "DELETE FROM snapshot WHERE seq NOT IN (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT 2)"
            )

    def snapshot(self) -> tuple[int, bytes] | None:
        """Return the newest undamaged snapshot with its record number."""
        with self._explained():
            rows = self._connection.execute("SELECT seq, state, digest FROM snapshot ORDER BY seq DESC").fetchall()
        return next(((seq, state) for seq, state, digest in rows if sha256(state).digest() == digest), None)

    def close(self) -> None:
        """Release the file. Once the last user is gone, the log is folded back into it."""
        with self._explained():
            self._opened.close()

    def _check_identity(self) -> bytes:
        """Return the manifest; raise `JournalError` unless this is a journal of our format."""
        identity = self._connection.execute("PRAGMA application_id").fetchone()[0]
        if identity != APPLICATION_ID:
            raise JournalError(f"{self._path}: it is not a journal of Paceline; name another file")
        layout = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if layout != FORMAT:
            raise JournalError(
                f"{self._path}: the journal has format {layout}, this version reads format {FORMAT}; "
                "use the version of Paceline that wrote it"
            )
        row = self._connection.execute("SELECT CAST(text AS BLOB) FROM manifest").fetchone()
        if row is None:
            raise JournalError(f"{self._path}: the manifest is missing; restore the file from a copy")
        return row[0]

    def _check_end(self) -> None:
        """Refuse to go on from a place that the run has passed already."""
        (passed,) = self._connection.execute(
            "SELECT max(seq) FROM snapshot WHERE seq > (SELECT coalesce(max(seq), 0) FROM entry)"
        ).fetchone()
        if passed is not None:
            raise JournalError(
                f"{self._path}: entries are missing at its end, for a snapshot was taken after entry {passed}; "
                "restore the file from a copy"
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if not self._writable:
            raise JournalError(f"{self._path}: it is open for reading only")
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # after some failures SQLite has rolled back by itself
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise journal_error(self._path, error) from error


def _existing(path: str | os.PathLike[str]) -> str:
    """Return the one true name of a journal, so that two links to it share one lock."""
    name = os.path.realpath(path)
    if not os.path.isfile(name):
        raise JournalError(f"{name}: there is no such journal; check the path")
    return name


def _connect(path: str, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(path)}?{mode}",
        uri=True,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,  # transactions are begun and ended here, in words
        check_same_thread=False,  # the contract says: one thread at a time, any thread
    )


def _build(path: str, manifest: bytes) -> None:
    """Make the file under another name first, so that a crash leaves no half journal."""
    unfinished = f"{path}.new"
    try:
        for leftover in (unfinished, f"{unfinished}-wal", f"{unfinished}-shm", f"{unfinished}-journal"):
            with suppress(FileNotFoundError):
                os.unlink(leftover)
        connection = sqlite3.connect(unfinished, isolation_level=None)
        try:
            connection.executescript(
                f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; {SCHEMA}"
            )
            connection.execute("INSERT INTO manifest VALUES (1, CAST(? AS TEXT))", (manifest,))
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        os.rename(unfinished, path)
        directory = os.open(os.path.dirname(path), os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except sqlite3.Error as error:
        raise journal_error(path, error) from error
    except OSError as error:
        raise JournalError(f"{path}: cannot be made: {error.strerror}; check its directory and the disk") from error
