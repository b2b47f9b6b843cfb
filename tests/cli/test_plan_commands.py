"""`paceline plan`, `why` and `strategy diff`: the same answers in two languages, and as Parquet."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dialer.__main__ import main
from strategies.compile import library

CONFIG = """\
paceline: 1
strategy: cards-demo
portfolio: {file: people.csv, history: contacts.csv}
campaigns: [{name: floor}]
world: {floor: {zone: America/New_York}}
"""
PEOPLE = """\
account_id,person_id,phones,days_past_due,balance,historical_repayment_rate
a1,p1,+12125550101,15,1000,0.9
a2,p2,+12125550102,45,1000,0.9
a3,p3,+12125550103,45,1000,0.9
a4,p4,,45,1000,0.9
a5,p5,+12125550105,0,1000,0.9
a6,p6,+12125550106,many,1000,0.9
"""
CONTACTS = """\
person_id,account_id,number,channel,begun,ended,reach
p2,a2,p2/0,voice,2026-11-21 15:00:00,2026-11-21 15:03:00,conversation
p3,a3,p3/0,voice,2026-11-23 13:55:00,2026-11-23 13:55:30,ring
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (("run.yaml", CONFIG), ("people.csv", PEOPLE), ("contacts.csv", CONTACTS)):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main([*words])
    captured = capsys.readouterr()
    assert stopped.value.code == (2 if captured.err else None)
    return captured.err or captured.out


def test_a_plan_is_written_and_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "plan", "run.yaml", "--on", "2026-11-23", "--language", "en")
    assert "denied by a rule for the whole span: US-REGF-FREQ-B" in text
    assert "people.csv:7: days_past_due is not a whole number (allowed: a whole number" in text
    rows = duckdb.sql(
        "SELECT account_id, segment, reason, rule, step, CAST(allowed_from AS VARCHAR) FROM "
        f"'{folder / 'plan-2026-11-23.parquet'}' ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("a1", "M1", "contact", "", "M1/1", None),
        ("a2", "M2", "denied", "US-REGF-FREQ-B", "M2/1", "2026-11-28 13:00:00"),
        ("a3", "M2", "contact", "HOUSE-GAP", "M2/1", "2026-11-23 15:25:00"),
        ("a4", "M2", "no_number", "", "M2/1", None),
        ("a5", "M0", "rests", "", None, None),
    ]
    assert not list(folder.glob("*.part"))


def test_a_plan_that_fails_leaves_the_earlier_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "plan", "run.yaml", "--on", "2026-11-23")
    before = (folder / "plan-2026-11-23.parquet").read_bytes()
    (folder / "people.csv").write_text("account_id,person_id\n")
    assert "people.csv:1: the column" in said(capsys, "plan", "run.yaml", "--on", "2026-11-23")
    assert (folder / "plan-2026-11-23.parquet").read_bytes() == before


@pytest.mark.parametrize(
    ("account", "language", "words"),
    [
        ("a1", "en", ("Segment M1, because days_past_due", "call by an agent, every day", "It is contacted.")),
        (
            "a2",
            "en",
            (
                "It is not contacted: denied by a rule for the whole span: US-REGF-FREQ-B.",
                "too soon after what starts the rule (12 CFR 1006.14(b)(2)(i)(B)",
                "2026-11-28 08:00 (America/New_York)",
            ),
        ),
        ("a3", "en", ("It is contacted, from 2026-11-23 10:25 (America/New_York) on.", "HOUSE-GAP")),
        ("a4", "zh", ("客群 M2", "不联系：没有电话号码。")),
        ("a2", "zh", ("不联系：全程被规则禁止: US-REGF-FREQ-B。", "仍在冷却期内", "2026-11-28 08:00")),
        ("a5", "en", ("It is not contacted: its segment is left alone.",)),
        ("a6", "en", ("the portfolio has no account a6 (rows that were rejected are in",)),
    ],
)
def test_why_tells_the_rule_and_when_it_next_may_be(
    folder: Path, capsys: pytest.CaptureFixture[str], account: str, language: str, words: tuple[str, ...]
) -> None:
    text = said(capsys, "why", account, "--on", "2026-11-23", "--language", language)
    for part in words:
        assert part in text


@pytest.mark.parametrize("out", [".", "nowhere/plan.parquet"])
def test_a_plan_that_cannot_be_written_is_told(out: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["plan", "run.yaml", "--on", "2026-11-23", "--out", out])
    assert stopped.value.code == 2
    assert f"{out}: this file cannot be written" in capsys.readouterr().err
    assert not list(folder.glob("*.part"))


def test_a_day_that_is_none_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "23.11.2026 is no day" in said(capsys, "why", "a1", "--on", "23.11.2026")


def test_a_difference_names_who_is_treated_differently(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = library()["cards-demo"].read_text()
    assert "channel: agent_call, priority: 100" in own
    (folder / "own.yaml").write_text(own.replace("name: M1 ", "name: Early ").replace("name: cards-demo", "name: own"))
    words = ("strategy", "diff", "cards-demo", "own.yaml", "people.csv", "--on", "2026-11-23")
    text = said(capsys, *words, "--history", "contacts.csv", "--language", "en")
    assert "M1 · agent_call predictive" in text
    assert "Early · agent_call predictive" in text
    assert "4 of 5 accounts are treated alike" in text
    assert "people.csv:7: days_past_due is not a whole number" in text
    rows = duckdb.sql(f"SELECT account_id, segment_before, segment_after FROM '{folder / 'strategy-diff.parquet'}'")
    assert rows.fetchall() == [("a1", "M1", "Early")]
