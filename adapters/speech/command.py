"""Lets a program speak each text once: a sound is kept under the hash of what it was made from."""

from __future__ import annotations

import os
import shlex
import subprocess
import unicodedata
import wave
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from math import gcd
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from scipy.signal import resample_poly

from adapters.speech.config import SpeechSection
from dialer.core.errors import PortError
from strategies.flow.records import Flow, Prompt

RATE = 8000
"""Samples a second on a telephone line, and in a WAV file that Asterisk plays."""

KEPT = ".spoken"
"""The folder in which sounds are kept by hash."""


class Spoken(NamedTuple):
    """How many texts the program spoke, and how many it had spoken before."""

    made: int
    kept: int


def prompts(flows: Iterable[Flow]) -> Iterator[tuple[Prompt, str]]:
    """Yield every text of `flows`."""
    for flow in flows:
        for state in flow.states.values():
            for language, text in state.say.items():
                yield Prompt(flow.identity, state.name, language), text


def speak(section: SpeechSection, texts: Iterable[tuple[Prompt, str]]) -> Spoken:
    """Let every text that has no sound yet be spoken, and put each sound where its text is looked for.

    Raises
    ------
    PortError
        When the program is missing, fails, takes too long or writes no sound; and for a text with control characters,
        or with a first character that would make it an option. What was spoken before stays.
    """
    made, kept = 0, 0
    for prompt, text in texts:
        path = _kept(section, prompt, text)
        if path.exists():
            kept += 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, _sound(section, prompt, text))
            made += 1
        target = section.folder / f"{prompt.file}.wav"
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, path.read_bytes())
    return Spoken(made, kept)


def unspoken(section: SpeechSection, texts: Iterable[tuple[Prompt, str]]) -> list[Prompt]:
    """Return the texts whose sound is missing, or is that of another text, voice or program."""
    found = []
    for prompt, text in texts:
        kept, placed = _kept(section, prompt, text), section.folder / f"{prompt.file}.wav"
        if not (kept.is_file() and placed.is_file() and kept.read_bytes() == placed.read_bytes()):
            found.append(prompt)
    return found


def _kept(section: SpeechSection, prompt: Prompt, text: str) -> Path:
    made_from = "\n".join((section.command, _voice(section, prompt), text))
    return section.folder / KEPT / f"{sha256(made_from.encode()).hexdigest()}.wav"


def _voice(section: SpeechSection, prompt: Prompt) -> str:
    voice = section.voices.get(prompt.language)
    if voice is None:
        raise PortError(f"speech.voices has no voice for {prompt.language}", retryable=False)
    return voice


def _sound(section: SpeechSection, prompt: Prompt, text: str) -> bytes:
    place = f"the text {prompt.state} in {prompt.language}"
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        raise PortError(f"{place} has control characters; write it in one line", retryable=False)
    if text.startswith("-"):
        raise PortError(f"{place} begins with `-`, which would make it an option", retryable=False)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "text.wav"
        put_in = {"{voice}": _voice(section, prompt), "{file}": str(file), "{text}": text}
        words = [put_in.get(word, word.replace("{voice}", put_in["{voice}"])) for word in shlex.split(section.command)]
        try:
            done = subprocess.run(
                words, stdin=subprocess.DEVNULL, capture_output=True, timeout=section.timeout_s, check=False
            )
        except subprocess.TimeoutExpired:
            raise PortError(f"{words[0]} took more than {section.timeout_s:g} s for {place}", retryable=True) from None
        except OSError as error:
            message = f"{words[0]} cannot be started ({error.strerror}); install it, or name another in speech.command"
            raise PortError(message, retryable=False) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
            raise PortError(f"{words[0]} failed on {place} with exit code {done.returncode}: {said}", retryable=False)
        return _for_telephones(file, words[0], place)


def _for_telephones(file: Path, program: str, place: str) -> bytes:
    try:
        with wave.open(str(file), "rb") as sound:
            channels, width, rate = sound.getnchannels(), sound.getsampwidth(), sound.getframerate()
            frames = sound.readframes(sound.getnframes())
    except (OSError, EOFError, wave.Error):
        raise PortError(f"{program} wrote no WAV file for {place}", retryable=False) from None
    if width != 2 or not frames or not 4000 <= rate <= 192_000:
        raise PortError(f"{program} wrote a WAV file for {place} that is empty or not of 16 bits", retryable=False)
    samples = np.frombuffer(frames[: len(frames) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    common = gcd(RATE, rate)
    heard = resample_poly(samples.mean(axis=1), RATE // common, rate // common)
    limited = np.clip(np.round(heard), -32768, 32767).astype("<i2")
    written = BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(limited.tobytes())
    return written.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none, so that no call plays half a text."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)
