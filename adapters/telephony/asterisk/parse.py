"""What Asterisk sends, from bytes to records. Fields that nobody here needs are passed over."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from dialer.core.errors import PortError


class Channel(msgspec.Struct, frozen=True):
    """A channel: its id and its state (``Down``, ``Ring``, ``Ringing``, ``Up``)."""

    id: str
    state: str = ""


class Bridge(msgspec.Struct, frozen=True):
    """A bridge, with the ids of the channels in it."""

    id: str
    channels: tuple[str, ...] = ()


class Playback(msgspec.Struct, frozen=True):
    """A message being played; `state` is ``done`` when it was heard to its end."""

    id: str
    state: str = ""


class Recording(msgspec.Struct, frozen=True):
    """A recording."""

    name: str


class AriEvent(msgspec.Struct, frozen=True, tag_field="type"):
    """Something that happened."""


class StasisStart(AriEvent, frozen=True):
    """A channel is in our hands: it was answered, or comes back from the dialplan with `args`."""

    channel: Channel
    args: tuple[str, ...] = ()


class StasisEnd(AriEvent, frozen=True):
    """A channel has left our hands."""

    channel: Channel


class ChannelStateChange(AriEvent, frozen=True):
    """A channel rings or is up."""

    channel: Channel


class Dial(AriEvent, frozen=True):
    """How dialling `peer` goes. Its status does not tell a wrong number from no answer."""

    peer: Channel
    dialstatus: str = ""


class ChannelHangupRequest(AriEvent, frozen=True):
    """A side hangs up; `soft`: it was us."""

    channel: Channel
    soft: bool = False


class ChannelDestroyed(AriEvent, frozen=True):
    """A channel is gone, with its Q.850 cause and, where there is one, the SIP answer."""

    channel: Channel
    cause: int = 0
    tech_cause: int | None = None


class ChannelEnteredBridge(AriEvent, frozen=True):
    """A channel hears and is heard in a bridge."""

    bridge: Bridge
    channel: Channel


class ChannelDtmfReceived(AriEvent, frozen=True):
    """A key was pressed."""

    channel: Channel
    digit: str


class Heard(msgspec.Struct, frozen=True):
    """What a recogniser beside Asterisk says that a person said."""

    text: str = ""


class ChannelUserevent(AriEvent, frozen=True):
    """Something that another program said of a channel, by ``POST /events/user/NAME`` or from the dialplan."""

    eventname: str
    channel: Channel | None = None
    userevent: Heard = Heard()


class PlaybackFinished(AriEvent, frozen=True):
    """A message is over."""

    playback: Playback


class RecordingStarted(AriEvent, frozen=True):
    """A recording runs."""

    recording: Recording


class ApplicationReplaced(AriEvent, frozen=True):
    """Another program has connected with our name and gets our events."""


KINDS: tuple[type[AriEvent], ...] = (
    StasisStart,
    StasisEnd,
    ChannelStateChange,
    Dial,
    ChannelHangupRequest,
    ChannelDestroyed,
    ChannelEnteredBridge,
    ChannelDtmfReceived,
    ChannelUserevent,
    PlaybackFinished,
    RecordingStarted,
    ApplicationReplaced,
)
"""The events that are asked for; all others are filtered out by Asterisk, or passed over here."""


class _Head(msgspec.Struct):
    type: str


_head = msgspec.json.Decoder(_Head)
_decoders = {kind.__name__: msgspec.json.Decoder(kind) for kind in KINDS}

Record = TypeVar("Record")


def parse_event(text: bytes) -> AriEvent | None:
    """Return an event, None for one of a kind that nobody here needs.

    Raises
    ------
    PortError
        When this is no event of Asterisk.
    """
    try:
        decoder = _decoders.get(_head.decode(text).type)
        return decoder.decode(text) if decoder is not None else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise PortError(f"Asterisk sent what is no event: {type(error).__name__}", retryable=True) from None


def parse_answer(text: bytes, kind: type[Record] | Any) -> Record:
    """Return the body of an answer as `kind`; `PortError` when it is something else."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise PortError(f"Asterisk answered what nobody asked: {type(error).__name__}", retryable=True) from None
