"""What a step says of its calls: its own redialling and its call script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from strategies.compile import compile_document, compile_strategy
from strategies.document import Document
from strategies.errors import ConfigErrors

SMALL = """\
name: small
purpose: collections
fields: {days_past_due: integer, full_name: name, pin: last_four, balance: {type: money, currency: USD}}
segments:
- name: late
  when: days_past_due > 0
  steps:
  - {channel: agent_call, redial: {unverified: {delay_min: 30, limit: 1}}}
  - {channel: agent_call, script: %s}
calls: {preview: {redial: {busy: {delay_min: 10, limit: 1}}}}
packs: [house]
"""
SCRIPT = """\
name: ask
fields: {full_name: name, pin: last_four, balance: {type: money, currency: USD}}
identity: {facts: [pin], needed: 1}
start: hello
states:
  hello:
    say: {en: "Is this {full_name}?"}
    answers:
      me: {label: {en: Me}, to: pin, party: person}
      other: {label: {en: Other}, to: sorry, party: third_party}
  pin:
    say: {en: "Your pin?"}
    compare: pin
    answers:
      match: {label: {en: Same}, to: told}
      different: {label: {en: Different}, to: sorry}
  told: {say: {en: "You owe {balance}."}, end: contact}
  sorry: {say: {en: "Good-bye."}, end: unverified}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "ask.yaml").write_text(SCRIPT)
    path = tmp_path / "s.yaml"
    path.write_text(SMALL % "ask.yaml")
    return path


def errors(file: Path, old: str, new: str) -> list[str]:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigErrors) as caught:
        compile_strategy(file)
    return [re.sub(r"^.*/([a-z]+\.yaml:\d+):\d+", r"\1", str(error)) for error in caught.value.errors]


def test_a_step_has_its_own_redialling_and_its_script(file: Path) -> None:
    strategy = compile_strategy(file)
    first, second = strategy.segments[0].arms[0].steps
    assert {name: (rule.delay_s, rule.limit) for name, rule in first.redial.items()} == {"unverified": (1800, 1)}
    assert (second.redial, first.script) == ({}, None)
    (identity,) = strategy.scripts
    assert second.script == identity and identity.startswith("ask:1@")
    assert strategy.scripts[identity].needed == 1


def test_the_scripts_content_is_part_of_the_strategys_hash(file: Path) -> None:
    before = compile_strategy(file).identity
    script = file.with_name("ask.yaml")
    script.write_text(SCRIPT.replace("Your pin?", "Your pin, please?"))
    assert compile_strategy(file).identity != before


def test_a_script_of_an_included_file_is_beside_that_file(file: Path) -> None:
    folder = file.parent / "deep"
    folder.mkdir()
    (folder / "top.yaml").write_text(
        "name: top\npurpose: collections\ninclude: [../s.yaml]\nfields: {}\n"
        "segments: [{name: rest, when: 'true'}]\npacks: [house]\n"
    )
    assert [name.partition(":")[0] for name in compile_strategy(folder / "top.yaml").scripts] == ["ask"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ask.yaml", "no.yaml", "s.yaml:9: segments[0].steps[1].script: there is no such call script"),
        ("pin: last_four, ", "", "s.yaml:9: segments[0].steps[1].script: the script ask needs the field `pin`"),
        ("pin: last_four", "pin: text", "s.yaml:9: segments[0].steps[1].script: the script ask needs `pin` of an"),
        ("currency: USD", "currency: CNY", "s.yaml:9: segments[0].steps[1].script: the script ask needs `balance`"),
        (
            "agent_call, script: ask.yaml",
            "email, script: ask.yaml",
            "s.yaml:9: segments[0].steps[1].script: no agent speaks by email",
        ),
        (
            "- {channel: agent_call, redial",
            "- {channel: sms, redial",
            "s.yaml:8: segments[0].steps[0].redial: sms is not dialled (leave it out: only calls are tried again)",
        ),
        (
            "- {channel: agent_call, redial",
            "- {channel: robot_call, redial",
            "s.yaml:8: segments[0].steps[0].redial.unverified: no robot_call ends as unverified",
        ),
        ("unverified:", "promise:", "s.yaml:8: segments[0].steps[0].redial.promise: `promise` is not allowed"),
    ],
)
def test_every_fault_has_its_place(file: Path, old: str, new: str, expected: str) -> None:
    found = errors(file, old, new)
    assert any(error.startswith(expected) for error in found), found


