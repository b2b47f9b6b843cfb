"""Script files: what they become, that every fault has its place, and what a desktop receives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import get_args

import msgspec
import pytest

from dialer.core.call import AGENT_DISPOSITIONS
from strategies.document import Document
from strategies.errors import ConfigErrors
from strategies.script.compile import compile_script, compile_script_document, scripts
from strategies.script.machine import advance, begin, confirmed, filled, form
from strategies.script.proof import walk
from strategies.script.records import Fact, Outcome, Position, Script

GOOD = """\
name: small
fields: {full_name: name, pin: last_four, balance: {type: money, currency: USD}}
constants: {house: {en: Example}}
identity: {facts: [pin], needed: 1}
start: hello
states:
  hello:
    say: {en: "{house} for {full_name}?"}
    answers:
      me: {label: {en: Me}, to: pin, party: person}
      other: {label: {en: Other}, to: sorry, party: third_party}
  pin:
    say: {en: "Your pin?"}
    compare: pin
    answers:
      match: {label: {en: Same}, to: debt}
      different: {label: {en: Different}, to: sorry}
  debt:
    say: {en: "You owe {balance}."}
    show: [pin]
    answers:
      pays: {label: {en: Pays}, to: thanks}
  thanks: {say: {en: "Thank you."}, end: promise}
  sorry: {say: {en: "Good-bye."}, end: third_party}
"""

RELAY = """\
name: relay
reader: third_party
fields: {full_name: name, pin: last_four, balance: {type: money, currency: USD}}
start: hello
states:
  hello:
    say: {en: "May I leave word for {full_name}?"}
    answers:
      yes: {label: {en: Yes}, to: thanks}
      me: {label: {en: The person}, to: thanks, party: person}
  thanks: {say: {en: "Thank you."}, end: third_party}
"""
"""A third party's script, which confirms nobody."""

THREE = compile_script(scripts()["three-steps"])
VALUES = {
    "full_name": "李雷",
    "id_last_four": "123X",
    "birth_date": dt.date(1990, 4, 5),
    "address": "中山路1号",
    "account_last_four": "8888",
    "balance": Decimal("12034.50"),
    "due_date": dt.date(2026, 11, 1),
    "days_past_due": 20,
    "first_payment": Decimal(500),
    "pay_by": dt.date(2026, 11, 28),
}


def script(*changes: tuple[str, str]) -> Script:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return compile_script_document(Document("s.yaml", text))


def errors(*changes: tuple[str, str]) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        script(*changes)
    return [str(error) for error in caught.value.errors]


@pytest.mark.parametrize("name", scripts())
def test_the_library_is_sound_in_both_languages(name: str) -> None:
    compiled = compile_script(scripts()[name])
    assert compiled.name == name
    assert set(compiled.languages) == {"en", "zh"}


def test_the_hash_sees_content_and_not_layout() -> None:
    assert script().identity == script(("name: small", "# a remark\nname: small")).identity
    assert script().identity.startswith("small:1@")
    assert script(("Good-bye.", "Bye.")).identity != script().identity


