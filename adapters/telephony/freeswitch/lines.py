"""What is believed of a call, and what a node says of its calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Line:
    """A call that is up, as far as anybody has said.

    Attributes
    ----------
    call, node, channel : str
        Its id, where it is, and what it is called there.
    state : str
        One of those in `adapters.telephony.freeswitch.translate`.
    answered : bool
        Whether somebody picked up.
    closing : bool
        Whether we asked for its end.
    dialling : bool
        Whether FreeSWITCH may not have begun with it yet: until dialling is over, no channel proves nothing.
    agent : str
        Whom it is bridged to, or is to be.
    recording : str
        The recording that runs.
    playback : str
        The message that plays; another one's end means nothing.
    played : int
        How many messages were played.
    """

    call: str
    node: str
    channel: str
    state: str = "placed"
    answered: bool = False
    closing: bool = False
    dialling: bool = False
    agent: str = ""
    recording: str = ""
    playback: str = ""
    played: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What a node has: its channels' call states by id, and by channel the one that it is bridged to."""

    channels: Mapping[str, str]
    other: Mapping[str, str] = field(default_factory=dict)
