"""How long the exact limit takes to solve, by number of agents.

Set-up: handling 180 s, ringing 10 s, answer probability 0.25, limit 3 %, without patience and with 2 s.
Processor seconds of one thread; the median of `RUNS` runs (of one where a run takes over 2 s).

Run: ``OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/limit.py``
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pacing.optimal import Optimum, solve

AGENTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
RUNS = 5


def timed(agents: int, patience_s: float) -> tuple[Optimum, float]:
    """Return the optimum and the median seconds that it took."""
    times_s: list[float] = []
    while True:
        start_s = process_time()
        best = solve(agents, 0.25, 180.0, 10.0, 0.03, patience_s)
        times_s.append(process_time() - start_s)
        if len(times_s) == RUNS or times_s[0] > 2.0:
            return best, median(times_s)


def main() -> None:
    """Print a line for each floor."""
    solve(2, 0.25, 180.0, 10.0, 0.03)  # imports and first use are not what is measured
    print(f"{'agents':>6} {'patience s':>10} {'occupancy':>9} {'states':>7} {'policies':>8} {'cut':>7} {'ms':>7}")
    for patience_s in (0.0, 2.0):
        for agents in AGENTS:
            best, took_s = timed(agents, patience_s)
            print(
                f"{agents:>6} {patience_s:>10g} {best.occupancy:>9.4f} {best.states:>7} {best.iterations:>8} "
                f"{best.cut_share:>7.0e} {1e3 * took_s:>7.0f}"
            )


if __name__ == "__main__":
    main()