def test_a_script_that_tells_too_soon_is_refused_where_it_does(file: Path) -> None:
    script = file.with_name("ask.yaml")
    script.write_text(SCRIPT.replace("Is this {full_name}?", "Is this {full_name} with {balance}?"))
    assert errors(file, "name: small", "name: other")[0].startswith(
        "ask.yaml:7: states.hello.say.en: `balance` is told before the person is confirmed"
    )


def test_script_and_template_exclude_each_other() -> None:
    text = (SMALL % "three-steps, template: call") + (
        "templates: {call: {channels: [agent_call], text: {en: Hello.}}}\n"
    )
    with pytest.raises(ConfigErrors) as caught:
        compile_document(Document("s.yaml", text))
    assert any("`script` and `template` are both here" in str(error) for error in caught.value.errors)


PARTIES = """\
parties:
- {party: guarantor, after_failed_attempts: 2, script: surety.yaml}
- {party: contact, after_failed_attempts: 4, script: ask-to-call-back}
templates: {relay: {channels: [agent_call], reader: third_party, text: {en: "Please ask them to call."}}}
packs: [{name: cn-cba, accept_unreviewed: true}]
"""


@pytest.fixture
def others(file: Path) -> Path:
    file.with_name("surety.yaml").write_text(SCRIPT.replace("name: ask", "name: surety\nreader: guarantor"))
    text = file.read_text().replace("packs: [house]\n", PARTIES)
    file.write_text(text.replace("days_past_due: integer", "days_past_due: integer, failed_attempts: integer"))
    return file


def test_other_parties_have_scripts_of_their_own(others: Path) -> None:
    strategy = compile_strategy(others)
    guarantor, contact = strategy.parties
    assert [strategy.scripts[rule.script or ""].reader for rule in (guarantor, contact)] == ["guarantor", "third_party"]
    assert len(strategy.scripts) == 3 and guarantor.template is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "script: ask-to-call-back",
            "script: three-steps",
            "s.yaml:13: parties[1].script: the script three-steps is for the reader person "
            "(write a script with `reader: third_party`)",
        ),
        (
            "script: surety.yaml",
            "script: ask-to-call-back",
            "s.yaml:12: parties[0].script: the script ask-to-call-back is for the reader third_party "
            "(write a script with `reader: guarantor`)",
        ),
        (
            "script: ask.yaml",
            "script: ask-to-call-back",
            "s.yaml:9: segments[0].steps[1].script: the script ask-to-call-back is for the reader third_party "
            "(write a script with `reader: person`)",
        ),
        (
            "script: ask-to-call-back",
            "template: relay",
            "s.yaml:13: parties[1]: a step leads its agents by a script, and nothing leads them with this party "
            "(write `script:` and one with `reader: third_party`, such as ask-to-call-back)",
        ),
        (
            ", script: ask-to-call-back",
            "",
            "s.yaml:13: parties[1]: a party has a template or a script, one of the two "
            "(write `template:`, or `script:`)",
        ),
        (
            "script: ask-to-call-back",
            "script: nowhere",
            "s.yaml:13: parties[1].script: there is no such call script",
        ),
        (
            "full_name: name, ",
            "",
            "s.yaml:13: parties[1].script: the script ask-to-call-back needs the field `full_name`",
        ),
    ],
)
def test_a_party_and_its_script_agree(others: Path, old: str, new: str, expected: str) -> None:
    found = errors(others, old, new)
    assert any(error.startswith(expected) for error in found), found
