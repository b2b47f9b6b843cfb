"""How long pyramid, outcomes, counts of call quality and timelines of a large log take.

Set-up: ten attempts on each account, three days apart, in two arms, by 500 agents in twenty teams; one in forty is a
promise, and there is a payment for every tenth account. Every attempt was judged, one in twenty was found bad, and a
quarter of these twice. Attempts, marks and agents' states lie in a file for each day. Each report runs in a process of
its own, with 4 GiB for DuckDB: wall time, CPU time and the most memory, the opening of the files included.

Run: ``python benchmarks/reports.py [ATTEMPTS]``. The data are made once, in the folder for temporary files.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import duckdb

from dialer.core.units import NS_PER_S
from dialer.insight.outcomes.measure import Costs, outcomes_of
from dialer.insight.outcomes.measure import Terms as OutcomeTerms
from dialer.insight.pyramid.measure import Terms, measure
from dialer.insight.quality.counts import count
from dialer.insight.tables import Tables, open_history
from dialer.insight.timeline.history import timeline_of
from dialer.insight.timeline.moments import Span
from dialer.insight.timeline.rows import rows_about

ATTEMPTS, EACH, AGENTS, TEAMS = 1_000_000, 10, 500, 20
MEMORY, CORES = "4GiB", 2
DAY = Span(1_783_296_000 * NS_PER_S, 1_783_382_400 * NS_PER_S)
"""2026-07-06."""


def moments(history: Tables, subject: str, span: Span | None = None) -> int:
    """Return how many moments there are to tell of an account, or of an agent within `span`."""
    found = rows_about(subject, history, span)
    assert found is not None
    return len(timeline_of(found, "UTC").moments)


REPORTS = {
    "pyramid": lambda history: len(measure(history, "agent", Terms(zone="America/New_York"))),
    "outcomes": lambda history: len(outcomes_of(history, OutcomeTerms(), Costs(paid_hour=20)).arms),
    "quality": lambda history: len(count(history).by_agent),
    "account": lambda history: moments(history, "a777"),
    "agent": lambda history: moments(history, "g7", DAY),
}
"""What is measured: a report, and of how many groups or moments it tells."""

ENDS = "['no_answer', 'no_answer', 'machine', 'busy', 'third_party', 'contact', 'refusal', 'no_answer']"
KINDS = "['insult', 'threat', 'missing_identification', 'missing_identity_check']"


def make_data(folder: Path, attempts: int) -> None:
    """Write a history unless it is there. Every value is a hash of its row, so that all runs see the same."""
    if (folder / "payments.parquet").exists():
        return
    accounts, days = attempts // EACH, EACH * 3
    called = f"SELECT i, i % {accounts} AS who, i // {accounts} AS turn FROM range({attempts}) AS row(i)"
    name, agent = "'cards/l' || who || '/' || turn + 1", f"'g' || hash(i, 3) % {AGENTS}"
    placed = "TIMESTAMPTZ '2026-07-06 13:00:00+00' + to_days(CAST(turn * 3 AS INTEGER))"
    tables = {
        "attempts": f"""
            SELECT {name} AS attempt, 'cards' AS campaign, 'call' AS channel, 'l' || who AS lead,
                'p' || who AS person, 'a' || who AS account, ['M1', 'M2', 'M3'][who % 3 + 1] AS segment,
                ['steady', 'eager'][CAST(hash(who) % 2 AS BIGINT) + 1] AS arm,
                {placed} + to_seconds(CAST(hash(i, 1) % 28800 AS BIGINT)) AS placed_at,
                placed_at + to_seconds(12) AS answered_at,
                placed_at + to_seconds(CAST(20 + hash(i, 2) % 300 AS BIGINT)) AS ended_at,
                {agent} AS agent,
                CASE WHEN hash(i, 4) % 40 = 0 THEN 'promise' ELSE {ENDS}[CAST(hash(i, 4) % 8 AS BIGINT) + 1] END
                    AS disposition, CASE WHEN disposition = 'promise' THEN 5000 END AS promise_cents
            FROM ({called})
            """,
        "quality": f"""
            SELECT {name} AS attempt,
                CASE WHEN hash(i, 6) % 20 > 0 THEN 'none' ELSE {KINDS}[CAST(hash(i, 7) % 4 AS BIGINT) + 1] END
                    AS violation,
                {agent} AS agent, {placed} AS placed_at
            FROM ({called}), range(2) AS mark(again)
            WHERE again = 0 OR hash(i, 6) % 20 = 0 AND hash(i, 8) % 4 = 0
            """,
        "agents": f"""
            SELECT 'g' || i % {AGENTS} AS agent, ['idle', 'talking', 'wrap', 'paused'][i // {AGENTS} % 4 + 1] AS state,
                TIMESTAMPTZ '2026-07-06 13:00:00+00' + to_days(CAST(i // {AGENTS} // 480 AS INTEGER))
                    + to_minutes(i // {AGENTS} % 480) AS from_at,
                from_at + to_minutes(1) AS to_at, 'cards' AS campaign, 't' || i % {TEAMS} AS team
            FROM range({AGENTS} * 480 * {days}) AS row(i)
            """,
    }
    with duckdb.connect() as database:
        database.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {CORES}; SET TimeZone = 'UTC'")
        for table, rows in tables.items():
            instant = "from_at" if table == "agents" else "placed_at"
            (folder / table).mkdir(parents=True, exist_ok=True)
            database.execute(
                f"COPY (SELECT *, CAST({instant} AS DATE) AS day FROM ({rows})) TO '{folder}/{table}' "
                "(FORMAT PARQUET, PARTITION_BY (day), OVERWRITE_OR_IGNORE)"
            )
        database.execute(
            f"COPY (SELECT 'a' || i * 10 AS account, TIMESTAMPTZ '2026-07-10 00:00:00+00' "
            f"+ to_seconds(CAST(hash(i, 5) % 2592000 AS BIGINT)) AS paid_at, 5000 AS cents "
            f"FROM range({accounts} // 10) AS row(i)) TO '{folder}/payments.parquet'"
        )


def run(folder: Path, report: str) -> None:
    """Make one report of the history in `folder` and print what it took, as JSON."""
    with tempfile.TemporaryDirectory() as spill, duckdb.connect(f"{spill}/tables.duckdb") as database:
        database.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {CORES}; SET TimeZone = 'UTC'")
        wall, cpu = perf_counter(), process_time()
        groups = REPORTS[report](open_history(folder, database))
        took = perf_counter() - wall, process_time() - cpu
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"groups": groups, "wall_s": took[0], "cpu_s": took[1], "peak_mib": peak_mib}))


def main() -> None:
    """Make the data, and every report in a process of its own; print a line for each."""
    attempts = int(sys.argv[1]) if len(sys.argv) > 1 else ATTEMPTS
    folder = Path(tempfile.gettempdir()) / f"paceline-reports-{attempts}"
    # In a process of its own, for the most memory of a process is also that of whoever started it.
    subprocess.run([sys.executable, __file__, "--make", str(folder), str(attempts)], check=True)
    print(f"{attempts:,} attempts")
    for report in REPORTS:
        done = subprocess.run(
            [sys.executable, __file__, "--run", str(folder), report], check=True, capture_output=True, text=True
        )
        found = json.loads(done.stdout)
        print(
            f"{report}: {found['groups']} told, wall {found['wall_s']:.1f} s, CPU {found['cpu_s']:.1f} s, "
            f"most memory {found['peak_mib']:,.0f} MiB"
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--make", where, count]:
            make_data(Path(where), int(count))
        case ["--run", where, report]:
            run(Path(where), report)
        case _:
            main()
