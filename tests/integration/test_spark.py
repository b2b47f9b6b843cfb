"""The same conditions on Spark: the same segments, arms and steps as on DuckDB, account by account."""

from __future__ import annotations

import datetime as dt
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
  failed_attempts: integer
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
  owed: {channels: [agent_call], reader: guarantor, text: {en: "Please pay."}}
  relay: {channels: [agent_call], reader: third_party, text: {en: "Please ask them to call us."}}
parties:
  - {party: guarantor, after_failed_attempts: 2, template: owed}
  - {party: contact, after_failed_attempts: 3, template: relay}
calls: {predictive: {}}
packs: [house, {name: us-reg-f, accept_unreviewed: true}]
"""
ACCOUNTS = """
    SELECT i AS source_row, 'a' || i AS account_id, 'p' || i AS person_id, ['p' || i || '/0'] AS endpoints,
        ['Asia/Shanghai'] AS zones, ['CN'] AS places,
        CASE WHEN i % 17 = 0 THEN NULL ELSE i % 41 END::BIGINT AS days_past_due,
        (i * 37 % 1000) / 7.0::DOUBLE AS balance,
        CASE WHEN i % 13 = 0 THEN NULL ELSE DATE '2026-11-23' - CAST(i % 45 AS INTEGER) END AS due,
        [NULL, 'nurse', 'cook', 'driver', 'Nanny'][CAST(i % 5 AS BIGINT) + 1] AS job, i % 3 = 0 AS vip,
        CASE WHEN i % 11 = 0 THEN NULL ELSE i % 7 = 0 END AS paid,
        CASE WHEN i % 19 = 0 THEN NULL ELSE i % 6 - 1 END::BIGINT AS failed_attempts
    FROM range(1, 3001) AS t(i)
    """


PARTIES = """
    SELECT 'a' || i AS account_id, ['contact', 'guarantor'][CAST(i % 2 AS BIGINT) + 1] AS role, 'q' || i AS person_id,
        ['q' || i || '/0'] AS endpoints, ['Asia/Shanghai'] AS zones, ['CN'] AS places
    FROM range(1, 3001) AS t(i) WHERE i % 4 < 3
    """


def test_spark_and_duckdb_want_the_same(spark: Any, tmp_path: Any) -> None:
    from strategies.planning.spark import steps_on

    strategy = compile_document(Document("everything.yaml", STRATEGY))
    database = duckdb.connect()
    database.execute(f"CREATE TABLE accounts AS {ACCOUNTS}").fetchall()
    database.execute(f"CREATE TABLE party AS {PARTIES}").fetchall()
    for table in ("accounts", "party"):
        database.execute(f"COPY {table} TO '{tmp_path / table}.parquet' (FORMAT PARQUET)").fetchall()
    plan(database, strategy, DAY)
    query = (
        "SELECT account_id, person_id, party, segment, arm, step, reason = 'person_first', "
        "CASE reason WHEN 'stopped' THEN rule ELSE '' END FROM plan"
    )
    ours = sorted(map(str, database.execute(query).fetchall()))
    frames = [spark.read.parquet(str(tmp_path / f"{table}.parquet")) for table in ("accounts", "party")]
    rows = steps_on(frames[0], strategy, DAY, frames[1]).collect()
    theirs = sorted(
        str(
            (
                row.account_id,
                row.person_id,
                row.party,
                row.segment,
                row.arm,
                row.step,
                row.person_first,
                row.stopped if row.step is None and row.segment < 2 else "",
            )
        )
        for row in rows
    )
    assert theirs == ours
    found = [eval(row) for row in ours]
    assert {row[5] for row in found} >= {0, 1, 2, 3, 4}  # every step is due for somebody
    assert {(row[2], row[6]) for row in found} == {(0, False), *((n, first) for n in (1, 2) for first in (True, False))}
