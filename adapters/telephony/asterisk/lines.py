"""What is believed of a call, and what a node says of its calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.telephony.asterisk import parse as p


@dataclass(slots=True)
class Line:
    """A call that is up, as far as anybody has said.

    Attributes
    ----------
    call, node, channel : str
        Its id, where it is, and what it is called there.
    state : str
        One of those in `adapters.telephony.asterisk.translate`.
    answered : bool
        Whether somebody picked up.
    closing : bool
        Whether we asked for its end.
    said_so : bool
        Whether the far end asked for its end.
    agent : str
        Whom it is bridged to, or is to be.
    picked_up_ns : int | None
        When detection began to listen.
    recording : str
        The recording that runs.
    whisper : str
        The sound that the agent alone shall hear, until it was heard.
    playback : str
        The message that plays; another one's end means nothing.
    played : int
        How many messages were played.
    text : str
        The text of a flow that was played last, which the person answers.
    """

    call: str
    node: str
    channel: str
    state: str = "placed"
    answered: bool = False
    closing: bool = False
    said_so: bool = False
    agent: str = ""
    picked_up_ns: int | None = None
    recording: str = ""
    whisper: str = ""
    playback: str = ""
    played: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a node has: its channels by id, and by channel the bridge that it is in."""

    channels: Mapping[str, p.Channel]
    bridge_of: Mapping[str, str] = field(default_factory=dict)
