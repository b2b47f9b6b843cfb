"""Rules in a day's plan: what denies, what only delays, and when the gate itself is asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from strategies.compile import compile_strategy, library
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import ConsentNeeded, Rule
from strategies.errors import ConfigError
from strategies.planning.history import make_empty
from strategies.planning.planner import Plan, plan
from strategies.planning.why import why

DAY = dt.date(2026, 11, 23)
STRATEGY = compile_strategy(library()["cards-demo"])
RULES = load_packs(STRATEGY.packs).rules
NEEDED = ConsentNeeded(id="ASK", pack="p", says="", source="s", status="H", topic="calls")
PEOPLE = ("a1", "a2", "a3", "a4")


def instant(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()) * 1_000_000_000


SHIFT = instant("2026-11-23 14:00"), instant("2026-11-23 23:00")


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    rows = ", ".join(
        f"({number}, '{account}', 'p{number}', ['p{number}/0'], ['America/New_York'], ['US-NY'], 45, 1000.0, 0.5, "
        "'1234', NULL::DATE)"
        for number, account in enumerate(PEOPLE, 1)
    )
    names = (
        "source_row, account_id, person_id, endpoints, zones, places, days_past_due, balance, "
        "historical_repayment_rate, card_last_four, birth_date"
    )
    found.execute(f"CREATE TABLE accounts AS SELECT * FROM (VALUES {rows}) AS t({names})").fetchall()
    make_empty(found)
    return found


def contact(database: duckdb.DuckDBPyConnection, person: int, begun: str, reach: str | None) -> None:
    values = {"person_id": f"p{person}", "account_id": f"a{person}", "number": f"p{person}/0", "reach": reach}
    values |= {"channel": "voice", "inbound": False, "begun": begun, "ended": begun}
    names, marks = ", ".join(values), ", ".join("?" for _ in values)
    database.execute(f"INSERT INTO history ({names}) VALUES ({marks})", [*values.values()]).fetchall()


def made(today: Plan) -> list[tuple[str, str, str]]:
    query = "SELECT account_id, reason, rule FROM plan ORDER BY 1"
    return today.basis.database.execute(query).fetchall()


def test_a_denial_that_ends_within_the_shift_only_delays(database: duckdb.DuckDBPyConnection) -> None:
    contact(database, 1, "2026-11-22 15:00:00", "conversation")
    contact(database, 2, "2026-11-23 13:30:00", "ring")
    contact(database, 3, "2026-11-22 15:00:00", None)
    contact(database, 4, "2026-11-23 14:00:01", "conversation")  # after the plan is made: not known yet
    today = plan(database, STRATEGY, DAY, rules=RULES, span_ns=SHIFT)
    assert made(today) == [
        ("a1", "denied", "US-REGF-FREQ-B"),
        ("a2", "contact", "HOUSE-GAP"),
        ("a3", "denied", "US-REGF-FREQ-B"),
        ("a4", "contact", ""),
    ]
    assert today.asked == 0
    (told,) = why(today, "a2")
    assert told.verdict is not None
    assert told.verdict.until_ns == instant("2026-11-23 15:00")
    assert {reason.rule for reason in told.verdict.reasons} == {"HOUSE-GAP"}


def test_who_must_not_be_contacted_is_not(database: duckdb.DuckDBPyConnection) -> None:
    listed = "('person', 'p1', ''), ('account', 'a2', 'voice'), ('number', 'p3/0', 'sms')"
    database.execute(f"INSERT INTO suppressed (scope, key, channel) VALUES {listed}").fetchall()
    today = plan(database, STRATEGY, DAY, rules=RULES, span_ns=SHIFT)
    denied = [account for account, reason, rule in made(today) if (reason, rule) == ("denied", "do-not-contact")]
    assert denied == ["a1", "a2"]


def test_the_gate_is_asked_about_those_who_have_consented(database: duckdb.DuckDBPyConnection) -> None:
    given = instant("2026-11-01 00:00")
    database.execute(
        f"INSERT INTO consent VALUES ('p1', 'calls', {given}, 'tape', NULL, '', ''), "
        f"('p2', 'messages', {given}, 'tape', NULL, '', '')"
    ).fetchall()
    rules: tuple[Rule, ...] = (*RULES, NEEDED)
    today = plan(database, STRATEGY, DAY, rules=rules, span_ns=SHIFT)
    assert made(today) == [
        ("a1", "contact", ""),
        ("a2", "denied", "ASK"),
        ("a3", "denied", "ASK"),
        ("a4", "denied", "ASK"),
    ]
    assert today.asked == 2


def test_a_plan_that_cannot_be_written_is_told(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    today = plan(database, STRATEGY, DAY, rules=RULES, span_ns=SHIFT)
    with pytest.raises(ConfigError, match="this file cannot be written"):
        today.write(tmp_path / "nowhere" / "plan.parquet")
    today.write(tmp_path / "it's.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["it's.parquet"]
