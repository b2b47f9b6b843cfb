"""Appends per second and latency of the SQLite journal, by the size of the batch.

    python benchmarks/journal_append.py [DIRECTORY]

Each figure is the median over the runs. The disk's fsync bounds small batches, so name a directory on
the disk that counts; the default is the system's directory for temporary files.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from adapters.journal.sqlite import SqliteJournal
from dialer.core.effects import Pace, SetTimer
from dialer.core.events import CallAnswered
from dialer.journal.entry import Chain, Record, genesis

RUNS = 5
BATCHES = {1: 1000, 10: 1000, 100: 400, 1000: 100}
"""Appends in one run, by records in one append."""


def batch(chain: Chain, size: int) -> list[Record]:
    """Return `size` records of the usual length: about 350 bytes of JSON each."""
    effects = (
        Pace("early-stage", "progressive", 2, "", {"idle": 12.0, "in_flight": 10.0, "abandon_share": 0.012}),
        SetTimer("pace/early-stage", 1_780_000_000_000_000_000),
    )
    events = (CallAnswered(1_780_000_000_000_000_000, f"early-stage/{n}/1", "person") for n in count(chain.seq))
    return [chain.seal(event, effects) for event, _ in zip(events, range(size), strict=False)]


def run(place: Path, size: int, appends: int) -> tuple[float, list[float]]:
    """Return the seconds spent in all appends, and in each of them."""
    journal = SqliteJournal.create(place / "run.journal", b"{}")
    chain = Chain(genesis(journal.manifest))
    took_s = []
    for _ in range(appends):
        records = batch(chain, size)
        began_s = time.perf_counter()
        journal.append(records)
        took_s.append(time.perf_counter() - began_s)
    journal.close()
    return sum(took_s), took_s


def main() -> None:
    """Print one line for each batch size."""
    directory = sys.argv[1] if len(sys.argv) > 1 else None
    print(f"{'batch':>6} {'appends/s':>10} {'records/s':>10} {'p50 ms':>8} {'p99 ms':>8}")
    for size, appends in BATCHES.items():
        rates, p50, p99 = [], [], []
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory(dir=directory) as place:
                total_s, took_s = run(Path(place), size, appends)
            centiles = quantiles(took_s, n=100)
            rates.append(appends / total_s)
            p50.append(centiles[49] * 1e3)
            p99.append(centiles[98] * 1e3)
        rate = median(rates)
        print(f"{size:>6} {rate:>10,.0f} {rate * size:>10,.0f} {median(p50):>8.3f} {median(p99):>8.3f}")


if __name__ == "__main__":
    main()
