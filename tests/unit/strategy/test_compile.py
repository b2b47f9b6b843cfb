"""Strategy files: what they become, and that every fault has its place."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core.settings import DEFAULT_REDIAL, CampaignSettings
from strategies.compile import compile_document, compile_strategy, library
from strategies.compliance.packs import shipped
from strategies.compliance.rulebook import PackChoice
from strategies.document import Document
from strategies.errors import ConfigErrors
from strategies.schema import CallsSpec, Mode, Redialled

GOOD = """\
name: small
purpose: collections
fields: {days_past_due: integer, balance: {type: number, min: 0}}
segments:
- name: late
  when: days_past_due > 0
  steps: [{channel: agent_call, priority: 7}]
- name: rest
  when: "true"
calls:
  preview: {redial: {busy: {delay_min: 10, limit: 1}}}
packs: [house]
"""


def errors(*changes: tuple[str, str]) -> list[str]:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(ConfigErrors) as caught:
        compile_document(Document("s.yaml", text))
    return [str(error) for error in caught.value.errors]


def test_a_good_file_becomes_a_frozen_record() -> None:
    strategy = compile_document(Document("s.yaml", GOOD))
    late, rest = strategy.segments
    ((step,), ()) = late.arms[0].steps, rest.arms[0].steps
    assert (late.name, rest.name) == ("late", "rest")
    assert (step.id, step.due, step.channel, step.mode, step.priority) == ("late/1", "TRUE", "agent_call", "preview", 7)
    (calls,) = strategy.calls
    assert (calls.mode, calls.max_attempts, calls.redial["busy"].delay_s) == ("preview", 7, 600)
    with pytest.raises(AttributeError):
        strategy.name = "other"  # type: ignore[misc]


def test_the_hash_sees_content_and_not_layout() -> None:
    strategy = compile_document(Document("s.yaml", GOOD))
    same = compile_document(Document("elsewhere.yaml", "# a remark\n" + GOOD.replace("[house]", "\n- house")))
    other = compile_document(Document("s.yaml", GOOD.replace("priority: 7", "priority: 8")))
    assert same.identity == strategy.identity
    assert strategy.identity.startswith("small:1@")
    assert other.content_hash != strategy.content_hash


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "when: days_past_due > 0",
            "when: days_past_du > 0",
            "s.yaml:6:9: segments[0].when: `days_past_du` is not a declared field "
            "(did you mean `days_past_due`? declared: days_past_due, balance, today)",
        ),
        (
            "- name: rest",
            "- name: late",
            "s.yaml:8:9: segments[1].name: segments[0] has the same name (give every segment a name of its own)",
        ),
        (
            "agent_call, priority",
            "agent_call, mode: robot, priority",
            "s.yaml:7:39: segments[0].steps[0].mode: agent_call cannot be made in the mode robot "
            "(write preview or progressive or ratio or predictive or robot_then_human)",
        ),
        (
            "agent_call, priority",
            "robot_call, priority",
            "s.yaml:7:21: segments[0].steps[0].channel: `calls` has no mode for robot_call "
            "(write `mode:` robot, also under `calls`)",
        ),
        (
            "agent_call, priority",
            "agent_call, mode: ratio, priority",
            "s.yaml:7:39: segments[0].steps[0].mode: `calls` says nothing about ratio "
            "(write `ratio: {}` under `calls`)",
        ),
        (
            "  preview:",
            "  ratio: {}\n  preview:",
            "s.yaml:7:21: segments[0].steps[0].channel: `calls` has several modes for agent_call "
            "(write `mode:` ratio or preview)",
        ),
        (
            "[house]",
            "[hose]",
            f"s.yaml:12:9: packs[0]: there is no such rule pack (write some of {', '.join(shipped())})",
        ),
        (
            "[house]",
            "[house, us-reg-f]",
            "s.yaml:12:16: packs[1]: nobody has reviewed this rule pack (write {name: us-reg-f, ",
        ),
        (
            "priority: 7",
            "priority: 70000",
            "s.yaml:7:43: segments[0].steps[0].priority: input should be less than or equal to 65535 "
            "(write a value less than or equal to 65535)",
        ),
    ],
)
def test_faults_are_named_where_they_stand(old: str, new: str, expected: str) -> None:
    assert any(error.startswith(expected) for error in errors((old, new)))


def test_packs_are_names_or_say_how_they_bind() -> None:
    text = GOOD.replace("[house]", "[house, {name: us-reg-f, mode: warn}]")
    assert compile_document(Document("s.yaml", text)).packs == (PackChoice("house"), PackChoice("us-reg-f", "warn"))


BROAD = """\
name: broad
purpose: collections
fields: {days: integer, due: date, rate: number}
segments:
- {name: one, when: days > 9, cadence: mild}
- {name: two, when: days < 2}
cadences: {mild: [{on: {days: [1]}, channel: letter, template: t}]}
experiments: {e: {segments: [one], arms: {a: {share: 0.5}, b: {share: 0.5, steps: []}}}}
stop: {paid: days < 0}
templates: {t: {channels: [letter], text: {en: hello}}}
packs: [house]
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "b: {share: 0.5",
            "b: {share: 0.6",
            "s.yaml:8:42: experiments.e.arms: the arms' shares add up to 1.1 "
            "(change the shares so that they add up to 1, such as 0.9 and 0.1)",
        ),
        ("segments: [one]", "segments: [onne]", "s.yaml:8:30: experiments.e.segments[0]: there is no such segment"),
        (
            "0.5, steps: []}}}}",
            "0.5}}}, f: {segments: [one], arms: {a: {share: 0.5}, b: {share: 0.5}}}}",
            "s.yaml:8:94: experiments.f.segments[0]: the segment is in the experiment e already",
        ),
        (
            "cadence: mild",
            "cadence: wild",
            "s.yaml:5:40: segments[0].cadence: there is no such cadence (write one of mild",
        ),
        ("cadence: mild", "cadence: mild, steps: []", "s.yaml:5:3: segments[0]: `steps` and `cadence` are both here"),
        (
            "{days: [1]}",
            "{rate: [1]}",
            "s.yaml:7:31: cadences.mild[0].on.rate: `rate` is of type number (days are counted",
        ),
        ("{days: [1]}", "{dayz: [1]}", "s.yaml:7:31: cadences.mild[0].on.dayz: `dayz` is not a declared field"),
        ("{days: [1]}", "{days: []}", "s.yaml:7:31: cadences.mild[0].on.days: there are not enough items"),
        (
            "template: t}",
            "template: t, even_if: [promise_running]}",
            "s.yaml:7:77: cadences.mild[0].even_if[0]: `stop` says nothing of this (write `promise_running:` with its",
        ),
        (
            "template: t}",
            "template: t, even_if: [opt_out]}",
            "s.yaml:7:77: cadences.mild[0].even_if[0]: `opt_out` is not allowed (write 'paid' or 'promise_running')",
        ),
        ("channel: letter", "channel: hand_over", "s.yaml:7:19: cadences.mild[0]: nobody is named"),
        ("channel: letter", "channel: letter, to: me", "s.yaml:7:58: cadences.mild[0].to: letter hands nothing over"),
        ("rate: number", "rate: {type: number, currency: CNY}", "s.yaml:3:67: fields.rate.currency: only money has a"),
        (
            "rate: number",
            "rate: {type: money, currency: yuan}",
            "s.yaml:3:66: fields.rate.currency: this is not a curr",
        ),
        ("paid: days < 0", "paid: dayz < 0", "s.yaml:9:14: stop.paid: `dayz` is not a declared field"),
    ],
)
def test_faults_of_steps_and_experiments(old: str, new: str, expected: str) -> None:
    assert old in BROAD
    with pytest.raises(ConfigErrors) as caught:
        compile_document(Document("s.yaml", BROAD.replace(old, new)))
    found = [str(error) for error in caught.value.errors]
    assert any(error.startswith(expected) for error in found), found


