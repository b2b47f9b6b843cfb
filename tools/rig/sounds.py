"""Sounds that are made, not recorded: bursts that a detector takes for speech, and silence."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

RATE = 8000
"""Samples a second on a telephone line."""


def speech(seconds: float) -> np.ndarray:
    """Return something as loud and as uneven as a voice, in 16-bit samples."""
    t_s = np.arange(round(seconds * RATE)) / RATE
    voice = np.sin(2 * np.pi * 160 * t_s) + 0.5 * np.sin(2 * np.pi * 640 * t_s) + 0.25 * np.sin(2 * np.pi * 1900 * t_s)
    return (5000 * voice * (0.7 + 0.3 * np.sin(2 * np.pi * 3.5 * t_s))).astype(np.int16)


def silence(seconds: float) -> np.ndarray:
    """Return nothing to hear."""
    return np.zeros(round(seconds * RATE), np.int16)


def to_mu_law(samples: np.ndarray) -> bytes:
    """Return 16-bit samples as G.711 mu-law, a byte each."""
    sign = np.where(samples < 0, 0x80, 0)
    level = np.minimum(np.abs(samples.astype(np.int32)), 32635) + 132
    exponent = np.floor(np.log2(level)).astype(np.int32) - 7
    mantissa = (level >> (exponent + 3)) & 0x0F
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()


def write_carrier_sounds(folder: Path) -> None:
    """Write what a person says (a word, then waits) and what a machine says (it goes on and on)."""
    human = np.concatenate([silence(0.3), speech(0.45), silence(20)])
    greeting = [part for _ in range(16) for part in (speech(0.4), silence(0.09))]
    machine = np.concatenate([silence(0.3), *greeting, silence(20)])
    (folder / "human.ul").write_bytes(to_mu_law(human))
    (folder / "machine.ul").write_bytes(to_mu_law(machine))


def write_message(path: Path, seconds: float) -> None:
    """Write a message of this length that Asterisk can play."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(speech(seconds).tobytes())
