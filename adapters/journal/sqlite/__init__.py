"""The journal as one SQLite file in WAL mode."""

from __future__ import annotations

from adapters.journal.sqlite.client import SqliteJournal

__all__ = ["SqliteJournal"]
