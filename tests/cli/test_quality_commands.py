"""`paceline quality scan` and `count`."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dialer.__main__ import main
from dialer.ports.history import sql_columns

GOOD = (
    '{"attempt": "c1", "agent": "a1", "party": "debtor", '
    '"turns": [{"speaker": "agent", "text": "This is Anna. Is this Mr M?"}]}\n'
)
BAD = GOOD.replace("c1", "c2").replace("Is this", "you idiot. Is this")


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, words)])
    return int(stopped.value.code or 0)


def test_scan_finds_counts_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, teams, output = tmp_path / "t.jsonl", tmp_path / "teams.csv", tmp_path / "out"
    file.write_text(GOOD + "oops\n" + BAD)
    teams.write_text("agent,team\na1,north\n")
    assert run("quality", "scan", file, "--teams", teams, "-o", output, "--language", "en") == 1
    told = capsys.readouterr().out
    assert "1 (50.0%)" in told and "t.jsonl:2" in told
    rows = duckdb.sql(f"SELECT attempt, violation, agent, evidence FROM '{output}/quality.parquet'").fetchall()
    assert rows == [("c1", "none", "a1", ""), ("c2", "insult", "a1", "idiot")]
    assert "north" in (output / "report.html").read_text()


def test_clean_calls_end_with_0_and_none_at_all_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(GOOD)
    assert run("quality", "scan", file, "--language", "zh") == 0
    assert "通话质检分析报告" in capsys.readouterr().out
    file.write_text("oops\n")
    assert run("quality", "scan", file) == 2
    assert "no transcript that can be used" in capsys.readouterr().err


def test_a_phrase_pack_of_one_s_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack, file = tmp_path / "pack.yaml", tmp_path / "t.jsonl"
    file.write_text(GOOD)
    text = (
        "language: en\nviolations:\n  insult: {says: x, phrases: [mr m]}\ndebt: [debt]\n"
        "identification: [this is]\nidentity_check: [is this]\n"
    )
    pack.write_text(text)
    assert run("quality", "scan", file, "--packs", pack) == 1
    pack.write_text(text.replace("insult", "rude"))
    assert run("quality", "scan", file, "--packs", pack) == 2
    assert "pack.yaml:3" in capsys.readouterr().err


def test_results_of_others_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "r.csv"
    file.write_text("call_id,agent_id,violation_type,duration\n1,A,无违规,9\n2,B,辱骂,9\n", encoding="utf-8")
    assert run("quality", "count", file, "--language", "en") == 1
    assert "insult (1 times)" in capsys.readouterr().out


def test_what_a_scan_has_written_counts_to_the_same_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, teams, output = tmp_path / "t.jsonl", tmp_path / "teams.csv", tmp_path / "out"
    file.write_text(GOOD + BAD)
    teams.write_text("agent,team\na1,north\n")
    assert run("quality", "scan", file, "--teams", teams, "-o", output, "--language", "en") == 1
    report = (output / "report.html").read_text()
    scanned = capsys.readouterr().out.replace(str(output), "").strip()
    again = tmp_path / "again"
    words = (output / "quality.parquet", "--teams", teams, "-o", again, "--language", "en")
    assert run("quality", "count", *words) == 1
    assert capsys.readouterr().out.replace(str(again), "").strip() == scanned
    assert (again / "report.html").read_text() == report
    assert "north" in report


def history(folder: Path) -> Path:
    """Write a history with a table of agents, but none of quality."""
    folder.mkdir()
    with duckdb.connect() as database:
        for table in ("attempts", "agents"):
            database.execute(f"CREATE TABLE {table} ({sql_columns(table)})")
            if table == "agents":
                database.execute("INSERT INTO agents (agent, team) VALUES ('a1', 'north')")
            database.execute(f"COPY {table} TO '{folder}/{table}.parquet'")
    return folder


def test_a_history_is_counted_and_its_agents_say_their_teams(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, folder, teams = tmp_path / "t.jsonl", history(tmp_path / "history"), tmp_path / "teams.csv"
    assert run("quality", "count", folder) == 2
    assert "the history has no table quality" in capsys.readouterr().err
    file.write_text(GOOD + BAD)
    assert run("quality", "scan", file, "-o", folder) == 1
    written = (folder / "quality.parquet").read_bytes()
    capsys.readouterr()
    assert run("quality", "count", folder, "--language", "en") == 1
    assert "north" in capsys.readouterr().out
    teams.write_text("agent,team\na1,south\n")
    assert run("quality", "count", folder, "--teams", teams, "-o", folder, "--language", "zh") == 1
    told = capsys.readouterr().out
    assert "south" in told and "north" not in told and "按团队" in told
    assert "south" in (folder / "report.html").read_text()
    assert (folder / "quality.parquet").read_bytes() == written


def test_rows_of_a_history_that_say_too_little_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = history(tmp_path / "history")
    duckdb.sql("SELECT 'c1' AS attempt, NULL AS violation UNION ALL SELECT 'c2', 'none'").write_parquet(
        str(folder / "quality.parquet")
    )
    assert run("quality", "count", folder, "--language", "en") == 0
    told = capsys.readouterr().out
    assert "1 rows of the table quality name no call or no violation" in told and "0 (0.0%)" in told
