"""The pyramid from a history: the published table, every dimension, promises and payments, targets and gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialer.__main__ import main
from dialer.insight.page import page
from dialer.insight.pyramid.measure import Measured, Terms, measure
from dialer.insight.pyramid.report import PyramidInfo, gap_rows, render_pyramid
from dialer.insight.pyramid.targets import Targets, gaps
from dialer.insight.tables import History
from strategies.document import read
from tests.unit.audit.histories import history

EXAMPLE = Path(__file__).parents[3] / "examples" / "pyramid_targets.yaml"
MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)


def spell(agent: str, state: str, start: datetime, hours: float, **more: Any) -> dict[str, Any]:
    return {"agent": agent, "state": state, "from_at": start, "to_at": start + timedelta(hours=hours)} | more


def talk(number: int, agent: str, disposition: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "attempt": f"x{number}", "campaign": "cards", "channel": "call", "lead": f"l{number}", "account": f"a{number}",
        "segment": "M1", "agent": agent, "placed_at": at, "ended_at": at + timedelta(minutes=3),
        "disposition": disposition,
    } | more  # fmt: skip


def floor(per_hour: int, promised: float, kept: float, payment: int, segment: str) -> History:
    """Return 800 paid hours of one agent's floor with exactly these levels."""
    contacts = 680 * per_hour
    promises, paying = round(contacts * promised), round(contacts * promised * kept)
    attempts = [
        talk(n, "ann", "promise" if n < promises else "refusal", MONDAY + timedelta(minutes=n), segment=segment,
             promise_cents=payment * 100 if n < promises else None,
             promise_due=date(2026, 6, 20) if n < promises else None)
        for n in range(contacts)
    ]  # fmt: skip
    came = MONDAY + timedelta(days=10)
    payments = [{"account": f"a{n}", "paid_at": came, "cents": payment * 100} for n in range(paying)]
    payments.append({"account": "other", "paid_at": MONDAY + timedelta(days=90), "cents": 1})
    agents = [
        spell(f"ann{n}", state, MONDAY, hours) for n in range(100) for state, hours in (("idle", 6.8), ("paused", 1.2))
    ]
    return history(attempts, agents=agents, payments=payments)


@pytest.mark.parametrize(
    ("levels", "segment", "value"), [((10, 0.85, 0.65, 140), "M1", 657), ((5, 0.75, 0.5, 100), "M3", 159)]
)
def test_the_published_table_comes_out_of_a_history(levels: Any, segment: str, value: int) -> None:
    (found,) = measure(floor(*levels, segment), "total", Terms())
    assert int(found.pyramid.value_per_paid_h or 0) == value
    assert (found.paid_h, found.pyramid.productive_share) == (pytest.approx(800), pytest.approx(0.85))
    target = read(EXAMPLE, Targets).for_group("segment", segment)
    assert target is not None and int(target.pyramid.value_per_paid_h or 0) == value
    assert gaps(found, target) == []


def small() -> History:
    """Two agents of two teams: Ann keeps what she is promised, Bob's promises are broken, late, or not over yet."""
    at = MONDAY
    promise = {"promise_cents": 10_000, "promise_due": date(2026, 6, 5)}
    attempts = [
        talk(1, "ann", "promise", at, **promise),
        talk(2, "ann", "promise", at, **promise),
        talk(3, "ann", "contact", at),
        talk(4, "bob", "promise", at + timedelta(hours=1), segment="M3", **promise),
        talk(5, "bob", "promise", at + timedelta(hours=1), segment="M3", **promise),
        talk(6, "bob", "promise", at + timedelta(hours=1), **promise | {"promise_due": date(2026, 6, 28)}),
        talk(7, "bob", "third_party", at),
        talk(8, None, "robot_done", at),
    ]
    payments = [
        {"account": "a1", "paid_at": datetime(2026, 6, 5, 12, tzinfo=UTC), "cents": 10_000},
        {"account": "a2", "paid_at": datetime(2026, 6, 3, tzinfo=UTC), "cents": 4_000},
        {"account": "a2", "paid_at": datetime(2026, 6, 7, 20, tzinfo=UTC), "cents": 8_000},
        {"account": "a4", "paid_at": datetime(2026, 6, 8, 1, tzinfo=UTC), "cents": 10_000},
        {"account": "a5", "paid_at": datetime(2026, 6, 4, tzinfo=UTC), "cents": 9_999},
        {"account": "a6", "paid_at": datetime(2026, 6, 25, tzinfo=UTC), "cents": 10_000},
    ]
    agents = [
        spell("ann", "idle", at, 3, team="north", campaign="cards"),
        spell("ann", "paused", at + timedelta(hours=3), 1, team="north", campaign="cards"),
        spell("bob", "talking", at, 2, team="south", campaign="cards"),
        spell("bob", "offline", at + timedelta(hours=2), 9, team="south"),
    ]
    return history(attempts, agents=agents, payments=payments)


