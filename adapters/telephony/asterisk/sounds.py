"""What the two ends of a line hear, and what is taken down of them: messages, whispers, recordings, words.

Pure but for the clock it is given, as `translate` is, which owns the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adapters.telephony.asterisk import parse as p
from adapters.telephony.asterisk import requests
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.asterisk.lines import Line
from adapters.telephony.asterisk.requests import Send
from adapters.telephony.desks import Desk
from adapters.telephony.names import Names
from adapters.telephony.texts import media_of
from dialer.core.effects import PlayMessage
from dialer.core.events import CallRecorded, IntentHeard, MessageFinished
from dialer.ports.clock import Clock
from dialer.ports.intents import Intents
from dialer.ports.telephony import Report


class Sounds:
    """The sounds of all lines.

    Parameters
    ----------
    section, names, clock, report, send, intents
        As those of `translate.Switchboard`.
    lines : mapping of str to Line
        By call; the switchboard's own.
    hang_up : callable
        Ends a call whose message nobody heard.
    """

    def __init__(
        self,
        section: AsteriskSection,
        names: Names,
        clock: Clock,
        report: Report,
        send: Send,
        intents: Intents,
        lines: Mapping[str, Line],
        hang_up: Callable[[str], None],
    ) -> None:
        self._section, self._names, self._clock, self._report, self._send = section, names, clock, report, send
        self._intents, self._lines, self._hang_up = intents, lines, hang_up

    # What is played --------------------------------------------------------------------------------

    def media(self, effect: PlayMessage) -> str:
        """Return the address of a message's sound; `PortError` for one that the configuration does not have."""
        return media_of(effect, self._section.sounds, self._section.flows, "sound:{}")

    def play(self, line: Line, effect: PlayMessage, media: str) -> None:
        """Play a message to a person whom no agent speaks with; what they were saying is no longer recorded."""
        if line.state == "recording":
            self._send(line.node, requests.stop_recording(line.call, line.channel, self._names.recording(line.call)))
        line.state = "message"
        line.played += 1
        line.text = effect.message if effect.purpose == "flow" else ""
        line.playback = self._names.playback(line.call, f"{effect.purpose}-{line.played}")
        self._send(line.node, requests.play(line.call, line.channel, line.playback, media))

    def hush(self, line: Line) -> None:
        """Stop the message that plays."""
        if line.state == "message":
            self._send(line.node, requests.hush(line.call, line.channel, line.playback))
            line.state, line.playback = "answered", ""

    def whisper(self, snoop: str) -> None:
        """Tell the agent about the account, now that the channel beside the agent's is there."""
        line = self._lines.get(self._names.call_of(snoop) or "")
        if line is not None and line.whisper:
            self._send(line.node, requests.whisper(line.call, snoop, line.whisper))

    def fall_silent(self, line: Line) -> None:
        """End a whisper."""
        if line.whisper:
            line.whisper = ""
            self._send(line.node, requests.fall_silent(line.call, self._names.snoop(line.call)))

    def played(self, playback: p.Playback) -> None:
        """Take the end of a message or a whisper."""
        line = self._lines.get(self._names.call_of(playback.id) or "")
        if line is not None and self._names.is_snoop(playback.id):
            self.fall_silent(line)
        elif line is None or line.state != "message" or line.playback != playback.id:
            pass
        elif playback.state == "done":
            line.state = "answered"
            self._report(MessageFinished(self._clock.now_ns(), line.call))
        else:
            self._hang_up(line.call)  # nobody heard it, so nobody may say that they did

    # What is taken down ----------------------------------------------------------------------------

    def bridged(self, line: Line, desk: Desk) -> None:
        """Record a conversation that begins, and whisper to its agent, as far as the configuration wants it."""
        if (recording := self._section.recording) is not None:
            name = self._names.recording(line.call)
            self._send(line.node, requests.record(line.call, self._names.desk(desk.agent), name, recording.format))
        if line.whisper:
            snoop = self._names.snoop(line.call)
            self._send(line.node, requests.listen_in(line.call, desk.leg, snoop, self._section.app))

    def record(self, line: Line, limit_s: float) -> None:
        """Record what a person says, until the next message."""
        recording = self._section.recording
        if recording is not None and line.state == "answered":
            name = self._names.recording(line.call)
            self._send(line.node, requests.record_person(line.call, line.channel, name, recording.format, limit_s))
            line.state = "recording"

    def recorded(self, name: str) -> None:
        """Take the beginning of a recording."""
        for line in self._lines.values():
            taken = line.state in ("bridged", "recording") and not line.recording
            if taken and self._names.recording(line.call) == name:
                line.recording = name
                self._report(CallRecorded(self._clock.now_ns(), line.call, name))

    def spoken(self, line: Line, text: str) -> None:
        """Take what a recogniser understood, and report what it means."""
        if line.text and line.answered and text.strip():

            def mean(intent: str, message: str = line.text) -> None:
                if self._lines.get(line.call) is line:
                    self._report(IntentHeard(self._clock.now_ns(), line.call, message, intent))

            self._intents.classify(line.text, text, mean)
