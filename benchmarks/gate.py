"""How long one check of the compliance gate takes: median and 99th percentile, in microseconds.

Set-up: 20 rules bind (of the packs `house`, `house-gentle` and `us-reg-f`, and seven more caps and lockouts
of every window kind); 200 persons in one or two zones, each with 50 past contacts in the last 30 days, so
that caps sit near their limits; then 100,000 checks of persons in turn, 50 ms apart: within calling hours,
at night, and within hours after eight calls to everybody on that day. Each check is timed by itself.

Run: ``python benchmarks/gate.py``
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter_ns
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from strategies.compliance.gate import Gate
from strategies.compliance.packs import load_packs
from strategies.compliance.records import Contact, Reach
from strategies.compliance.rulebook import (
    Calendar,
    ConsecutiveDays,
    Frequency,
    Lockout,
    PackChoice,
    Rolling,
    Rulebook,
    Scope,
    Tumbling,
    Window,
)

HOUR_NS = 3_600_000_000_000
NOW_NS = int(datetime(2026, 6, 15, 19, 0, tzinfo=UTC).timestamp()) * 1_000_000_000
NIGHT_NS = NOW_NS + 12 * HOUR_NS
PERSONS, PAST, CHECKS = 200, 50, 100_000
ANSWERED: tuple[Reach, ...] = ("person", "conversation")
EXTRA: tuple[tuple[tuple[Scope, ...], tuple[Reach, ...], int, Window], ...] = (
    (("person",), ANSWERED, 3, Calendar("day")),
    (("person",), ANSWERED, 12, Calendar("week")),
    (("account",), ANSWERED, 40, Calendar("month")),
    (("number",), ("ring", "machine", *ANSWERED), 6, Rolling(24 * 60)),
    (("person", "account"), ("ring", "machine", *ANSWERED), 60, Tumbling(30, date(2026, 1, 1))),
    (("campaign", "person"), ("machine",), 30, ConsecutiveDays(30)),
)


def rulebook() -> Rulebook:
    """Return the 20 rules."""
    shipped = load_packs(["house", "house-gentle", PackChoice("us-reg-f", accept_unreviewed=True)])
    head: dict[str, Any] = {"pack": "benchmark", "says": "", "source": "", "status": "H"}
    caps = [
        Frequency(id=f"CAP-{index}", key=key, counts=counts, limit=limit, window=window, **head)
        for index, (key, counts, limit, window) in enumerate(EXTRA)
    ]
    lockout = Lockout(id="LOCKOUT", key=("person",), after=("abandoned",), window=ConsecutiveDays(3), **head)
    return Rulebook(shipped.packs, (*shipped.rules, *caps, lockout), shipped.tzdata)


def measure(gate: Gate, contacts: list[Contact], start_ns: int) -> tuple[list[int], int, int]:
    """Return the times of all checks in ns, sorted, how many were allowed, and how many reasons were given."""
    times, allowed, reasons = [], 0, 0
    for index, contact in enumerate(islice(cycle(contacts), CHECKS)):
        before = perf_counter_ns()
        verdict = gate.check(contact, start_ns + index * 50_000_000)
        times.append(perf_counter_ns() - before)
        allowed += verdict.allowed
        reasons += len(verdict.reasons)
    return sorted(times), allowed, reasons


def main() -> None:
    """Print both measurements."""
    rules = rulebook()
    gate = Gate(rules)
    contacts = [
        Contact(
            f"p{index}", f"a{index}", f"p{index}/0", "c",
            ("America/New_York", "America/Chicago") if index % 2 else ("America/New_York",),
        )
        for index in range(PERSONS)
    ]  # fmt: skip
    reaches: tuple[Reach, ...] = ("ring", "machine", "busy", "ring", "not_in_service")
    for contact in contacts:
        for past in range(PAST):
            t_ns = NOW_NS - (PAST - past) * 16 * HOUR_NS - HOUR_NS
            gate.reserve(f"{contact.person}/{past}", contact, t_ns)
            gate.settle(f"{contact.person}/{past}", reaches[past % len(reaches)], t_ns)
    checked = gate.check(contacts[0], NOW_NS).checked
    print(f"{checked} rules that bind, {PAST} past contacts each of {PERSONS} persons, {CHECKS} checks")
    report("within hours", *measure(gate, contacts, NOW_NS))
    report("at night", *measure(gate, contacts, NIGHT_NS))
    for contact in contacts:
        for call in range(8):
            attempt, t_ns = f"{contact.person}/today/{call}", NOW_NS - (8 - call) * HOUR_NS // 2
            gate.reserve(attempt, contact, t_ns)
            gate.settle(attempt, "ring", t_ns)
    report("capped", *measure(gate, contacts, NOW_NS))


def report(name: str, times: list[int], allowed: int, reasons: int) -> None:
    """Print one measurement."""
    median, p99 = times[len(times) // 2] / 1000, times[len(times) * 99 // 100] / 1000
    share, each = allowed / len(times), reasons / len(times)
    print(f"{name}: median {median:.1f} us, p99 {p99:.1f} us, allowed {share:.0%}, {each:.1f} reasons each")


if __name__ == "__main__":
    main()
