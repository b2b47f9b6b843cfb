"""`paceline flow`."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from dialer.app import run as start
from dialer.cli.flow import check, show, speak
from dialer.config import read_config
from dialer.core.errors import ConfigErrors, PortError
from strategies.compile import library
from strategies.errors import ConfigError


def test_check_and_show_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    check("promise-by-keypad", language="en")
    show("promise-by-keypad", language="en")
    check("reminder-by-keypad", language="zh")
    show("reminder-by-keypad", language="zh")
    text = capsys.readouterr().out
    for words in ("can be followed", "walked 14 situations in 9 states", "→ an agent", "可以使用", "任何人", "无按键"):
        assert words in text


def test_a_flow_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no flow .*promise-by-keypad"):
        check(str(tmp_path / "nothing.yaml"))


RUN = """\
paceline: 1
strategy: strategy.yaml
portfolio: {file: people.csv}
campaigns:
- {name: robots, channel: agent_call, flow: promise-by-keypad}
"""
SPEECH = """\
speech:
  command: espeak-ng-of-another-name -v {voice} -w {file} {text}
  voices: {zh: cmn, en: en-gb}
  folder: sounds
"""
TONE = """#!/bin/sh
exec %s -c '
import sys, wave
with wave.open(sys.argv[1], "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    file.writeframes(bytes(16000))
' "$1"
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    shutil.copy("examples/accounts.csv", tmp_path / "people.csv")
    text = library()["cards-demo"].read_text()
    for old, new in (
        ("{channel: agent_call, ", "{channel: agent_call, mode: robot_then_human, "),
        ("predictive:", "robot_then_human:"),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "strategy.yaml").write_text(text)
    (tmp_path / "run.yaml").write_text(RUN)
    return tmp_path / "run.yaml"


def test_the_texts_of_a_runs_flows_are_spoken_once(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match="names no program that speaks"):
        speak(run, language="en")
    tone = run.parent / "tone"
    tone.write_text(TONE % sys.executable)
    tone.chmod(0o755)
    run.write_text(RUN + SPEECH.replace("espeak-ng-of-another-name -v {voice} -w", str(tone)))
    speak(run, language="en")
    speak(run, language="zh")
    said = capsys.readouterr().out
    assert "18 texts spoken, 0 as before" in said and "已合成 0 段语音，18 段沿用" in said
    assert (run.parent / "sounds/promise-by-keypad/greeting-zh.wav").stat().st_size == 16_044
    run.write_text(RUN + SPEECH)
    with pytest.raises(PortError, match="espeak-ng-of-another-name cannot be started"):
        speak(run, language="en")


def test_nobody_is_called_with_texts_that_have_no_sound(run: Path) -> None:
    run.write_text(RUN + SPEECH)
    config, strategy = read_config(run)
    with pytest.raises(ConfigError, match=r"18 texts of call flows have no sound yet, such as promise-by-keypad/"):
        asyncio.run(start(config, strategy, "test"))


@pytest.mark.parametrize(("telephony", "flow", "fault"), [
    ("freeswitch, nodes: [{host: h, password: p}], endpoint: 's/g/c/{number}'", "promise-by-keypad",
     "there are no sounds for call flows (add `flows: FOLDER` to telephony: where the texts of flows are)"),
    ("freeswitch, nodes: [{host: h, password: p}], endpoint: 's/g/c/{number}', flows: /f", "intent-by-voice",
     "intent-by-voice listens to words, and this adapter hears keys only"),
    ("asterisk, nodes: [{url: 'http://h:8088', user: u, password: p}], endpoint: 'P/{number}@t', flows: sounds",
     "intent-by-voice", "telephony.asterisk.flows"),
])  # fmt: skip
def test_what_a_telephone_system_cannot_do_with_a_flow_is_refused(
    run: Path, telephony: str, flow: str, fault: str
) -> None:
    section = f"telephony: {{adapter: {telephony}, caller_id: '+12025550100', sounds: {{}}}}\n"
    run.write_text(RUN.replace("promise-by-keypad", flow) + section)
    with pytest.raises(ConfigErrors) as raised:
        read_config(run)
    assert any(fault in str(error) for error in raised.value.errors), raised.value
