"""Random scripts: what the proof lets pass tells no debt too soon on any call, and what it refuses would."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from strategies.document import Document
from strategies.errors import ConfigErrors
from strategies.script.compile import compile_script, compile_script_document, scripts
from strategies.script.machine import advance, begin, confirmed, filled, form
from strategies.script.records import Script

DEBT = Decimal("4321.99")
VALUES = {"who": "Ann", "pin": "1111", "born": dt.date(1990, 1, 2), "balance": DEBT}
TELLS = "4,321.99"
SHIPPED = {name: compile_script(path) for name, path in scripts().items()}
STATES = ("a", "b", "c", "d")


@st.composite
def states(draw: st.DrawFn) -> dict[str, object]:
    """Screens that lead to one another at random, some of which tell the debt."""
    found: dict[str, object] = {"over": {"say": {"en": "Good-bye."}, "end": "callback"}}
    for name, following in zip(STATES, (*STATES[1:], "over"), strict=True):
        compare = draw(st.none() | st.sampled_from(["pin", "born"]))
        leads = st.sampled_from([*STATES, "over"])
        answers: dict[str, object] = {"on": {"label": {"en": "On"}, "to": following}}
        if compare:
            answers["match"] = {"label": {"en": "Same"}, "to": draw(leads)}
        for party in draw(st.sets(st.sampled_from(["person", "third_party"]))):
            answers[party] = {"label": {"en": party}, "to": draw(leads), "party": party}
        state: dict[str, object] = {"say": {"en": draw(st.sampled_from(["Well?", "{balance}."]))}, "answers": answers}
        found[name] = state | ({"compare": compare} if compare else {})
    return found


@st.composite
def documents(draw: st.DrawFn) -> Document:
    content = {
        "name": "random",
        "fields": {"who": "name", "pin": "last_four", "born": "date", "balance": {"type": "money", "currency": "USD"}},
        "identity": {"facts": ["pin", "born"], "needed": draw(st.integers(1, 2))},
        "start": "a",
        "states": draw(states()),
    }
    return Document("random.yaml", json.dumps(content))


def repaired(document: Document) -> Script:
    """The script without what the proof objects to."""
    content = document.data
    while True:
        try:
            return compile_script_document(Document("random.yaml", json.dumps(content)))
        except ConfigErrors as caught:
            for error in caught.errors:
                _, name, what, *_ = error.message.partition(":")[0].split(".")
                if what == "say":
                    content["states"][name]["say"]["en"] = "Well?"
                else:
                    assert what == "compare"
                    content["states"][name].pop("compare", None)
                    content["states"][name]["answers"].pop("match", None)


@settings(max_examples=200, deadline=None)
@given(documents(), st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_no_call_through_a_sound_script_tells_the_debt_too_soon(document: Document, choices: list[int]) -> None:
    script = repaired(document)
    told = 0
    position, proven, person = begin(script), set(), False
    for choice in choices:
        shown = filled(form(script, position, "en"), VALUES)
        sure = person and len(proven) >= script.needed  # reckoned from the trail, not by the machine
        assert shown.confirmed is sure
        assert sure or TELLS not in shown.say
        told += TELLS in shown.say
        state = script.states[position.state]
        if not state.answers:
            break
        chosen = state.answers[choice % len(state.answers)]
        if chosen.party:
            proven, person = set(), chosen.party == "person"
        elif chosen.name == "match":
            proven.add(state.compare)
        position = advance(script, position, chosen.name)
    event("tells the debt" if told else "tells nothing")


@settings(max_examples=150, deadline=None)
@given(documents())
def test_a_way_that_the_proof_names_does_tell_too_soon(document: Document) -> None:
    try:
        compile_script_document(document)
    except ConfigErrors as caught:
        named = [error.message for error in caught.errors if "is told before" in error.message]
    else:
        named = []
    assume(named)
    for message in named:
        _, _, way = message.partition("(the way there: ")
        person, proven = False, set()
        state = "a"
        for hop in way.rstrip(")").split(", ") if way else []:
            state, _, name = hop.partition(": ")
            answers = document.data["states"][state]["answers"]
            if "party" in answers[name]:
                proven, person = set(), answers[name]["party"] == "person"
            elif name == "match":
                proven.add(document.data["states"][state]["compare"])
            state = answers[name]["to"]
        assert document.data["states"][state]["say"]["en"] == "{balance}."
        assert not (person and len(proven) >= document.data["identity"]["needed"])


@pytest.mark.parametrize("name", SHIPPED)
@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=20))
def test_no_call_through_a_shipped_script_tells_the_debt_too_soon(name: str, choices: list[int]) -> None:
    script = SHIPPED[name]
    values = {
        field.name: {"date": dt.date(2026, 1, 2), "money": DEBT, "integer": 77}.get(field.type, f"<{field.name}>")
        for field in script.fields.values()
    }
    position = begin(script)
    for choice in choices:
        for language in script.languages:
            shown = str(filled(form(script, position, language), values))
            if not confirmed(script, position):
                assert TELLS not in shown
                assert "77" not in shown
                assert "<account_last_four>" not in shown
        answers = script.states[position.state].answers
        if not answers:
            break
        position = advance(script, position, answers[choice % len(answers)].name)
