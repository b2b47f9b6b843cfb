"""The strategies that come with Paceline: each clean, each doing what its first lines say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from strategies.compile import compile_strategy, library
from strategies.compiled import CompiledStrategy
from strategies.conditions import SQL_TYPES
from strategies.document import load
from strategies.json_schema import json_schema
from strategies.planning.planner import plan
from strategies.remarks import check_strategy
from strategies.templates import render
from strategies.writing import placeholders

DAY = dt.date(2026, 11, 23)
STARTER = Path("strategies/starter.yaml")
FILES = [*library().values(), STARTER]
ORDINARY: dict[str, object] = {
    "integer": 1,
    "number": 0.5,
    "money": Decimal("1234.50"),
    "text": "Spring Festival",
    "boolean": False,
    "date": None,
    "name": "Wang Li",
    "last_four": "0012",
}
"""A value of each type, as an account has it about which nothing is special."""


def strategy_of(name: str) -> CompiledStrategy:
    return compile_strategy(library()[name])


def contacts(strategy: CompiledStrategy, rows: list[dict[str, Any]]) -> dict[int, list[tuple[str, str | None]]]:
    """Return channel and template of what is planned, by the row's number; rows say what is special of an account."""
    names = [field.name for field in strategy.fields]
    types = ", ".join(f"{field.name} {SQL_TYPES[field.type]}" for field in strategy.fields)
    database = duckdb.connect()
    database.execute(
        "CREATE TABLE accounts (source_row BIGINT, account_id VARCHAR, person_id VARCHAR, endpoints VARCHAR[], "
        f"zones VARCHAR[], places VARCHAR[], {types})"
    ).fetchall()
    ordinary = {field.name: ORDINARY[field.type] for field in strategy.fields}
    assert all(row.keys() <= set(names) for row in rows)
    cells = [
        [number, str(number), f"p{number}", [f"p{number}/0"], ["Asia/Shanghai"], ["CN"]]
        + [row.get(name, ordinary[name]) for name in names]
        for number, row in enumerate(rows)
    ]
    database.executemany(f"INSERT INTO accounts VALUES ({', '.join('?' for _ in cells[0])})", cells).fetchall()
    steps = {step.id: step for segment in strategy.segments for arm in segment.arms for step in arm.steps}
    today = plan(database, strategy, DAY)
    found: dict[int, list[tuple[str, str | None]]] = defaultdict(list)
    for channel in dict.fromkeys(step.channel for step in steps.values()):
        for lead in today.leads(channel):
            found[int(lead.account)].append((channel, steps[lead.step].template))
    return dict(found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_is_clean_and_says_what_it_is_for(path: Path) -> None:
    strategy, remarks = check_strategy(path)
    assert [str(remark) for remark in remarks] == []
    assert strategy.name == path.stem or path == STARTER
    data = load(path).data
    assert all(len(data[key]) > 5 for key in ("about", "source", "limits"))
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_schema_for_editors_agrees(path: Path) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    data = load(path).data
    if "include" not in data:
        assert list(validator.iter_errors(data)) == []
    assert list(validator.iter_errors({**data, "segmets": []})) != []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_text_reads_in_both_languages(path: Path) -> None:
    strategy = compile_strategy(path)
    fields = {field.name: field for field in strategy.fields}
    values = {name: DAY if field.type == "date" else ORDINARY[field.type] for name, field in fields.items()}
    for template in strategy.templates:
        english, chinese = (render(template, language, values, fields, strategy.constants) for language in ("en", "zh"))
        assert "{" not in english + chinese
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
        if "balance" in placeholders(template.text["en"]):
            assert "1,234.50" in english
            assert "1,234.50" in chinese


def test_sms_on_days_1_7_15_21_then_calls_with_sms_on_24_27_30() -> None:
    found = contacts(strategy_of("sms-then-calls"), [{"days_past_due": day} for day in range(40)])
    expected = {day: [("sms", "template-1")] for day in (1, 7, 15, 21)}
    expected |= {day: [("agent_call", "call"), ("sms", "template-B")] for day in (24, 27, 30)}
    assert {day: sorted(planned) for day, planned in found.items()} == expected


def test_customers_1001_to_1004_fall_into_the_buckets_of_the_example() -> None:
    strategy = strategy_of("buckets-potential")
    example = {1001: (15, 0.95), 1002: (45, 0.7), 1003: (75, 0.6), 1004: (120, 0.9), 1005: (120, 0.8)}
    cases = " ".join(f"WHEN {segment.when} THEN '{segment.name}'" for segment in strategy.segments)
    found = {
        customer: duckdb.execute(
            f"SELECT CASE {cases} END FROM (SELECT ? AS overdue_days, ? AS historical_repayment_rate)", values
        ).fetchall()[0][0]
        for customer, values in example.items()
    }
    assert found == {
        1001: "M1",
        1002: "M2",
        1003: "M3",
        1004: "M3+ (High Potential)",
        1005: "M3+ (Low Potential)",
    }


def test_a_promise_is_looked_after() -> None:
    before, after = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)
    broken = {"promise_due": before, "promise_broken_on": DAY}
    rows: list[dict[str, Any]] = [
        {},
        {"promise_due": DAY},
        {"promise_due": after},
        broken,
        {**broken, "promise_broken_on": DAY - dt.timedelta(days=2)},
        {**broken, "last_payment_on": before},
        {"promise_due": DAY, "last_payment_on": before, "balance": Decimal(0)},
        {"promise_due": DAY, "opted_out": True},
        {"promise_due": DAY, "disputed": None},
    ]
    assert contacts(strategy_of("promise-care"), rows) == {
        1: [("sms", "today")],
        3: [("agent_call", "ask")],
        4: [("agent_call", "plan")],
        5: [("sms", "thanks")],
        6: [("sms", "thanks")],
    }


