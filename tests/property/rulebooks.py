"""Rules, contacts and histories as Hypothesis draws them, for the laws of the compliance gate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st

from strategies.compliance.gate import Gate
from strategies.compliance.records import Consent, Contact, Reach
from strategies.compliance.rulebook import (
    Applies,
    Calendar,
    ConsecutiveDays,
    ConsentNeeded,
    Frequency,
    Holidays,
    Hours,
    LastResort,
    Lockout,
    Rolling,
    Rule,
    Rulebook,
    Tumbling,
)
from tests.unit.compliance.slow_twin import Past

law = partial(settings, deadline=None, derandomize=True, database=None)
S = 1_000_000_000
HOUR = 3600 * S
REACHES: tuple[Reach, ...] = get_args(Reach)
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/Havana",
    "America/Nuuk",
    "America/St_Johns",
    "America/Santiago",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
HEAD: dict[str, Any] = {"pack": "p", "says": "", "source": "", "status": "H"}


def utc_ns(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * S


# Around changes of the clock north and south, the ends of months, a leap day, the turn of a year.
MOMENTS = tuple(
    utc_ns(*day)
    for day in (
        (2026, 3, 8),
        (2026, 3, 29),
        (2026, 4, 5),
        (2026, 10, 4),
        (2026, 10, 25),
        (2026, 11, 1),
        (2026, 2, 15),
        (2026, 3, 22),
        (2026, 6, 30),
        (2026, 12, 31),
        (2028, 2, 29),
        (2026, 9, 6),
        (2026, 4, 24),
    )
)
instants = st.builds(
    lambda moment, minutes, edge: moment + minutes * 60 * S + edge,
    st.sampled_from(MOMENTS),
    st.integers(-40 * 24 * 4, 3 * 24 * 4).map(lambda quarter: quarter * 15) | st.integers(-3 * 1440, 3 * 1440),
    st.sampled_from((0, -1, 1, 29 * S)),
)
reaches = st.sets(st.sampled_from(REACHES[1:]), min_size=1).map(lambda found: tuple(sorted(found)))
applies = st.builds(
    Applies,
    purpose=st.sampled_from(((), (), ("collections",), ("telemarketing",))),
    mode=st.sampled_from(((), (), ("agent",))),
    channel=st.sampled_from(((), (), ("voice",))),
    party=st.sampled_from(((), (), ("debtor",), ("contact",))),
)
keys = st.sampled_from((("person",), ("account",), ("person", "account"), ("number",), ("campaign", "person")))
own_zone = st.sampled_from((None, None, "Asia/Shanghai", "Australia/Lord_Howe"))
days = st.integers(1, 9)
rolling = st.builds(Rolling, st.sampled_from((1, 15, 90, 24 * 60, 72 * 60)))
consecutive = st.builds(ConsecutiveDays, days, own_zone)
windows = st.one_of(
    rolling,
    consecutive,
    st.builds(Calendar, st.sampled_from(("day", "week", "month")), own_zone),
    st.builds(Tumbling, days, st.dates(date(2025, 1, 1), date(2029, 1, 1)), own_zone),
)


@st.composite
def openings(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    edges = sorted(draw(st.sets(st.integers(0, 24).map(lambda hour: hour * 60) | st.integers(0, 1440), max_size=4)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def rules(draw: st.DrawFn, identity: str = "R") -> Rule:
    head: dict[str, Any] = HEAD | {
        "id": identity,
        "applies": draw(applies),
        "place": draw(st.sampled_from(("", "", "US", "US-FL", "US-NY-NYC"))),
        "unless_in": draw(st.sampled_from(((), (), (), ("US",), ("US-FL", "CN")))),
        "unless_agreed": draw(st.booleans()),
        "unless_consent": draw(st.sampled_from((None, None, "hours", "frequency"))),
        "consent_days": draw(st.sampled_from((None, 1, 6))),
    }
    kinds = ("hours", "holidays", "frequency", "frequency", "lockout", "consent", "last resort")
    match draw(st.sampled_from(kinds)):
        case "hours":
            week = draw(st.lists(openings(), min_size=2, max_size=2))
            return Hours(open=(*[week[0]] * 5, *[week[1]] * 2), **head)
        case "holidays":
            dates = draw(st.sets(st.sampled_from(MOMENTS).map(lambda t: datetime.fromtimestamp(t // S, UTC).date())))
            return Holidays(country="US", published=(2026, 2028), dates=tuple(dates), zones=ZONES[::2], **head)
        case "frequency":
            return Frequency(
                key=draw(keys), counts=draw(reaches), limit=draw(st.integers(1, 4)), window=draw(windows),
                any_medium=draw(st.booleans()), inbound=draw(st.booleans()), **head,
            )  # fmt: skip
        case "lockout":
            return Lockout(
                key=draw(keys), after=draw(reaches), window=draw(rolling | consecutive), inbound=draw(st.booleans()),
                **head,
            )  # fmt: skip
        case "consent":
            return ConsentNeeded(topic=draw(st.sampled_from(("robot", "hours"))), **head)
        case _:
            return LastResort(days=draw(st.integers(1, 2)), zone=draw(st.sampled_from(ZONES)), **head)


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    return Rulebook(rules=tuple(draw(rules(f"R{index}")) for index in range(draw(st.integers(1, 4)))))


zone_sets = st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True).map(tuple)
place_sets = st.sampled_from(((), ("US",), ("US-FL", "US-GA"), ("US-NY",), ("US-NY-ALB",), ("CN",)))
contacts = st.builds(
    Contact,
    person=st.sampled_from(("p", "p", "q")),
    account=st.sampled_from(("a", "a", "b")),
    number=st.sampled_from(("p/0", "p/1")),
    campaign=st.just("c"),
    zones=zone_sets,
    mode=st.sampled_from(("agent", "agent", "robot")),
    purpose=st.sampled_from(("collections", "collections", "telemarketing")),
    channel=st.sampled_from(("voice", "voice", "sms")),
    party=st.sampled_from(("debtor", "debtor", "guarantor", "contact")),
    agreed=st.booleans(),
    places=place_sets,
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Past], int]:
    """Return contacts in the order of their reservation, and an instant after all of them."""
    now = draw(instants)
    past = []
    gaps = st.integers(0, 60).map(lambda minutes: minutes * 60 * S) | st.integers(0, 12 * 24).map(lambda h: h * HOUR)
    for gap in draw(st.lists(gaps, max_size=12)):
        now += gap
        contact = draw(contacts)
        if draw(st.integers(0, 5)) == 0:
            past.append(Past(contact, now, draw(st.sampled_from(REACHES)), now, inbound=True))
        elif draw(st.integers(0, 5)) == 0:
            past.append(Past(contact, now, None, None))
        else:
            ends = now + draw(st.sampled_from((0, 30 * S, 2 * HOUR)))
            past.append(Past(contact, now, draw(st.sampled_from(REACHES)), ends))
    settled = [one.settled_ns for one in past if one.settled_ns is not None]
    return past, max([now, *settled])


def replay(gate: Gate, past: list[Past], halfway: Callable[[Gate], Gate] = lambda gate: gate) -> Gate:
    """Give the history to the gate in the order of time; `halfway` may exchange the gate."""
    steps = [(one.reserved_ns, 0, index) for index, one in enumerate(past)]
    steps += [
        (one.settled_ns, 1, index) for index, one in enumerate(past) if one.settled_ns is not None and not one.inbound
    ]
    for count, (t_ns, is_settled, index) in enumerate(sorted(steps)):
        if count == len(steps) // 2:
            gate = halfway(gate)
        if past[index].inbound:
            gate.record(past[index].contact, past[index].reach or "none", t_ns)
        elif is_settled:
            gate.settle(str(index), past[index].reach or "none", t_ns)
        else:
            gate.reserve(str(index), past[index].contact, t_ns)
    return gate


waits = st.integers(0, 3 * 24 * 60).map(lambda minutes: minutes * 60 * S) | st.integers(0, 10 * 24).map(
    lambda hours: hours * HOUR
)


@st.composite
def consents(draw: st.DrawFn, now: int) -> list[Consent]:
    given_before = st.integers(0, 8 * 24).map(lambda hours: now - hours * HOUR)
    lasts = st.none() | st.integers(0, 10 * 24).map(lambda hours: now + hours * HOUR)
    one = st.builds(
        Consent,
        person=st.sampled_from(("p", "p", "q")),
        topic=st.sampled_from(("robot", "hours", "frequency")),
        given_ns=given_before,
        source=st.just(""),
        until_ns=lasts,
        account=st.sampled_from(("", "a")),
        channel=st.sampled_from(("", "voice", "sms")),
    )
    return draw(st.lists(one, max_size=3))
