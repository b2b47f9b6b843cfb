"""Promises kept by segment, and the curve of accounts that nobody contacts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.history.writer import HistoryWriter
from dialer.core.rng import uniform
from simulator.calibrate.observe import prepare
from simulator.calibrate.repayment import segments, self_cure

FIRST = date(2026, 3, 2)
DAY_NS = 86_400 * 10**9
START_NS = 1_772_409_600 * 10**9
"""Midnight of `FIRST` in UTC."""


def call(number: int, segment: str, disposition: str, cents: int | None = None) -> dict[str, object]:
    return {
        "attempt": f"c{number}",
        "campaign": "c",
        "channel": "call",
        "lead": f"l{number}",
        "account": f"a{number}",
        "segment": segment,
        "placed_at": START_NS,
        "disposition": disposition,
        "promise_cents": cents,
        "promise_due": "2026-03-05" if cents else None,
    }


def test_promises_are_kept_by_enough_money_in_time(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path / "history")
    # Paid in time, paid late, paid too little, not paid, and contacts without a promise.
    for number, (after_days, cents) in enumerate([(2, 1000), (20, 1000), (2, 500), (None, 0)]):
        writer.add("attempts", call(number, "M1", "promise", 1000))
        if after_days:
            paid = {"account": f"a{number}", "paid_at": START_NS + after_days * DAY_NS, "cents": cents}
            writer.add("payments", paid)
    writer.add("attempts", call(8, "M1", "refusal"))
    writer.add("attempts", call(9, "M2", "contact"))
    writer.flush()
    prepare(writer.database, "UTC")
    early, late = segments(writer.database)
    assert early.kept is not None
    assert (early.name, early.promised.value, early.kept.value, early.median_cents) == ("M1", 0.8, 0.25, 1000)
    assert (late.name, late.promised.value, late.kept, late.median_cents) == ("M2", 0.0, None, None)


def test_the_self_cure_curve_and_its_knee(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path / "history")
    days, knee = 40, 12
    for number in range(1500):
        account = f"a{number}"
        for on_day in (0, days):
            writer.add("accounts", {"account": account, "on_day": str(FIRST + timedelta(days=on_day))})
        for day in range(1, days + 1):
            if uniform(7, "pays", number, day) < (0.06 if day <= knee else 0.004):
                writer.add("payments", {"account": account, "paid_at": START_NS + day * DAY_NS, "cents": 100})
                break
        if number % 3 == 0:  # contacted on day 20, and no longer left alone
            writer.add("attempts", call(number, "M1", "no_answer") | {"placed_at": START_NS + 20 * DAY_NS})
    writer.flush()
    curve = self_cure(writer.database)
    assert curve is not None
    assert curve.knee is not None
    assert curve.knee.low <= knee + 1
    assert curve.knee.value == pytest.approx(knee, abs=2)
    true = [1 - 0.94 ** min(day, knee) * 0.996 ** max(0, day - knee) for day in curve.days]
    held = [low <= share <= high for low, share, high in zip(curve.low, true, curve.high, strict=True)]
    assert sum(held) > 0.7 * len(held)
    assert (curve.low <= curve.paid).all()
    assert (curve.paid <= curve.high).all()


def test_without_accounts_there_is_no_curve(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path / "history")
    writer.add("attempts", call(1, "M1", "no_answer"))
    writer.flush()
    assert self_cure(writer.database) is None
