"""The question to the service and its answer, from records to bytes and back."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dialer.core.errors import PortError

LARGEST = 1 << 16
"""Bytes in an answer. One has some fifty."""


class Question(msgspec.Struct, frozen=True):
    """What is asked: nothing says who speaks. `state` is where the flow stands, `intents` what it knows there."""

    flow: str
    state: str
    language: str
    text: str
    intents: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """What is answered: one of the intents, or null; `confidence` from 0 to 1, 1 where the service names none."""

    intent: str | None
    confidence: float = 1.0


_answer = msgspec.json.Decoder(Answer)


def parse_answer(text: bytes, intents: Iterable[str], sure: float) -> str:
    """Return the intent of an answer; empty when it is none of `intents`, or less sure than `sure`.

    Raises
    ------
    PortError
        When this is no answer.
    """
    try:
        answer = _answer.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise PortError(f"the service answered what nobody asked: {type(error).__name__}", retryable=True) from None
    known = answer.intent is not None and answer.intent in tuple(intents) and sure <= answer.confidence <= 1
    return answer.intent or "" if known else ""
