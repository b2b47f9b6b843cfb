"""Which accounts can fit: witnesses are true, and what is said to be proven is."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from strategies.compiled import AccountField
from strategies.reach import TODAY, Reach

FIELDS = (
    AccountField("days", "integer", min=-5),
    AccountField("balance", "money"),
    AccountField("rate", "number", min=0, max=1),
    AccountField("job", "text"),
    AccountField("vip", "boolean"),
    AccountField("due", "date"),
)
SQL = {
    "days": "BIGINT",
    "balance": "DECIMAL(18,2)",
    "rate": "DOUBLE",
    "job": "VARCHAR",
    "vip": "BOOLEAN",
    "due": "DATE",
}

signs = st.sampled_from(["<", "<=", "=", "<>", ">=", ">"])
atoms = st.one_of(
    st.builds("days {} {}".format, signs, st.integers(-9, 9)),
    st.builds("days {} {}".format, signs, st.sampled_from(["0.5", "2.25"])),
    st.builds("days BETWEEN {} AND {}".format, st.integers(-9, 9), st.integers(-9, 9)),
    st.builds("days IN ({}, {})".format, st.integers(-9, 9), st.integers(-9, 9)),
    st.builds("balance {} {}".format, signs, st.sampled_from(["0", "0.01", "0.005", "-3", "7.5"])),
    st.builds("rate {} {}".format, signs, st.sampled_from(["0", "0.8", "1", "0.25"])),
    st.builds("job {} '{}'".format, st.sampled_from(["=", "<>"]), st.sampled_from(["cook", "nurse"])),
    st.sampled_from(["vip", "NOT vip", "vip IS NULL", "coalesce(vip, false)", "days IS NULL", "due IS NOT NULL"]),
    st.builds("today - due {} {}".format, signs, st.integers(-3, 3)),
    st.builds("due {} today".format, signs),
)
conditions = st.recursive(
    atoms, lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR"]), inner), max_leaves=4
)
accounts = st.tuples(
    st.none() | st.integers(-5, 12),
    st.none() | st.decimals(min_value=-5, max_value=9, places=2),
    st.none() | st.floats(0, 1) | st.sampled_from([0.8, 0.25]),
    st.none() | st.sampled_from(["cook", "nurse", "baker", ""]),
    st.none() | st.booleans(),
    st.none() | st.integers(-5, 5).map(lambda days: TODAY + dt.timedelta(days=days)),
)


def fits(some: list[tuple[object, ...]], texts: list[str]) -> list[tuple[bool, ...]]:
    columns = ", ".join(f"CAST(column{n} AS {kind}) AS {name}" for n, (name, kind) in enumerate(SQL.items()))
    marks = ", ".join(f"({', '.join('?' for _ in SQL)})" for _ in some)
    tests = ", ".join(f"coalesce(({text}), FALSE)" for text in texts)
    query = f"WITH v(column0, column1, column2, column3, column4, column5) AS (VALUES {marks}) "
    query += f"SELECT {tests} FROM (SELECT DATE '{TODAY}' AS today, {columns} FROM v)"
    return duckdb.execute(query, [value for account in some for value in account]).fetchall()


@settings(deadline=None, max_examples=40)
@given(st.lists(conditions, min_size=2, max_size=2), st.lists(accounts, min_size=30, max_size=30))
def test_no_account_is_where_it_is_proven_that_there_is_none(texts: list[str], some: list[tuple[object, ...]]) -> None:
    reach = Reach(FIELDS, texts)
    assume(reach.proves([0, 1]))
    empty = {
        "both": reach.witness([0, 1]) is None,
        "first": reach.witness([0], [1]) is None,
        "second": reach.witness([1], [0]) is None,
    }
    for first, second in fits(some, texts):
        assert not (empty["both"] and first and second)
        assert not (empty["first"] and first and not second)
        assert not (empty["second"] and second and not first)


@settings(deadline=None, max_examples=20)
@given(conditions, conditions)
def test_a_witness_fits(first: str, second: str) -> None:
    witness = Reach(FIELDS, [first, second]).witness([0], [1])
    assume(witness is not None)
    assert witness is not None
    account = tuple(witness.values.get(name) for name in SQL)
    assert fits([account], [first, second]) == [(True, False)]


@pytest.mark.parametrize(
    "condition",
    [
        "days * 2 > 5",
        "job LIKE 'c%'",
        "lower(job) = 'cook'",
        "days > rate",
        "job > 'cook'",
        "CASE WHEN vip THEN days > 1 ELSE days > 2 END",
        "due > DATE '2026-01-01' AND due < today",
        "today > DATE '2026-01-01'",
        "coalesce(days, 0) > 1",
    ],
)
def test_what_the_samples_cannot_show_is_not_called_proven(condition: str) -> None:
    assert not Reach(FIELDS, [condition]).proves([0])


def test_a_grid_that_is_too_large_is_thinned_and_says_so() -> None:
    many = [f"days = {n} AND balance = {n} AND rate > 0.{n}" for n in range(1, 60)]
    reach = Reach(FIELDS, many)
    assert not reach.proves([0])
    assert str(reach.witness([58])) == "balance = 59.00, days = 59, rate = 0.6"
