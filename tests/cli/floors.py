"""Journals of simulated floors, for tests of the commands that read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from adapters.journal.sqlite import SqliteJournal
from dialer.core.effects import AnyEffect
from dialer.core.events import AnyEvent
from dialer.core.lead import Lead
from dialer.core.settings import RunSettings
from dialer.insight.tally import Tally
from dialer.journal.entry import Record
from dialer.journal.manifest import Manifest
from simulator.shift import run_shifts, shift_on
from simulator.world.settings import WorldSettings

_BATCH = 5_000


def write_journal(
    file: Path,
    run: RunSettings,
    world: WorldSettings,
    leads: Sequence[tuple[str, Lead]],
    first_day: date,
    days: int = 1,
) -> Tally:
    """Run shifts, write their journal, return their figures."""
    start_ns, _ = shift_on(world.floor, first_day)
    store = SqliteJournal.create(file, Manifest(version="test", started_ns=start_ns, settings=run).encode())
    unsaved: list[Record] = []
    tally = Tally()

    def on_entry(event: AnyEvent, effects: tuple[AnyEffect, ...], record: Record) -> None:
        tally.take(event, effects)
        unsaved.append(record)
        if len(unsaved) >= _BATCH:
            store.append(unsaved)
            unsaved.clear()

    run_shifts(run, world, leads, first_day, days, on_entry=on_entry, manifest=store.manifest)
    store.append(unsaved)
    store.close()
    return tally
