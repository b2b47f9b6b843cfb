"""A history in a file for each day is the history in one file, to every reader."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from adapters.history.writer import DAILY, REJECTED_FILE, HistoryWriter, Rejected
from dialer.__main__ import main
from dialer.insight.audit.audit import audit
from dialer.insight.audit.records import Terms
from dialer.insight.outcomes.measure import Terms as OutcomeTerms
from dialer.insight.outcomes.measure import outcomes_of
from dialer.insight.pyramid.measure import Terms as PyramidTerms
from dialer.insight.pyramid.measure import measure
from dialer.insight.tables import History, open_history
from dialer.ports.history import TABLES
from dialer.ports.history_files import relate
from simulator.history.read import open_history as open_for_simulation
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice
from tests.unit.history.floors import DAY, write_journal

DAYS = 3


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("parts")
    write_journal(place / "days.journal", count=150, days=DAYS)
    for name, words in (("whole", ()), ("daily", ("--by-day",))):
        with pytest.raises(SystemExit) as ended:
            main(["history", "import", str(place / "days.journal"), "-o", str(place / name), *words])
        assert not ended.value.code
    return place / "whole", place / "daily"


def opened(folder: Path) -> History:
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'").fetchall()
    return open_history(folder, database)


def test_what_grows_daily_has_a_file_for_each_day(folders: tuple[Path, Path]) -> None:
    for table in ("attempts", "agents"):
        days = [f"day={DAY + timedelta(days=n)}" for n in range(DAYS)]
        assert [file.parent.name for file in sorted((folders[1] / table).rglob("*.parquet"))] == days
        assert not (folders[1] / f"{table}.parquet").exists()
    assert (folders[1] / "leads.parquet").is_file()
    assert DAILY.keys() <= TABLES.keys()


def test_both_hold_the_same_in_the_same_order(folders: tuple[Path, Path]) -> None:
    whole, daily = map(opened, folders)
    assert whole.known == daily.known >= {"attempts", "agents", "leads"}
    for table in ("attempts", "agents", "leads"):
        rows = [past.database.execute(f"FROM {table} ORDER BY ALL").fetchall() for past in (whole, daily)]
        assert rows[0] == rows[1] != []
    numbered = [past.database.execute("SELECT n, attempt FROM numbered").fetchall() for past in (whole, daily)]
    assert numbered[0] == numbered[1]
    assert [n for n, _ in numbered[0]] == list(range(1, len(numbered[0]) + 1))
    with open_for_simulation(folders[1]) as database:
        assert database.execute("SELECT count(*) FROM attempts").fetchall() == [(len(numbered[0]),)]


def test_every_report_reads_both_alike(folders: tuple[Path, Path]) -> None:
    book = load_packs([PackChoice(name, accept_unreviewed=True) for name in ("house", "us-reg-f")])
    terms = Terms(zone="Europe/London")
    whole, daily = (audit(opened(folder), book, terms) for folder in folders)
    assert whole == daily and whole.attempts
    whole, daily = (measure(opened(folder), "agent", PyramidTerms()) for folder in folders)
    assert whole == daily != []
    whole, daily = (outcomes_of(opened(folder), OutcomeTerms()) for folder in folders)
    assert whole == daily and whole.pressure


def test_rows_that_cannot_be_used_are_listed_beside_the_days(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path / "out", by_day=True)
    row = {"campaign": "c", "channel": "call", "lead": "l", "disposition": "no_answer"}
    noon = 1_781_697_600_000_000_000  # 2026-06-17 12:00
    for number, t_ns in enumerate((noon, noon + 86_400_000_000_000, noon)):
        writer.add("attempts", {**row, "attempt": f"x{number % 2}", "placed_at": t_ns})
    writer.reject(Rejected("log", 7, "attempts", "no instant", "an instant"))
    written = writer.close()
    assert (written.rows["attempts"], written.rejected) == (2, 2)
    assert (tmp_path / "out" / REJECTED_FILE).read_text().count("\n") == 3
    days = sorted(file.parent.name for file in (tmp_path / "out" / "attempts").rglob("*.parquet"))
    assert days == [f"day={date(2026, 6, 17)}", f"day={date(2026, 6, 18)}"]


def test_a_folder_s_name_may_hold_a_column(tmp_path: Path) -> None:
    """Whoever writes parts by campaign leaves the campaign out of the files; what looks like a number stays a name."""
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT 'x' || i AS attempt, ['007', 'b'][i % 2 + 1] AS campaign, 'call' AS channel, 'l' AS lead, "
            f"TIMESTAMPTZ '2026-06-17 12:00:00+00' AS placed_at, 'no_answer' AS disposition FROM range(6) AS row(i)) "
            f"TO '{tmp_path}/attempts' (FORMAT PARQUET, PARTITION_BY (campaign))"
        )
        relate(tmp_path, database)
        assert database.execute("SELECT campaign, count(*) FROM attempts GROUP BY 1 ORDER BY 1").fetchall() == [
            ("007", 3),
            ("b", 3),
        ]
        assert database.execute("SELECT min(n), max(n), count(DISTINCT n) FROM numbered").fetchall() == [(1, 6, 6)]
