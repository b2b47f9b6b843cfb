"""What is believed of a call, whatever telephone system carries it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Line:
    """A call that is up, as far as anybody has said.

    Attributes
    ----------
    call, node, channel : str
        Its id, where it is, and what it is called there.
    state : str
        One of those in the `translate` of its kind.
    answered : bool
        Whether somebody picked up.
    closing : bool
        Whether we asked for its end.
    agent : str
        Whom it is bridged to, or is to be.
    whisper : str
        The sound that the agent alone shall hear, until it was heard; a kind that cannot whisper leaves it alone.
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
    agent: str = ""
    whisper: str = ""
    recording: str = ""
    playback: str = ""
    played: int = 0
