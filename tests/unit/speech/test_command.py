"""Texts that a program speaks: once each, never through a shell, as sounds that a telephone system plays."""

from __future__ import annotations

import json
import sys
import wave
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.speech import SpeechSection, Spoken, prompts, speak, unspoken
from dialer.core.errors import ConfigErrors, PortError
from strategies.document import Document
from strategies.flow.compile import compile_flow, flows
from strategies.flow.records import Prompt

FLOW = compile_flow(flows()["promise-by-keypad"])
HELLO = Prompt("small:1@abc", "hello", "en")

PROGRAM = """
import json, math, struct, sys, wave
rate, channels, width = map(int, sys.argv[1].split(","))
with open(sys.argv[2], "a") as log:
    log.write(json.dumps(sys.argv[3:]) + "\\n")
with wave.open(sys.argv[4], "wb") as file:
    file.setnchannels(channels)
    file.setsampwidth(width)
    file.setframerate(rate)
    second = [round(12000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(rate)]
    file.writeframes(b"".join(struct.pack("<h", it)[:width] * channels for it in second))
"""


class Program:
    """A program that writes one second of 440 Hz, and remembers with what words it was started."""

    def __init__(self, place: Path, form: str = "22050,1,2") -> None:
        self.place, self.log = place, place / "log"
        (place / "program.py").write_text(PROGRAM)
        self.command = f"{sys.executable} {place}/program.py {form} {self.log} {{voice}} {{file}} {{text}}"

    def section(self, **more: Any) -> SpeechSection:
        data = {"command": self.command, "voices": {"zh": "cmn", "en": "en-gb"}, "folder": str(self.place / "sounds")}
        return Document("run.yaml", json.dumps(data | more)).validate(SpeechSection)

    def words(self) -> list[list[str]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_a_sound_is_where_the_telephone_system_looks_and_is_made_once(program: Program) -> None:
    section, texts = program.section(), [(HELLO, "Hello."), (Prompt("other:2@def", "bye", "zh"), "再见。")]
    assert unspoken(section, texts) == [prompt for prompt, _ in texts]
    assert speak(section, texts) == Spoken(made=2, kept=0)
    assert unspoken(section, texts) == []
    assert speak(section, texts) == Spoken(made=0, kept=2)
    assert [(words[0], words[2]) for words in program.words()] == [("en-gb", "Hello."), ("cmn", "再见。")]
    assert (section.folder / "small/hello-en.wav").is_file() and (section.folder / "other/bye-zh.wav").is_file()


def test_another_text_voice_or_command_is_spoken_anew_and_one_that_comes_back_is_not(program: Program) -> None:
    section = program.section()
    speak(section, [(HELLO, "Hello.")])
    louder = program.section(voices={"en": "en-us"})
    assert unspoken(section, [(HELLO, "Good day.")]) == unspoken(louder, [(HELLO, "Hello.")]) == [HELLO]
    assert speak(section, [(HELLO, "Good day.")]) == speak(louder, [(HELLO, "Hello.")]) == Spoken(1, 0)
    assert speak(section, [(HELLO, "Hello.")]) == Spoken(0, 1)
    assert unspoken(section, [(HELLO, "Hello.")]) == []


@pytest.mark.parametrize("form", ["22050,1,2", "8000,1,2", "44100,2,2", "16000,1,2"])
def test_whatever_the_program_writes_is_made_one_channel_of_16_bits_at_8_khz(tmp_path: Path, form: str) -> None:
    section = Program(tmp_path, form).section()
    speak(section, [(HELLO, "Hello.")])
    with wave.open(str(section.folder / "small/hello-en.wav")) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
        assert abs(sound.getnframes() - 8000) <= 2
        frames = sound.readframes(8000)
    samples = memoryview(frames).cast("h")
    crossings = sum(one < 0 <= two for one, two in pairwise(samples.tolist()))
    assert abs(crossings - 440) <= 2
    assert 11_000 < max(samples) < 13_000


def test_a_sound_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="empty or not of 16 bits"):
        speak(Program(tmp_path, "8000,1,1").section(), [(HELLO, "Hello.")])


@pytest.mark.parametrize(("command", "says"), [
    ("there-is-no-such-program {file} {text}", "cannot be started .*install it"),
    ("false {file} {text}", "false failed on the text hello in en with exit code 1"),
    ("true {file} {text}", "true wrote no WAV file"),
    (f"{sys.executable} -c 'import time; time.sleep(60)' {{file}} {{text}}", "took more than 1 s"),
])  # fmt: skip
def test_programs_that_fail(tmp_path: Path, command: str, says: str) -> None:
    section = Program(tmp_path).section(command=command, timeout_s=1)
    with pytest.raises(PortError, match=says):
        speak(section, [(HELLO, "Hello.")])
    assert unspoken(section, [(HELLO, "Hello.")]) == [HELLO]


@pytest.mark.parametrize("text", ["two\nlines", "a bell \a", "a nought \0", "-w /etc/passwd", "\x9bcontrol"])
def test_texts_that_are_refused(program: Program, text: str) -> None:
    with pytest.raises(PortError, match=r"control characters|begins with `-`"):
        speak(program.section(), [(HELLO, text)])
    assert program.words() == []


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).filter(lambda it: it[0] != "-"),
)
def test_any_other_text_is_one_word_of_the_program(program: Program, text: str) -> None:
    for hostile in (text, f"$(touch {program.place}/owned); `id` {{file}} '\" {text}"):
        speak(program.section(), [(HELLO, hostile)])
    said = [words[2] for words in program.words()]
    assert text in said and f"$(touch {program.place}/owned); `id` {{file}} '\" {text}" in said
    assert not (program.place / "owned").exists()


@pytest.mark.parametrize(("command", "says"), [
    ("espeak-ng {text}", "{file} must be one word"),
    ("espeak-ng -w{file} {text}", "{file} must be one word"),
    ("sh -c 'espeak-ng -w {file} {text}'", "{file} must be one word"),
    ("espeak-ng -w {file} {words}", "nothing is put in for {words}"),
    ("espeak-ng -w {file} '{text}", "the quotes cannot be read"),
    ("{text} {file}", "begins with a program"),
    ("espeak-ng\n-w {file} {text}", "one line"),
])  # fmt: skip
def test_commands_that_are_refused(program: Program, command: str, says: str) -> None:
    with pytest.raises(ConfigErrors) as raised:
        program.section(command=command)
    assert says in str(raised.value)


def test_a_language_without_a_voice_is_refused_before_anything_is_spoken(program: Program) -> None:
    with pytest.raises(PortError, match=r"speech\.voices has no voice for en"):
        unspoken(program.section(voices={"zh": "cmn"}), prompts([FLOW]))


def test_every_text_of_a_shipped_flow_can_be_spoken(program: Program) -> None:
    del program
    for _, text in prompts(map(compile_flow, flows().values())):
        assert text.isprintable() and not text.startswith("-")
