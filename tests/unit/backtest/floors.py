"""A floor of several days, each with a plan of its own and a level of its own, as a history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path

import msgspec

from adapters.history.writer import HistoryWriter, Written
from dialer.core.effects import AnyEffect
from dialer.core.events import AnyEvent
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.entry import Record
from dialer.journal.history import HistoryRows
from simulator.shift import run_shifts
from simulator.world.settings import FloorSettings, PeopleSettings, WorldSettings
from strategies.compliance.packs import load_packs

FIRST = date(2026, 6, 15)
SETTINGS = RunSettings((CampaignSettings("cards", "progressive"),), load_packs(["house"]))
FLOOR = FloorSettings(agents=5, shift_start=time(9), shift_end=time(10), breaks=())
USUAL = PeopleSettings()


def write_floor(folder: Path, levels: Sequence[float], *, leads: int = 260, seed: int = 11) -> Written:
    """Write the history of one shift for each of `levels`, a factor on everybody's chance to answer."""
    writer, rows = HistoryWriter(folder), HistoryRows(SETTINGS)

    def note(event: AnyEvent, effects: tuple[AnyEffect, ...], _: Record) -> None:
        for table, row in rows.take(event, effects):
            writer.add(table, row)

    for number, level in enumerate(levels):
        day = FIRST + timedelta(days=number)
        shares = tuple(min(0.9, level * share) for share in USUAL.answer_share_by_hour)
        people = USUAL.model_copy(update={"answer_share_by_hour": shares})
        world = WorldSettings(seed=seed, people=people, floor=FLOOR)
        run_shifts(SETTINGS, world, [("cards", lead) for lead in _leads(leads, day)], day, on_entry=note)
    for table, row in rows.finish():
        writer.add(table, row)
    writer.settings = msgspec.json.encode(SETTINGS)
    return writer.close()


def _leads(number: int, day: date) -> list[Lead]:
    names = [f"{n}@{day}" for n in range(number)]
    return [Lead(f"l{n}", f"p{n}", f"a{n}", "M1", 1, (f"p{n}/0",), ("Europe/London",)) for n in names]
