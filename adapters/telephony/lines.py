"""What is believed of a call, and what a node says of its calls, whatever telephone system carries them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, TypeVar


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


class Listing(Protocol):
    """What a node has, of which every kind has its own record."""

    @property
    def channels(self) -> Collection[str]:
        """Its channels."""
        ...

    def is_up(self, channel: str) -> bool:
        """Whether somebody has picked up."""
        ...

    def rings(self, channel: str) -> bool:
        """Whether the far end rings."""
        ...

    def beside(self, channel: str) -> str:
        """Return what a channel is connected to, another channel or a bridge; empty: nothing."""
        ...

    def have_met(self, outside: str, person: str) -> bool:
        """Whether somebody outside and the person whose call they take over hear each other."""
        ...


AnyLine = TypeVar("AnyLine", bound=Line)
AnyListing = TypeVar("AnyListing", bound=Listing)
