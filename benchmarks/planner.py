"""How long a day's plan takes: 10,000,000 accounts, 100,000,000 past contacts, the packs `house` and `us-reg-f`.

Set-up: accounts in ten sets of time zones and places, prepared as Parquet; their contacts over the last 30 days in the
order of time, of which the caps and lockouts look at the last seven days; the strategy `cards-demo` in its
shift on a Monday. Measured in a process of its own: wall time, CPU time and the most memory, from opening
the files to the plan written as Parquet, checks of the portfolio included.

Beside it, in the same run: the segmentation alone as a function called for every row of a pandas table,
which is how it is commonly shown, on a sample of the same accounts and extrapolated by rows; and the same
segments by this planner's columns over all of them.

Run: ``python benchmarks/planner.py [ACCOUNTS]``. The data are made once, in the folder for temporary files.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import duckdb

from adapters.leads.file.client import read_portfolio
from adapters.leads.file.history import read_history
from strategies.compile import compile_strategy, library
from strategies.compliance.packs import load_packs
from strategies.planning.planner import plan
from strategies.planning.steps import segment_sql

ACCOUNTS, CONTACTS_EACH, SAMPLE = 10_000_000, 10, 100_000
DAY = date(2026, 11, 23)
START_NS, END_NS = (int(datetime(2026, 11, 23, hour, tzinfo=UTC).timestamp()) * 1_000_000_000 for hour in (14, 23))
MEMORY, CORES = "6GiB", 2
ZONES = (
    "[['America/New_York'], ['America/Chicago'], ['America/Denver'], ['America/Los_Angeles'], ['America/Phoenix'], "
    "['America/Chicago', 'America/New_York'], ['America/Boise', 'America/Denver'], ['Asia/Shanghai'], "
    "['America/Chicago', 'America/Denver'], []]"
)
PLACES = (
    "[['US-NY'], ['US-TX'], ['US-CO'], ['US-CA'], ['US-AZ'], ['US-FL', 'US-GA'], ['US-ID'], ['CN'], "
    "['US-NM', 'US-TX'], []]"
)
REACHES = (
    "['ring', 'ring', 'ring', 'machine', 'machine', 'busy', 'not_in_service', 'person', 'conversation', 'abandoned']"
)


def make_data(folder: Path, accounts: int) -> None:
    """Write both files unless they are there. Every value is a hash of its row, so that all runs see the same."""
    with duckdb.connect() as database:
        database.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {CORES}; SET preserve_insertion_order = true")
        if not (folder / "accounts.parquet").exists():
            database.execute(
                f"""
                COPY (
                    SELECT 'a' || i AS account_id, 'p' || i // 10 * 9 + least(i % 10, 8) AS person_id,
                        [person_id || '/0', person_id || '/1'] AS endpoints,
                        {ZONES}[CAST(hash(person_id) % 10 AS BIGINT) + 1] AS zones,
                        {PLACES}[CAST(hash(person_id) % 10 AS BIGINT) + 1] AS places,
                        greatest(CAST(hash(i, 1) % 150 AS BIGINT) - 30, 0) AS days_past_due,
                        round(exp((hash(i, 2) % 1000) / 1000.0 * 13) - 1, 2) AS balance,
                        CAST((hash(i, 3) % 101) / 100.0 AS DOUBLE) AS historical_repayment_rate,
                        lpad(CAST(i % 10000 AS VARCHAR), 4, '0') AS card_last_four,
                        DATE '1950-01-01' + CAST(i % 18000 AS INTEGER) AS birth_date
                    FROM range({accounts}) AS t(i)
                ) TO '{folder}/part' (FORMAT PARQUET)
                """
            ).fetchall()
            (folder / "part").rename(folder / "accounts.parquet")
        if not (folder / "contacts.parquet").exists():
            contacts = accounts * CONTACTS_EACH
            database.execute(
                f"""
                COPY (
                    SELECT 'a' || h % {accounts} AS account_id,
                        'p' || (h % {accounts}) // 10 * 9 + least(h % {accounts} % 10, 8) AS person_id,
                        person_id || '/' || CAST(hash(i, 5) % 4 = 0 AS INTEGER) AS number, 'voice' AS channel,
                        TIMESTAMP '2026-11-23 02:00:00' - to_seconds((1 - i / {contacts}) * 30 * 86400) AS begun,
                        begun + to_seconds(CAST(10 + hash(i, 6) % 90 AS DOUBLE)) AS ended,
                        {REACHES}[CAST(hash(i, 7) % 10 AS BIGINT) + 1] AS reach
                    FROM (SELECT i, hash(i, 4) AS h FROM range({contacts}) AS t(i))
                ) TO '{folder}/part' (FORMAT PARQUET)
                """
            ).fetchall()
            (folder / "part").rename(folder / "contacts.parquet")


def measure_plan(folder: Path) -> None:
    """Plan the day and print what it came to, as JSON."""
    strategy = compile_strategy(library()["cards-demo"])
    rules = load_packs(strategy.packs).rules
    start, started = perf_counter(), process_time()
    portfolio = read_portfolio(folder / "accounts.parquet", strategy.fields)
    database = portfolio.database
    database.execute(
        f"SET memory_limit = '{MEMORY}'; SET threads = {CORES}; SET preserve_insertion_order = false; "
        f"SET temp_directory = '{folder}/spill'"
    )
    read = perf_counter()
    read_history(folder / "contacts.parquet", rules, database)
    today = plan(database, strategy, DAY, rules=rules, span_ns=(START_NS, END_NS))
    planned = perf_counter()
    today.write(folder / "plan.parquet")
    end, ended = perf_counter(), process_time()
    print(
        json.dumps(
            {
                "accounts": portfolio.accounts,
                "contacts": sum(count.planned for count in today.counts),
                "reasons": [(found.reason, found.rule, found.times) for found in today.reasons()],
                "asked": today.asked,
                "wall_s": end - start,
                "parts_s": [read - start, planned - read, end - planned],
                "cpu_s": ended - started,
                "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
            }
        )
    )


def measure_rows(folder: Path, accounts: int) -> tuple[float, float]:
    """Return CPU seconds of the segmentation of all accounts: by rows, extrapolated from a sample, and by columns."""
    import pandas

    with duckdb.connect() as database:
        database.execute(f"SET threads = {CORES}; SET memory_limit = '{MEMORY}'")
        file = folder / "accounts.parquet"
        rows = database.execute(
            f"SELECT days_past_due, historical_repayment_rate FROM '{file}' LIMIT {SAMPLE}"
        ).fetchnumpy()
        table = pandas.DataFrame(rows)
        started = process_time()
        table["bucket"] = table.apply(_bucket, axis=1)
        by_row = (process_time() - started) / len(table)
        strategy = compile_strategy(library()["cards-demo"])
        started = process_time()
        database.execute(f"CREATE TABLE bucket AS SELECT {segment_sql(strategy)} AS segment FROM '{file}'").fetchall()
        by_column = process_time() - started
    return by_row * accounts, by_column


def _bucket(row: object) -> str:
    """M1 to 30 days, M2 to 60, M3 to 90; beyond, the repayment rate divides at 0.8."""
    late = row["days_past_due"]  # type: ignore[index]
    if late > 90:
        return "M3+ (High Potential)" if row["historical_repayment_rate"] > 0.8 else "M3+ (Low Potential)"  # type: ignore[index]
    return "M1" if late <= 30 else "M2" if late <= 60 else "M3"


def main() -> None:
    """Make the data, measure in a child, print."""
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS
    folder = Path(tempfile.gettempdir()) / f"paceline-plan-{accounts}"
    if "--measure" in sys.argv:
        measure_plan(folder)
        return
    folder.mkdir(exist_ok=True)
    make_data(folder, accounts)
    print(f"{accounts:,} accounts, {accounts * CONTACTS_EACH:,} past contacts; load average {os.getloadavg()[0]:.1f}")
    command = [sys.executable, __file__, str(accounts), "--measure"]
    child = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(child.stdout)
    parts = ", ".join(
        f"{name} {part:.1f} s" for name, part in zip(("portfolio", "plan", "Parquet"), found["parts_s"], strict=True)
    )
    print(f"plan: {found['wall_s']:.1f} s ({parts}), {found['cpu_s']:.1f} CPU s, peak {found['peak_gib']:.2f} GiB")
    print(f"  {found['contacts']:,} accounts contacted; the gate itself was asked about {found['asked']:,}")
    for reason, rule, times in found["reasons"]:
        print(f"  {times:>12,}  {reason} {rule}")
    by_row, by_column = measure_rows(folder, accounts)
    print(
        f"segments by rows in pandas: {by_row:,.1f} CPU s (extrapolated from {SAMPLE:,} rows); by columns: "
        f"{by_column:.2f} CPU s; {by_row / by_column:,.0f} times"
    )


if __name__ == "__main__":
    main()
