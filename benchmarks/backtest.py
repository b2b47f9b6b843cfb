"""How often a back-test passes on floors that drift, and how often it fails on the same floors tampered with.

Each floor has eight days with a plan of its own each; the chance to answer falls by about 3 % a day. Tampered: from
the fifth day on, refusals are written down as promises.

Run: ``python benchmarks/backtest.py [floors]``; 20 floors take about three minutes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from simulator.backtest.verdict import Verdict, backtest
from simulator.history.read import open_history
from tests.unit.backtest.floors import SETTINGS, write_floor

LEVELS = (1.2, 1.17, 1.14, 1.11, 1.08, 1.05, 1.02, 0.99)
FROM = "2026-06-19"
RUNS = 12


def tamper(history: Path) -> None:
    """Write refusals of the second half down as promises."""
    late = f"placed_at >= TIMESTAMPTZ '{FROM} 00:00:00+00' AND disposition = 'refusal'"
    cells = f"* REPLACE (CASE WHEN {late} THEN 'promise' ELSE disposition END AS disposition)"
    table = history / "attempts.parquet"
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE changed AS SELECT {cells} FROM '{table}'").fetchall()
        database.execute(f"COPY changed TO '{table}' (FORMAT PARQUET)").fetchall()


def judged(history: Path) -> Verdict:
    """Return the verdict on a history."""
    with open_history(history) as database:
        return backtest(database, SETTINGS, "UTC", runs=RUNS)


def main() -> None:
    """Print how many floors passed, by what was done to them, and which figures failed."""
    floors = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    passed, caught, failures = 0, 0, list[str]()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(floors):
            history = Path(folder) / str(seed)
            write_floor(history, LEVELS, seed=seed)
            verdict = judged(history)
            passed += verdict.passed
            failures += [line.figure for line in verdict.lines if not line.passed]
            tamper(history)
            caught += not judged(history).passed
    print(f"floors that drift:     {passed} of {floors} passed; figures that failed: {', '.join(failures) or 'none'}")
    print(f"the same tampered with: {caught} of {floors} failed")


if __name__ == "__main__":
    main()
