"""Simulated months: the laws that hold whatever the strategy."""

import datetime as dt

import duckdb
import numpy as np
import pytest

from simulator.months.book import Book
from simulator.months.capacity import busy_s, staffed_s
from simulator.months.contacts import Pressure, caps_of
from simulator.months.draws import Stream, uniform
from simulator.months.export import tables_of
from simulator.months.past import Past
from simulator.months.run import run_months
from simulator.months.settings import CureSettings, MonthsSettings, PaymentSettings, Scenario, scenarios
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compile import compile_strategy, library
from strategies.compliance.packs import load_packs
from strategies.document import read

FIRST = dt.date(2026, 6, 1)
WORLD = WorldSettings(floor=FloorSettings(agents=3, zone="America/New_York"))
SILENT = """
name: silent
version: "1"
purpose: collections
about: nobody is contacted
source: a test
limits: none
fields:
  days_past_due: {type: integer, min: 0}
  balance: {type: number, min: 0}
segments:
  - {name: all, when: days_past_due >= 0}
stop: {paid: balance <= 0}
packs: [house]
"""


def accounts(count: int, past_due: str = "1 + hash(i, 1) % 90") -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute(
        f"""
        CREATE TABLE accounts AS
        SELECT i AS source_row, 'a' || i AS account_id, 'p' || i // 2 AS person_id,
            ['p' || i // 2 || '/0'] AS endpoints,
            ['America/New_York'] AS zones, ['US-NY'] AS places, CAST({past_due} AS BIGINT) AS days_past_due,
            CAST(100000 + hash(i, 2) % 900000 AS DOUBLE) / 100 AS balance,
            (hash(i, 3) % 100) / 100.0 AS historical_repayment_rate, '1234' AS card_last_four,
            DATE '1980-01-02' AS birth_date
        FROM range({count}) AS t(i)
        """
    )
    return database


USUAL, SETTINGS = Scenario(), MonthsSettings()


def run(database, name="cards-demo", days=8, world=WORLD, settings=SETTINGS, scenario=USUAL) -> Book:
    strategy = compile_strategy(library().get(name, name))
    return run_months(database, strategy, load_packs(strategy.packs).rules, world, settings, scenario, FIRST, days)


@pytest.fixture(scope="module")
def book() -> Book:
    return run(accounts(2_000), days=8)


@pytest.fixture
def silent(tmp_path):
    file = tmp_path / "silent.yaml"
    file.write_text(SILENT)
    return file


def test_draws_belong_to_identities_and_are_uniform():
    keys = np.arange(20_000, dtype=np.uint64)
    draw = uniform(1, Stream.CURE, keys, 5)
    assert np.array_equal(draw[::-1], uniform(1, Stream.CURE, keys[::-1], 5))
    assert draw.min() > 0 and draw.max() < 1 and abs(draw.mean() - 0.5) < 0.01
    for other in (uniform(2, Stream.CURE, keys, 5), uniform(1, Stream.LATE, keys, 5), uniform(1, Stream.CURE, keys, 6)):
        assert abs(np.corrcoef(draw, other)[0, 1]) < 0.03


def test_same_seed_same_months(book):
    again = run(accounts(2_000), days=8)
    assert tables_of(again) == tables_of(book)
    assert tables_of(run(accounts(2_000), days=8, world=WORLD.model_copy(update={"seed": 7}))) != tables_of(book)


def test_the_caller_s_database_is_left_as_it_was():
    database = accounts(200)
    before = database.execute("SELECT * FROM accounts ORDER BY ALL").fetchall()
    database.execute("SET checkpoint_threshold = '8MiB'")
    run(database, days=2)
    assert database.execute("SELECT current_setting('checkpoint_threshold')").fetchall() == [("8.0 MiB",)]
    assert database.execute("SELECT * FROM accounts ORDER BY ALL").fetchall() == before
    tables = database.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
    assert tables == [("main", "accounts")]


