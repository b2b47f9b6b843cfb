"""Pyramid and outcomes on Spark: the same figures as on DuckDB, from the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from dialer.insight.outcomes.measure import Costs, Outcomes, outcomes_of
from dialer.insight.outcomes.measure import Terms as OutcomeTerms
from dialer.insight.pyramid.measure import Terms, measure
from dialer.insight.tables import History, open_history
from strategies.errors import ConfigError

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(600)]

ZONE = "America/New_York"
COSTS = Costs(paid_hour=20, line_minute=0.1, attempt={"sms": 0.05})
ENDS = "['no_answer', 'contact', 'promise', 'promise', 'refusal', 'dispute', 'do_not_call', 'machine']"
ROWS = {
    "attempts": f"""
        SELECT 'x' || i AS attempt, ['cards', 'loans'][i % 2 + 1] AS campaign,
            ['call', 'sms'][(i % 9 = 0)::INT + 1] AS channel,
            'l' || i % 500 AS lead, CASE WHEN i % 31 > 0 THEN 'a' || i % 400 END AS account,
            ['M1', 'M2'][i % 2 + 1] AS segment,
            ['old', 'new'][CAST(hash(i % 400) % 2 AS BIGINT) + 1] AS arm, TIMESTAMPTZ '2026-06-01 12:00:00+00'
                + to_seconds(i * 977 % 2592000) AS placed_at,
            placed_at + to_seconds(7.25) AS answered_at, placed_at + to_seconds(30.5 + i % 90) AS ended_at,
            CASE WHEN i % 9 > 0 THEN 'g' || i % 7 END AS agent,
            {ENDS}[CAST(hash(i, 1) % 8 AS BIGINT) + 1] AS disposition,
            CASE WHEN i % 3 > 0 THEN 1000 + i END AS promise_cents,
            CASE WHEN i % 5 > 0 THEN CAST(placed_at AS DATE) + 4 END AS promise_due
        FROM range(6000) AS row(i)
        """,
    "payments": """
        SELECT 'a' || i % 450 AS account,
            TIMESTAMPTZ '2026-06-03 03:30:00+00' + to_seconds(i * 1297 % 2592000) AS paid_at,
            700 + i * 13 % 4000 AS cents FROM range(900) AS row(i)
        """,
    "agents": """
        SELECT 'g' || i % 7 AS agent, ['idle', 'talking', 'paused', 'offline'][i % 4 + 1] AS state,
            TIMESTAMPTZ '2026-06-01 12:07:00+00' + to_minutes(i * 11) AS from_at,
            CASE WHEN i < 995 THEN from_at + to_minutes(11) END AS to_at, 'cards' AS campaign,
            ['north', 'south'][i % 7 % 2 + 1] AS team FROM range(1000) AS row(i)
        """,
    "accounts": """
        SELECT 'a' || i AS account, day AS on_day, ['p', 'q'][(i + month(day)) % 2 + 1] AS segment,
            (i * 7 + month(day) * 30) % 120 AS dpd, 10000 + i AS balance_cents
        FROM range(400) AS row(i), (SELECT unnest([DATE '2026-04-30', DATE '2026-05-31', DATE '2026-06-30']) AS day)
        """,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reports")
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        for table, rows in ROWS.items():
            # As an import by day writes them: a folder of folders.
            target = place / table / "day=2026-06-01" if table == "attempts" else place
            target.mkdir(parents=True, exist_ok=True)
            database.execute(f"COPY ({rows}) TO '{target}/{table}.parquet' (FORMAT PARQUET)")
    return place


@pytest.fixture(scope="module")
def ours(folder: Path) -> History:
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    return open_history(folder, database)


@pytest.fixture(scope="module")
def theirs(folder: Path, spark: Any) -> Any:
    from dialer.insight.spark import open_on_spark

    return open_on_spark(folder, spark)


def alike(a: Any, b: Any) -> bool:
    """Tell whether two results are the same, but for the order in which floats were added up."""
    if isinstance(a, float) and isinstance(b, float):
        return a == pytest.approx(b, rel=1e-12)
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(alike, a, b))
    return bool(a == b)


@pytest.mark.parametrize("by", ["team", "segment", "hour"])
def test_the_pyramid_is_the_same(ours: History, theirs: Any, by: Any) -> None:
    terms = Terms(zone=ZONE)
    found = measure(ours, by, terms)
    assert found and any(group.kept for group in found)
    assert alike(measure(theirs, by, terms), found)


def test_the_outcomes_are_the_same(ours: History, theirs: Any) -> None:
    terms = OutcomeTerms(promises=Terms(zone=ZONE))
    found, other = outcomes_of(ours, terms, COSTS), outcomes_of(theirs, terms, COSTS)
    for part in set(Outcomes._fields) - {"comparisons"}:
        assert getattr(found, part)
        assert alike(getattr(other, part), getattr(found, part)), part
    (one,), (two,) = found.comparisons, other.comparisons
    assert one[:4] == two[:4] and one.days == two.days and one.verdict == two.verdict
    assert one.path.difference.tolist() == pytest.approx(two.path.difference.tolist(), nan_ok=True)


def test_what_is_no_history_is_told_as_such(tmp_path: Path, spark: Any) -> None:
    from dialer.insight.spark import open_on_spark

    with pytest.raises(ConfigError, match="needs the table attempts"):
        open_on_spark(tmp_path, spark)
