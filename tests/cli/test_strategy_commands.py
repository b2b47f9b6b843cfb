"""``paceline strategy``: check, new, library, schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialer.__main__ import main

BAD = """\
name: bad
purpose: collections
fields: {days: integer}
segments:
- {name: late, when: dayz > 0 AND now() > 5, steps: [{channel: sms, template: hello, window: {mon: ["22:00-23:00"]}}]}
- {name: later, when: days > 3, answer_share: 2}
packs: [house]
"""


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["strategy", *words])
    said = capsys.readouterr()
    return int(stopped.value.code or 0), said.out, said.err


def test_a_new_strategy_is_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "mine.yaml")
    assert run(capsys, "new", path, "--language", "en")[0] == 0
    code, out, _ = run(capsys, "check", path, "--strict", "--language", "en")
    assert code == 0
    assert out.startswith("my-strategy:1@")
    assert out.endswith(": 3 segments, 6 steps, 4 texts, no faults, 0 warnings\n")
    code, _, err = run(capsys, "new", path)
    assert code == 2
    assert "exists already" in err


def test_every_fault_is_printed_with_its_place_and_the_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    code, out, _ = run(capsys, "check", str(path), "--language", "en")
    assert code == 2
    lines = out.splitlines()
    assert [line.removeprefix(f"{path}:") for line in lines if line.startswith(f"{path}:")] == [
        "5:22: error: segments[0].when: `dayz` is not a declared field",
        "5:22: error: segments[0].when: the function `now` is not allowed",
        "5:79: error: segments[0].steps[0].template: there is no template `hello`",
        "5:94: error: segments[0].steps[0].window: this window never opens",
        "6:47: error: segments[1].answer_share: input should be less than 1",
    ]
    assert "    did you mean `days`? declared: days, today" in lines
    assert lines[-1] == f"{path} cannot be used; faults: 5"
    assert "无法使用，错误 5 处" in run(capsys, "check", str(path), "--language", "zh")[1]


def test_warnings_are_faults_only_when_strict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        "name: s\npurpose: collections\nfields: {d: integer}\nsegments: [{name: a, when: d > 1}]\npacks: [house]\n"
    )
    code, out, _ = run(capsys, "check", str(path), "--language", "en")
    assert code == 0
    assert f"{path}:1:1: warning: stop: nothing says when an account is left alone for paid" in out
    assert run(capsys, "check", str(path), "--strict")[0] == 2


def test_a_strategy_of_the_library_is_checked_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "cards-demo", "--language", "en")
    assert code == 0
    assert out.startswith("cards-demo:")


def test_the_library_is_listed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = run(capsys, "library", "--language", "zh")
    assert code == 0
    assert all(name in out for name in ("buckets-potential", "sms-then-calls", "promise-care", "局限"))


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "schema")
    assert code == 0
    schema = json.loads(out)
    assert schema["properties"]["stop"]["description"].startswith("Conditions under which an account is left alone")
    assert schema["$defs"]["StepSpec"]["required"] == ["channel"]
