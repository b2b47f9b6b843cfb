"""Laws of the compliance gate: the fast path against its slow twin, and what must hold for every rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, get_args

import msgspec
from hypothesis import assume, given, settings
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
from tests.unit.compliance.slow_twin import Past, denies, wall

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


@law(max_examples=400)
@given(rulebooks(), histories(), contacts, st.lists(waits, min_size=1, max_size=6), st.data())
def test_fast_path_equals_slow_twin(
    rulebook: Rulebook, history: tuple[list[Past], int], contact: Contact, later: list[int], data: st.DataObject
) -> None:
    """Asked at several instants, in any order, with its caches warm: the same rules deny, the same warn."""
    past, now = history
    agreed = data.draw(consents(now))
    warns = data.draw(st.sets(st.sampled_from([rule.id for rule in rulebook.rules])))
    rulebook = Rulebook(rules=tuple(msgspec.structs.replace(rule, warns=rule.id in warns) for rule in rulebook.rules))
    gate = replay(Gate(rulebook), past)
    for consent in agreed:
        gate.give(consent)
    for wait in later:
        verdict = gate.check(contact, now + wait)
        slow = {rule.id for rule in rulebook.rules if denies(rule, contact, past, now + wait, agreed)}
        assert {reason.rule for reason in verdict.reasons} == slow - warns
        assert {reason.rule for reason in verdict.warnings} == slow & warns


@law(max_examples=150)
@given(rulebooks(), histories(), contacts, waits, st.data())
def test_the_order_of_rules_changes_nothing(
    rulebook: Rulebook, history: tuple[list[Past], int], contact: Contact, wait: int, data: st.DataObject
) -> None:
    """Packs compose in any order to the same verdict, and another pack only takes away."""
    past, now = history
    other = Rulebook(rules=tuple(data.draw(st.permutations(rulebook.rules))))
    verdict, again = (replay(Gate(book), past).check(contact, now + wait) for book in (rulebook, other))
    assert set(again.reasons) == set(verdict.reasons)
    assert (again.checked, again.until_ns) == (verdict.checked, verdict.until_ns)
    fewer = replay(Gate(Rulebook(rules=other.rules[1:])), past).check(contact, now + wait)
    assert set(fewer.reasons) <= set(verdict.reasons)


@law(max_examples=100)
@given(rulebooks(), histories(), contacts, waits, st.data())
def test_a_warning_never_denies(
    rulebook: Rulebook, history: tuple[list[Past], int], contact: Contact, wait: int, data: st.DataObject
) -> None:
    past, now = history
    quiet = Rulebook(rules=tuple(msgspec.structs.replace(rule, warns=True) for rule in rulebook.rules))
    loud, soft = (replay(Gate(book), past).check(contact, now + wait) for book in (rulebook, quiet))
    assert soft.allowed
    assert soft.warnings == loud.reasons
    assert soft.checked == loud.checked


@law(max_examples=100)
@given(rulebooks(), histories(), contacts, waits, st.sampled_from(("US-FL", "US", "CN", "GB")))
def test_another_candidate_place_allows_nothing_more(
    rulebook: Rulebook, history: tuple[list[Past], int], contact: Contact, wait: int, place: str
) -> None:
    """Nor does not knowing the place at all."""
    past, now = history
    gate = replay(Gate(rulebook), past)
    fewer = {reason.rule for reason in gate.check(contact, now + wait).reasons}
    wider = msgspec.structs.replace(contact, places=(*contact.places, place) if contact.places else ())
    unknown = msgspec.structs.replace(contact, places=())
    more = {reason.rule for reason in gate.check(wider, now + wait).reasons}
    assert fewer <= more <= {reason.rule for reason in gate.check(unknown, now + wait).reasons}


@law(max_examples=100)
@given(rulebooks(), histories(), contacts, waits, st.data())
def test_what_a_person_agreed_to_denies_nothing_and_can_be_withdrawn(
    rulebook: Rulebook, history: tuple[list[Past], int], contact: Contact, wait: int, data: st.DataObject
) -> None:
    past, now = history
    gate = replay(Gate(rulebook), past)
    before = gate.check(contact, now + wait)
    given_here = data.draw(consents(now))
    for consent in given_here:
        gate.give(consent)
    assert {reason.rule for reason in gate.check(contact, now + wait).reasons} <= {
        reason.rule for reason in before.reasons
    }
    for consent in given_here:
        gate.withdraw(consent.person, consent.topic, now, consent.channel)
    assert gate.check(contact, now + wait) == before


@law(max_examples=200)
@given(rulebooks(), histories(), contacts, waits, st.lists(st.floats(0, 1), max_size=6), st.data())
def test_until_is_the_least_allowed_instant(
    rulebook: Rulebook,
    history: tuple[list[Past], int],
    contact: Contact,
    wait: int,
    between: list[float],
    data: st.DataObject,
) -> None:
    past, now = history
    now += wait
    gate = replay(Gate(rulebook), past)
    agreed = data.draw(consents(now))
    for consent in agreed:
        gate.give(consent)
    verdict = gate.check(contact, now)

    def denied(t_ns: int) -> bool:
        return any(denies(rule, contact, past, t_ns, agreed) for rule in rulebook.rules)

    for reason in verdict.reasons:
        rule = next(rule for rule in rulebook.rules if rule.id == reason.rule)
        if reason.until_ns is not None:
            assert not denies(rule, contact, past, reason.until_ns, agreed)
            assert denies(rule, contact, past, reason.until_ns - 1, agreed)
    if verdict.until_ns is not None:
        assert verdict.until_ns > now
        assert not denied(verdict.until_ns)
        assert denied(verdict.until_ns - 1)
    horizon = 8 * 24 * HOUR if verdict.until_ns is None else verdict.until_ns - 1 - now
    if not verdict.allowed:
        assert all(denied(now + int(share * horizon)) for share in between)


@law(max_examples=150)
@given(rulebooks(), histories(), contacts, waits, st.lists(waits, max_size=6))
def test_a_restored_gate_is_the_same_gate(
    rulebook: Rulebook, history: tuple[list[Past], int], contact: Contact, wait: int, others: list[int]
) -> None:
    """Equal bytes and equal verdicts to the last instant, whatever the one of them was asked before."""
    past, now = history
    straight = replay(Gate(rulebook), past)
    for other in others:
        straight.check(contact, now + other)
    restored = replay(Gate(rulebook), past, lambda gate: Gate.restore(rulebook, gate.state()))
    before = straight.check(contact, now + wait)
    assert restored.check(contact, now + wait) == before
    assert restored.state() == straight.state()
    assert straight.check(contact, now + wait) == before  # taking the state forgets nothing that matters
    assert Gate.restore(rulebook, straight.state()).state() == straight.state()


@law(max_examples=150)
@given(rulebooks(), histories(), contacts, contacts, st.sampled_from(REACHES), waits)
def test_an_unsettled_contact_is_the_worst(
    rulebook: Rulebook, history: tuple[list[Past], int], last: Contact, contact: Contact, reach: Reach, wait: int
) -> None:
    """Whatever it becomes at once, no rule that allowed before denies after."""
    past, now = history
    gate = replay(Gate(rulebook), past)
    gate.reserve("last", last, now)
    worst = {reason.rule for reason in gate.check(contact, now + wait).reasons}
    gate.settle("last", reach, now)
    assert {reason.rule for reason in gate.check(contact, now + wait).reasons} <= worst


@law(max_examples=100)
@given(rulebooks(), histories(), contacts, contacts)
def test_what_never_left_leaves_no_trace(
    rulebook: Rulebook, history: tuple[list[Past], int], last: Contact, contact: Contact
) -> None:
    past, now = history
    gate = replay(Gate(rulebook), past)
    before = gate.check(contact, now)
    gate.reserve("last", last, now)
    gate.settle("last", "none", now)
    assert gate.check(contact, now) == before


@law(max_examples=150)
@given(rulebooks(), histories(), contacts, st.sampled_from(ZONES), waits)
def test_another_candidate_zone_allows_nothing_more(
    rulebook: Rulebook, history: tuple[list[Past], int], contact: Contact, zone: str, wait: int
) -> None:
    past, now = history
    gate = replay(Gate(rulebook), past)
    wider = msgspec.structs.replace(contact, zones=(*contact.zones, zone))
    fewer = {reason.rule for reason in gate.check(contact, now + wait).reasons}
    assert fewer <= {reason.rule for reason in gate.check(wider, now + wait).reasons}


ONE_HOUR_ZONES = tuple(zone for zone in ZONES if zone != "Antarctica/Troll")  # its clock changes by two hours


SUBSTITUTES: tuple[tuple[Any, Any], ...] = (
    (Rolling(25 * 60), Calendar("day")),
    (Rolling(169 * 60), ConsecutiveDays(7)),
    (Rolling((30 * 24 + 1) * 60), Tumbling(30, date(2026, 1, 1))),
    # The stricter readings of "a week", "a month" and "each seven-day period" in the packs.
    (ConsecutiveDays(7), Calendar("week")),
    (ConsecutiveDays(31), Calendar("month")),
    (ConsecutiveDays(7), Tumbling(7, date(2026, 1, 1))),
)


@law(max_examples=300)
@given(
    st.sampled_from(SUBSTITUTES),
    st.integers(1, 4),
    st.lists(st.sampled_from(ONE_HOUR_ZONES), min_size=1, max_size=3, unique=True).map(tuple),
    instants,
    st.lists(st.integers(1, 60).map(lambda hours: hours * HOUR), max_size=15),
)
def test_conservative_substitutes_never_allow_what_the_rule_denies(
    case: tuple[Any, Any], limit: int, zones: tuple[str, ...], start: int, gaps: list[int]
) -> None:
    """At most k per trailing 25 h keeps k per day, in every zone and over every change of its clock, and so on."""
    substituted, window = case
    head: dict[str, Any] = HEAD | {"key": ("person",), "counts": REACHES[1:], "limit": limit}
    substitute = Gate(Rulebook(rules=(Frequency(id="S", window=substituted, **head),)))
    real = Gate(Rulebook(rules=(Frequency(id="R", window=window, **head),)))
    contact = Contact("p", "a", "n", "c", zones)
    t_ns = start
    for index, gap in enumerate(gaps):
        t_ns += gap
        if substitute.check(contact, t_ns).allowed:
            assert real.check(contact, t_ns).allowed
            for gate in (substitute, real):
                gate.reserve(str(index), contact, t_ns)
                gate.settle(str(index), "ring", t_ns)


@law(max_examples=100)
@given(st.lists(st.sampled_from(ONE_HOUR_ZONES), max_size=3, unique=True).map(tuple), instants)
def test_a_week_and_an_hour_outlast_the_stop_after_a_conversation(zones: tuple[str, ...], t_ns: int) -> None:
    rule = Lockout(id="B", key=("person",), after=("conversation",), window=ConsecutiveDays(7), **HEAD)
    gate = Gate(Rulebook(rules=(rule,)))
    contact = Contact("p", "a", "n", "c", zones or ("UTC",))
    gate.reserve("1", contact, t_ns)
    gate.settle("1", "conversation", t_ns)
    assert not gate.check(contact, t_ns).allowed
    assert gate.check(contact, t_ns + 169 * HOUR).allowed


LOWER_48 = ("America/New_York", "America/Detroit", "America/Chicago", "America/Denver", "America/Boise",
            "America/Phoenix", "America/Los_Angeles", "America/Indiana/Knox", "America/Menominee")  # fmt: skip
ALL_STATES = (*LOWER_48, "America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico")
MAINLAND = ("Australia/Sydney", "Australia/Brisbane", "Australia/Adelaide", "Australia/Darwin", "Australia/Perth")


@law(max_examples=300)
@given(instants)
def test_hours_that_are_right_in_a_whole_country(t_ns: int) -> None:
    us, australia = (
        Gate(Rulebook(rules=(Hours(id="H", open=((hours,),) * 7, **HEAD),)))
        for hours in ((8 * 60, 21 * 60), (7 * 60 + 30, 21 * 60))
    )
    new_york, sydney = wall(t_ns, "America/New_York"), wall(t_ns, "Australia/Sydney")
    if 11 <= new_york.hour < 21:
        assert us.check(Contact("p", "a", "n", "c", LOWER_48), t_ns).allowed
    summer = new_york.dst() == timedelta(hours=1)
    # On the days of change Honolulu is as far away as on the day after, whatever the clock did at night.
    if (14 if summer else 13) <= new_york.hour < (21 if summer else 20):
        assert us.check(Contact("p", "a", "n", "c", ALL_STATES), t_ns).allowed
    start = 10 * 60 + 30 if sydney.dst() else 9 * 60 + 30
    if start <= sydney.hour * 60 + sydney.minute < 21 * 60:
        assert australia.check(Contact("p", "a", "n", "c", MAINLAND), t_ns).allowed


@law(max_examples=50)
@given(rulebooks(), st.integers(20, 60))
def test_memory_is_bounded_by_the_longest_window(rulebook: Rulebook, rounds: int) -> None:
    """A contact a week for a year: what is remembered stops growing, and ends with its windows."""
    assume(any(isinstance(rule, Frequency | Lockout) for rule in rulebook.rules))
    contact = Contact("p", "a", "n", "c", ("America/New_York",))
    gate, sizes = Gate(rulebook), []
    for index in range(rounds):
        t_ns = MOMENTS[0] + index * 7 * 24 * HOUR
        gate.check(msgspec.structs.replace(contact, person=f"asked only {index}"), t_ns)
        gate.reserve(str(index), contact, t_ns)
        gate.settle(str(index), "ring", t_ns)
        sizes.append(len(gate.state()))
    assert max(sizes[10:]) <= max(sizes[:10])
