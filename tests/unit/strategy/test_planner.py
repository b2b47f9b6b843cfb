"""The planner: who is contacted and why, who is not and why not."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies.compile import compile_document, compile_strategy, library
from strategies.compiled import AccountField, Arm, CompiledStrategy, Segment, Step
from strategies.compliance.rulebook import PackChoice
from strategies.document import Document
from strategies.errors import ConfigError
from strategies.experiments import arm
from strategies.planning.planner import LeftAlone, PlannedLead, ReasonCount, plan


def small(segment: Segment, field: AccountField) -> CompiledStrategy:
    return CompiledStrategy(
        name="s",
        version="1",
        purpose="collections",
        fields=(field,),
        segments=(segment,),
        calls=STRATEGY.calls,
        packs=(PackChoice("house"),),
    )


def called(name: str, when: str) -> Segment:
    step = Step(id=f"{name}/1", due="TRUE", channel="agent_call", mode="predictive", priority=1)
    return Segment(name, when, 0.2, (Arm("", 1.0, (step,)),))


DAY = dt.date(2026, 11, 23)
STRATEGY = compile_strategy(library()["cards-demo"])

Row = tuple[int, str, str, list[str], list[str], int | None, float | None, float | None]


def accounts(rows: list[Row]) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute(
        "CREATE TABLE accounts (source_row BIGINT, account_id VARCHAR, person_id VARCHAR, endpoints VARCHAR[], "
        "zones VARCHAR[], places VARCHAR[], days_past_due BIGINT, balance DOUBLE, historical_repayment_rate DOUBLE, "
        "card_last_four VARCHAR, birth_date DATE)"
    ).fetchall()
    if rows:
        database.executemany(
            "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ['CN'], ?, ?, ?, NULL, NULL)", rows
        ).fetchall()
    return database


def row(number: int, days: int | None, balance: float | None = 10.0, rate: float | None = 0.5) -> Row:
    return number, f"a{number}", f"p{number}", [f"p{number}/0"], ["Asia/Shanghai"], days, balance, rate


def test_every_account_is_planned_or_left_alone_with_its_reason() -> None:
    silent: Row = (5, "a5", "p5", [], ["Asia/Shanghai"], 10, 10.0, 0.5)
    lost: Row = (6, "a6", "p6", ["p6/0"], [], 10, 10.0, 0.5)
    today = plan(
        accounts([row(1, 0), row(2, 10), row(3, 95), row(4, 10, 0.0), silent, lost, row(7, None)]), STRATEGY, DAY
    )
    assert list(today.leads("agent_call")) == [
        PlannedLead(
            account="a2",
            person="p2",
            segment="M1",
            step="M1/1",
            channel="agent_call",
            priority=100,
            endpoints=("p2/0",),
            zones=("Asia/Shanghai",),
            places=("CN",),
            answer_share=0.25,
            reason="segment M1: days_past_due BETWEEN 1 AND 30 AND balance > 0; step M1/1: TRUE; priority 100",
        ),
        PlannedLead(
            account="a3",
            person="p3",
            segment="M3+ (Low Potential)",
            step="M3+ (Low Potential)/1",
            channel="agent_call",
            priority=50,
            endpoints=("p3/0",),
            zones=("Asia/Shanghai",),
            places=("CN",),
            answer_share=0.1,
            reason="segment M3+ (Low Potential): days_past_due > 90 AND balance > 0; "
            "step M3+ (Low Potential)/1: TRUE; priority 50",
        ),
    ]
    assert list(today.left_alone()) == [
        LeftAlone("a1", "M0", "rests"),
        LeftAlone("a4", "Nothing owed", "rests"),
        LeftAlone("a5", "M1", "no_number"),
        LeftAlone("a6", "M1", "no_zone"),
        LeftAlone("a7", "", "no_segment"),
    ]
    assert today.reasons()[0] == ReasonCount("rests", "", 2)
    counts = {count.segment: (count.accounts, count.planned) for count in today.counts}
    assert counts["M1"] == (3, 1)
    assert counts["M2"] == (0, 0)
    assert counts[""] == (1, 0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.none() | st.integers(-5, 200), st.none() | st.floats(-1, 9), st.none() | st.floats(0, 1))))
def test_the_plan_is_a_partition_in_order_of_priority(
    values: list[tuple[int | None, float | None, float | None]],
) -> None:
    rows = [row(number, *value) for number, value in enumerate(values)]
    with accounts(rows) as database:
        today = plan(database, STRATEGY, DAY)
        leads, alone = list(today.leads("agent_call")), list(today.left_alone())
    assert sorted([lead.account for lead in leads] + [left.account for left in alone]) == sorted(r[1] for r in rows)
    assert sum(count.accounts for count in today.counts) == len(rows)
    assert sum(count.planned for count in today.counts) == len(leads)
    order = [(-lead.priority, int(lead.account[1:])) for lead in leads]
    assert order == sorted(order)


def test_today_can_stand_in_a_condition() -> None:
    strategy = small(called("due", "promised = today"), AccountField("promised", "date"))
    database = accounts([row(1, 5), row(2, 5)])
    database.execute("ALTER TABLE accounts ADD COLUMN promised DATE").fetchall()
    database.execute("UPDATE accounts SET promised = DATE '2026-11-23' WHERE account_id = 'a2'").fetchall()
    assert [lead.account for lead in plan(database, strategy, DAY).leads("agent_call")] == ["a2"]


STEPS = """\
name: steps
purpose: collections
fields: {days: integer, balance: money, promise_due: date}
segments: [{name: all, when: days > 0, cadence: mild}]
cadences:
  mild:
  - {on: {days: [1, 7]}, channel: agent_call, priority: 5}
  - {on: {days: [7, 9]}, channel: hand_over, to: legal}
  - {on: {promise_due: [-1, 0]}, channel: agent_call, even_if: [promise_running]}
