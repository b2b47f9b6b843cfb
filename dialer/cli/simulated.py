"""Simulated shifts with their figures, their view and their journal: what `demo` and `simulate` share."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from rich.console import Console

from adapters.journal.sqlite import SqliteJournal
from dialer.cli.live import LiveView, Shift
from dialer.cli.plan import print_plan
from dialer.cli.terminal import version
from dialer.config import RunConfig, to_settings
from dialer.core.effects import AnyEffect
from dialer.core.events import AnyEvent
from dialer.core.settings import RunSettings
from dialer.insight.language import Language
from dialer.insight.tally import SAMPLE_NS, Tally
from dialer.journal.entry import Record
from dialer.journal.manifest import Manifest
from dialer.leads import Leads, load_leads
from dialer.runtime.clock import today
from simulator.shift import run_shifts
from simulator.world.floor import shift_on
from simulator.world.settings import WorldSettings
from strategies.compiled import CompiledStrategy

_BATCH = 5_000
"""Records appended at a time: a simulated shift can simply be run again, so it need not pay for an
fsync at every entry as a live one does."""


def simulated(
    config: RunConfig,
    strategy: CompiledStrategy,
    days: int,
    journal_file: Path | None,
    language: Language,
    console: Console,
) -> tuple[Tally, Shift]:
    """Plan, run and show the shifts of `days` successive days; return their figures.

    Parameters
    ----------
    journal_file : Path | None
        A file that does not exist yet; None keeps no journal.

    Raises
    ------
    ConfigError, JournalError
        See `dialer.config` and `adapters.journal.sqlite`.
    """
    settings, world = to_settings(config, strategy), config.world
    first_day = config.day or today(world.floor.tz)
    leads = load_leads(config, strategy, settings.rulebook.rules, first_day, days)
    print_plan(console, leads, language)
    start_ns, _ = shift_on(world.floor, first_day)
    _, end_ns = shift_on(world.floor, first_day + timedelta(days=days - 1))
    names = ", ".join(campaign.id for campaign in settings.campaigns)
    limit_share = min(campaign.abandon_limit_share for campaign in settings.campaigns)
    shift = Shift(names, start_ns, end_ns, world.floor.tz, limit_share, settings.rulebook.rules)
    tally, journal = Tally(), None
    if journal_file is not None:
        manifest = Manifest(version=version(), started_ns=start_ns, settings=settings, simulated=True)
        journal = SqliteJournal.create(journal_file, manifest.encode())
    try:
        play(settings, world, leads, first_day, days, tally, LiveView(tally, shift, language, console), journal)
    finally:
        if journal is not None:
            journal.close()
    return tally, shift


def play(
    settings: RunSettings,
    world: WorldSettings,
    leads: Leads,
    first_day: date,
    days: int,
    tally: Tally,
    view: LiveView,
    journal: SqliteJournal | None,
) -> None:
    """Run shifts into `tally` and `journal`, which may be None, refreshing `view` once a simulated minute."""
    unsaved: list[Record] = []
    refreshed = 0

    def on_entry(event: AnyEvent, effects: tuple[AnyEffect, ...], record: Record) -> None:
        nonlocal refreshed
        tally.take(event, effects)
        if journal is not None:
            unsaved.append(record)
            if len(unsaved) >= _BATCH:
                journal.append(unsaved)
                unsaved.clear()
        if event.t_ns // SAMPLE_NS > refreshed:
            refreshed = event.t_ns // SAMPLE_NS
            view.refresh()

    manifest = journal.manifest if journal is not None else b""
    with view:
        run_shifts(settings, world, leads, first_day, days, on_entry=on_entry, manifest=manifest, wishes=leads.wishes)
    if journal is not None:
        journal.append(unsaved)