def test_a_greeting_goes_out_two_days_before_the_festival_and_names_no_money() -> None:
    strategy = strategy_of("festive-care")
    soon = DAY + dt.timedelta(days=2)
    rows = [
        {"days_past_due": 0, "festival_on": soon, "age": 30},
        {"days_past_due": 0, "festival_on": soon, "age": None, "balance": Decimal(0)},
        {"days_past_due": 0, "festival_on": DAY},
        {"days_past_due": 3, "festival_on": soon},
    ]
    assert contacts(strategy, rows) == {0: [("push", "greeting")], 1: [("sms", "greeting")]}
    assert {name for text in strategy.templates[0].text.values() for name in placeholders(text)} == {
        "customer_name",
        "festival",
        "house",
    }


def test_self_cure_waits_for_the_bend_and_leaves_some_alone() -> None:
    strategy = strategy_of("self-cure")
    many = 600
    for day, expected in ((1, "sms"), (2, None), (7, None), (8, "sms"), (9, None), (17, "agent_call")):
        found = contacts(strategy, [{"days_past_due": day, "contact_from_day": 8}] * many)
        channels = {channel for planned in found.values() for channel, _ in planned}
        assert channels == ({expected} if expected else set())
        assert not expected or 0.02 < 1 - len(found) / many < 0.08
    assert contacts(strategy, [{"days_past_due": 17, "contact_from_day": None}]) == {}


def test_the_united_states_set_is_stricter_than_seven_in_seven_and_calls_no_third_party() -> None:
    strategy = strategy_of("us-reg-f")
    assert {pack.name for pack in strategy.packs} == {"house", "us-reg-f"}
    assert strategy.parties == ()
    (voice,) = [cap for cap in strategy.caps if cap.media == ("voice",)]
    assert (voice.limit, voice.days) == (4, 7)
    for template in strategy.templates:
        if template.channels != ("agent_call",):
            assert all("STOP" in text for text in template.text.values())
    quiet = contacts(strategy, [{"days_since_notice": day} for day in range(35)])
    assert quiet == {}


@pytest.mark.parametrize("name", ["early-stage", "late-stage"])
def test_stages_look_after_promises_first(name: str) -> None:
    strategy = strategy_of(name)
    assert [segment.name for segment in strategy.segments][:3] == [
        "Payment arrived",
        "Promise running",
        "Promise broken",
    ]
    days = [{"days_past_due": day, "promise_due": DAY} for day in (24, 58, 96, 120)]
    assert set(map(tuple, contacts(strategy, days).values())) == {(("sms", "today"),)}


def test_others_are_called_after_the_person_and_hear_nothing_of_a_debt() -> None:
    strategy = strategy_of("late-stage")
    assert [(party.party, party.after_failed_attempts) for party in strategy.parties] == [
        ("guarantor", 4),
        ("contact", 8),
    ]
    relay = next(template for template in strategy.templates if template.name == strategy.parties[1].template)
    assert {name for text in relay.text.values() for name in placeholders(text)} == {"house", "customer_name", "phone"}