def test_what_is_forgotten_no_rule_would_have_looked_at(monkeypatch):
    kept = []
    forget = Past.forget

    def count(self, rules, at_ns):
        forget(self, rules, at_ns)
        kept.extend(self._database.execute("SELECT count(*), epoch_ns(min(begun)) FROM history").fetchall())

    monkeypatch.setattr(Past, "forget", count)
    long = run(accounts(2_000), days=15)
    ((first, _), (second, oldest)) = kept
    assert first < long.total("attempts") and second < long.total("attempts") / 1.5
    assert oldest >= int(dt.datetime(2026, 6, 6, tzinfo=dt.UTC).timestamp()) * 10**9
    monkeypatch.setattr(Past, "forget", lambda *_: None)
    assert tables_of(run(accounts(2_000), days=15)) == tables_of(long)


def test_money_is_neither_made_nor_lost():
    database = accounts(2_000)
    ((before,),) = database.execute("SELECT round(sum(balance) * 100) FROM accounts").fetchall()
    months = run(database, days=6)
    owed = months.by_day("balance_cents")
    paid = months.by_day("paid_cents")
    assert owed[0] == before
    assert all(owed[day] - paid[day] == owed[day + 1] for day in range(5))
    assert owed[-1] - paid[-1] == months.moved_cents[-1].sum()


def test_the_floor_works_no_longer_than_it_can(book):
    assert all(0 < day.used_s <= day.capacity_s for day in book.days)
    assert any(day.left_over for day in book.days)  # 2,000 accounts are too many for three agents
    assert staffed_s(WORLD) * 0.97 > busy_s(WORLD, MonthsSettings(), 0.2) > 0.5 * staffed_s(WORLD)
    assert run(accounts(300), days=1, world=WorldSettings(floor=FloorSettings(agents=0))).total("conversations") == 0


def test_nobody_is_called_more_often_than_the_rules_allow():
    strategy = compile_strategy(library()["cards-demo"])
    rules = load_packs(strategy.packs).rules
    idle = WorldSettings(floor=FloorSettings(agents=500, zone="America/New_York"))
    months = run(accounts(1_000), days=8, world=idle)
    caps = caps_of(rules, 9 * 3600.0)
    daily, weekly = (min(cap.limit for cap in caps if cap.days == days) for days in (1, 7))
    assert (daily, weekly) == (3, 7)
    # A week is 7 days, and Regulation F counts by account: of a person with two accounts, twice as many.
    assert not months.pressure[2 * weekly + 1 :].any()
    assert months.pressure[4:].any()  # and yet the caps were reached
    assert max(months.by_day("attempts")) <= daily * 500


def test_pressure_forgets_after_its_days():
    pressure = Pressure(2)
    for day in range(100, 150):
        pressure.begin(day)
        pressure.add(day, np.array([0, 0]), np.array([1, 2]))
        assert pressure.within(day, 1).tolist() == [3, 0]
    assert pressure.within(149, 7).tolist() == [21, 0]


def test_every_account_is_somewhere_thirty_days_later(silent):
    months = run(accounts(1_000), silent, days=60)
    assert [int(roll.sum()) for roll in months.rolls] == [1_000, 1_000]
    assert (months.rolls[0].sum(axis=0) == months.rolls[1].sum(axis=1)).all()


def test_those_who_are_left_alone_cure_as_the_settings_say(silent):
    cure = CureSettings(first=0.05, last=0.01, fade_days=10.0, ability_sigma=0.0)
    settings = MonthsSettings(cure=cure, payment=PaymentSettings(settles_share=1.0, late_share=0.0))
    months = run(accounts(20_000, "1"), silent, days=25, settings=settings)
    left, expected = 1.0, []
    for day in range(25):
        expected.append(left)
        left *= 1 - (cure.first * np.exp(-day / cure.fade_days) + cure.last)
    late = np.array(months.by_day("late")) / 20_000
    assert np.abs(late - expected).max() < 4 * np.sqrt(0.25 / 20_000)
    assert months.channels() == {}


def test_a_downturn_brings_less_and_an_upswing_more():
    paid = {
        name: run(accounts(3_000), days=10, scenario=read(file, Scenario)).total("paid_cents")
        for name, file in scenarios().items()
    }
    assert paid["downturn"] < paid["usual"] < paid["upswing"]


def test_promises_fall_due_and_are_kept_or_broken(book):
    assert book.total("promises") > 0
    assert 0 < book.total("kept") + book.total("broken") <= book.total("promises")
