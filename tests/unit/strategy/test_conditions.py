"""Conditions: what is allowed, and that everything else is refused before an account is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies.conditions import FUNCTIONS, Conditions

FIELDS = {"days": "integer", "balance": "number", "job": "text", "due": "date", "vip": "boolean", "today": "date"}
CONDITIONS = Conditions(FIELDS)


@pytest.mark.parametrize(
    "condition",
    [
        "days <= 30",
        "days BETWEEN 31 AND 60 AND balance > 0.8 -- a remark",
        "vip",
        "TRUE",
        "NOT vip OR job IS NULL",
        "job IN ('nurse', 'cook') AND job LIKE 'n%'",
        "due < DATE '2026-01-01' AND today - due > 30",
        "CASE WHEN vip THEN days > 5 ELSE days > 1 END",
        "coalesce(balance, 0) / 100 > 1",
        "upper(job) = 'NURSE' AND abs(days) + 1 > 2",
        "balance > NULL",
    ],
)
def test_boolean_expressions_over_declared_fields_are_allowed(condition: str) -> None:
    assert CONDITIONS.faults(condition) == []


@pytest.mark.parametrize(
    ("condition", "message", "hint"),
    [
        ("day <= 30", "`day` is not a declared field", "did you mean `days`?"),
        ("Days <= 30", "`Days` is not a declared field", "did you mean `days`?"),
        ("probe.days <= 30", "`probe.days` is not a declared field", "declared: days"),
        ("rowid > 1", "`rowid` is not a declared field", "declared: days"),
        ("current_date > due", "`current_date` is not a declared field", "declared: days"),
        ("days", "this is a value of type BIGINT, not a condition", "write a comparison"),
        ("NULL", 'this is a value of type "NULL", not a condition', "write a comparison"),
        ("days >", "this is not SQL", "allowed:"),
        ("days > 1; DROP TABLE probe", "this is not SQL", "allowed:"),
        ("days > 1 /* ", "this is not SQL", "allowed:"),
        ("days > 1, vip", "the function `row` is not allowed", "allowed:"),
        (" ", "nothing is written here", "write a comparison"),
        ("vip) FROM probe WHERE (vip", "this is more than one condition", "allowed:"),
        ("vip), (vip", "this is more than one condition", "allowed:"),
        ("vip) UNION SELECT (vip", "this is more than one condition", "allowed:"),
        ("vip) LIMIT (1", "this is more than one condition", "allowed:"),
        ("days = $1", "this is more than one condition", "allowed:"),
        ("days > (SELECT 1)", "subquery is not allowed", "allowed:"),
        ("EXISTS (FROM '/etc/passwd')", "subquery is not allowed", "allowed:"),
        ("days > count(*) OVER ()", "window is not allowed", "allowed:"),
        ("count(*) > 1", "the function `count_star` is not allowed", "allowed:"),
        ("read_text('/etc/passwd') = ''", "the function `read_text` is not allowed", "allowed:"),
        ("getenv('HOME') = ''", "the function `getenv` is not allowed", "allowed:"),
        ("now() > due", "the function `now` is not allowed", "allowed:"),
        ("random() > 0.5", "the function `random` is not allowed", "allowed:"),
        ("main.lower(job) = 'x'", "the function `lower` is not allowed", "allowed:"),
        ("CAST(job AS INTEGER) > 1", "a cast of a field is not allowed", "declare the field"),
        ("job = 5", "this cannot be computed", "constants of their own type"),
        ("due > 'soon'", "this cannot be computed", "constants of their own type"),
        ("days * days > 5", "this cannot be computed", "constants of their own type"),
        ("NOT " * 900 + "vip", "this is nested too deeply", "split the segment"),
    ],
)
def test_everything_else_is_refused_with_what_to_write(condition: str, message: str, hint: str) -> None:
    fault = CONDITIONS.faults(condition)[0]
    assert message in fault.message
    assert hint in fault.hint


def test_every_fault_of_a_condition_is_found_once() -> None:
    faults = CONDITIONS.faults("day > 1 AND day < 9 AND now() > due AND jub = 'cook'")
    assert [fault.message for fault in faults] == [
        "`day` is not a declared field",
        "the function `now` is not allowed",
        "`jub` is not a declared field",
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_allowed_functions_exist(function: str) -> None:
    arguments = {"greatest": "days, 1", "least": "days, 1", "length": "job", "lower": "job", "upper": "job"}
    assert CONDITIONS.faults(f"{function}({arguments.get(function, 'days')}) IS NOT NULL") == []


PIECES = [
    "days",
    "vip",
    "job",
    "balance",
    "(",
    ")",
    " AND ",
    " OR ",
    "NOT ",
    ">",
    "=",
    "'x'",
    "1",
    "0.5",
    ",",
    "--",
    "/*",
]
PIECES += [
    "\n",
    ";",
    "SELECT ",
    " FROM ",
    "probe",
    "?",
    "$a",
    "::",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "*",
    " IN ",
    " LIKE ",
    "-",
]


@settings(deadline=None)
@given(st.text(max_size=30) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_text_raises_anything(condition: str) -> None:
    for fault in CONDITIONS.faults(condition):
        assert fault.message
        assert fault.hint
