"""Commands with ``--spark``: what they print and write is what they print and write without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dialer.__main__ import main
from tests.integration.test_spark_audit import written
from tests.unit.audit.planted import planted

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(900)]

KINDS = "['none', 'none', 'none', 'insult', 'threat', 'rude']"


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the history with the planted violations, and what else the other commands ask for."""
    folder = written(planted().tables, tmp_path_factory.mktemp("commands") / "a past")
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        attempts = f"read_parquet('{folder}/attempts/*/*.parquet')"
        for table, rows in {
            "agents": """
                SELECT 'g' || i % 5 AS agent, ['idle', 'talking', 'paused'][i % 3 + 1] AS state, 'sales' AS campaign,
                    TIMESTAMPTZ '2026-06-01 12:07:00+00' + to_minutes(i * 11) AS from_at,
                    from_at + to_minutes(11) AS to_at, ['north', 'south'][i % 5 % 2 + 1] AS team
                FROM range(400) AS row(i)
                """,
            "payments": f"""
                SELECT account, placed_at + INTERVAL 1 DAY AS paid_at, 900 AS cents FROM {attempts}
                WHERE account IS NOT NULL AND hash(attempt) % 3 = 0
                """,
            "quality": f"""
                SELECT attempt, {KINDS}[CAST(hash(attempt, again) % 6 AS BIGINT) + 1] AS violation,
                    CASE WHEN hash(attempt) % 7 > 0 THEN 'g' || hash(attempt, again // 2) % 5 END AS agent
                FROM {attempts}, range(3) AS row(again)
                UNION ALL SELECT 'x', NULL, 'g0'
                """,
        }.items():
            database.execute(f"COPY ({rows}) TO '{folder}/{table}.parquet' (FORMAT PARQUET)")
    return folder


COMMANDS: dict[str, tuple[str, ...]] = {
    "audit": ("--packs", "house", "us-reg-f", "--campaign", "sales=telemarketing", "--require", "recording"),
    "pyramid": ("--by", "team", "--zone", "America/New_York"),
    "outcomes": (),
    "quality": (),
}
"""Commands with the options that they are tried with."""


def words(command: str, past: Path) -> list[str]:
    named = ["quality", "count"] if command == "quality" else [command]
    return [*named, str(past), *COMMANDS[command], "--language", "en"]


def told(command: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stopped:
        main(command)
    return int(stopped.value.code or 0), capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_the_same_of_both(
    command: str, past: Path, spark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for engine in ((), ("--spark", "local[1]")):
        place = tmp_path / f"own{len(engine)}"
        place.mkdir()
        to = ["-o", str(place)] if command == "quality" else ["--html", str(place / "report.html")]
        if command == "audit":
            to += ["--evidence", str(place / "evidence.parquet")]
        code, text = told([*words(command, past), *to, *engine], capsys)
        written_to = [(place / "report.html").read_text()]
        if command == "audit":
            evidence = duckdb.sql(f"FROM '{place}/evidence.parquet'")
            written_to += [str(list(zip(evidence.columns, evidence.types, strict=True))), str(evidence.fetchall())]
        found.append((code, text.replace(str(place), ""), written_to))
    duck, other = found
    assert other == duck
    assert duck[0] == (1 if command in ("audit", "quality") else 0)
    assert len(duck[1].splitlines()) > 5
    spark.sql("SELECT 1").collect()  # the session that was there before is still up


def test_a_command_makes_a_session_of_its_own(past: Path, spark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """In a process that has none yet."""
    del spark  # it skips where Spark cannot run
    code, text = told(words("quality", past), capsys)
    own = [sys.executable, "-m", "dialer", *words("quality", past), "--spark", "local[1]"]
    done = subprocess.run(own, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "80"})
    assert (done.returncode, done.stdout) == (code, text), done.stderr
    assert "north" in done.stdout


def refused(command: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(command)
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_a_folder_that_spark_cannot_use_is_told(tmp_path: Path, spark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    del spark
    assert "needs the table attempts" in refused(["pyramid", str(tmp_path), "--spark", "local[1]"], capsys)
    (tmp_path / "attempts.parquet").write_text("+442079460000")
    said = refused(["pyramid", str(tmp_path), "--spark", "local[1]"], capsys)
    assert "attempts.parquet" in said and "check that it is whole" in said and "7946" not in said
