"""One kernel, two drivers, one journal, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from dialer.core.events import AnyEvent
from dialer.core.kernel import Kernel
from dialer.core.settings import RunSettings
from dialer.journal.entry import decode_effects, decode_event
from dialer.journal.replay import replay
from simulator.world.settings import WorldSettings
from tests.parity.scenario import GRID_S, RUN, MemoryStore, last_hashes, under_asyncio, under_simpy, world

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = range(200)


@pytest.mark.parametrize("first", range(0, len(SEEDS), 20))
def test_both_drivers_write_the_same_journal(first: int) -> None:
    for seed in SEEDS[first : first + 20]:
        compare(world(seed))


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_also_when_anything_happens_at_any_nanosecond(seed: int) -> None:
    compare(world(seed, grid_s=0.0))


def compare(settings: WorldSettings) -> None:
    simulated, live = under_simpy(settings), under_asyncio(settings)
    for ours, theirs in zip(simulated, live, strict=False):
        assert ours == theirs, f"seed {settings.seed} differs from entry {ours.seq} on"
    assert len(simulated) == len(live), f"seed {settings.seed}"
    store = MemoryStore()
    store.append(live)
    report = replay(store, Kernel)
    assert report.divergence is None, f"seed {settings.seed}: {report.divergence}"
    assert report.entries == len(live) > 300


def test_the_scenario_is_worth_comparing() -> None:
    """Every kind of event of a shift occurs, and ties are common."""
    kinds: Counter[str] = Counter()
    tied = total = 0
    for seed in range(5):
        records = under_simpy(world(seed))
        kinds.update(type(decode_event(record)).__name__ for record in records)
        instants = Counter(record.t_ns for record in records)
        tied += sum(count for count in instants.values() if count > 1)
        total += len(records)
    commands = {"DrainRequested", "HangUpAllRequested", "CampaignPauseRequested", "CampaignResumeRequested"}
    notes = {"SuppressionAdded", "ContactReceived", "ConsentGiven", "ConsentWithdrawn", "ContactsRemembered"}
    # Simulated agents hand nobody over: `tests/unit/core/test_handing.py` and the conformance checks do.
    telephones = {"PortChanged", "CallReported", "BridgeFailed", "CallRecorded", "HandOverRequested", "HandOverFailed"}
    not_here = commands | notes | telephones
    assert set(kinds) == {kind.__name__ for kind in get_args(AnyEvent)} - not_here
    assert total > 5 * 300
    assert tied > total / 3, f"of {total} entries only {tied} share their instant, at a grid of {GRID_S} s"


def test_the_seed_matters() -> None:
    assert len({under_simpy(world(seed))[-1].hash for seed in range(10)}) == 10


def test_three_processes_with_different_hash_seeds_agree() -> None:
    seeds = SEEDS[:4]
    others = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.parity.scenario", *map(str, seeds)],
            cwd=PROJECT,
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for hash_seed in ("0", "1", "424242")
    ]
    said = {other.communicate()[0] for other in others}
    assert said == {"".join(f"{last_hashes(seed)}\n" for seed in seeds)}


def test_a_planted_change_of_policy_is_caught_at_its_first_effect() -> None:
    store = MemoryStore()
    store.append(under_simpy(world(0)))

    def changed(settings: RunSettings) -> Kernel:
        campaigns = tuple(
            msgspec.structs.replace(campaign, lines_per_agent=1.5) if campaign.mode == "ratio" else campaign
            for campaign in settings.campaigns
        )
        return Kernel(msgspec.structs.replace(settings, campaigns=campaigns))

    report = replay(store, changed)
    kernel = changed(RUN)
    first = next(record for record in store.records if kernel.step(decode_event(record)) != decode_effects(record))
    assert report.divergence is not None
    assert report.divergence.seq == first.seq
    assert "pace" in str(report.divergence)
