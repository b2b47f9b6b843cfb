"""Other parties from files: their own numbers, zones and places, and nobody who is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.leads.file.client import Portfolio, read_portfolio
from adapters.leads.file.faults import Rejected
from adapters.leads.file.parties import read_parties
from strategies.errors import ConfigError

ACCOUNTS = """\
account_id,person_id,phones,places
a1,p1,+12125550123,
a2,p2,+13055550124;+13055550125,US-FL
"""
HEADER = "account_id,party,person_id,phones,zones,places"


def load(folder: Path, *rows: str) -> tuple[Portfolio, Rejected]:
    (folder / "a.csv").write_text(ACCOUNTS)
    (folder / "b.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    portfolio = read_portfolio(folder / "a.csv", ())
    return portfolio, read_parties(folder / "b.csv", portfolio)


def test_a_party_has_numbers_zones_and_places_of_its_own(tmp_path: Path) -> None:
    portfolio, rejected = load(
        tmp_path, "a1,contact,q1,+13105550199;+13105550198,,", "a2,contact,q1,+13105550198,Asia/Tokyo,JP"
    )
    assert rejected == Rejected(0, None, ())
    rows = portfolio.database.execute("FROM party").fetchall()
    where = (["America/Los_Angeles", "Asia/Tokyo"], ["JP", "US-CA"])
    assert rows == [("a1", "contact", "q1", ["q1/0", "q1/1"], *where), ("a2", "contact", "q1", ["q1/1"], *where)]
    assert portfolio.book.number("q1/1") == "+13105550198"


def test_who_owes_on_another_account_stays_one_person(tmp_path: Path) -> None:
    portfolio, _ = load(tmp_path, "a1,guarantor,p2,+12125550177;+13055550125,,")
    ((*_, endpoints, zones, places),) = portfolio.database.execute("FROM party").fetchall()
    assert endpoints == ["p2/2", "p2/1"]
    assert (zones, places) == (["America/Chicago", "America/New_York"], ["US-FL", "US-NY"])
    query = "SELECT endpoints, zones, places FROM accounts WHERE account_id = 'a2'"
    assert portfolio.database.execute(query).fetchall() == [(["p2/0", "p2/1"], zones, places)]
    assert portfolio.book.number("p2/2") == "+12125550177"
    assert portfolio.book.number("p1/0") == "+12125550123"


def test_rows_that_cannot_be_used_are_rejected_with_their_line(tmp_path: Path) -> None:
    portfolio, rejected = load(
        tmp_path,
        "a1,contact,q1,+13105550199,,",
        "a2,contact,p2,+13105550199,,",
        "zz,contact,q3,+13105550199,,",
        "a1,boss,q4,+13105550199,,",
        "a1,guarantor,q1,,,",
        "a1,contact,q5,12345,,",
        "a1,,q6,+13105550199,,",
    )
    assert rejected.rejected == 6
    assert str(rejected.first_faults[0]).startswith(
        f"{tmp_path / 'b.csv'}:3: person_id owes on this account (allowed: "
    )
    side = (tmp_path / "b.rejected.csv").read_text()
    assert [line.split(",")[:2] for line in side.splitlines()[1:]] == [
        ["3", "person_id"], ["4", "account_id"], ["5", "party"], ["6", "person_id"], ["7", "phones"], ["8", "party"],
    ]  # fmt: skip
    assert "12345" not in side
    assert portfolio.database.execute("SELECT person_id FROM party").fetchall() == [("q1",)]


def test_a_column_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(ACCOUNTS)
    (tmp_path / "b.csv").write_text("account_id,person_id,phones\n")
    portfolio = read_portfolio(tmp_path / "a.csv", ())
    with pytest.raises(ConfigError, match=r"b.csv:1: the column party is missing"):
        read_parties(tmp_path / "b.csv", portfolio)
