"""The demo's portfolio: nobody can be reached, and it is the same everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import phonenumbers
import pytest

from adapters.leads.file.client import read_portfolio
from simulator.cards import write_portfolio
from strategies.compile import compile_strategy, library
from strategies.compliance.whereabouts import zones_of_number


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_portfolio(tmp_path_factory.mktemp("cards") / "cards.parquet")


FIELDS = compile_strategy(library()["cards-demo"]).fields


def test_no_number_can_reach_anyone_and_none_is_there_twice(path: Path) -> None:
    portfolio = read_portfolio(path, FIELDS)
    numbers = [n for (n,) in portfolio.database.execute("SELECT unnest(numbers) FROM person").fetchall()]
    assert all(re.fullmatch(r"\+1[2-9][0-9]{2}55501[0-9]{2}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers) > 30_000
    assert phonenumbers.region_code_for_number(phonenumbers.parse(numbers[0])) == "US"
    zones = portfolio.database.execute("SELECT DISTINCT unnest(zones) FROM accounts ORDER BY 1").fetchall()
    assert [zone for (zone,) in zones] == [
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/New_York",
        "America/Phoenix",
        "Pacific/Honolulu",
    ]


def test_stated_zones_are_those_of_the_numbers(path: Path) -> None:
    rows = duckdb.read_parquet(str(path)).project("phones, zones").limit(500).fetchall()
    for phones, zones in rows:
        found = {zone for number in phones.split(";") for zone in zones_of_number(number)}
        assert found == set(zones.split(";"))


def test_days_past_due_lie_in_the_bucket_of_the_repayment_status(path: Path) -> None:
    cards = duckdb.read_parquet(str(path))
    days = "CASE WHEN days_past_due = 0 THEN 0 ELSE (days_past_due + 29) // 30 END AS months"
    counts = cards.aggregate(f"{days}, count(*) AS n, min(balance) AS least", "months").order("months").fetchall()
    # Repayment status of the newest month in the source: -2, -1 and 0 together, then 1 to 8.
    assert [n for _, n, _ in counts] == [23182, 3688, 2667, 322, 76, 26, 11, 9, 19]
    assert min(least for *_, least in counts) == 0


def test_another_seed_moves_days_and_second_numbers_only(path: Path, tmp_path: Path) -> None:
    other_path = write_portfolio(tmp_path / "other.parquet", seed=1)
    one, other = (duckdb.read_parquet(str(cards)).fetchall() for cards in (path, other_path))
    assert [row[5:] for row in one] == [row[5:] for row in other]
    assert [row[4] for row in one] != [row[4] for row in other]
