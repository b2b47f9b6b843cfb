"""The example table that the rule of buckets was taken from, and the demo's portfolio, come out as ever."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from pathlib import Path

from adapters.leads.file.client import read_portfolio
from simulator.cards import write_portfolio
from strategies.compile import compile_strategy, library
from strategies.planning.planner import plan

DAY = dt.date(2026, 11, 23)
STRATEGY = compile_strategy(library()["cards-demo"])

EXAMPLE = """\
account_id,person_id,phones,days_past_due,balance,historical_repayment_rate,card_last_four,birth_date
1001,p1,+12125550101,15,1000,0.95,1234,1980-01-02
1002,p2,+12125550102,45,1000,0.7,1234,1980-01-02
1003,p3,+12125550103,75,1000,0.6,1234,1980-01-02
1004,p4,+12125550104,120,1000,0.9,1234,1980-01-02
1005,p5,+12125550105,120,1000,0.8,1234,1980-01-02
1006,p6,+12125550106,90,1000,0.9,1234,1980-01-02
1007,p7,+12125550107,30,1000,0.9,1234,1980-01-02
1008,p8,+12125550108,0,1000,0.9,1234,1980-01-02
"""


def test_customers_1001_to_1004_are_segmented_as_the_example_says(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    path.write_text(EXAMPLE)
    today = plan(read_portfolio(path, STRATEGY.fields).database, STRATEGY, DAY)
    segments = {lead.account: lead.segment for lead in today.leads("agent_call")}
    assert segments == {
        "1001": "M1",
        "1002": "M2",
        "1003": "M3",
        "1004": "M3+ (High Potential)",
        "1005": "M3+ (Low Potential)",
        "1006": "M3",
        "1007": "M1",
    }
    assert [(left.account, left.segment) for left in today.left_alone()] == [("1008", "M0")]


def test_the_card_accounts_are_segmented_as_ever(tmp_path: Path) -> None:
    path = write_portfolio(tmp_path / "cards.csv")
    assert sha256(path.read_bytes()).hexdigest().startswith("9378dd2ed8a24839")
    portfolio = read_portfolio(path, STRATEGY.fields)
    assert (portfolio.accounts, portfolio.rejected, portfolio.rejected_file) == (30_000, 0, None)
    today = plan(portfolio.database, STRATEGY, DAY)
    assert [(count.segment, count.accounts, count.planned) for count in today.counts] == [
        ("M0 (early warning)", 4036, 4036),
        ("M0", 19146, 0),
        ("Nothing owed", 1689, 0),
        ("M1", 1999, 1999),
        ("M2", 2667, 2667),
        ("M3", 322, 322),
        ("M3+ (High Potential)", 11, 11),
        ("M3+ (Low Potential)", 130, 130),
    ]
