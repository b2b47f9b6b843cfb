"""What SQLite's error codes mean for people who run a dialler."""

from __future__ import annotations

import sqlite3

from dialer.core.errors import JournalError

_MEANINGS = {
    "SQLITE_FULL": "the disk is full; free some space",
    "SQLITE_IOERR": "the disk refuses to read or write; check its space, its quota and its health",
    "SQLITE_READONLY": "it may not be written; the file and its directory must be writable",
    "SQLITE_CANTOPEN": "it cannot be opened; the file must be readable and its directory writable",
    "SQLITE_PERM": "it may not be opened; check the permissions of the file and its directory",
    "SQLITE_NOTADB": "it is not a journal of Paceline; name another file",
    "SQLITE_CORRUPT": "the file itself is damaged; go back to a copy of it",
    "SQLITE_BUSY": "another program keeps it locked; close whatever has it open",
    "SQLITE_CONSTRAINT": "it takes entries in order only, and changes none",
}


def journal_error(path: str, error: sqlite3.Error) -> JournalError:
    """Return the error to raise instead of `error`."""
    code = getattr(error, "sqlite_errorname", "")  # absent when Python's module itself complains
    meaning = next((text for name, text in _MEANINGS.items() if code.startswith(name)), "SQLite failed")
    return JournalError(f"{path}: {meaning} ({error}{', ' + code if code else ''})")
