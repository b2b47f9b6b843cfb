"""Transcripts of calls: one JSON object a line, as a speech service writes them.

``{"attempt": "cards/a17@2026-06-17/1", "agent": "a03", "party": "debtor",
"turns": [{"speaker": "agent", "from_s": 0.4, "to_s": 3.1, "text": "..."}, ...]}``

`party` is who was on the line: ``debtor``, ``third_party`` or, where nobody knows, ``unknown``. `speaker` is ``agent``
or ``person``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from strategies.errors import ConfigError


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one of the two said, from when to when, in seconds after the connection."""

    speaker: Literal["agent", "person"]
    text: str
    from_s: float = 0.0
    to_s: float = 0.0


class Transcript(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call in words."""

    attempt: str
    agent: str
    turns: tuple[Turn, ...]
    party: Literal["debtor", "third_party", "unknown"] = "unknown"


class Fault(NamedTuple):
    """A line that cannot be used, from 1, and why; it never repeats what was said."""

    line: int
    reason: str


_decoder = msgspec.json.Decoder(Transcript)


def read_transcripts(path: Path) -> Iterator[Transcript | Fault]:
    """Yield every line of the file at `path`.

    Raises
    ------
    ConfigError
        When the file cannot be read.
    """
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _read(number, line)
    except OSError as error:
        hint = "name a file with one JSON object a line"
        raise ConfigError(f"this file cannot be read: {error.strerror}", file=str(path), hint=hint) from None


def _read(number: int, line: bytes) -> Transcript | Fault:
    try:
        found = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Fault(number, _reason(error))
    if not found.attempt or not found.agent:
        return Fault(number, "attempt and agent may not be empty")
    if any(turn.to_s < turn.from_s or turn.from_s < 0 for turn in found.turns):
        return Fault(number, "a turn ends before it begins, or begins before the call")
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        return str(error)[:1].lower() + str(error)[1:]
    return "this is no JSON object in UTF-8"
