"""What a million leads cost: bytes beyond the records themselves, and the peak of a live run that loads them.

The leads come as a live run gets them: as `LeadsAdded` events of 1,000 through the engine's own driver into
a durable SQLite journal. Each figure is taken in a fresh process; the first is the growth of the resident
set from the lead records, which the reader of the portfolio has made, to the loaded kernel.

    python benchmarks/memory.py [LEADS]
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adapters.journal.sqlite import SqliteJournal
from dialer.core.events import LeadsAdded
from dialer.core.kernel import Kernel
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.manifest import Manifest
from dialer.ports.telephony import Report
from dialer.runtime.clock import RealClock
from dialer.runtime.driver import commit_in_thread
from dialer.runtime.engine import LEADS_AT_ONCE, Engine
from dialer.runtime.recovery import recover
from simulator.fake_ports import EmbeddedPresence, EmbeddedTelephony
from simulator.world.build import build
from simulator.world.settings import FloorSettings, WorldSettings
from simulator.world.timeline import ClockTimeline
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice

TARGET_BYTES, TARGET_GIB = 1024, 2.0
RUNS = 3
SETTINGS = RunSettings(
    (CampaignSettings("early", "ratio"),), load_packs(["house", PackChoice("us-reg-f", accept_unreviewed=True)])
)


def lead(number: int) -> Lead:
    """Return a lead as a portfolio has it: strings of its own, two numbers, one of a few segments and zones."""
    person = f"p{number}"
    zone = ("America/New_York", "America/Chicago", "America/Los_Angeles")[number % 3]
    return Lead(f"l{number}", person, f"a{number}", "M1", 100, (f"{person}/0", f"{person}/1"), (zone,))


def resident_bytes() -> int:
    """Return the memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def beyond_records(count: int) -> float:
    """Return bytes per idle lead that a kernel adds to the records."""
    kernel = Kernel(SETTINGS)
    leads = [lead(number) for number in range(count)]
    gc.collect()
    before = resident_bytes()
    for first in range(0, count, LEADS_AT_ONCE):
        kernel.step(LeadsAdded(1, "early", tuple(leads[first : first + LEADS_AT_ONCE])))
    gc.collect()
    return (resident_bytes() - before) / count


class NobodyThere(EmbeddedPresence):
    """A floor without agents, and the end of the run."""

    engine: Engine

    async def start(self, report: Report) -> None:
        """Stop once everything that is there is done."""
        self.engine.inbox.close()


async def load(place: Path, count: int) -> tuple[float, float, float, float]:
    """Return the peak in GiB, and the seconds to load, to start again on the journal, and to take a snapshot."""
    manifest = Manifest(version="benchmark", started_ns=0, settings=SETTINGS)
    store = SqliteJournal.create(place / "run.journal", manifest.encode())
    clock = RealClock()
    world = WorldSettings(floor=FloorSettings(agents=0))
    parts = build(world, SETTINGS, {}, ClockTimeline(clock, world.grid_ns))
    presence = NobodyThere(parts)
    began_s = perf_counter()
    with ThreadPoolExecutor(1) as worker:
        commit = commit_in_thread(store, worker)
        engine = Engine(recover(store, SETTINGS), store, commit, EmbeddedTelephony(parts, clock), presence, clock)
        presence.engine = engine
        await engine.run(("early", lead(number)) for number in range(count))
    took_s = perf_counter() - began_s
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    del engine, presence, parts
    gc.collect()
    began_s = perf_counter()
    recovered = recover(store, SETTINGS)
    kernel = recovered.kernel
    again_s = perf_counter() - began_s
    if not all(kernel.knows("early", f"l{number}") for number in range(count)):
        raise AssertionError("leads are missing after recovery")
    began_s = perf_counter()
    store.save_snapshot(recovered.entries, kernel.snapshot())
    snapshot_s = perf_counter() - began_s
    store.close()
    return peak_gib, took_s, again_s, snapshot_s


def measured(what: str, count: int) -> list[float]:
    """Return the medians of what fresh processes measured."""
    command = [sys.executable, __file__, str(count), what]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(RUNS)]
    return [median(map(float, column)) for column in zip(*runs, strict=True)]


def main() -> None:
    """Print the figures, or measure one of them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    what = sys.argv[2] if len(sys.argv) > 2 else ""
    if what == "records":
        print(beyond_records(count))
    elif what == "load":
        with tempfile.TemporaryDirectory() as place:
            print(*asyncio.run(load(Path(place), count)))
    else:
        (extra_bytes,) = measured("records", count)
        print(f"idle lead: {extra_bytes:,.0f} bytes beyond its record (target: under {TARGET_BYTES:,})")
        peak_gib, load_s, again_s, snapshot_s = measured("load", count)
        print(f"{count:,} leads: peak {peak_gib:.2f} GiB (target: under {TARGET_GIB:.0f} GiB),"
              f" loaded in {load_s:.1f} s, recovered in {again_s:.1f} s,"
              f" a snapshot stops the run for {snapshot_s:.1f} s, medians of {RUNS} runs")  # fmt: skip


if __name__ == "__main__":
    main()
