"""The abandoned share by several definitions, of calls made up for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dialer.insight.audit.audit import audit
from dialer.insight.audit.records import AbandonFinding, Terms
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice
from tests.unit.audit.histories import history

START = datetime(2026, 6, 1, 14, tzinfo=UTC)


def calls(day: int, **counts: int) -> list[dict[str, Any]]:
    """Return so many calls of a day that ended in each way."""
    rows = []
    for what, count in counts.items():
        for number in range(count):
            placed = START + timedelta(days=day, minutes=number)
            waited = {"connected": 0.4, "late": 2.5}.get(what)
            answered = None if what == "no_answer" else placed + timedelta(seconds=10)
            row = {
                "attempt": f"{day}/{what}/{number}", "campaign": "cards", "channel": "call", "mode": "predictive",
                "lead": f"{what}{number}", "person": f"{what}{number}/{day}", "placed_at": placed,
                "answered_at": answered, "answered_by": "machine" if what == "machine" else "person",
                "bridged_at": None if waited is None else placed + timedelta(seconds=10 + waited),
                "ended_at": placed + timedelta(seconds=11 if what == "early_hangup" else 60),
                "disposition": "contact" if waited is not None else what, "zones": ["UTC"], "places": ["US"],
            }  # fmt: skip
            rows.append(row)
    return rows


def shares(rows: list[dict[str, Any]], *packs: str, purpose: Any = "collections") -> list[AbandonFinding]:
    book = load_packs([PackChoice(name, accept_unreviewed=True) for name in packs])
    return list(audit(history(rows), book, Terms(purpose=purpose)).abandons)


def test_the_same_calls_by_every_definition() -> None:
    rows = calls(0, connected=94, late=2, abandoned=3, early_hangup=1, machine=50, no_answer=100)
    found = {one.definition: (one.abandoned, one.of) for one in shares(rows, "house")}
    assert found == {
        "a day's calls": (5, 100),
        "greeting": (5, 100),
        "no_grace": (100, 100),
        "log": (3, 100),
        "connected": (5, 150),
        "placed": (5, 250),
        "estimated": (5, 99),
    }


def test_every_window_is_judged_by_itself() -> None:
    rows = [*calls(0, connected=97, abandoned=3), *calls(1, connected=96, abandoned=4), *calls(31, connected=10)]
    (first, second, third), *_ = [
        [one for one in shares(rows, "house") if one.rule == "HOUSE-ABANDON-RATE"],
    ]
    assert [one.window_from for one in (first, second, third)] == ["2026-06-01", "2026-06-02", "2026-07-02"]
    assert [one.over for one in (first, second, third)] == [False, True, False]


def test_thirty_days_count_from_the_campaign_s_first_call_and_the_tail_by_itself() -> None:
    rows = [*calls(0, connected=300), *calls(29, connected=100, abandoned=8), *calls(30, connected=9, abandoned=1)]
    found = [one for one in shares(rows, "us-tcpa-tsr", purpose="telemarketing") if one.rule == "US-FCC-ABAND-RATE"]
    assert [(one.window_from, one.abandoned, one.of, one.over) for one in found] == [
        ("2026-06-01", 8, 408, False),
        ("2026-07-01", 1, 10, True),
    ]
    assert not any(one.rule == "US-FCC-ABAND-RATE" for one in shares(rows, "us-tcpa-tsr"))


def test_too_many_abandoned_calls_are_a_violation() -> None:
    book = load_packs(["house"])
    result = audit(history(calls(0, connected=9, abandoned=1), suppressions=[]), book, Terms())
    assert (result.violations, result.exit_code) == (1, 1)


def test_the_greeting_s_end_starts_a_clock_of_its_own() -> None:
    rows = [row | {"told_at": row["answered_at"] + timedelta(seconds=1)} for row in calls(0, late=2, abandoned=1)]
    found = {one.definition: one.abandoned for one in shares(rows, "house")}
    assert (found["a day's calls"], found["greeting"]) == (3, 1)


def test_without_detection_the_machines_among_the_abandoned_are_estimated() -> None:
    """GV-OFCOM-1, by GB-OFCOM-ACR-GUIDE: 29 dropped; agents had 9 persons and 7 machines."""
    persons, machines, dropped = calls(0, connected=9), calls(1, connected=7), calls(1, abandoned=29)
    machines = [row | {"disposition": "machine", "answered_by": None} for row in machines]
    dropped = [row | {"answered_by": None} for row in dropped]
    found = {one.definition: one for one in shares([*persons, *machines, *dropped], "gb")}
    estimated = found["estimated"]
    assert (estimated.abandoned, estimated.of) == (29 * 9 / 16, 29 * 9 / 16 + 9) == (16.3125, 25.3125)
    assert round(100 * (estimated.share or 0), 2) == 64.44
    assert estimated.limit is None, "the limit is asked of the calls themselves"
    assert found["Ofcom, 24 hours"].limit == 0.03
    known = [row | {"answered_by": "person"} for row in dropped]
    ((abandoned, of),) = [
        (one.abandoned, one.of)
        for one in shares([*persons, *machines, *known], "gb") if one.definition == "estimated"
    ]  # fmt: skip
    assert (abandoned, of) == (29, 38), "who was heard to be a person is one"
