"""Run the pacing benchmark and print its tables.

All policies meet the same people on the same days; intervals are 95 % over days, and gains are paired by
day. On memoryless floors no policy may beat the exact limit at its own abandon share by more than three
standard errors: that would be an accounting bug, and the run fails.

Run: ``python -m benchmarks.pacing.run --scenario changing --agents 10 20 --days 200 --jobs 2``
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.pacing import scenarios
from benchmarks.pacing.caches import forget_stale
from benchmarks.pacing.policies import run_all, tuned
from benchmarks.pacing.report import against_limit, cell_of, table
from benchmarks.pacing.scenarios import Scenario

MOST_ERRORS = 3.0
FIXED_THETAS = (0.01, 0.02, 0.03, 0.04, 0.06)
FIXED_RATIOS = (1.5, 2.0, 2.5, 3.0)

Policies = dict[str, tuple[str, Mapping[str, Any]]]


def ours_on(scenario: Scenario) -> str:
    """Return the name of Paceline's rule for a floor like this one."""
    return "robot_first" if scenario.kind == "robot" else "look_ahead"


def steered(scenario: Scenario) -> Policies:
    """Return the policies with their own limiters and learning, the baselines at their best settings."""
    ours = ours_on(scenario)
    return {ours: (ours, {}), "progressive": ("progressive", {}), **tuned(scenario)}


def fixed(scenario: Scenario) -> Policies:
    """Return the policies with fixed parameters and no limiter: what they can do at any abandon share."""
    ours = ours_on(scenario)
    return {
        "progressive": ("progressive", {}),
        **{f"ratio {lines}": ("ratio", {"lines_per_agent": lines}) for lines in FIXED_RATIOS},
        **{f"{ours} {theta}": (ours, {"fixed_theta": theta}) for theta in FIXED_THETAS},
    }


def main(arguments: list[str] | None = None) -> int:
    """Run what the options say; return 1 when a policy beats the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", nargs="*", choices=scenarios.AGENTS, default=tuple(scenarios.AGENTS))
    parser.add_argument("--agents", nargs="*", type=int, help="sizes; those of the scenario when left out")
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--policy", nargs="*", help="only policies whose label begins with one of these")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--version", choices=tuple(scenarios.SEEDS), default=scenarios.REPORTING)
    parser.add_argument("--fixed", action="store_true", help="fixed parameters, no limiter")
    parser.add_argument("--quick", action="store_true", help="three days of the smallest floors")
    forget_stale()
    options = parser.parse_args(arguments)
    failed = False
    cells: dict[str, dict[str, Any]] = {}
    for kind in options.scenario:
        for agents in options.agents or scenarios.AGENTS[kind][: 1 if options.quick else None]:
            scenario = scenarios.make(kind, agents, options.version)
            chosen = (fixed if options.fixed else steered)(scenario)
            if options.policy:
                chosen = {label: chosen[label] for label in chosen if label.startswith(tuple(options.policy))}
            since_s = perf_counter()
            runs = run_all(scenario, chosen, 3 if options.quick else options.days, options.version, options.jobs)
            cells[f"{kind} {agents}"] = {label: cell_of(days)._asdict() for label, days in runs.items()}
            if options.json:  # after every floor: a long run may be stopped, and what is done is kept
                options.json.write_text(json.dumps(cells, indent=1) + "\n")
            against = ours_on(scenario) if ours_on(scenario) in runs else None
            print(table(scenario, runs, against), f"\n({perf_counter() - since_s:.0f} s)\n", sep="", flush=True)
            if scenario.memoryless:
                for label, days in runs.items():
                    if against_limit(scenario, days).errors > MOST_ERRORS:
                        print(f"ACCOUNTING BUG: {label} beats the exact limit of {agents} agents", flush=True)
                        failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
