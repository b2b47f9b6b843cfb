"""Segments, arms and steps of a strategy on Spark, for portfolios that live on a cluster.

The conditions are those of the strategy file. Where Spark writes the same thing differently (a date less a
date, the hash behind an experiment), the text is translated, and an integration test holds the results to
those of `strategies.planning.planner` on the same accounts. Rules are not asked here: the contacts that come out
are few enough to be brought to the planner.

Needs ``pip install paceline[spark]`` and a Java runtime.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from strategies.compiled import CompiledStrategy
from strategies.parties import calls_others
from strategies.planning.steps import arm_case_sql, due_sql, failed_sql, segment_sql, steps_of, stopped_sql

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def steps_on(
    accounts: DataFrame, strategy: CompiledStrategy, day: dt.date, parties: DataFrame | None = None
) -> DataFrame:
    """Return what `strategy` wants of `accounts` on `day`, before any rule is asked.

    Parameters
    ----------
    accounts : DataFrame
        Columns ``account_id``, ``person_id`` and every field that the strategy declares.
    strategy : CompiledStrategy
        What to plan by.
    day : datetime.date
        What conditions call ``today``.
    parties : DataFrame | None
        Who else may be reached: columns ``account_id``, ``role`` and ``person_id``.

    Returns
    -------
    DataFrame
        ``account_id``, ``person_id``, the number of the ``party`` in the strategy's order (0: the person who owes), the
        indices ``segment`` and ``arm``, ``stopped`` (the stop condition, or empty), ``step``, and ``person_first``
        (another party, before the person was missed often enough): a row for every step that is due and everybody
        whom it may reach, and one with a NULL step for an account that has none.
    """
    dates = {"today", *(field.name for field in strategy.fields if field.type == "date")}

    def spark(sql: str) -> str:
        return to_spark(sql, dates)

    fields = [field.name for field in strategy.fields]
    due = ", ".join(
        f"CASE WHEN {spark(condition)} THEN {index} END" for index, condition in enumerate(due_sql(strategy))
    )
    placed = accounts.selectExpr("account_id", "person_id", *fields, f"DATE '{day}' AS today").selectExpr(
        "*", f"{spark(segment_sql(strategy))} AS segment"
    )
    armed = placed.selectExpr("*", arm_case_sql(strategy, "spark") + " AS arm")
    steps = f"filter(array({due or 'NULL'}), step -> step IS NOT NULL)"
    due_steps = armed.selectExpr(
        "account_id", "person_id", "segment", "arm", f"{spark(stopped_sql(strategy))} AS stopped",
        f"{failed_sql(strategy)} AS failed", f"explode_outer({steps}) AS step",
    )  # fmt: skip
    columns = ("account_id", "person_id", "party", "segment", "arm", "stopped", "step", "person_first")
    persons = due_steps.selectExpr("*", "0 AS party", "FALSE AS person_first").select(*columns)
    if parties is None or not strategy.parties:
        return persons
    reached = ", ".join(str(index) for index, place in enumerate(steps_of(strategy)) if calls_others(place.step))
    orders = " ".join(f"WHEN '{rule.party}' THEN {order}" for order, rule in enumerate(strategy.parties, 1))
    after = " ".join(f"WHEN '{rule.party}' THEN {rule.after_failed_attempts}" for rule in strategy.parties)
    others = (
        due_steps.drop("person_id")
        .where(f"step IN ({reached or 'NULL'})")
        .join(parties, "account_id")
        .selectExpr("*", f"CASE role {orders} END AS party", f"failed < CASE role {after} END AS person_first")
        .where("party IS NOT NULL")
    )
    return persons.unionByName(others.select(*columns))


def to_spark(sql: str, dates: Collection[str]) -> str:
    """Return a condition as Spark writes it; `dates` are the columns that hold dates."""

    def is_date(node: exp.Expression) -> bool:
        bare = node.unnest()
        return (isinstance(bare, exp.Column) and bare.name in dates) or (
            isinstance(bare, exp.Cast) and bare.is_type("date")
        )

    def translate(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Sub | exp.Add) or not is_date(node.this):
            return node
        if is_date(node.expression):
            return exp.DateDiff(this=node.this, expression=node.expression)
        name = "date_add" if isinstance(node, exp.Add) else "date_sub"
        return exp.Anonymous(this=name, expressions=[node.this, exp.cast(node.expression, "int")])

    return sqlglot.parse_one(sql, read="duckdb").transform(translate).sql(dialect="spark")
