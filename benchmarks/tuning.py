"""Searches for a known optimum: what tuning recommends, beside the exact figures of a memoryless floor.

Set-up: that of `tests/truth/test_tuning.py`. A search takes about half a minute of processor time.

Run: ``python -m benchmarks.tuning [SEARCHES]``, by default 10.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.truth.test_tuning import DAYS, PLACE, SEARCHES, TRIALS, best_cost, tuned


def main() -> None:
    """Search again and again, on other days, and print."""
    print(f"{TRIALS} settings on {DAYS} days each; the least cost of a contact is {best_cost():.4f}")
    print("| lines per agent | its exact cost | dearer than the least | reported | intervals that hold the truth |")
    print("|---|---|---|---|---|")
    searches = int(sys.argv[1]) if len(sys.argv) > 1 else SEARCHES
    held = 0
    with TemporaryDirectory() as folder:
        for number in range(searches):
            best, truth, dearer_share, covered = tuned(Path(folder), seed=1000 * number)
            cost = best.figures["cost_per_contact"]
            missed = ", ".join(name for name, holds in covered.items() if not holds)
            held += sum(covered.values())
            print(
                f"| {best.changes[PLACE]:.3f} | {truth.cost_per_contact:.4f} | {dearer_share:.2%} "
                f"| {cost.value:.4f} ({cost.low:.4f} to {cost.high:.4f}) "
                f"| {sum(covered.values())} of {len(covered)}{', not ' * bool(missed)}{missed} |",
                flush=True,
            )
    print(f"Intervals that hold the truth: {held} of {searches * len(covered)}")


if __name__ == "__main__":
    main()
