"""Every fault of a YAML file is an error with its place and what to write instead."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, Field

from strategies.document import MAX_BYTES, MAX_DEPTH, ClockTime, Date, Document, Section, fault, read
from strategies.errors import ConfigErrors


class Window(Section):
    start: ClockTime
    until: Date | None = None


class Call(Section):
    kind: Literal["call"]
    attempts: int = Field(1, gt=0)


class Letter(Section):
    kind: Literal["letter"]
    template: str


def _known(zone: str) -> str:
    if zone == "Mars":
        raise ValueError("this is no zone; write a zone of this world")
    return zone


class Plan(Section):
    name: str
    share: float = 0.5
    region: str = "US"
    windows: tuple[Window, ...] = ()
    seats: tuple[Annotated[int, Field(gt=0)], ...] = Field((1,), min_length=1)
    zone: Annotated[str, AfterValidator(_known)] = "America/New_York"
    steps: dict[str, Annotated[Call | Letter, Field(discriminator="kind")]] = Field({})


def errors(text: str) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        Document("plan.yaml", text).validate(Plan)
    for error in caught.value.errors:
        assert error.file == "plan.yaml" and error.line > 0 and error.column > 0 and error.hint
    return [str(error) for error in caught.value.errors]


def test_core_schema_keeps_times_and_country_codes_as_texts() -> None:
    plan = Document("p", "name: a\nregion: NO\nwindows:\n- start: 9:00\n- {start: 21:00, until: 2026-11-30}").validate(
        Plan
    )
    assert plan.region == "NO"
    assert [window.start for window in plan.windows] == [dt.time(9), dt.time(21)]
    assert plan.windows[1].until == dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "name: a\nregon: US",
            "plan.yaml:2:1: unknown key `regon` (did you mean `region`? "
            "allowed: name, region, seats, share, steps, windows, zone)",
        ),
        (
            "name: a\nwindows:\n- start: 09:00\n  untl: 2026-01-01",
            "plan.yaml:4:3: windows[0]: unknown key `untl` (did you mean `until`? allowed: start, until)",
        ),
        ("share: 1", "plan.yaml:1:1: name is missing (write `name: ...` among these keys)"),
        (
            "name: a\nname: b",
            "plan.yaml:2:1: the key `name` is here twice; first at plan.yaml:1:1 (keep one of the two)",
        ),
        (
            "name: a\nshare: .nan",
            "plan.yaml:2:8: share: input should be a finite number "
            "(write an ordinary number; nan and inf are not allowed)",
        ),
        (
            'name: a\nshare: "0.5"',
            "plan.yaml:2:8: share: input should be a valid number (write a number, without quotes)",
        ),
        (
            "name: 12",
            "plan.yaml:1:7: name: input should be a valid string "
            '(write a text; put it in quotes if it looks like a number, such as "12")',
        ),
        (
            "name: a\nwindows: [{start: 540}]",
            "plan.yaml:2:19: windows[0].start: this is not a clock time, but a number or something else "
            '(write hours and minutes of a 24-hour clock in quotes, such as "09:00")',
        ),
        (
            "name: a\nwindows: [{start: 25:00}]",
            "plan.yaml:2:19: windows[0].start: this is not a clock time "
            '(write hours and minutes of a 24-hour clock in quotes, such as "09:00")',
        ),
        (
            "name: a\nwindows: [{start: 09:00, until: 2026-02-30}]",
            "plan.yaml:2:33: windows[0].until: there is no such date (write year, month and day, such as 2026-11-30)",
        ),
        (
            "name: a\nsteps:\n  x: {kind: call, attempts: 0}",
            "plan.yaml:3:29: steps.x.call.attempts: input should be greater than 0 (write a value greater than 0)",
        ),
        (
            "name: a\nsteps:\n  x: {kind: letter, template: t, atempts: 1}",
            "plan.yaml:3:34: steps.x.letter: unknown key `atempts` (did you mean `attempts`? "
            "allowed: attempts, kind, template)",
        ),
        (
            "name: a\nseats: [0]",
            "plan.yaml:2:9: seats[0]: input should be greater than 0 (write a value greater than 0)",
        ),
        ("name: a\nseats: []", "plan.yaml:2:8: seats: there are not enough items (write at least 1)"),
        ("name: a\nzone: Mars", "plan.yaml:2:7: zone: this is no zone (write a zone of this world)"),
        ("", "plan.yaml:1:1: the file is empty (write `key: value` lines)"),
        ("- a", "plan.yaml:1:1: the file's top must be keys and values (write `key: value` lines)"),
        (
            "name: a\n---\nname: b",
            "plan.yaml:2:1: there is a second document here (keep one, and remove the `---` between them)",
        ),
        ("name: a\nsteps:\n\tx: 1", "plan.yaml:3:1: a tab is not allowed here (indent with spaces)"),
        (
            "name: &a [x]\nregion: *a",
            "plan.yaml:1:7: anchors (&) and aliases (*) are not allowed "
            "(write the value out; quote a text that starts so)",
        ),
        (
            "name: !!python/object:os.system x",
            "plan.yaml:1:7: tags (!) are not allowed (leave the tag out; quote a text that starts with `!`)",
        ),
        ("[a]: b", "plan.yaml:1:1: a key must be a plain text (write `key: value` lines)"),
        (
            'name: "\\ud800"',
            "plan.yaml:1:7: there is an escape that is no character (write the character itself, in UTF-8)",
        ),
        (f"name: {'9' * 5000}", "plan.yaml:1:7: this number is too long (write a smaller number)"),
        ("name: a\x00", "plan.yaml:1:8: a control character is in the file (save the file as plain UTF-8 text)"),
    ],
)
def test_faults_say_where_and_what_to_write(text: str, expected: str) -> None:
    assert errors(text) == [expected]


def test_all_faults_are_reported_at_once() -> None:
    found = errors("share: x\nregon: US\nwindows:\n- start: 9\n- start: 10:00\n  until: soon\nsteps: {x: {kind: fax}}")
    assert [error.split(": ")[0] for error in found] == [
        "plan.yaml:1:1",
        "plan.yaml:1:8",
        "plan.yaml:4:10",
        "plan.yaml:6:10",
        "plan.yaml:7:19",
        "plan.yaml:2:1",
    ]


def test_an_alias_bomb_is_refused_before_it_unfolds() -> None:
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 30)]
    (message,) = errors("\n".join(["l0: &l0 [x]", *levels]))
    assert message.startswith("plan.yaml:1:5: anchors")


def test_deep_nesting_is_refused() -> None:
    (message,) = errors("name: " + "[" * 100_000)
    assert message.startswith(f"plan.yaml:1:{7 + MAX_DEPTH - 1}: the nesting is deeper than")


def test_an_own_validator_can_give_the_hint() -> None:
    def check(value: str) -> str:
        raise fault(f"{value} is taken", "write another name")

    class Named(Section):
        name: Annotated[str, AfterValidator(check)]

    with pytest.raises(ConfigErrors) as caught:
        Document("n.yaml", "name: x").validate(Named)
    assert str(caught.value) == "n.yaml:1:7: name: x is taken (write another name)"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, ": cannot be read: no such file or directory (check the path and its permissions)"),
        (b"name: a\nregion: \xff", ":2:9: a byte that is not UTF-8 is in the file (save the file as plain UTF-8 text)"),
        (
            b"#" * (MAX_BYTES + 1),
            f":1:1: the file has more than {MAX_BYTES} bytes (put data into a CSV or Parquet file)",
        ),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes | None, expected: str) -> None:
    path = tmp_path / "plan.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigErrors) as caught:
        read(path, Plan)
    assert str(caught.value) == f"{path}{expected}"


PIECES = ("name", "\n  ", ": ", "- ", "windows", "---\n", "<<", "\\ud800", "\\UFFFFFFFF", "9:00", "1e999", "0x", "0o8")
SIGNS = tuple("\n\t:-[]{}&*!|>'\"%@`#,? \u2028\ufeff")
YAML_LIKE = st.text() | st.lists(st.sampled_from((*PIECES, *SIGNS, ".nan", "steps", "kind", "call", "!!int"))).map(
    "".join
)


@settings(max_examples=400, deadline=None)
@given(YAML_LIKE)
def test_no_text_raises_anything_but_config_errors(text: str) -> None:
    try:
        plan = Document("plan.yaml", text).validate(Plan)
    except ConfigErrors as caught:
        assert caught.errors
        for error in caught.errors:
            assert error.file == "plan.yaml" and error.line > 0 and error.column > 0 and error.hint
    else:
        assert isinstance(plan, Plan)


@settings(deadline=None)
@given(st.binary())
def test_no_file_raises_anything_but_config_errors(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigErrors):
        read(path, Plan)
