"""How long an audit takes: a dial log of many attempts against twelve packs, `house` and `us-reg-f` among them.

Set-up: ten attempts of each person, three days apart, in ten sets of time zones and places, in the order of time,
as Parquet; about one in a hundred breaks a rule. Every column that a rule asks for is there, and so are lists of
do-not-contact, consents and contacts that persons began. Measured in a process of its own: wall time, CPU time and
the most memory, from opening the files to the table of evidence.

Run: ``python benchmarks/audit.py [ATTEMPTS]``. The data are made once, in the folder for temporary files.
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

from dialer.insight.audit.audit import audit
from dialer.insight.audit.records import Terms
from dialer.insight.tables import open_history
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import Duty, PackChoice

ATTEMPTS, EACH = 1_000_000, 10
MEMORY, CORES = "4GiB", 2
PACKS = (
    "house",
    "house-gentle",
    "us-reg-f",
    "us-fl",
    "us-ma",
    "us-nyc",
    "us-wa",
    "us-tcpa-tsr",
    "cn-cba",
    "gb",
    "de",
    "au",
)
ZONES = (
    "[['America/New_York'], ['America/Chicago'], ['America/Denver'], ['America/Los_Angeles'], ['America/Phoenix'], "
    "['America/Chicago', 'America/New_York'], ['America/Boise', 'America/Denver'], ['Asia/Shanghai'], "
    "['America/Chicago', 'America/Denver'], ['Europe/London']]"
)
PLACES = (
    "[['US-NY'], ['US-TX'], ['US-CO'], ['US-CA'], ['US-AZ'], ['US-FL', 'US-GA'], ['US-ID'], ['CN'], "
    "['US-NM', 'US-TX'], ['GB']]"
)
NOON = "[17, 18, 19, 20, 20, 18, 19, 5, 19, 12]"
"""An hour of UTC at which it is about noon in each of the sets of zones."""

ENDS = (
    "['no_answer', 'no_answer', 'no_answer', 'no_answer', 'machine', 'machine', 'machine', 'busy', 'not_in_service', "
    "'third_party', 'third_party', 'no_answer', 'no_answer', 'machine', 'early_hangup', 'no_answer']"
)


def make_data(folder: Path, attempts: int) -> None:
    """Write a history unless it is there. Every value is a hash of its row, so that all runs see the same."""
    if (folder / "attempts.parquet").exists():
        return
    folder.mkdir(exist_ok=True)
    with duckdb.connect() as database:
        database.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {CORES}; SET TimeZone = 'UTC'")
        database.execute(
            f"""
            COPY (
                SELECT 'x' || i AS attempt, 'cards' AS campaign, 'call' AS channel, 'predictive' AS mode,
                    'l' || who AS lead, 'p' || who AS person, 'a' || who AS account, 'debtor' AS party,
                    'p' || who || '/' || i % 2 AS endpoint,
                    {ZONES}[CAST(hash(who) % 10 AS BIGINT) + 1] AS zones,
                    {PLACES}[CAST(hash(who) % 10 AS BIGINT) + 1] AS places,
                    TIMESTAMPTZ '2026-07-06 00:00:00+00' + to_days(CAST(day AS INTEGER))
                        + to_hours({NOON}[CAST(hash(who) % 10 AS BIGINT) + 1])
                        + to_microseconds(CAST(hash(i, 5) % 7200000000 AS BIGINT))
                        + to_hours(CASE WHEN hash(i, 6) % 500 = 0 THEN 11 ELSE 2 END) AS placed_at,
                    placed_at + to_seconds(2) AS ringing_at,
                    CASE WHEN disposition IN ('machine', 'third_party', 'contact', 'promise', 'refusal', 'abandoned',
                        'early_hangup') THEN placed_at + to_seconds(12) END AS answered_at,
                    CASE WHEN disposition IN ('third_party', 'contact', 'promise', 'refusal')
                        THEN placed_at + to_seconds(13) END AS bridged_at,
                    CASE WHEN disposition = 'abandoned' THEN placed_at + to_seconds(24) END AS message_at,
                    CASE WHEN disposition = 'machine' THEN 'machine' ELSE 'person' END AS answered_by,
                    placed_at + to_seconds(CAST(20 + hash(i, 7) % 300 AS BIGINT)) AS ended_at,
                    disposition, 'tape' AS recording, TRUE AS identified
                FROM (
                    SELECT i, i % {attempts // EACH} AS who,
                        i // {attempts // EACH} * 3 - CASE WHEN hash(i, 3) % 300 = 0 THEN 2 ELSE 0 END AS day,
                        CASE WHEN hash(i, 8) % 1000 = 0 THEN 'abandoned' WHEN hash(i, 8) % 300 = 1 THEN 'promise'
                            ELSE {ENDS}[CAST(hash(i, 4) % 16 AS BIGINT) + 1] END AS disposition
                    FROM range({attempts}) AS row(i)
                )
            ) TO '{folder}/part' (FORMAT PARQUET)
            """
        )
        (folder / "part").rename(folder / "attempts.parquet")
        for table, rows in (
            (
                "suppressions",
                "'person' AS scope, 'p' || i * 97 AS key, TIMESTAMPTZ '2026-06-20 00:00:00+00' AS since_at",
            ),
            (
                "consents",
                "'p' || i * 89 AS person, 'hours' AS topic, TIMESTAMPTZ '2026-05-01 00:00:00+00' AS at, TRUE AS given",
            ),
            (
                "inbound",
                "'p' || i * 83 AS person, TIMESTAMPTZ '2026-07-16 15:00:00+00' AS at, 'call' AS channel, "
                "'a' || i * 83 AS account, 'conversation' AS reach",
            ),
        ):
            count = attempts // EACH // 200
            database.execute(f"COPY (SELECT {rows} FROM range({count}) AS row(i)) TO '{folder}/{table}.parquet'")


def measure(folder: Path) -> None:
    """Audit the history in `folder` and print what it took, as JSON."""
    rulebook = load_packs([PackChoice(name, accept_unreviewed=True) for name in PACKS])
    with tempfile.TemporaryDirectory() as spill, duckdb.connect(f"{spill}/audit.duckdb") as database:
        database.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {CORES}; SET TimeZone = 'UTC'")
        wall, cpu = perf_counter(), process_time()
        found = audit(open_history(folder, database), rulebook, Terms())
        took = perf_counter() - wall, process_time() - cpu
    judged = sum(not isinstance(rule, Duty) for rule in rulebook.rules)
    print(
        json.dumps(
            {
                "attempts": found.attempts,
                "rules": judged,
                "violations": found.violations,
                "broken": sum(rule.violations > 0 for rule in found.rules),
                "wall_s": took[0],
                "cpu_s": took[1],
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def main() -> None:
    """Make the data, audit it in a process of its own and print a table."""
    attempts = int(sys.argv[1]) if len(sys.argv) > 1 else ATTEMPTS
    folder = Path(tempfile.gettempdir()) / f"paceline-audit-{attempts}"
    # In a process of its own, for the most memory of a process is also that of whoever started it.
    subprocess.run([sys.executable, __file__, "--make", str(folder), str(attempts)], check=True)
    done = subprocess.run(
        [sys.executable, __file__, "--measure", str(folder)], check=True, capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    print(f"{found['attempts']:,} attempts against {found['rules']} rules that can be asked")
    print(f"violations {found['violations']:,} of {found['broken']} rules")
    print(f"wall {found['wall_s']:.1f} s, CPU {found['cpu_s']:.1f} s, most memory {found['peak_mib']:,.0f} MiB")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--make", where, count]:
            make_data(Path(where), int(count))
        case ["--measure", where]:
            measure(Path(where))
        case _:
            main()
