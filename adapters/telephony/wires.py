"""What a switchboard asks a kind of telephone system for. Outside and telephones have protocols of their own."""

from __future__ import annotations

from typing import Literal, Protocol

from adapters.telephony.desks import Desk, Telephones
from adapters.telephony.lines import Line

Failure = Literal["refused", "no_answer", "not_sent"]
"""Why nothing came of a request: the telephone system says so; nobody knows whether it was carried out; it certainly
was not."""


class Asked(Protocol):
    """One request, as its kind writes it."""

    @property
    def purpose(self) -> str:
        """What it is for, in words that all kinds share."""
        ...

    @property
    def subject(self) -> str:
        """The call or agent that it is about."""
        ...

    @property
    def channel(self) -> str:
        """The channel that it makes."""
        ...


class Wires(Telephones, Protocol):
    """How requests leave. Never blocks, never raises."""

    def dial(self, line: Line, number: str, rings_s: int) -> None:
        """Dial a person."""
        ...

    def connect(self, line: Line, desk: Desk) -> None:
        """Let a person and an agent, whose telephone is connected, hear each other."""
        ...

    def play(self, line: Line, media: str) -> None:
        """Play a message to a person, as `line.playback`."""
        ...

    def hush(self, line: Line) -> None:
        """Stop what plays to a person."""
        ...

    def hang_up(self, node: str, call: str, channel: str) -> None:
        """End a person's channel."""
        ...
