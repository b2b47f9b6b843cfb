"""`paceline plan`, `why` and `strategy diff`: the same answers in two languages, and as Parquet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dialer.__main__ import main
from dialer.cli import strategy_diff
from strategies.compile import library
from strategies.planning.planner import Plan, plan

CONFIG = """\
paceline: 1
strategy: cards-demo
portfolio: {file: people.csv, history: contacts.csv}
campaigns: [{name: floor}]
world: {floor: {zone: America/New_York}}
"""
PEOPLE = """\
account_id,person_id,phones,days_past_due,balance,historical_repayment_rate,card_last_four,birth_date
a1,p1,+12125550101,15,1000,0.9,1234,1980-01-02
a2,p2,+12125550102,45,1000,0.9,1234,1980-01-02
a3,p3,+12125550103,45,1000,0.9,1234,1980-01-02
a4,p4,,45,1000,0.9,1234,1980-01-02
a5,p5,+12125550105,0,1000,0.9,1234,1980-01-02
a6,p6,+12125550106,many,1000,0.9,1234,1980-01-02
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
        ("a2", "zh", ("不联系：全程被规则禁止：US-REGF-FREQ-B。", "仍在冷却期内", "2026-11-28 08:00")),
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
        main(["plan", "run.yaml", "--on", "2026-11-23", "--output", out])
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


@pytest.mark.parametrize(
    ("zone", "begins"),
    [(None, "2026-11-01 04:00"), ("Asia/Tokyo", "2026-10-31 15:00"), ("UTC", "2026-11-01 00:00")],
)
def test_the_day_of_a_difference_is_that_of_the_accounts(
    zone: str | None, begins: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def spy(*rest: Any, span_ns: tuple[int, int], **facts: Any) -> Plan:
        spans.append(span_ns)
        return plan(*rest, span_ns=span_ns, **facts)

    spans: list[tuple[int, int]] = []
    monkeypatch.setattr(strategy_diff, "plan", spy)
    words = ("strategy", "diff", "cards-demo", "cards-demo", "people.csv", "--on", "2026-11-01")
    assert said(capsys, *words, *(["--zone", zone] if zone else []))
    began_ns = int(datetime.fromisoformat(begins).replace(tzinfo=UTC).timestamp()) * 10**9
    hours = 25 if zone is None else 24  # in New York the clock goes back on this day
    assert set(spans) == {(began_ns, began_ns + hours * 3600 * 10**9)}
    assert "there is no time zone Mars" in said(capsys, *words, "--zone", "Mars")


def test_other_parties_and_wishes_are_planned_and_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "run.yaml").write_text(
        CONFIG.replace("cards-demo", "own.yaml").replace(
            "history: contacts.csv", "parties: others.csv, suppressed: asked.csv, consent: agreed.csv"
        )
    )
    (folder / "others.csv").write_text(
        "account_id,party,person_id,phones\na1,contact,q1,+12125550199\na2,contact,q2,+12125550198\n"
        "a9,contact,q9,+12125550197\n"
    )
    (folder / "asked.csv").write_text("scope,key,source\nperson,p3,letter of May\nfamily,p1,\n")
    (folder / "agreed.csv").write_text("person_id,topic,given,source\np1,hours,never,tape\n")
    own = library()["cards-demo"].read_text().replace("name: cards-demo", "name: own")
    own = own.replace("days_past_due: ", "failed_attempts: integer\n  days_past_due: ", 1)
    own = own.replace(", script: two-checks", "")  # where a script leads the calls, other parties have one, too
    (folder / "own.yaml").write_text(
        own + "parties: [{party: contact, after_failed_attempts: 3, template: relay}]\n"
        'templates: {relay: {channels: [agent_call], reader: third_party, text: {en: "Please ask them to call."}}}\n'
    )
    header, *rows = PEOPLE.splitlines()
    tries = "\n".join([f"{header},failed_attempts", *(f"{row},{index}" for index, row in enumerate(rows, 2))])
    (folder / "people.csv").write_text(tries)
    text = said(capsys, "plan", "run.yaml", "--on", "2026-11-23", "--language", "en")
    for file, line in (("others", 4), ("asked", 3), ("agreed", 2)):
        assert f"{file}.csv:{line}: " in text
    query = f"SELECT account_id, party, person_id, template, reason FROM '{folder / 'plan-2026-11-23.parquet'}'"
    planned = duckdb.sql(f"{query} WHERE party <> 'debtor' ORDER BY 1").fetchall()
    assert planned == [("a1", "contact", "q1", "relay", "person_first"), ("a2", "contact", "q2", "relay", "contact")]
    text = said(capsys, "why", "a1", "--on", "2026-11-23", "--language", "en")
    assert "Reaches an emergency contact (q1), after 3 failed attempts at the person; so far 2" in text
    assert "本人失联次数未达到" in said(capsys, "why", "a1", "--on", "2026-11-23", "--language", "zh")
    assert "letter of May" in said(capsys, "why", "a3", "--on", "2026-11-23", "--language", "en")
