"""What FreeSWITCH sends, from bytes to records.

The event socket sends frames: lines of ``Name: value``, an empty line, and as many bytes as ``Content-Length``
says. An event is such a block once more, inside a frame, with every value URL-encoded. Its lines are split before
the values are decoded: a caller's name may hold an encoded line feed, which would otherwise become a header.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

import msgspec

from dialer.core.errors import PortError

LARGEST_HEAD = 1 << 16
"""Bytes before a frame's empty line. FreeSWITCH sends some hundred."""

LARGEST_BODY = 1 << 26
"""Bytes in a frame. A list of ten thousand channels has some ten million."""


class Frame(NamedTuple):
    """One frame: what ``Content-Type`` says, its headers, and its body."""

    kind: str
    headers: dict[str, str]
    body: bytes


class Framer:
    """Cuts what arrives into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._looked = 0
        self._head: dict[str, str] | None = None
        self._length = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that are whole with `data`.

        Raises
        ------
        PortError
            When this is no event socket's; nothing that comes after it can be understood.
        """
        self._buffer += data
        frames = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def _next(self) -> Frame | None:
        if self._head is None:
            end = self._buffer.find(b"\n\n", max(0, self._looked - 1))
            if end < 0:
                self._looked = len(self._buffer)
                if self._looked > LARGEST_HEAD:
                    raise PortError("FreeSWITCH sent a frame without an end", retryable=True)
                return None
            head = headers_of(bytes(self._buffer[:end]))
            del self._buffer[: end + 2]
            self._looked = 0
            length = head.get("Content-Length", "0")
            if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > LARGEST_BODY:
                raise PortError("FreeSWITCH sent a frame of no length", retryable=True)
            self._head, self._length = head, int(length)
        if len(self._buffer) < self._length:
            return None
        body = bytes(self._buffer[: self._length])
        del self._buffer[: self._length]
        head, self._head = self._head, None
        return Frame(head.get("Content-Type", ""), head, body)


def headers_of(text: bytes) -> dict[str, str]:
    """Return the headers of a block as they are. Of two with one name the first counts, and no line makes two."""
    headers: dict[str, str] = {}
    for line in text.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip(), value.strip())
    return headers


class EslEvent(msgspec.Struct, frozen=True):
    """Something that happened; `channel` is its unique id."""

    channel: str


class Progress(EslEvent, frozen=True):
    """The far end rings, or sends its own sounds."""


class Parked(EslEvent, frozen=True):
    """A channel waits for what we want of it; `answered`: somebody picked up."""

    answered: bool


class Bridged(EslEvent, frozen=True):
    """A channel and `other` hear each other."""

    other: str


class HungUp(EslEvent, frozen=True):
    """A channel is gone, with FreeSWITCH's cause and, where the far end gave one, its answer in SIP."""

    cause: str
    sip: int | None = None


class Executed(EslEvent, frozen=True):
    """An application that we asked for by `id` has ended; `up`: the channel was still up then."""

    id: str
    response: str
    up: bool


class Key(EslEvent, frozen=True):
    """A key was pressed."""

    digit: str


class Recording(EslEvent, frozen=True):
    """A recording runs."""

    path: str


class Originated(EslEvent, frozen=True):
    """Dialling `channel` has come to its end: it was answered, or failed with a cause."""

    cause: str


EVENTS = (
    "CHANNEL_PROGRESS",
    "CHANNEL_PROGRESS_MEDIA",
    "CHANNEL_PARK",
    "CHANNEL_BRIDGE",
    "CHANNEL_HANGUP_COMPLETE",
    "CHANNEL_EXECUTE_COMPLETE",
    "DTMF",
    "RECORD_START",
    "BACKGROUND_JOB",
)
"""The events that are asked for."""


def parse_event(text: bytes) -> EslEvent | None:
    """Return an event, None for one of a kind that nobody here needs.

    Raises
    ------
    PortError
        When this is no event of FreeSWITCH.
    """
    head, _, body = text.partition(b"\n\n")
    said = {name: unquote(value, errors="replace") for name, value in headers_of(head).items()}
    kind = said.get("Event-Name")
    if kind is None:
        raise PortError("FreeSWITCH sent what is no event", retryable=True)
    channel = said.get("Unique-ID", "")
    match kind:
        case "CHANNEL_PROGRESS" | "CHANNEL_PROGRESS_MEDIA":
            return Progress(channel)
        case "CHANNEL_PARK":
            return Parked(channel, said.get("Answer-State") == "answered")
        case "CHANNEL_BRIDGE":
            a, b = said.get("Bridge-A-Unique-ID", channel), said.get("Bridge-B-Unique-ID", "")
            return Bridged(a, b or said.get("Other-Leg-Unique-ID", ""))
        case "CHANNEL_HANGUP_COMPLETE":
            return HungUp(channel, said.get("Hangup-Cause", ""), _sip(said))
        case "CHANNEL_EXECUTE_COMPLETE":
            up = said.get("Answer-State") == "answered"
            return Executed(channel, said.get("Application-UUID", ""), said.get("Application-Response", ""), up)
        case "DTMF":
            digit = said.get("DTMF-Digit", "")
            return Key(channel, digit) if re.fullmatch(r"[0-9*#A-D]", digit) else None
        case "RECORD_START":
            return Recording(channel, said.get("Record-File-Path", ""))
        case "BACKGROUND_JOB":
            result = re.fullmatch(rb"-ERR ([A-Z0-9_]+)\s*", body)
            cause = "" if body.startswith(b"+OK") else result[1].decode() if result else "NONE"
            return Originated(said.get("Job-UUID", ""), cause)
    return None


def _sip(said: dict[str, str]) -> int | None:
    """Return the far end's answer in SIP. When we cancel, FreeSWITCH puts a 487 of its own in its place."""
    if said.get("variable_sip_hangup_disposition") == "send_cancel":
        return None
    for name in ("variable_sip_invite_failure_status", "variable_sip_term_status"):
        if re.fullmatch(r"[1-6][0-9]{2}", said.get(name, "")):
            return int(said[name])
    return None


class Channel(msgspec.Struct, frozen=True):
    """A row of ``show channels``: its id, and what it does (``CS_HANGUP``; ``RINGING``, ``ACTIVE``)."""

    uuid: str
    state: str = ""
    callstate: str = ""


class Pair(msgspec.Struct, frozen=True):
    """A row of ``show bridged_calls``: the ids of two channels that hear each other."""

    uuid: str
    b_uuid: str


class Channels(msgspec.Struct, frozen=True):
    """The answer to ``show channels as json``."""

    row_count: int
    rows: tuple[Channel, ...] = ()


class Pairs(msgspec.Struct, frozen=True):
    """The answer to ``show bridged_calls as json``."""

    row_count: int
    rows: tuple[Pair, ...] = ()


Table = TypeVar("Table", Channels, Pairs)


def parse_table(text: str, kind: type[Table]) -> Table:
    """Return what was shown as JSON; `PortError` when it is something else."""
    try:
        return msgspec.json.decode(text.encode(errors="replace"), type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise PortError(f"FreeSWITCH showed no table: {type(error).__name__}", retryable=True) from None
