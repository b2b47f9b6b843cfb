"""The live runtime at full size: 1,000 agents, the durable SQLite journal, the embedded carrier, real time.

Each line of the table is a floor with shorter conversations than the one before, so that more happens in a
second; the world reacts to the engine, so its load cannot be set but only be provoked. Everything shares
one process: `loop` is the share of one core that the event loop's thread uses, `world` the part of it that
is the embedded carrier and floor and not Paceline, `journal` the journal's thread.

`to bridge`: from the instant stamped on the event that caused it (an answer, or an agent who became free
for a waiting call) until the `Bridge` effect is handed to telephony.

    python benchmarks/live.py [DIRECTORY]

Name a directory on the disk that counts; the default is the system's directory for temporary files.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time, thread_time
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adapters.journal.sqlite import SqliteJournal
from dialer.core.effects import AnyEffect, Bridge, PlaceCall
from dialer.core.events import AnyEvent
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.units import NS_PER_S, ns
from dialer.journal.manifest import Manifest
from dialer.ports.presence import DeskEffect
from dialer.ports.telephony import CallEffect
from dialer.runtime.clock import RealClock
from dialer.runtime.driver import commit_in_thread
from dialer.runtime.engine import Engine
from dialer.runtime.pauses import short_pauses
from dialer.runtime.recovery import recover
from simulator.fake_ports import EmbeddedPresence, EmbeddedTelephony
from simulator.world.build import build, zones_of
from simulator.world.laws import Constant, Exponential
from simulator.world.settings import CarrierSettings, FloorSettings, Outcome, PeopleSettings, WorldSettings
from simulator.world.timeline import ClockTimeline
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice

EVENTS_PER_S, LAUNCHES_PER_S, P99_MS = 5_000, 300, 20.0
AGENTS, LEADS = 1_000, 60_000
WARM_UP_S, MEASURED_S, RUNS = 4.0, 6.0, 3
TALKS_S = (4.0, 1.0, 0.5, 0.25)
START_NS = ns(datetime(2026, 6, 15, 15, 0, tzinfo=UTC).timestamp())


class Clock(RealClock):
    """Real time, moved to a Monday morning in New York."""

    def __init__(self) -> None:
        super().__init__()
        self._moved_ns = START_NS - super().now_ns()

    def now_ns(self) -> int:
        """Return the present instant of the run."""
        return super().now_ns() + self._moved_ns


class Timeline(ClockTimeline):
    """Knows how much CPU time the world takes."""

    world_s = 0.0

    def _wake(self) -> None:
        began_s = thread_time()
        super()._wake()
        self.world_s += thread_time() - began_s


class Telephony(EmbeddedTelephony):
    """Takes the time at which a `Bridge` arrives."""

    def watch(self, clock: Clock, timeline: Timeline) -> None:
        """Begin."""
        self.caused_ns: dict[str, int] = {}
        self.waits_ns: list[int] = []
        self._watched, self._timeline = clock, timeline

    async def apply(self, effect: CallEffect) -> None:
        """Carry out one effect."""
        began_s = thread_time()
        if isinstance(effect, Bridge):
            self.waits_ns.append(self._watched.now_ns() - self.caused_ns.pop(effect.call))
        await super().apply(effect)
        self._timeline.world_s += thread_time() - began_s


class Presence(EmbeddedPresence):
    """Counts the world's CPU time too."""

    def watch(self, timeline: Timeline) -> None:
        """Begin."""
        self._timeline = timeline

    async def apply(self, effect: DeskEffect) -> None:
        """Show one effect."""
        began_s = thread_time()
        await super().apply(effect)
        self._timeline.world_s += thread_time() - began_s


class Counts(NamedTuple):
    """What had happened at one instant."""

    wall_s: float
    loop_s: float
    process_s: float
    world_s: float
    events: int
    launches: int
    waits: int


class Figures(NamedTuple):
    """One run: rates per second, milliseconds, shares of one core."""

    events: float
    launches: float
    p50_ms: float
    p99_ms: float
    loop: float
    world: float
    journal: float


def world(talk_s: float) -> WorldSettings:
    """Return a quick world; `talk_s` is the mean length of a conversation."""
    return WorldSettings(
        people=PeopleSettings(
            answer_share_by_hour=(0.5,) * 24,
            ring=Exponential(mean_s=0.2),
            machine_ring=Constant(value_s=0.3),
            outcomes={"contact": Outcome(share=1.0, talk=Exponential(mean_s=talk_s))},
        ),
        carrier=CarrierSettings(set_up=Constant(value_s=0.05), not_in_service_share=0.0),
        floor=FloorSettings(
            agents=AGENTS,
            shift_start=time_of_day(0),
            shift_end=time_of_day(23, 59, 59),
            log_in_spread_s=0.0,
            settle=Exponential(mean_s=1.0),
            breaks=(),
            wrap=Exponential(mean_s=talk_s / 3),
        ),
    )


