"""From a topic and its bytes to a message, or to the reason why not. Never raises, whatever the bytes."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import msgspec

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt.topics import Topic, take_apart
from dialer.core.call import AGENT_DISPOSITIONS

LARGEST = 16 * 1024
"""Bytes of a message; the largest sound one has a tenth of them."""


class Heard(NamedTuple):
    """A message of the agent (or ACD) `who`."""

    topic: Topic
    who: str
    message: Any


class Refusal(NamedTuple):
    """A message that was not understood.

    Attributes
    ----------
    kind : str
        Of a few words, for counters and logs: nothing of the message's content is in it.
    reason : str
        For whoever sent it, and for nobody else: it may quote the message.
    who : str
        The agent who may be told; empty when the topic names none.
    id : str | None
        Of the act, where it could be read.
    """

    kind: str
    reason: str
    who: str = ""
    id: str | None = None


class _Named(msgspec.Struct):
    id: m.Name


def parse(prefix: str, topic: str, payload: bytes, known: tuple[Topic, ...]) -> Heard | Refusal:
    """Return what was said on `topic`, which must be one of `known` under `prefix`."""
    found = take_apart(prefix, topic, known)
    if found is None:
        return Refusal("unknown topic", "there is no such topic")
    kind, who = found
    if "{" in kind.path and not re.search(m.NAME, who):
        return Refusal("bad name in topic", "a name has up to 64 letters, digits, `_`, `.`, `@` or `-`")
    agent = who if "{agent}" in kind.path else ""
    if len(payload) > LARGEST:
        return Refusal("too long", f"a message has at most {LARGEST} bytes", agent)
    try:
        message = _decoder(kind).decode(payload)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        return Refusal("not as documented", _for_people(error), agent, _id_of(payload))
    if isinstance(message, m.Result) and (fault := _fault_of(message)):
        return Refusal("not as documented", fault, agent, message.id)
    return Heard(kind, who, message)


@cache
def _decoder(kind: Topic) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind.messages)


def _fault_of(result: m.Result) -> str:
    if result.disposition not in AGENT_DISPOSITIONS:
        return f"disposition is one of {', '.join(AGENT_DISPOSITIONS)}"
    if result.callback_at is not None and result.disposition != "callback":
        return "callback_at belongs to the disposition callback"
    if result.promise is not None and result.disposition != "promise":
        return "promise belongs to the disposition promise"
    if result.promise is not None and not Decimal(result.promise.amount):
        return "the amount of a promise is more than 0"
    return ""


def _for_people(error: Exception) -> str:
    return "".join(letter for letter in str(error) if letter.isprintable())[:200] or "this is not JSON"


def _id_of(payload: bytes) -> str | None:
    try:
        return msgspec.json.decode(payload, type=_Named).id
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None
