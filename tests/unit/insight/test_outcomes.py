"""What came of the contacts: recovery, roll rates with their caution, cost, and a verdict that may be peeked at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialer.__main__ import main
from dialer.insight.outcomes.measure import Costs, Terms, outcomes_of
from dialer.insight.outcomes.report import render_outcomes, sections
from dialer.insight.outcomes.roll import roll_rates
from dialer.insight.outcomes.sequential import LEAST, compare
from dialer.insight.tables import History
from tests.unit.audit.histories import history

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
LAST = {"account": "other", "paid_at": MONDAY + timedelta(days=60), "cents": 1}


def attempt(number: int, account: str, day: float, **more: Any) -> dict[str, Any]:
    placed = MONDAY + timedelta(days=day)
    return {
        "attempt": f"x{number}", "campaign": "cards", "channel": "call", "lead": account, "account": account,
        "placed_at": placed, "answered_at": placed, "ended_at": placed + timedelta(minutes=2), "disposition": "contact",
    } | more  # fmt: skip


def paid(account: str, day: float, cents: int) -> dict[str, Any]:
    return {"account": account, "paid_at": MONDAY + timedelta(days=day), "cents": cents}


def small() -> History:
    attempts = [
        attempt(1, "a", 0, arm="old"),
        attempt(2, "a", 1, channel="sms", disposition="sent", arm="old"),
        attempt(3, "b", 0, arm="new", disposition="do_not_call"),
        attempt(4, "c", 0, arm="new", disposition="no_answer"),
    ]
    payments = [
        paid("a", 0.5, 1_000),
        paid("a", 2, 5_000),
        paid("b", 13, 700),
        paid("b", 15, 900),
        paid("c", -1, 9),
        LAST,
    ]
    agents = [
        {"agent": "ann", "state": state, "from_at": MONDAY, "to_at": MONDAY + timedelta(hours=hours)}
        for state, hours in (("idle", 6), ("paused", 2), ("offline", 16))
    ]
    return history(attempts, payments=payments, agents=agents)


def test_a_payment_belongs_to_the_latest_attempt_before_it() -> None:
    found = outcomes_of(small(), Terms(), Costs(paid_hour=20, line_minute=0.1, attempt={"sms": 0.05}))
    assert {row.name: (row.paying, row.recovered) for row in found.channels} == {"call": (2, 17.0), "sms": (1, 50.0)}
    assert {row.name: (row.accounts, row.recovered, row.complaints) for row in found.arms} == {
        "new": (2, 7.0, 1),
        "old": (1, 60.0, 0),
    }
    assert found.recovered == 67.0
    assert found.cost == pytest.approx(8 * 20 + 3 * 2 * 0.1 + 0.05)
    assert found.cost_per_unit == pytest.approx((8 * 20 + 0.65) / 67)
    (week,) = found.pressure
    assert (week.week, week.accounts, week.attempts, week.contacts, week.most) == ("2026-06-01", 3, 4, 2, 2)


def test_without_payments_recovery_is_not_known() -> None:
    past = small()
    past.database.execute("DELETE FROM payments").fetchall()
    found = outcomes_of(past._replace(known=past.known - {"payments"}), Terms())
    assert all(row.recovered is None and row.paying is None for row in (*found.channels, *found.arms))
    assert (found.recovered, found.cost, found.comparisons) == (None, None, ())


def portfolio(first: dict[str, int], second: dict[str, int], rates: dict[str, float]) -> History:
    """Return three month ends; of each segment this share of 100 units of balance each rolls on in either month."""
    rows = []
    for month, mix in ((5, first), (6, second)):
        for segment, count in mix.items():
            for number in range(count):
                account = f"{month}/{segment}/{number}"
                rolls = number < round(count * rates[segment])
                one = {"account": account, "segment": segment, "balance_cents": 10_000}
                rows.append(one | {"on_day": date(2026, month, 28), "dpd": 20})
                rows.append(one | {"on_day": date(2026, month + 1, 28), "dpd": 50 if rolls else 0})
    return history([], accounts=rows)


def test_a_roll_rate_that_moved_with_the_portfolio_comes_with_a_caution() -> None:
    rates = {"good": 0.1, "bad": 0.5}
    found = {
        roll.month: roll
        for roll in roll_rates(portfolio({"good": 300, "bad": 100}, {"good": 100, "bad": 300}, rates))
        if roll.bucket == "M1"
    }
    assert found["2026-05"].rate == pytest.approx(0.2) and not found["2026-05"].caution
    assert found["2026-06"].rate == pytest.approx(0.4)
    assert found["2026-06"].steady == pytest.approx(0.2)
    assert (found["2026-06"].moved, found["2026-06"].caution) == (pytest.approx(0.5), True)


def test_a_roll_rate_that_moved_by_itself_has_no_caution() -> None:
    found = roll_rates(portfolio({"good": 200, "bad": 100}, {"good": 205, "bad": 100}, {"good": 0.1, "bad": 0.4}))
    assert [roll.caution for roll in found if roll.bucket == "M1"] == [False, False]


@pytest.mark.parametrize("share", [0.03, 0.2, 0.6])
def test_looking_after_every_account_tells_a_difference_where_there_is_none_in_five_of_a_hundred_at_most(
    share: float,
) -> None:
    random = np.random.default_rng(5)
    false = 0
    for _ in range(1_000):
        side, outcome = random.random(6_000) < 0.5, random.random(6_000) < share
        false += compare(side, outcome).decided is not None
    assert false <= 50


def test_the_interval_covers_the_true_difference_at_all_times() -> None:
    random = np.random.default_rng(6)
    missed = 0
    for _ in range(500):
        side = random.random(4_000) < 0.5
        outcome = random.random(4_000) < np.where(side, 0.26, 0.22)
        path = compare(side, outcome)
        missed += bool(
            (np.abs(path.difference - 0.04)[np.isfinite(path.radius)] > path.radius[np.isfinite(path.radius)]).any()
        )
    assert missed <= 25


def test_a_difference_is_found() -> None:
    random = np.random.default_rng(7)
    found = 0
    for _ in range(50):
        side = random.random(12_000) < 0.5
        path = compare(side, random.random(12_000) < np.where(side, 0.24, 0.2))
        found += path.decided is not None and path.difference[path.decided] > 0
    assert found >= 45


def test_nothing_is_said_before_there_are_enough() -> None:
    side = np.arange(2 * LEAST - 2) % 2 == 0
    assert not np.isfinite(compare(side, side).radius).any()


def arms(better: float) -> History:
    random = np.random.default_rng(8)
    attempts, payments = [], [LAST]
    for number in range(3_000):
        arm = "challenger" if number % 2 else "champion"
        attempts.append(attempt(number, f"a{number}", number / 200, arm=arm))
        if random.random() < (better if number % 2 else 0.2):
            payments.append(paid(f"a{number}", number / 200 + 3, 5_000))
    return history(attempts, payments=payments)


@pytest.mark.parametrize(("better", "verdict"), [(0.35, "better"), (0.2, "open"), (0.08, "worse")])
def test_the_verdict_on_a_challenger(better: float, verdict: str) -> None:
    (one,) = outcomes_of(arms(better), Terms(champion="champion")).comparisons
    assert (one.challenger, one.verdict, sum(one.accounts)) == ("challenger", verdict, 3_000)
    assert one.interval is not None and one.interval[0] < one.paying[1] / 1500 - one.paying[0] / 1500 < one.interval[1]


@pytest.mark.parametrize(("language", "words"), [("en", "challenger is better, since"), ("zh", "挑战者更优")])
def test_the_report_and_the_command(
    language: Any, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    past = arms(0.35)
    found = outcomes_of(past, Terms(champion="champion"))
    html = render_outcomes(found, Terms(), "cards", language)
    assert words in html and html.count("<svg") == 1 and "src=" not in html
    assert len(sections(found, language)) == 4
    for table in ("attempts", "payments"):
        past.database.execute(f"COPY {table} TO '{tmp_path}/{table}.parquet' (FORMAT PARQUET)")
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        main(["outcomes", str(tmp_path), "--champion", "champion", "--language", language])
    assert not ended.value.code
    assert words in capsys.readouterr().out