def test_outcomes_are_those_that_an_agent_can_give() -> None:
    assert set(get_args(Outcome)) == set(AGENT_DISPOSITIONS)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "for {full_name}?",
            "for {full_name} about {balance}?",
            "s.yaml:8:15: states.hello.say.en: `balance` is told before the person is confirmed "
            "(show it only after 1 of pin matched)",
        ),
        (
            "start: hello",
            "start: debt",
            "s.yaml:20:12: states.debt.show[0]: `pin` is shown before the person is confirmed",
        ),
        (
            "to: sorry}\n  debt",
            "to: debt}\n  debt",
            "s.yaml:19:15: states.debt.say.en: `balance` is told before the person is confirmed "
            "(the way there: hello: me, pin: different)",
        ),
        (
            "to: thanks}",
            "to: sorry}",
            "s.yaml:24:40: states.sorry.end: the call ends as third_party, and the person is confirmed",
        ),
        (
            "to: sorry, party: third_party",
            "to: pin, party: third_party",
            "s.yaml:14:14: states.pin.compare: a third party is asked for an identity fact "
            "(the way there: hello: other)",
        ),
        (
            "Example}",
            "Debt Collectors}",
            "s.yaml:8:15: states.hello.say.en: `debt` tells of a debt before the person is confirmed",
        ),
        (
            "to: sorry}\n  debt",
            "to: thanks}\n  debt",
            "s.yaml:23:42: states.thanks.end: the call ends as promise, and the person is not confirmed",
        ),
        ("to: sorry}\n  debt", "to: sory}\n  debt", "s.yaml:17:47: states.pin.answers.different.to: there is no state"),
        ("to: thanks}", "to: debt}", "s.yaml:23:11: states.thanks: no answer leads here"),
        ("to: thanks}", "to: debt}", "s.yaml:19:5: states.debt: no way from here ends the call"),
        ("compare: pin\n", "compare: full_name\n", "s.yaml:14:14: states.pin.compare: `full_name` is no identity fact"),
        ("    compare: pin\n", "", "s.yaml:15:7: states.pin.answers: a comparison has a matching answer"),
        ("facts: [pin]", "facts: [full_name]", "s.yaml:4:20: identity.facts[0]: a name proves nobody"),
        ("needed: 1", "needed: 2", "s.yaml:4:34: identity.needed: so many can never match"),
        ("{balance}", "{balanse}", "s.yaml:19:15: states.debt.say.en: there is no field `balanse` (did you mean"),
        (", currency: USD", "", "s.yaml:19:15: states.debt.say.en: `balance` has no currency"),
        ("type: money, currency: USD", "type: number", "s.yaml:19:15: states.debt.say.en: `balance` need not be exact"),
        ("{balance}", "{balance!r}", "s.yaml:19:15: states.debt.say.en: the braces cannot be read"),
        ("[pin]\n    ans", "[pn]\n    ans", "s.yaml:20:12: states.debt.show[0]: there is no field `pn`"),
        ("en: Pays", "zh: 还", "s.yaml:22:21: states.debt.answers.pays.label: there is no text in en"),
        ("start: hello", "start: hullo", "s.yaml:5:8: start: there is no such state"),
        (", end: promise", "", "s.yaml:23:11: states.thanks: a state has answers or an end"),
    ],
)
def test_faults_are_named_where_they_stand(old: str, new: str, expected: str) -> None:
    found = errors((old, new))
    assert any(error.startswith(expected) for error in found), found


def answer(position: Position, *answers: str) -> Position:
    for name in answers:
        position = advance(THREE, position, name)
    return position


def test_two_of_three_facts_confirm_whatever_their_order() -> None:
    start = begin(THREE)
    for way in (
        ("person", "match", "match"),
        ("person", "different", "match", "match"),
        ("person", "match", "different", "match"),
    ):
        assert confirmed(THREE, answer(start, *way))
        assert answer(start, *way).state == "debt"
    for way in (("person", "different", "different"), ("person", "match", "different", "different")):
        assert not confirmed(THREE, answer(start, *way))
        assert answer(start, *way).state == "not_confirmed"


def test_another_voice_makes_the_matches_void() -> None:
    talking = answer(begin(THREE), "person", "match", "match")
    third = advance(THREE, talking, "somebody_else")
    assert (third.state, third.matched, confirmed(THREE, third)) == ("third_party", (), False)
    back = answer(third, "hands_over", "person", "match")
    assert (back.state, back.matched, confirmed(THREE, back)) == ("birth_date", ("id_last_four",), False)


def test_a_desktop_receives_what_one_state_needs_and_nothing_else() -> None:
    asked = filled(form(THREE, answer(begin(THREE), "person"), "zh"), VALUES)
    assert asked.compare == Fact("id_last_four", "123X")
    assert (asked.confirmed, asked.facts, asked.end) == (False, (), None)
    assert [choice.answer for choice in asked.choices] == ["match", "different", "refuses"]
    assert b"12,034" not in msgspec.json.encode(asked)
    told = filled(form(THREE, answer(begin(THREE), "person", "match", "match"), "zh"), VALUES)
    assert told.say == (
        "谢谢您，李雷。您尾号8888的账户有12,034.50元应于2026年11月1日还款，目前尚未到账。这个情况您清楚吗？"
    )
    assert (told.confirmed, told.facts) == (True, (Fact("days_past_due", "20"),))
    english = filled(form(THREE, answer(begin(THREE), "person", "match", "match"), "en"), VALUES)
    assert "CNY 12,034.50 was due on 1 November 2026" in english.say
    assert english.script == THREE.identity
    assert msgspec.json.decode(msgspec.json.encode(english), type=type(english)) == english


