"""Call flows: what is refused, with its line, and how a call moves through one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.core.call import DISPOSITIONS
from strategies.errors import ConfigErrors
from strategies.flow import machine
from strategies.flow.compile import compile_flow, flows
from strategies.flow.records import Flow, Prompt

SHIPPED = {name: compile_flow(path) for name, path in flows().items()}

WORDS = ("yes", "agent", "?")

SMALL = """name: small
language: en
start: hello
states:
  hello:
    say: {en: Hello. Press 1.}
    keys:
      "1": {to: pay, party: person}
      "9": {to: stop}
    otherwise: {to: bye}
  pay:
    say: {en: Your loan is due.}
    end: contact
  stop:
    say: {en: No more calls.}
    end: do_not_call
  bye:
    say: {en: Goodbye.}
    end: robot_done
"""


def compiled(place: Path, text: str) -> Flow:
    file = place / "flow.yaml"
    file.write_text(text)
    return compile_flow(file)


def faults(place: Path, text: str) -> list[str]:
    with pytest.raises(ConfigErrors) as raised:
        compiled(place, text)
    return [str(error).removeprefix(f"{place}/") for error in raised.value.errors]


def test_a_small_flow(tmp_path: Path) -> None:
    flow = compiled(tmp_path, SMALL)
    assert flow.languages == ("en",) and not flow.transfers
    prompt = Prompt(flow.identity, "hello", "en")
    assert Prompt.of(prompt.message) == prompt


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("start: hello", "start: helo", "flow.yaml:3:8: start: there is no state `helo` (did you mean `hello`? "),
        ("{to: stop}", "{to: bye}", "flow.yaml:5:3: states: nobody can ask for no more calls"),
        ("{to: stop}", "{to: bye}", "flow.yaml:15:5: states.stop: nothing leads here"),
        (", party: person", "", "flow.yaml:12:15: states.pay.say.en: `loan` tells of a debt"),
        (", party: person", "", "flow.yaml:13:10: states.pay.end: the call ends as contact, and nobody has said"),
        ("end: contact", "end: promise", "flow.yaml:13:10: states.pay.end: a promise without promise_amount"),
        ("end: contact", "to: pay", "flow.yaml:12:5: states.pay: no way from here ends the call"),
        ("    otherwise: {to: bye}\n", "", "what follows silence is said where something is asked for"),
        ("Hello. Press 1.", "'Hello {name}.'", "there is no constant `name` (write the text out; a robot reads out"),
        (
            "    keys:\n",
            "    intents: {yess: {to: bye}}\n    keys:\n",
            "there is no intent `yess` (did you mean `yes`? ",
        ),
        ("{en: Goodbye.}", "{zh: 再见。}", "there is no text in en"),
        ('"9"', '"10"', "flow.yaml:9:"),
        ("end: contact", "end: paid", "flow.yaml:13:10"),
    ],
)
def test_what_is_refused_has_its_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert SMALL.count(old) == 1
    assert any(fault in found for found in faults(tmp_path, SMALL.replace(old, new))), faults(
        tmp_path, SMALL.replace(old, new)
    )


def test_an_intent_needs_a_phrase_in_every_language(tmp_path: Path) -> None:
    text = SMALL.replace("    keys:\n", "    intents: {broke: {to: bye}}\n    keys:\n")
    assert any("no intent `broke`" in fault for fault in faults(tmp_path, text))
    own = text.replace("start:", "phrases: {broke: {zh: [失业]}}\nstart:")
    assert any("states.hello.intents.broke: no phrase in en means broke" in it for it in faults(tmp_path, own))
    flow = compiled(tmp_path, own.replace("{zh: [失业]}", "{en: [lost my job]}"))
    assert flow.phrases is not None and flow.phrases.intents["broke"] == {"en": ("lost my job",)}
    assert machine.meant(flow, machine.begin(flow), "broke").state == "bye"


def test_a_call_is_recorded_once(tmp_path: Path) -> None:
    once = SMALL.replace("end: contact", "record: {to: bye}")
    assert compiled(tmp_path, once).states["pay"].record is not None
    twice = once.replace("end: robot_done", "transfer: true")
    assert any(
        "states.bye.transfer: this would make a second recording of the call" in it for it in faults(tmp_path, twice)
    )


def test_every_end_is_a_disposition() -> None:
    assert {state.end for flow in SHIPPED.values() for state in flow.states.values() if state.end} <= set(DISPOSITIONS)


@given(st.sampled_from(sorted(SHIPPED)), st.lists(st.sampled_from([*"0123456789*#", "", "over", *WORDS]), max_size=60))
def test_any_keys_and_silences_keep_to_the_flow(name: str, heard: list[str]) -> None:
    """Whatever is pressed: the state exists, numbers are within bounds, the debt is for who said to be the person."""
    flow = SHIPPED[name]
    position = machine.begin(flow)
    for key in heard:
        before = position
        match key:
            case "":
                position = machine.silent(flow, position)
            case "over":
                position = machine.said(flow, position)
            case "yes" | "agent" | "?":
                position = machine.meant(flow, position, key)
            case _:
                position = machine.pressed(flow, position, key)
        state = flow.states[position.state]
        assert position.missed <= (state.otherwise.again if state.otherwise else 0)
        assert state.number is None or len(position.digits) < len(str(state.number.max))
        assert position.steps[: len(before.steps)] == before.steps and len(position.steps) <= len(before.steps) + 1
        if state.number is not None or state.end in ("promise", "contact", "dispute"):
            assert position.party == "person"
        if state.end == "promise":
            assert 1 <= position.numbers["promise_amount"] <= 999_999
            assert 0 <= position.numbers["promise_days"] <= 30


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_silence_alone_ends_every_call(name: str) -> None:
    flow = SHIPPED[name]
    position = machine.begin(flow)
    for _ in range(20):
        position = machine.silent(flow, machine.said(flow, position))
    state = flow.states[position.state]
    assert state.end is not None or state.transfer
