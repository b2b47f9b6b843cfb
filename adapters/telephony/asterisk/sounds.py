"""What the two ends of a line hear from an Asterisk, and what is taken down of them: whispers, recordings, words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adapters.telephony import sounds
from adapters.telephony.asterisk import requests
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.asterisk.lines import Line
from adapters.telephony.asterisk.requests import Send
from adapters.telephony.desks import Desk
from adapters.telephony.wires import Wires
from dialer.core.effects import PlayMessage
from dialer.core.events import IntentHeard
from dialer.ports.clock import Clock
from dialer.ports.intents import Intents
from dialer.ports.telephony import Report


class Sounds(sounds.Sounds[Line]):
    """The sounds of all lines.

    Parameters
    ----------
    section, clock, report, wires, lines, hang_up
        As those of `adapters.telephony.sounds.Sounds`.
    send, intents
        How requests leave, and who knows what words mean.
    """

    _text = "sound:{}"

    def __init__(
        self,
        section: AsteriskSection,
        clock: Clock,
        report: Report,
        wires: Wires,
        lines: Mapping[str, Line],
        hang_up: Callable[[str], None],
        send: Send,
        intents: Intents,
    ) -> None:
        super().__init__(section, clock, report, wires, lines, hang_up)
        self._app, self._recording, self._send, self._intents = section.app, section.recording, send, intents

    def play(self, line: Line, effect: PlayMessage, media: str) -> None:
        """Play a message to a person whom no agent speaks with; what they were saying is no longer recorded."""
        if line.state == "recording":
            self._send(line.node, requests.stop_recording(line.call, line.channel, self._names.recording(line.call)))
        line.text = effect.message if effect.purpose == "flow" else ""
        super().play(line, effect, media)

    # Conversations ---------------------------------------------------------------------------------

    def bridged(self, line: Line, desk: Desk) -> None:
        """Record a conversation that begins, and whisper to its agent, as far as the configuration wants it."""
        if self._recording is not None:
            name, bridge = self._names.recording(line.call), self._names.desk(desk.agent)
            self._send(line.node, requests.record(line.call, bridge, name, self._recording.format))
        if line.whisper:
            self._send(line.node, requests.listen_in(line.call, desk.leg, self._names.snoop(line.call), self._app))

    def whisper(self, line: Line, snoop: str) -> None:
        """Tell the agent about the account, now that the channel beside the agent's is there."""
        if line.whisper:
            self._send(line.node, requests.whisper(line.call, snoop, line.whisper))

    def fall_silent(self, line: Line) -> None:
        """End a whisper."""
        if line.whisper:
            line.whisper = ""
            self._send(line.node, requests.fall_silent(line.call, self._names.snoop(line.call)))

    def parted(self, line: Line, desk: Desk | None) -> None:
        """A person leaves an agent, whose bridge is recorded and who may be whispered to."""
        if line.state == "bridged":
            self.fall_silent(line)
        if desk is not None and line.recording:
            bridge = self._names.desk(desk.agent)
            self._send(line.node, requests.stop_recording(line.call, bridge, line.recording))

    # What people say -------------------------------------------------------------------------------

    def record(self, line: Line, limit_s: float) -> None:
        """Record what a person says, until the next message."""
        if self._recording is not None and line.state == "answered":
            name, format = self._names.recording(line.call), self._recording.format
            self._send(line.node, requests.record_person(line.call, line.channel, name, format, limit_s))
            line.state = "recording"

    def spoken(self, line: Line, text: str) -> None:
        """Take what a recogniser understood, and report what it means."""
        if line.text and line.answered and text.strip():

            def mean(intent: str, message: str = line.text) -> None:
                if self._lines.get(line.call) is line:
                    self._report(IntentHeard(self._clock.now_ns(), line.call, message, intent))

            self._intents.classify(line.text, text, mean)
