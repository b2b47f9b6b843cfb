"""Laws of the compliance gate: the fast path against its slow twin, and what must hold for every rule."""

from __future__ import annotations

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from strategies.compliance.gate import Gate
from strategies.compliance.records import Contact, Reach
from strategies.compliance.rulebook import Frequency, Lockout, Rulebook
from tests.property.rulebooks import (
    HOUR,
    MOMENTS,
    REACHES,
    ZONES,
    consents,
    contacts,
    histories,
    law,
    replay,
    rulebooks,
    waits,
)
from tests.unit.compliance.slow_twin import Past, denies


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
