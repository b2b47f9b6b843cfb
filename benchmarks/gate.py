"""How long one check of the compliance gate takes: median and 99th percentile, in microseconds.

Set-up: 20 rules (the packs `house`, `house-gentle` and `us-reg-f`, and nine more caps, gaps and lockouts
of every window kind), all of which bind; 200 persons in one or two zones, each with 50 past contacts in
the last 30 days, so that caps sit near their limits; then 100,000 checks of persons in turn, 50 ms
apart, within calling hours ("allowed or capped") and at night ("closed"). Each check is timed by itself.

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
    lockouts = [
        Lockout(id=f"LOCKOUT-{days}", key=("person",), after=("abandoned",), window=ConsecutiveDays(days), **head)
        for days in (1, 2, 3)
    ]
    return Rulebook(shipped.packs, (*shipped.rules, *caps, *lockouts), shipped.tzdata)


def measure(gate: Gate, contacts: list[Contact], start_ns: int) -> tuple[list[int], int]:
    """Return the times of all checks in ns, sorted, and how many were allowed."""
    times, allowed = [], 0
    for index, contact in enumerate(islice(cycle(contacts), CHECKS)):
        before = perf_counter_ns()
        verdict = gate.check(contact, start_ns + index * 50_000_000)
        times.append(perf_counter_ns() - before)
        allowed += verdict.allowed
    return sorted(times), allowed


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
    print(f"{len(rules.rules)} rules, {PAST} past contacts each of {PERSONS} persons, {CHECKS} checks")
    for name, start_ns in (("within hours", NOW_NS), ("at night", NIGHT_NS)):
        times, allowed = measure(gate, contacts, start_ns)
        median, p99 = times[len(times) // 2] / 1000, times[len(times) * 99 // 100] / 1000
        print(f"{name}: median {median:.1f} us, p99 {p99:.1f} us, allowed {allowed / CHECKS:.0%}")


if __name__ == "__main__":
    main()
