from __future__ import annotations

from pathlib import Path

from adapters.conformance.journal import JournalConformance
from adapters.journal.sqlite import SqliteJournal


class TestSqlite(JournalConformance):
    def create(self, place: Path, manifest: bytes) -> SqliteJournal:
        return SqliteJournal.create(place / "run.journal", manifest)

    def open(self, place: Path) -> SqliteJournal:
        return SqliteJournal.open(place / "run.journal")

    def reader(self, place: Path) -> SqliteJournal:
        return SqliteJournal.reader(place / "run.journal")
