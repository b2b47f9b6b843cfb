"""`paceline script`: a sound script is shown in both languages, a leaking one is refused with the way to the leak."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialer.__main__ import main
from strategies.script.compile import scripts


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["script", *words])
    captured = capsys.readouterr()
    assert stopped.value.code == (2 if captured.err else None)
    return captured.out, captured.err


def test_a_sound_script_passes(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(["check", "three-steps", "--language", "en"], capsys)
    assert out.startswith("three-steps:2026.11.1@")
    assert "no way through it tells of the debt before the person is confirmed" in out
    assert "2 of these match: id_last_four, birth_date, address." in out
    assert "不会在核实本人之前透露欠款" in said(["check", "three-steps", "--language", "zh"], capsys)[0]


def test_the_states_are_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    out, _ = said(["show", "three-steps", "--language", "en"], capsys)
    rows = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert "the person only" in rows["debt"]
    assert "anybody" in rows["greeting"]
    assert "ends: Promise to pay" in rows["promised"]
    assert "仅本人" in said(["show", "three-steps", "--language", "zh"], capsys)[0]


def test_a_leaking_script_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = scripts()["three-steps"].read_text(encoding="utf-8")
    file = tmp_path / "leaks.yaml"
    file.write_text(
        text.replace("en: Different}, to: not_confirmed}", "en: Different}, to: debt}", 1), encoding="utf-8"
    )
    out, err = said(["check", str(file)], capsys)
    assert out == ""
    assert "`balance` is told before the person is confirmed" in err
    assert "id_digits: different, birth_date_after_a_miss: different" in err


def test_an_unknown_script_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        "there is no script nowhere (write a path, or one of ask-to-call-back, three-steps, two-checks)"
        in said(["check", "nowhere"], capsys)[1]
    )
