"""`paceline assign`: accounts and agents in, a table and a file out."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dialer.__main__ import main

STRATEGY = """\
name: desks
purpose: collections
fields: {balance: {type: number, min: 0}, failed_attempts: integer}
segments: [{name: all, when: "TRUE"}]
assignment:
  value: balance
  needs: [{skill: specialist, when: failed_attempts >= 6}, {skill: legal, when: balance > 900000}]
  grab: {when: failed_attempts = 0, limit: 5, lease_min: 90}
packs: [house]
"""
ACCOUNTS = """\
account_id,person_id,phone_1,balance,failed_attempts
A1,P1,+12125550101,100,1
A2,P2,+12125550102,5000,1
A3,P3,+12125550103,70,7
A4,P4,+12125550104,60,0
A5,P5,+12125550105,990000,1
A6,P6,+12125550106,lots,1
A7,P7,+12125550107,10,9
"""
AGENTS = """\
agent_id,max_cases,skills,ability,holds
ann,4,,0.5,0
bea,2,specialist,1.5,1
cid,4,,1,0
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in (("desks.yaml", STRATEGY), ("accounts.csv", ACCOUNTS), ("agents.csv", AGENTS)):
        (tmp_path / name).write_text(text)
    return [str(tmp_path / name) for name in ("desks.yaml", "accounts.csv", "agents.csv")]


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["assign", *words])
    captured = capsys.readouterr()
    assert stopped.value.code == (2 if captured.err else None)
    return captured.out, captured.err


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_accounts_are_dealt_out(
    suffix: str, files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / f"assigned.{suffix}"
    out, _ = run([*files, "--on", "2026-11-22", "--output", str(output), "--language", "en"], capsys)
    rows = duckdb.sql(f"SELECT account_id, way, agent_id, value, needs FROM '{output}'").fetchall()
    assert [(account, way, agent) for account, way, agent, *_ in rows] == [
        ("A1", "dispatched", "ann"),
        ("A2", "dispatched", "cid"),  # the larger balance to the abler of the two
        ("A3", "dispatched", "bea"),
        ("A4", "to_claim", None),
        ("A5", "no_skill", None),
        ("A7", "no_room", None),
    ]
    assert "1 rows were rejected" in out
    assert "Nobody has the skills: 1" in out
    cells = [line.split() for line in out.splitlines()]
    assert ["bea", "specialist", "1", "1", "2", "70"] in cells


def test_the_summary_is_in_chinese_too(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*files, "--on", "2026-11-22", "--output", str(tmp_path / "a.csv"), "--language", "zh"]
    out, _ = run(words, capsys)
    assert "已派发: 3" in out
    assert "待抢案: 1" in out


def test_a_day_that_is_none_is_told(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    _, err = run([*files, "--on", "22.11.2026"], capsys)
    assert "22.11.2026 is no day (write year, month and day, such as 2026-11-30)" in err


def test_another_kind_of_output_is_refused(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    _, err = run([*files, "--on", "2026-11-22", "--output", "assigned.xlsx"], capsys)
    assert "assigned.xlsx: the output is neither CSV nor Parquet (name it .csv or .parquet)" in err