def test_promises_are_kept_broken_or_not_over_yet() -> None:
    ann, bob = measure(small(), "agent", Terms(grace_days=2))
    assert (ann.contacts, ann.promises, ann.due, ann.kept, ann.paid) == (3, 2, 2, 2, 220.0)
    assert (bob.contacts, bob.promises, bob.due, bob.kept) == (3, 3, 2, 0)
    assert (ann.paid_h, ann.productive_h, bob.paid_h) == (4, 3, 2)


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("total", ["all"]),
        ("team", ["north", "south"]),
        ("campaign", ["cards"]),
        ("segment", ["M1", "M3"]),
        ("hour", ["09:00", "10:00", "11:00", "12:00"]),
    ],
)
def test_every_dimension_loses_nothing(by: Any, groups: list[str]) -> None:
    found = measure(small(), by, Terms())
    assert [one.group for one in found] == groups
    assert sum(one.contacts for one in found) == 6
    if by == "segment":
        assert all(one.paid_h is None and one.pyramid.value_per_paid_h is None for one in found)
    else:
        assert sum(one.paid_h or 0 for one in found) == pytest.approx(6)


def test_without_payments_the_money_is_not_known() -> None:
    past = small()
    past.database.execute("DELETE FROM payments").fetchall()
    (found,) = measure(past._replace(known=past.known - {"payments"}), "total", Terms())
    assert (found.kept, found.due, found.paid, found.pyramid.kept_share) == (None, None, None, None)
    assert found.pyramid.promise_share == pytest.approx(5 / 6)


def group(**more: Any) -> Measured:
    return Measured(
        **{
            "group": "ann", "paid_h": 100.0, "productive_h": 85.0, "contacts": 850, "promises": 722, "due": 722,
            "kept": 469, "paid": 469 * 140.0, "paid_sd": 20.0, "daily": (0.84, 0.86, 0.85, 0.85),
        }
        | more
    )  # fmt: skip


def test_the_costliest_level_comes_first_and_says_whether_the_sample_is_large_enough() -> None:
    target = read(EXAMPLE, Targets).targets[1]
    broken = gaps(group(kept=289, paid=289 * 140.0), target)
    assert (broken[0].level, broken[0].proven) == ("kept_share", True)
    value = group(kept=289, paid=289 * 140.0).pyramid.value_per_paid_h or 0
    assert broken[0].cost == pytest.approx(100 * value * (0.65 / (289 / 722) - 1))
    low, high = broken[0].cost_interval or (0, 0)
    assert low < broken[0].cost < high
    few = gaps(group(due=10, kept=4, paid=4 * 140.0), target)[0]
    assert (few.level, few.proven) == ("kept_share", False)


def test_the_interval_holds_as_often_as_it_says() -> None:
    """Of agents who are exactly at their target, hardly any is told to be below it."""
    random = np.random.default_rng(11)
    target = read(EXAMPLE, Targets).targets[1]
    wrong = 0
    for _ in range(400):
        contacts = int(random.poisson(10 * 34))
        promises = int(random.binomial(contacts, 0.85))
        kept = int(random.binomial(promises, 0.65))
        sums = random.gamma(4.0, 35.0, kept)
        one = group(
            paid_h=40.0, productive_h=34.0, contacts=contacts, promises=promises, due=promises, kept=kept,
            paid=float(sums.sum()), paid_sd=float(sums.std(ddof=1)), daily=tuple(random.normal(0.85, 0.03, 5)),
        )  # fmt: skip
        wrong += any(gap.proven for gap in gaps(one, target))
    assert wrong / 400 <= 0.05


def test_an_unknown_level_hides_nothing() -> None:
    target = read(EXAMPLE, Targets).targets[1]
    found = gaps(group(promises=400, due=None, kept=None, paid=None), target)
    assert [one.level for one in found] == ["promise_share"] and found[0].cost > 0


def test_the_report_has_both_languages_and_nothing_from_outside() -> None:
    targets = read(EXAMPLE, Targets)
    groups = measure(small(), "agent", Terms())
    for language, words in (("en", "Enough to coach on"), ("zh", "样本足以辅导")):
        info = PyramidInfo("cards", "agent", targets, 0.95, language)  # type: ignore[arg-type]
        html = render_pyramid(groups, info)
        assert words in html and "src=" not in html and html.startswith(page("", "en", "")[:15])
    costs = [float(row[5].replace(",", "")) for row in gap_rows(groups, info)]
    assert len(costs) == 2 and costs == sorted(costs, reverse=True)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    past = small()
    for table in ("attempts", "agents", "payments"):
        past.database.execute(f"COPY {table} TO '{tmp_path}/{table}.parquet' (FORMAT PARQUET)")
    words = ["pyramid", tmp_path, "--by", "team", "--targets", EXAMPLE, "--html", tmp_path / "p.html",
             "--table", tmp_path / "p.csv", "--language", "en"]  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    assert not ended.value.code
    said = capsys.readouterr().out
    assert "north" in said and "too few yet" in said
    assert (tmp_path / "p.csv").read_text().count("\n") == 4
