"""Windows that never open, and the strategy's own caps in the gate."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from strategies.caps import cap_rules
from strategies.compile import compile_document
from strategies.compliance.gate import Gate
from strategies.compliance.packs import load_packs
from strategies.compliance.records import Contact
from strategies.document import Document
from strategies.errors import ConfigErrors

GOOD = """\
name: hours
purpose: collections
fields: {days: integer}
segments:
- name: all
  when: "true"
  steps: [{channel: agent_call, window: {mon-fri: ["09:00-11:00"]}}]
calls: {preview: {}}
caps: [{media: [voice], per: person, limit: 1, days: 2}]
packs: [house, house-gentle]
"""


def errors(window: str) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        compile_document(Document("s.yaml", GOOD.replace('{mon-fri: ["09:00-11:00"]}', window)))
    return [str(error) for error in caught.value.errors]


def test_a_window_is_minutes_by_weekday() -> None:
    strategy = compile_document(Document("s.yaml", GOOD))
    (step,) = strategy.segments[0].arms[0].steps
    assert step.window == (((540, 660),),) * 5 + ((),) * 2


@pytest.mark.parametrize(
    ("window", "message", "hint"),
    [
        ('{mon: ["21:00-23:00"]}', "this window never opens", "HOUSE-HOURS mon-sun 08:00-21:00"),
        (
            '{mon-sun: ["12:30-13:30"]}',
            "this window never opens",
            "HOUSE-LUNCH mon-sun 00:00-12:00, mon-sun 14:00-24:00",
        ),
        ("{}", "this window has no hours", "leave the window out"),
        ("{mon: []}", "this window has no hours", "leave the window out"),
        ('{mon: ["11:00-09:00"]}', "it ends before it begins", "split hours"),
    ],
)
def test_windows_that_never_open_are_refused(window: str, message: str, hint: str) -> None:
    (error,) = errors(window)
    assert error.startswith("s.yaml:7:")
    assert message in error
    assert hint in error


def test_a_window_needs_one_common_minute_only() -> None:
    text = GOOD.replace('{mon-fri: ["09:00-11:00"]}', '{sun: ["20:59-24:00"]}')
    assert compile_document(Document("s.yaml", text)).name == "hours"


def test_caps_are_kept_by_the_gate() -> None:
    strategy = compile_document(Document("s.yaml", GOOD))
    rulebook = load_packs(strategy.packs)
    gate = Gate(msgspec.structs.replace(rulebook, rules=cap_rules(strategy)))
    contact = Contact("p", "a", "n", "c", ("Asia/Shanghai",))
    monday = int(dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC).timestamp()) * 10**9
    day = 86_400 * 10**9
    assert gate.check(contact, monday).allowed
    gate.reserve("1", contact, monday)
    gate.settle("1", "busy", monday)
    (reason,) = gate.check(contact, monday + day).reasons
    assert reason.rule == "CAP-1"
    assert gate.check(msgspec.structs.replace(contact, person="q"), monday + day).allowed
    assert gate.check(contact, monday + 2 * day).allowed
