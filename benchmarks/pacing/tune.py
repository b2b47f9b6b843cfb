"""Find the baselines' best settings for the floors reported, on other days, and write them to ``tuned.json``.

The floors are the very ones of the report, which is more than any floor manager can tune on; only the days
differ. What is ours is tuned on the tuning floors.

For each baseline every setting of a grid is run. ``kept`` is the one with the most contacts per agent-hour
among those whose every day is within the limit; ``mean`` among those that are within it over all days
together, their bad days forgiven; ``any`` the one with the most whatever it abandons, for VICIdial only.

Run: ``python -m benchmarks.pacing.tune --days 20 --jobs 2``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from benchmarks.pacing import scenarios
from benchmarks.pacing.caches import forget_stale
from benchmarks.pacing.policies import LIMIT_SHARE, TUNED, run_all
from benchmarks.pacing.report import cell_of
from pacing.baselines.vicidial import METHODS

KINDS = ("memoryless", "stationary", "changing")

GRIDS: dict[str, list[Mapping[str, Any]]] = {
    "vicidial": [
        {"method": method, "available_only": tally, "max_level": float(level), "target": float(target)}
        for method, tally, level, target in product(METHODS, (0.0, 1.0), range(3, 9), range(-2, 3))
    ],
    "ratio": [{"lines_per_agent": 1.0 + 0.25 * step} for step in range(33)],
    "connect_rate": [
        {"target_pct": target, "max_pct": most, "load_pct": load}
        for target, most, load in product((0.5, 1.0, 2.0, 3.0), (1.0, 1.5, 2.0, 2.5, 3.0), (10.0, 50.0, 100.0))
        if target <= most
    ],
    "recent_history": [
        {"drop_limit_share": limit, "most_lines_per_agent": lines}
        for limit, lines in product((0.01, 0.015, 0.02, 0.025, 0.03), (4.0, 8.0))
    ],
}


def best(kind: str, agents: int, days: int, jobs: int) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return the settings with the most contacts on one floor, by label."""
    scenario = scenarios.make(kind, agents)
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for policy, grid in GRIDS.items():
        runs = run_all(
            scenario, {str(row): (policy, settings) for row, settings in enumerate(grid)}, days, scenarios.TUNING, jobs
        )
        cells = [cell_of(runs[str(row)]) for row in range(len(grid))]
        order = np.argsort([-cell.contacts_per_agent_hour.value for cell in cells], kind="stable")
        picks = {
            "kept": [row for row in order if cells[row].over_days == 0],
            "mean": [row for row in order if cells[row].of_answers.value <= LIMIT_SHARE],
            "any": order if policy == "vicidial" else [],
        }
        for pick, rows in picks.items():
            if len(rows) > 0:
                cell, settings = cells[rows[0]], grid[rows[0]]
                found[f"{policy} {pick}"] = (policy, settings)
                print(
                    f"{kind} {agents}: {policy} {pick} {dict(settings)} "
                    f"contacts/agent-h {cell.contacts_per_agent_hour.value:.3f} "
                    f"abandoned {100.0 * cell.of_answers.value:.2f} % days over {cell.over_days}/{cell.days}",
                    flush=True,
                )
    return found


def main() -> None:
    """Tune, and write what is found into the file, floor by floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", nargs="*", choices=KINDS, default=KINDS)
    parser.add_argument("--agents", nargs="*", type=int, help="sizes; those of the report when left out")
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    forget_stale()
    options = parser.parse_args()
    for kind in options.scenario:
        for agents in options.agents or scenarios.AGENTS[kind]:
            found = best(kind, agents, options.days, options.jobs)
            tuned = json.loads(TUNED.read_text()) if TUNED.exists() else {}
            tuned.setdefault(kind, {})[str(agents)] = found
            TUNED.write_text(json.dumps(tuned, indent=1) + "\n")


if __name__ == "__main__":
    main()