def test_arms_take_the_segments_steps_unless_they_have_their_own() -> None:
    one, two = compile_document(Document("s.yaml", BROAD)).segments
    assert (one.experiment, two.experiment) == ("e", "")
    assert [(arm.name, arm.share, [step.id for step in arm.steps]) for arm in one.arms] == [
        ("a", 0.5, ["one/1"]),
        ("b", 0.5, []),
    ]
    assert [(arm.name, arm.steps) for arm in two.arms] == [("", ())]
    assert one.arms[0].steps[0].due == "days IN (1)"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("select: integer", "s.yaml:3:18: fields.select: this name is a word of SQL"),
        ("zones: text", "s.yaml:3:17: fields.zones: this name has a meaning of its own"),
        ("debt: {type: number, min: 1, max: 0}", "s.yaml:3:16: fields.debt: min is above max"),
        ("job: {type: text, min: 0}", "s.yaml:3:15: fields.job: only numbers have bounds"),
        ("Job: text", "s.yaml:3:10: fields.Job: this cannot be a field's name"),
    ],
)
def test_fields_need_usable_names(fields: str, message: str) -> None:
    assert any(error.startswith(message) for error in errors(("{days_past_due: integer, ", f"{{{fields}, ")))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(GOOD)),
    st.integers(0, 9),
    st.text(max_size=5) | st.sampled_from(["\n", "- ", ": ", "'", "&a ", "1e9"]),
)
def test_no_change_of_a_file_raises_anything_but_config_errors(start: int, length: int, piece: str) -> None:
    try:
        strategy = compile_document(Document("s.yaml", GOOD[:start] + piece + GOOD[start + length :]))
    except ConfigErrors as caught:
        complete = [bool(error.file and error.line and error.column and error.hint) for error in caught.errors]
    else:
        complete = [bool(strategy.segments)]
    assert complete
    assert all(complete)


def test_words_of_the_file_are_those_of_the_kernel() -> None:
    assert set(get_args(Redialled)) == set(DEFAULT_REDIAL)
    assert set(get_args(Mode)) == {"preview", "progressive", "ratio", "predictive", "robot", "robot_then_human"}
    assert CallsSpec().max_attempts == CampaignSettings("c", "preview").max_attempts


@pytest.mark.parametrize("name", library())
def test_the_library_compiles(name: str) -> None:
    assert compile_strategy(library()[name]).name == name
