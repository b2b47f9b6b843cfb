"""A small simulated floor whose journal becomes a history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from pathlib import Path

from adapters.history.journals import import_journal
from adapters.history.writer import HistoryWriter, Written
from adapters.journal.sqlite import SqliteJournal
from dialer.core.effects import AnyEffect
from dialer.core.events import AnyEvent
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.insight.tally import Tally
from dialer.journal.entry import Record
from dialer.journal.manifest import Manifest
from simulator.shift import run_shifts
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.packs import load_packs

DAY = date(2026, 6, 17)
WORLD = WorldSettings(seed=3, floor=FloorSettings(agents=3, shift_start=time(9), shift_end=time(10), breaks=()))
SETTINGS = RunSettings((CampaignSettings("cards", "progressive"),), load_packs(["house"]))


def leads(number: int) -> Iterable[tuple[str, Lead]]:
    for n in range(number):
        yield "cards", Lead(f"l{n}", f"p{n}", f"a{n}", ("M1", "M2")[n % 2], 1, (f"p{n}/0",), ("Europe/London",))


def write_journal(
    file: Path, world: WorldSettings = WORLD, settings: RunSettings = SETTINGS, count: int = 400, days: int = 1
) -> Tally:
    journal = SqliteJournal.create(file, Manifest(version="test", started_ns=0, settings=settings).encode())
    tally, records = Tally(), list[Record]()

    def note(event: AnyEvent, effects: tuple[AnyEffect, ...], record: Record) -> None:
        tally.take(event, effects)
        records.append(record)

    run_shifts(settings, world, leads(count), DAY, days, on_entry=note, manifest=journal.manifest)
    journal.append(records)
    journal.close()
    return tally


def write_history(file: Path, folder: Path) -> Written:
    writer, journal = HistoryWriter(folder), SqliteJournal.reader(file)
    try:
        import_journal(journal, str(file), writer)
    finally:
        journal.close()
    return writer.close()
