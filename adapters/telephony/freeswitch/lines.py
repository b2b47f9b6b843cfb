"""What is believed of a call on a FreeSWITCH, and what a node says of its calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.telephony import lines


@dataclass(slots=True)
class Line(lines.Line):
    """A call that is up.

    Attributes
    ----------
    dialling : bool
        Whether FreeSWITCH may not have begun with it yet: until dialling is over, no channel proves nothing.
    """

    dialling: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What a node has: its channels' call states by id, and by channel the one that it is bridged to."""

    channels: Mapping[str, str]
    other: Mapping[str, str] = field(default_factory=dict)

    def is_up(self, channel: str) -> bool:
        """Whether somebody has picked up."""
        return self.channels[channel] in ("ACTIVE", "HELD", "UNHELD")

    def rings(self, channel: str) -> bool:
        """Whether the far end is reached: early media, too, is somebody's sign of life."""
        return self.channels[channel] in ("RINGING", "EARLY")

    def beside(self, channel: str) -> str:
        """Return the channel that one is bridged to; empty: none."""
        return self.other.get(channel, "")

    def have_met(self, outside: str, person: str) -> bool:
        """Whether the two are bridged."""
        return self.beside(outside) == person
