"""From Asterisk's events to those of the kernel, and from its effects to requests. Pure but for the clock it is given.

A line (a call of ours) is ``placed``, ``ringing``, ``listening`` (machine detection has it), ``answered``
(nobody speaks to the person), ``bridging``, ``bridged``, ``message`` or ``recording`` (the person speaks); `closing`
beside it says that we hung up.
"""

from __future__ import annotations

from adapters.telephony import switchboard
from adapters.telephony.asterisk import parse as p
from adapters.telephony.asterisk import requests
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.asterisk.lines import Line, Listing
from adapters.telephony.asterisk.requests import Request, Send
from adapters.telephony.asterisk.sounds import Sounds
from adapters.telephony.asterisk.wires import AsteriskWires, OutsideWires
from adapters.telephony.causes import cause_of
from dialer.core.events import KeyPressed
from dialer.ports.clock import Clock
from dialer.ports.intents import Intents
from dialer.ports.telephony import Report
from strategies.flow.keywords import NOBODY_LISTENS

SPEECH = "paceline_speech"
"""The user event by which a recogniser beside Asterisk says what a person said, in the variable `text`."""


class Switchboard(switchboard.Switchboard[Line, Listing, Request]):
    """All lines of all nodes.

    Parameters
    ----------
    section, clock, report, send, intents
        The configuration, the run's clock, where events go, how requests leave, and who knows what words mean.
    """

    _line = Line

    def __init__(
        self, section: AsteriskSection, clock: Clock, report: Report, send: Send, intents: Intents = NOBODY_LISTENS
    ) -> None:
        wires = AsteriskWires(section, send)
        super().__init__(section, clock, report, send, wires, OutsideWires(section, send))
        self._sounds = Sounds(section, clock, report, wires, self.lines, self.hang_up, send, intents)
        self._detection = section.detection

    @property
    def sounds(self) -> Sounds:
        """What is heard and recorded."""
        return self._sounds

    def take(self, node: str, event: p.AriEvent) -> None:
        """Take one event of a node."""
        match event:
            case p.PlaybackFinished():
                if (line := self.lines.get(self._names.call_of(event.playback.id) or "")) is not None:
                    self._of_playback(line, event.playback)
            case p.RecordingStarted():
                for line in self.lines.values():
                    self.sounds.recorded(line, event.recording.name)
            case p.ChannelEnteredBridge():
                if (line := self._by_channel.get(event.channel.id)) is not None and line.state == "bridging":
                    self._bridged(line)
            case p.Dial():
                if (line := self._by_channel.get(event.peer.id)) is not None and event.dialstatus in _RINGS:
                    self._rings(line)
            case p.ChannelUserevent(channel=p.Channel(id=channel)):
                if event.eventname == SPEECH and (line := self._by_channel.get(channel)) is not None:
                    self.sounds.spoken(line, event.userevent.text)
            case (
                p.StasisStart()
                | p.StasisEnd()
                | p.ChannelStateChange()
                | p.ChannelHangupRequest()
                | p.ChannelDestroyed()
                | p.ChannelDtmfReceived()
            ):
                self._of_channel(node, event, event.channel.id)
            case _:
                pass

    def _of_channel(self, node: str, event: p.AriEvent, channel: str) -> None:
        if self._names.is_outside(channel):
            self._of_outside(node, event, channel)
        elif self._names.is_leg(channel):
            self._of_leg(event, channel)
        elif self._names.is_snoop(channel):
            line = self.lines.get(self._names.call_of(channel) or "")
            if line is not None and isinstance(event, p.StasisStart):
                self.sounds.whisper(line, channel)
        elif (line := self._by_channel.get(channel)) is not None:
            self._of_line(event, line)
        elif isinstance(event, p.StasisStart | p.ChannelStateChange):
            self._stranger(node, channel)
        elif isinstance(event, p.ChannelDestroyed):
            self.outside.parted(self._names.call_of(channel) or "")

    def _of_line(self, event: p.AriEvent, line: Line) -> None:
        match event:
            case p.ChannelStateChange() if event.channel.state == "Ringing":
                self._rings(line)
            case p.StasisStart():
                self._in_hand(line, event.args)
            case p.ChannelHangupRequest() if not event.soft:
                line.said_so = True
            case p.ChannelDtmfReceived() if line.answered:
                self._report(KeyPressed(self._clock.now_ns(), line.call, event.digit))
            case p.ChannelDestroyed():
                if line.state == "listening":
                    self._answered(line, since_ns=line.picked_up_ns)  # somebody picked up, whatever they were
                rang = line.state == "ringing"
                self._gone(line, cause_of(event.cause, event.tech_cause, rang=rang, said_so=line.said_so))
            case _:
                pass

    def _of_playback(self, line: Line, playback: p.Playback) -> None:
        if self._names.is_snoop(playback.id):
            self.sounds.fall_silent(line)
        else:
            self.sounds.played(line, playback.id, heard=playback.state == "done")

    def _of_leg(self, event: p.AriEvent, leg: str) -> None:
        desk = self.desks.by_leg(leg)
        match event:
            case p.StasisStart() if desk is not None:
                self._send(desk.node, requests.seat(desk.agent, self._names.desk(desk.agent), leg))
                self._seat(desk)
            case p.ChannelDestroyed() if desk is not None:
                self._leg_gone(desk)
            case _:
                pass

    def _of_outside(self, node: str, event: p.AriEvent, channel: str) -> None:
        call = self._names.call_of(channel) or ""
        match event:
            case p.StasisStart():
                self.outside.answered(call, node, channel)
            case p.ChannelDestroyed():
                self.outside.gone(call, cause_of(event.cause, event.tech_cause, rang=True, said_so=False))
            case _:
                pass

    def _in_hand(self, line: Line, args: tuple[str, ...]) -> None:
        if line.closing:
            self._wires.hang_up(line.node, line.call, line.channel)
        elif line.state == "listening" and args[:1] == ("amd",):
            _, verdict, reason = (*args, "", "")[:3]
            proven = self._detection is not None and reason.partition("-")[0] in self._detection.believe
            by = "person" if verdict == "HUMAN" else "machine" if verdict == "MACHINE" and proven else "unknown"
            self._answered(line, by, line.picked_up_ns)
        elif line.answered or line.state == "listening":
            pass
        elif self._detection is not None:
            line.state, line.picked_up_ns = "listening", self._clock.now_ns()
            self._send(line.node, requests.to_dialplan(line.call, line.channel, self._detection.context))
        else:
            self._answered(line)

    def answer(self, request: Request, status: int) -> None:
        """Take the answer to a request: an HTTP status, ``NO_ANSWER`` or ``NOT_SENT``."""
        line, how = self.lines.get(request.subject), request.failure(status)
        if how is not None:
            self._failed(request, how)
        elif request.purpose == "meet":
            self.outside.met(request.subject)
        if request.purpose == "continue" and how is not None and line is not None and line.state == "listening":
            self._answered(line, since_ns=line.picked_up_ns)

    def _answered_unheard(self, line: Line) -> None:
        self._answered(line, since_ns=line.picked_up_ns)

    def _keeps(self, leg: str, agent: str, listing: Listing) -> bool:
        return listing.beside(leg) == self._names.desk(agent)


_RINGS = ("RINGING", "PROGRESS")
"""What `Dial` says when the far end is reached: early media, too, is somebody's sign of life."""
