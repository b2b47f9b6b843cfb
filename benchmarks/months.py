"""How long months of a portfolio take: 100,000 accounts for 90 days, and the growth with the accounts.

Set-up: accounts in ten sets of time zones and places, prepared as Parquet; the strategy `cards-demo` with the packs
that it names; 60 agents for each 100,000 accounts. Measured in a process of its own for each size: wall time, CPU
time and the most memory, from opening the file to the tables written as Parquet.

Run: ``python benchmarks/months.py [ACCOUNTS ...] [--days 90]``, by default 100,000 accounts; 1,000,000 for the growth.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import duckdb

from adapters.leads.file.client import read_portfolio
from simulator.months.export import tables_of, write
from simulator.months.run import run_months
from simulator.months.settings import MonthsSettings, Scenario
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compile import compile_strategy, library
from strategies.compliance.packs import load_packs

FIRST_DAY, AGENTS_EACH = date(2026, 6, 1), 60 / 100_000
ZONES = (
    "[['America/New_York'], ['America/Chicago'], ['America/Denver'], ['America/Los_Angeles'], ['America/Phoenix'], "
    "['America/Chicago', 'America/New_York'], ['America/Boise', 'America/Denver'], ['America/Detroit']]"
)
PLACES = "[['US-NY'], ['US-TX'], ['US-CO'], ['US-CA'], ['US-AZ'], ['US-FL', 'US-GA'], ['US-ID'], ['US-MI']]"


def make_portfolio(file: Path, accounts: int) -> None:
    """Write the portfolio. Every value is a hash of its row."""
    with duckdb.connect() as database:
        database.execute(
            f"""
            COPY (
                SELECT 'a' || i AS account_id, 'p' || i // 10 * 9 + least(i % 10, 8) AS person_id,
                    [person_id || '/0', person_id || '/1'] AS endpoints,
                    {ZONES}[CAST(hash(person_id) % 8 AS BIGINT) + 1] AS zones,
                    {PLACES}[CAST(hash(person_id) % 8 AS BIGINT) + 1] AS places,
                    greatest(CAST(hash(i, 1) % 150 AS BIGINT) - 30, 0) AS days_past_due,
                    round(exp((hash(i, 2) % 1000) / 1000.0 * 13) - 1, 2) AS balance,
                    CAST((hash(i, 3) % 101) / 100.0 AS DOUBLE) AS historical_repayment_rate,
                    lpad(CAST(i % 10000 AS VARCHAR), 4, '0') AS card_last_four,
                    DATE '1950-01-01' + CAST(i % 18000 AS INTEGER) AS birth_date
                FROM range({accounts}) AS t(i)
            ) TO '{file}' (FORMAT PARQUET)
            """
        ).fetchall()


def measure(folder: Path, accounts: int, days: int) -> None:
    """Simulate, and print what it took, as JSON."""
    start, started = perf_counter(), process_time()
    strategy = compile_strategy(library()["cards-demo"])
    portfolio = read_portfolio(folder / "accounts.parquet", strategy.fields)
    portfolio.database.execute("SET threads = 2; SET memory_limit = '6GiB'")
    world = WorldSettings(floor=FloorSettings(agents=round(accounts * AGENTS_EACH), zone="America/New_York"))
    rules = load_packs(strategy.packs).rules
    book = run_months(
        portfolio.database, strategy, rules, world, MonthsSettings(), Scenario(), FIRST_DAY, days
    )  # fmt: skip
    write(tables_of(book), {}, folder / "out")
    found = {name: book.total(name) for name in ("attempts", "conversations", "promises", "kept", "broken", "payments")}
    print(
        json.dumps(
            {
                **found,
                "wall_s": perf_counter() - start,
                "cpu_s": process_time() - started,
                "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
            }
        )
    )


def main() -> None:
    """Measure each size in a child, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("accounts", nargs="*", type=int, default=[100_000])
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure, asked.accounts[0], asked.days)
        return
    base: float | None = None
    for accounts in asked.accounts:
        with tempfile.TemporaryDirectory(prefix="paceline-months-") as folder:
            make_portfolio(Path(folder) / "accounts.parquet", accounts)
            command = [sys.executable, __file__, str(accounts), "--days", str(asked.days), "--measure", folder]
            child = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found = json.loads(child.stdout)
        each = found["cpu_s"] / accounts
        base = base or each
        print(
            f"{accounts:,} accounts, {asked.days} days: {found['wall_s']:.1f} s, {found['cpu_s']:.1f} CPU s, "
            f"peak {found['peak_gib']:.2f} GiB; CPU per account {each / base:.2f} times the first; "
            f"load average {os.getloadavg()[0]:.1f}"
        )
        counts = ("attempts", "conversations", "promises", "kept", "broken", "payments")
        print("  " + ", ".join(f"{found[name]:,} {name}" for name in counts), flush=True)


if __name__ == "__main__":
    main()
