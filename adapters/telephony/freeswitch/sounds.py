"""What the two ends of a line hear from a FreeSWITCH, and what is taken down of them. There are no whispers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adapters.telephony import sounds
from adapters.telephony.desks import Desk
from adapters.telephony.freeswitch import commands
from adapters.telephony.freeswitch.commands import Send
from adapters.telephony.freeswitch.config import FreeswitchSection
from adapters.telephony.freeswitch.lines import Line
from adapters.telephony.wires import Wires
from dialer.ports.clock import Clock
from dialer.ports.telephony import Report


class Sounds(sounds.Sounds[Line]):
    """The sounds of all lines.

    Parameters
    ----------
    section, clock, report, wires, lines, hang_up
        As those of `adapters.telephony.sounds.Sounds`.
    send
        How commands leave.
    """

    _text = "{}.wav"

    def __init__(
        self,
        section: FreeswitchSection,
        clock: Clock,
        report: Report,
        wires: Wires,
        lines: Mapping[str, Line],
        hang_up: Callable[[str], None],
        send: Send,
    ) -> None:
        super().__init__(section, clock, report, wires, lines, hang_up)
        self._recording, self._send = section.recording, send

    def bridged(self, line: Line, desk: Desk) -> None:
        """Record a conversation that begins."""
        if self._recording is not None:
            name = f"{self._names.recording(line.call)}.{self._recording.format}"
            self._send(line.node, commands.record(line.call, line.channel, f"{self._recording.folder}/{name}"))