def test_a_fact_that_the_account_lacks_proves_nobody() -> None:
    asked = filled(form(THREE, answer(begin(THREE), "person"), "en"), {**VALUES, "id_last_four": None})
    assert asked.compare == Fact("id_last_four", None)
    assert [choice.answer for choice in asked.choices] == ["different", "refuses"]


def test_what_is_read_out_must_be_there_and_exact() -> None:
    position = answer(begin(THREE), "person", "match", "match")
    with pytest.raises(ValueError, match=r"^balance is missing$"):
        filled(form(THREE, position, "en"), {**VALUES, "balance": None})
    with pytest.raises(ValueError, match=r"^balance is not exact to the cent$"):
        filled(form(THREE, position, "en"), {**VALUES, "balance": Decimal("1.005")})


def test_an_answer_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ValueError, match="the state greeting has no answer match"):
        advance(THREE, begin(THREE), "match")


def test_the_walk_tells_the_states_apart() -> None:
    found = walk(THREE)
    assert "debt" not in found.states(THREE, sure=False)
    assert "greeting" not in found.states(THREE, sure=True)
    assert {position.state for position in found.ways} == set(THREE.states)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "start: hello",
            "identity: {facts: [pin], needed: 1}\nstart: hello",
            "s.yaml:4:11: identity: a third party is never confirmed "
            "(leave `identity` out; nothing of the debt can be said then)",
        ),
        (
            "reader: third_party",
            "reader: person",
            "s.yaml:2:9: reader: nothing confirms the person "
            "(write `identity: {facts: [...], needed: 2}`, or `reader: third_party`)",
        ),
        (
            "Thank you.",
            "Thank you, {balance}.",
            "s.yaml:11:22: states.thanks.say.en: `balance` is told before the person is confirmed "
            "(the way there: hello: yes) (leave it out: this script confirms nobody)",
        ),
        (
            "word for",
            "word about a debt of",
            "s.yaml:7:15: states.hello.say.en: `debt` tells of a debt before the person is confirmed "
            "(say it in a state after the confirmation, or use a neutral word)",
        ),
        (
            "answers:",
            "show: [pin]\n    answers:",
            "s.yaml:8:12: states.hello.show[0]: `pin` is shown before the person is confirmed "
            "(leave it out: this script confirms nobody)",
        ),
        (
            "answers:",
            "compare: pin\n    answers:",
            "s.yaml:8:14: states.hello.compare: `pin` is no identity fact (leave it out: this script confirms nobody)",
        ),
        (
            "end: third_party",
            "end: promise",
            "s.yaml:11:42: states.thanks.end: the call ends as promise, and the person is not confirmed "
            "(the way there: hello: yes) "
            "(end with unverified, third_party, wrong_number, callback or do_not_call)",
        ),
        ("reader: third_party", "reader: neighbour", "s.yaml:2:9: reader: `neighbour` is not allowed"),
    ],
)
def test_a_third_partys_script_confirms_nobody_and_tells_nothing(old: str, new: str, expected: str) -> None:
    assert old in RELAY
    with pytest.raises(ConfigErrors) as caught:
        compile_script_document(Document("s.yaml", RELAY.replace(old, new, 1)))
    assert any(str(error).startswith(expected) for error in caught.value.errors), [*map(str, caught.value.errors)]


def test_whoever_says_to_be_the_person_on_a_third_partys_line_is_not_confirmed() -> None:
    relay = compile_script_document(Document("s.yaml", RELAY))
    position = advance(relay, begin(relay), "me")
    assert (position.party, confirmed(relay, position)) == ("person", False)


def test_a_guarantor_is_confirmed_by_facts_of_the_guarantor_or_told_nothing() -> None:
    own = script(("name: small", "name: small\nreader: guarantor"))
    assert (own.reader, own.identity_facts) == ("guarantor", ("pin",))
    silent = compile_script_document(Document("s.yaml", RELAY.replace("third_party", "guarantor", 1)))
    assert silent.identity_facts == () and walk(silent).states(silent, sure=True) == ()


def test_scripts_for_the_person_keep_their_identity() -> None:
    """As journals from before `reader` cite them."""
    assert THREE.identity == "three-steps:2026.11.1@c2989a4afe6b9789"
