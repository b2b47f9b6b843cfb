"""From months that are known to a history, and back to the law by which people paid in them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pytest

from adapters.history.writer import HistoryWriter
from simulator.calibrate.behaviour import Behaviour, behaviour_of
from simulator.calibrate.observe import prepare
from simulator.calibrate.repayment import segments
from simulator.calibrate.write import write_behaviour
from simulator.months.accounts import Accounts, day_number
from simulator.months.draws import Stream, uniform
from simulator.months.payments import Payers
from simulator.months.settings import CureSettings, MonthsSettings, PaymentSettings, Scenario
from strategies.compile import compile_strategy, library
from strategies.document import read

FIRST, DAYS, ACCOUNTS = dt.date(2026, 3, 2), 45, 12_000
PROMISED = {"M1": 0.5, "M2": 0.3}
OVERALL = (2 * PROMISED["M1"] + PROMISED["M2"]) / 3
"""Two thirds of the late accounts have odd numbers, which are in M1."""
TRUE = MonthsSettings(
    cure=CureSettings(first=0.1, last=0.008, fade_days=9.0, ability_sigma=0.5),
    payment=PaymentSettings(
        due_share=0.08,
        settles_share=0.8,
        late_share=0.12,
        promise_days=9,
        kept_share=0.5,
        kept_share_of={"M1": 0.65, "M2": 0.35},
        promise_factor={name: share / OVERALL for name, share in PROMISED.items()},
    ),
)


def portfolio() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute(
        f"""
        CREATE TABLE accounts AS
        SELECT i AS source_row, 'a' || i AS account_id, 'p' || i AS person_id, ['p' || i || '/0'] AS endpoints,
            ['UTC'] AS zones, CAST([] AS VARCHAR[]) AS places,
            CASE WHEN i % 4 = 0 THEN 0 ELSE 1 + CAST(hash(i, 1) % 60 AS BIGINT) END AS days_past_due,
            CAST(100000 + hash(i, 2) % 900000 AS DOUBLE) / 100 AS balance, 0.5 AS historical_repayment_rate,
            '1234' AS card_last_four, DATE '1980-01-02' AS birth_date
        FROM range({ACCOUNTS}) AS t(i)
        """
    ).fetchall()
    return database


def live(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return the history of some weeks, by the very payment laws of the months: a third of the late accounts is called
    once on the tenth day, and promises by its segment.
    """
    strategy = compile_strategy(library()["cards-demo"])
    accounts = Accounts(portfolio(), strategy, TRUE, 5, FIRST)
    payers, rows = Payers(TRUE, Scenario(), 5), np.arange(ACCOUNTS)
    writer = HistoryWriter(folder)
    for count in range(DAYS):
        date = FIRST + dt.timedelta(days=count)
        day = day_number(date)
        noon_ns = (day * 24 + 12) * 3600 * 10**9
        for row in rows:
            facts = {"account": f"a{row}", "on_day": str(date), "dpd": int(accounts.past_due[row])}
            writer.add("accounts", facts | {"balance_cents": int(accounts.balance[row])})
        if count == 10:
            called = rows[(rows % 3 == 0) & (accounts.past_due > 0) & (accounts.balance > 0)]
            share = np.where(called % 2, PROMISED["M1"], PROMISED["M2"])
            promises = uniform(5, Stream.OUTCOME, accounts.keys[called]) < share
            payers.promise(accounts, called[promises], np.where(called % 2, 0.65, 0.35)[promises], day)
            for row, promised in zip(called, promises, strict=True):
                writer.add("attempts", {
                    "attempt": f"c{row}", "campaign": "c", "channel": "call", "lead": f"l{row}", "account": f"a{row}",
                    "segment": "M1" if row % 2 else "M2", "placed_at": noon_ns, "answered_by": "person",
                    "disposition": "promise" if promised else "refusal",
                    "promise_cents": int(accounts.promised[row]) if promised else None,
                    "promise_due": str(dt.date(1970, 1, 1) + dt.timedelta(days=int(accounts.promise_due[row])))
                    if promised else None,
                })  # fmt: skip
        money = payers.pay(accounts, day)
        for row in np.flatnonzero(money.cents):
            writer.add("payments", {"account": f"a{row}", "paid_at": noon_ns, "cents": int(money.cents[row])})
        payers.night(accounts, day)
    writer.flush()
    prepare(writer.database, "UTC")
    return writer.database


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Behaviour:
    database = live(tmp_path_factory.mktemp("history") / "history")
    return behaviour_of(database, segments(database))


def test_the_curve_of_those_left_alone_comes_back(found: Behaviour) -> None:
    def chance(cure: CureSettings) -> np.ndarray:
        return cure.first * np.exp(-(np.arange(60)) / cure.fade_days) + cure.last

    assert chance(found.settings.cure) == pytest.approx(chance(TRUE.cure), rel=0.15)
    assert found.settings.cure.ability_sigma == pytest.approx(0.5, abs=0.25)


def test_payments_and_promises_come_back(found: Behaviour) -> None:
    payment = found.settings.payment
    assert payment.settles_share == pytest.approx(0.8, abs=0.03)
    assert payment.due_share == pytest.approx(0.08, rel=0.02)
    assert payment.late_share == pytest.approx(0.12, rel=0.12)
    assert payment.promise_days == 9
    assert payment.kept_share_of == pytest.approx(TRUE.payment.kept_share_of, abs=0.05)
    assert payment.promise_factor == pytest.approx(TRUE.payment.promise_factor, abs=0.07)


def test_intervals_hold_most_of_the_truth(found: Behaviour) -> None:
    true = {f"cure.{name}": getattr(TRUE.cure, name) for name in ("first", "last", "fade_days", "ability_sigma")}
    true |= {f"payment.{name}": getattr(TRUE.payment, name) for name in ("settles_share", "late_share")}
    for name in ("kept_share_of", "promise_factor"):
        true |= {f"payment.{name}[{key}]": value for key, value in getattr(TRUE.payment, name).items()}
    by_name = {one.name: one for one in found.found}
    held = [by_name[name].low <= value <= by_name[name].high for name, value in true.items()]
    assert sum(held) >= 0.7 * len(held)


def test_the_file_is_read_as_the_months_settings(found: Behaviour, tmp_path: Path) -> None:
    file = tmp_path / "world.behaviour.yaml"
    write_behaviour(file, found)
    assert read(file, MonthsSettings) == found.settings
    assert "payment.settles_share" in file.read_text()
    assert "complaints" in file.read_text()


def test_what_the_history_does_not_say_keeps_its_default(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path / "history")
    writer.flush()
    prepare(writer.database, "UTC")
    nothing = behaviour_of(writer.database, segments(writer.database))
    assert nothing.settings == MonthsSettings()
    assert not nothing.found
    assert {"cure", "payment.kept_share", "cost"} <= {one.name for one in nothing.defaults}