experiments:
  quiet: {segments: [all], arms: {champion: {share: 0.5}, nothing: {share: 0.5, steps: []}}}
stop: {paid: balance <= 0, promise_running: promise_due >= today}
calls: {preview: {}}
packs: [house]
"""


def test_steps_are_due_by_day_and_date_unless_stopped_or_in_an_arm_that_rests() -> None:
    strategy = compile_document(Document("s.yaml", STEPS))
    rows = [
        (day, balance, due)
        for day in (1, 2, 7, 9)
        for balance in (0, 5, None)
        for due in (None, dt.date(2026, 11, 20), DAY, dt.date(2026, 11, 24), dt.date(2026, 11, 25))
    ]
    database = duckdb.connect()
    database.execute(
        "CREATE TABLE accounts (source_row BIGINT, account_id VARCHAR, person_id VARCHAR, endpoints VARCHAR[], "
        "zones VARCHAR[], places VARCHAR[], days BIGINT, balance DECIMAL(18,2), promise_due DATE)"
    ).fetchall()
    people = {f"a{n}": (f"p{n}", *row) for n, row in enumerate(rows)}
    cells = [(n, f"a{n}", f"p{n}", [f"p{n}/0"], ["Asia/Shanghai"], *row) for n, row in enumerate(rows)]
    database.executemany("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, [], ?, ?, ?)", cells).fetchall()
    today = plan(database, strategy, DAY)
    calls = {(lead.account, lead.step) for lead in today.leads("agent_call")}
    moved = {lead.account for lead in today.leads("hand_over")}
    for account, (person, day, balance, due) in people.items():
        free = arm("quiet", (0.5, 0.5), person) == 0 and balance == 5
        running = due is None or due >= DAY  # what is not known stops
        soon = due is not None and due in (DAY, dt.date(2026, 11, 24))
        assert ((account, "all/1") in calls) == (free and not running and day in (1, 7))
        assert ((account, "all/3") in calls) == (free and soon)
        assert (account in moved) == (free and not running and day in (7, 9))


def test_a_condition_that_fails_is_an_error_without_any_cell() -> None:
    strategy = small(called("x", "CAST(account_id AS INTEGER) > 1"), AccountField("account_id", "text"))
    with pytest.raises(ConfigError, match="a condition of the strategy s fails for these accounts") as caught:
        plan(accounts([row(1, 5)]), strategy, DAY)
    assert "a1" not in str(caught.value)


MEDIA = """\
name: s
version: "1"
purpose: collections
fields: {days_past_due: integer}
stop: {paid: "FALSE"}
segments:
  - name: All
    when: "TRUE"
    steps:
      - {channel: sms, template: t}
      - {channel: email, template: t}
      - {channel: letter, template: t}
      - {channel: push, template: t}
templates: {t: {channels: [sms, email, letter, push], text: {en: "Please call us."}}}
packs: [house]
"""


@pytest.mark.parametrize("has_addresses", [True, False])
def test_a_channel_uses_endpoints_of_its_kind(has_addresses: bool) -> None:
    strategy = compile_document(Document("s.yaml", MEDIA))
    database = accounts([row(1, 5), row(2, 5)])
    if has_addresses:
        database.execute("ALTER TABLE accounts ADD COLUMN emails VARCHAR[] DEFAULT []").fetchall()
        database.execute("ALTER TABLE accounts ADD COLUMN post VARCHAR[] DEFAULT []").fetchall()
        database.execute("UPDATE accounts SET emails = ['p1/e0'], post = ['p1/p0'] WHERE account_id = 'a1'").fetchall()
    today = plan(database, strategy, DAY)
    reached = {
        channel: [lead.endpoints for lead in today.leads(channel)] for channel in ("sms", "email", "letter", "push")
    }
    first = [("p1/e0",)], [("p1/p0",)]
    assert reached["sms"] == [("p1/0",), ("p2/0",)]
    assert (reached["email"], reached["letter"]) == (first if has_addresses else ([], []))
    assert reached["push"] == [(), ()]
    rows = database.execute("SELECT reason, count(*) FROM plan GROUP BY 1").fetchall()
    assert dict(rows) == {"contact": 4 + 2 * has_addresses, "no_address": 4 - 2 * has_addresses}
