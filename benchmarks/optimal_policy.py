"""The optimal policy of a memoryless floor, run in the simulator, beside its exact solution.

Set-up: that of `tests/truth/test_optimum.py`, some seconds of processor time for a small floor and a minute for a large
one. Intervals are 99.9 %.

Run: ``python -m benchmarks.optimal_policy [AGENTS ...]``, by default 2 5 10 20 50 100.
"""

from __future__ import annotations

import sys

from tests.truth.test_optimum import LARGE, LIMIT_SHARE, SMALL, measure


def main() -> None:
    """Measure each size, and print."""
    known = SMALL | LARGE
    print(f"| agents | exact | simulated | abandoned (exact: {LIMIT_SHARE}) |")
    print("|---|---|---|---|")
    for agents in [int(word) for word in sys.argv[1:]] or known:
        exact, busy, lost = measure(agents, known[agents][1])
        print(
            f"| {agents} | {exact.occupancy:.4f} | {busy.mean:.4f} ± {busy.half_width:.4f} "
            f"| {lost.mean:.4f} ± {lost.half_width:.4f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
