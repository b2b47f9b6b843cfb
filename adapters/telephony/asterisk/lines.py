"""What is believed of a call on an Asterisk, and what a node says of its calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.telephony import lines
from adapters.telephony.asterisk import parse as p


@dataclass(slots=True)
class Line(lines.Line):
    """A call that is up.

    Attributes
    ----------
    said_so : bool
        Whether the far end asked for its end.
    picked_up_ns : int | None
        When detection began to listen.
    text : str
        The text of a flow that was played last, which the person answers.
    """

    said_so: bool = False
    picked_up_ns: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a node has: its channels by id, and by channel the bridge that it is in."""

    channels: Mapping[str, p.Channel]
    bridge_of: Mapping[str, str] = field(default_factory=dict)

    def is_up(self, channel: str) -> bool:
        """Whether somebody has picked up."""
        return self.channels[channel].state == "Up"

    def rings(self, channel: str) -> bool:
        """Whether the far end rings."""
        return self.channels[channel].state == "Ringing"

    def beside(self, channel: str) -> str:
        """Return the bridge that a channel is in; empty: none."""
        return self.bridge_of.get(channel, "")

    def have_met(self, outside: str, person: str) -> bool:
        """Whether both are in the bridge that was made for them."""
        return self.beside(outside) == self.beside(person) == outside
