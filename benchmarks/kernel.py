"""The pure kernel: events per CPU second, over a shift of its own making.

A virtual hour of 200 agents in ratio mode on the embedded world under the packs `house` and `us-reg-f` is
run once through the SimPy driver; its events are then stepped through a fresh kernel again and again, with
nothing else in the process. Garbage collection stays on.

    python benchmarks/kernel.py
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dialer.core.events import AnyEvent
from dialer.core.kernel import Kernel
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.units import ns
from simulator.driver import simulate
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice

TARGET_PER_S = 30_000
RUNS = 5
START_NS = ns(datetime(2026, 6, 15, 15, 0, tzinfo=UTC).timestamp())
HOUR_NS = ns(3600)
LEADS = 40_000


def settings() -> RunSettings:
    """Return one campaign under the rules of two shipped packs."""
    campaign = CampaignSettings("early", "ratio", lines=600, calls_per_s=100.0, lines_per_agent=2.0)
    return RunSettings((campaign,), load_packs(["house", PackChoice("us-reg-f", accept_unreviewed=True)]))


def shift(run: RunSettings) -> list[AnyEvent]:
    """Return the events of an hour."""
    leads = (
        Lead(
            f"l{number}", f"p{number}", f"a{number}", "M1", 100, (f"p{number}/0", f"p{number}/1"), ("America/New_York",)
        )
        for number in range(LEADS)
    )
    world = WorldSettings(floor=FloorSettings(agents=200, zone="America/New_York"))
    events: list[AnyEvent] = []
    simulate(
        run,
        world,
        (("early", lead) for lead in leads),
        START_NS,
        START_NS + HOUR_NS,
        on_entry=lambda event, _, __: events.append(event),
    )
    return events


def main() -> None:
    """Print the figure."""
    run = settings()
    events = shift(run)
    rates = []
    for _ in range(RUNS):
        kernel, began_s = Kernel(run), process_time()
        effects = sum(len(kernel.step(event)) for event in events)
        rates.append(len(events) / (process_time() - began_s))
    print(f"{len(events):,} events, {effects:,} effects, {len(run.rulebook.rules)} rules, {RUNS} runs")
    print(f"pure kernel: {median(rates):,.0f} events/s of CPU time (target: at least {TARGET_PER_S:,})")


if __name__ == "__main__":
    main()