async def run(place: Path, talk_s: float) -> Figures:
    """Run one floor and measure it."""
    campaign = CampaignSettings(
        "early", "ratio", lines=2 * AGENTS, calls_per_s=2000.0, lines_per_agent=1.5, ring_timeout_s=1.0
    )
    settings = RunSettings((campaign,), load_packs(["house", PackChoice("us-reg-f", accept_unreviewed=True)]))
    manifest = Manifest(version="benchmark", started_ns=START_NS, settings=settings)
    store = SqliteJournal.create(place / "run.journal", manifest.encode())
    leads = [
        Lead(f"l{number}", f"p{number}", f"a{number}", "M1", 100, (f"p{number}/0",), ("America/New_York",))
        for number in range(LEADS)
    ]
    clock = Clock()
    settings_of_world = world(talk_s)
    timeline = Timeline(clock, settings_of_world.grid_ns)
    parts = build(settings_of_world, settings, zones_of(leads), timeline)
    telephony, presence = Telephony(parts, clock), Presence(parts)
    telephony.watch(clock, timeline)
    presence.watch(timeline)
    events = launches = 0

    def count(event: AnyEvent, effects: tuple[AnyEffect, ...]) -> None:
        nonlocal events, launches
        events += 1
        for effect in effects:
            if isinstance(effect, PlaceCall):
                launches += 1
            elif isinstance(effect, Bridge):
                telephony.caused_ns[effect.call] = event.t_ns

    def counts() -> Counts:
        now = perf_counter(), thread_time(), process_time()
        return Counts(*now, timeline.world_s, events, launches, len(telephony.waits_ns))

    with ThreadPoolExecutor(1) as worker:
        commit = commit_in_thread(store, worker)
        engine = Engine(recover(store, settings), store, commit, telephony, presence, clock, [count])
        with short_pauses():
            running = asyncio.create_task(engine.run(("early", lead) for lead in leads))
            await asyncio.sleep(WARM_UP_S)
            before = counts()
            await asyncio.sleep(MEASURED_S)
            after = counts()
            engine.inbox.close()
            await running
    store.close()
    took_s = after.wall_s - before.wall_s
    centiles = quantiles(telephony.waits_ns[before.waits : after.waits], n=100)
    loop_s, process_s = after.loop_s - before.loop_s, after.process_s - before.process_s
    return Figures(
        (after.events - before.events) / took_s,
        (after.launches - before.launches) / took_s,
        centiles[49] / NS_PER_S * 1e3,
        centiles[98] / NS_PER_S * 1e3,
        loop_s / took_s,
        (after.world_s - before.world_s) / took_s,
        (process_s - loop_s) / took_s,
    )


def main() -> None:
    """Print the table and the verdict."""
    directory = sys.argv[1] if len(sys.argv) > 1 else None
    print(f"{AGENTS:,} agents, {LEADS:,} leads, ratio mode, medians of {RUNS} runs of {MEASURED_S:.0f} s")
    print(f"{'talk s':>6} {'events/s':>9} {'launches/s':>10} {'to bridge p50 ms':>17} {'p99 ms':>7}"
          f" {'loop':>6} {'world':>6} {'journal':>8}")  # fmt: skip
    table = []
    for talk_s in TALKS_S:
        runs = []
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory(dir=directory) as place:
                runs.append(asyncio.run(run(Path(place), talk_s)))
        figures = Figures(*map(median, zip(*runs, strict=True)))
        table.append(figures)
        rates = f"{talk_s:>6} {figures.events:>9,.0f} {figures.launches:>10,.0f}"
        waits = f"{figures.p50_ms:>17.1f} {figures.p99_ms:>7.1f}"
        print(f"{rates} {waits} {figures.loop:>6.0%} {figures.world:>6.0%} {figures.journal:>8.0%}", flush=True)
    print(_verdict(table))


def _verdict(table: Sequence[Figures]) -> str:
    reached = [f for f in table if f.events >= EVENTS_PER_S and f.launches >= LAUNCHES_PER_S and f.p99_ms < P99_MS]
    target = (
        f"target: at least {EVENTS_PER_S:,} events/s and {LAUNCHES_PER_S} launches/s with p99 under {P99_MS:.0f} ms"
    )
    most = max(table, key=lambda figures: figures.events)
    if not reached:
        return f"live: missed; at most {most.events:,.0f} events/s with p99 {most.p99_ms:.1f} ms ({target})"
    best = max(reached, key=lambda figures: figures.events)
    rates = f"{best.events:,.0f} events/s and {best.launches:,.0f} launches/s"
    return f"live: {rates} with p99 {best.p99_ms:.1f} ms ({target})"


if __name__ == "__main__":
    main()
