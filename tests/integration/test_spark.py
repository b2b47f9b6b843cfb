"""The same conditions on Spark: the same segments, arms and steps as on DuckDB, account by account."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from strategies.compile import compile_document
from strategies.document import Document
from strategies.planning.planner import plan

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(600)]

DAY = dt.date(2026, 11, 23)
STRATEGY = """\
name: everything
version: "1"
purpose: collections
fields:
  days_past_due: integer
  balance: number
  due: date
  job: text
  vip: boolean
  paid: boolean
stop:
  paid: NOT coalesce(paid, FALSE) = FALSE
experiments:
  tone:
    segments: [Early]
    arms:
      champion: {share: 0.6}
      challenger: {share: 0.4, steps: [{channel: letter, template: post}]}
segments:
  - name: Early
    when: days_past_due BETWEEN 1 AND 30 AND balance / days_past_due > 3 AND today - due < 30
    steps:
      - {channel: sms, template: hello, on: {due: [1, 7, 15, 21]}}
      - {channel: agent_call, on: {days_past_due: [24, 27, 30]}, when: upper(job) LIKE 'N%' OR vip}
      - {channel: email, template: hello, when: "due + 3 = today", even_if: [paid]}
  - name: Late
    when: days_past_due > 30 AND coalesce(length(job), 0) IN (0, 4, 5) AND due > DATE '2026-01-01'
    steps:
      - channel: agent_call
        when: round(balance, 1) * 2 >= 100 AND CASE WHEN vip THEN TRUE ELSE balance > 55 END
templates:
  post: {channels: [letter], text: {en: "Please write to us."}}
  hello: {channels: [sms, email], text: {en: "Please call us."}}
calls: {predictive: {}}
packs: [house]
"""
ACCOUNTS = """
    SELECT i AS source_row, 'a' || i AS account_id, 'p' || i AS person_id, ['p' || i || '/0'] AS endpoints,
        ['Asia/Shanghai'] AS zones, ['CN'] AS places,
        CASE WHEN i % 17 = 0 THEN NULL ELSE i % 41 END::BIGINT AS days_past_due,
        (i * 37 % 1000) / 7.0::DOUBLE AS balance,
        CASE WHEN i % 13 = 0 THEN NULL ELSE DATE '2026-11-23' - CAST(i % 45 AS INTEGER) END AS due,
        [NULL, 'nurse', 'cook', 'driver', 'Nanny'][CAST(i % 5 AS BIGINT) + 1] AS job, i % 3 = 0 AS vip,
        CASE WHEN i % 11 = 0 THEN NULL ELSE i % 7 = 0 END AS paid
    FROM range(1, 3001) AS t(i)
    """


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    try:
        import sqlglot  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError:
        SparkSession = None
    lacks = "its packages" if SparkSession is None else "" if shutil.which("java") else "a Java runtime"
    if lacks:
        message = f"planning on Spark needs {lacks}: pip install paceline[spark]; apt-get install default-jre-headless"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.ansi.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "512m",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_spark_and_duckdb_want_the_same(spark: Any, tmp_path: Any) -> None:
    from strategies.planning.spark import steps_on

    strategy = compile_document(Document("everything.yaml", STRATEGY))
    database = duckdb.connect()
    database.execute(f"CREATE TABLE accounts AS {ACCOUNTS}").fetchall()
    file = tmp_path / "accounts.parquet"
    database.execute(f"COPY accounts TO '{file}' (FORMAT PARQUET)").fetchall()
    plan(database, strategy, DAY)
    query = "SELECT account_id, segment, arm, step, CASE reason WHEN 'stopped' THEN rule ELSE '' END FROM plan"
    ours = sorted(map(str, database.execute(query).fetchall()))
    rows = steps_on(spark.read.parquet(str(file)), strategy, DAY).collect()
    theirs = sorted(
        str(
            (
                row.account_id,
                row.segment,
                row.arm,
                row.step,
                row.stopped if row.step is None and row.segment < 2 else "",
            )
        )
        for row in rows
    )
    assert theirs == ours
    assert {eval(row)[3] for row in ours} >= {0, 1, 2, 3, 4}  # every step is due for somebody
