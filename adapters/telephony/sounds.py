"""What the two ends of a line hear, and what is taken down of them, as far as every kind is alike.

Pure but for the clock it is given, as the switchboard is, which owns the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic

from adapters.telephony.desks import Desk
from adapters.telephony.lines import AnyLine
from adapters.telephony.names import Names
from adapters.telephony.settings import TrunkSection
from adapters.telephony.texts import media_of
from adapters.telephony.wires import Wires
from dialer.core.effects import PlayMessage
from dialer.core.events import CallRecorded, MessageFinished
from dialer.ports.clock import Clock
from dialer.ports.telephony import Report


class Sounds(Generic[AnyLine]):
    """The sounds of all lines. A kind that can do more than play messages adds that.

    Parameters
    ----------
    section, clock, report, wires
        As those of `adapters.telephony.switchboard.Switchboard`.
    lines : mapping of str to Line
        By call; the switchboard's own.
    hang_up : callable
        Ends a call whose message nobody heard.
    """

    _text: str
    """How a flow's text is addressed: ``{}`` is its file without an ending."""

    def __init__(
        self,
        section: TrunkSection,
        clock: Clock,
        report: Report,
        wires: Wires,
        lines: Mapping[str, AnyLine],
        hang_up: Callable[[str], None],
    ) -> None:
        self._names, self._clock, self._report, self._wires = Names(section.app), clock, report, wires
        self._media, self._flows = section.sounds, section.flows
        self._lines, self._hang_up = lines, hang_up

    def named(self, name: str) -> str:
        """Return the address of a sound by the name that campaigns use; empty: there is none."""
        return self._media.get(name, "")

    def media(self, effect: PlayMessage) -> str:
        """Return the address of a message's sound; `PortError` for one that the configuration does not have."""
        return media_of(effect, self._media, self._flows, self._text)

    def play(self, line: AnyLine, effect: PlayMessage, media: str) -> None:
        """Play a message to a person whom no agent speaks with."""
        line.state = "message"
        line.played += 1
        line.playback = self._names.playback(line.call, f"{effect.purpose}-{line.played}")
        self._wires.play(line, media)

    def hush(self, line: AnyLine) -> None:
        """Stop the message that plays."""
        if line.state == "message":
            self._wires.hush(line)
            line.state, line.playback = "answered", ""

    def played(self, line: AnyLine, playback: str, *, heard: bool) -> None:
        """Take the end of a message; `heard`: to its last word, by somebody who was still there."""
        if line.state != "message" or line.playback != playback:
            return
        if heard:
            line.state = "answered"
            self._report(MessageFinished(self._clock.now_ns(), line.call))
        else:
            self._hang_up(line.call)  # nobody heard it, so nobody may say that they did

    def record(self, line: AnyLine, limit_s: float) -> None:
        """Record what a person says, until the next message. Where a kind cannot, a run's file may not ask for it."""

    def recorded(self, line: AnyLine, name: str) -> None:
        """Take the beginning of a recording, which counts when it is the one that was asked for."""
        if line.state in ("bridged", "recording") and not line.recording and name == self._names.recording(line.call):
            line.recording = name
            self._report(CallRecorded(self._clock.now_ns(), line.call, name))

    def bridged(self, line: AnyLine, desk: Desk) -> None:
        """A conversation begins: record it, and whisper to its agent, as far as the configuration wants it."""

    def parted(self, line: AnyLine, desk: Desk | None) -> None:
        """A person leaves an agent; `desk`: where the two spoke, None when another call is there."""
