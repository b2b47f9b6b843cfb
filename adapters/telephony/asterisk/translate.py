"""From Asterisk's events to those of the kernel, and from its effects to requests. Pure but for the clock it is given.

A line (a call of ours) is ``placed``, ``ringing``, ``listening`` (machine detection has it), ``answered``
(nobody speaks to the person), ``bridging``, ``bridged``, ``message`` or ``recording`` (the person speaks); `closing`
beside it says that we hung up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import ceil

from adapters.telephony.asterisk import parse as p
from adapters.telephony.asterisk import requests
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.asterisk.lines import Line, Listing
from adapters.telephony.asterisk.requests import NO_ANSWER, NOT_SENT, Request, Send
from adapters.telephony.asterisk.sounds import Sounds
from adapters.telephony.asterisk.wires import OutsideWires, Telephones
from adapters.telephony.causes import cause_of
from adapters.telephony.desks import Desk, Desks
from adapters.telephony.names import Names
from adapters.telephony.outside import Outside
from dialer.core.effects import PlaceCall, PlayMessage
from dialer.core.events import (
    AgentPauseRequested,
    BridgeFailed,
    CallAnswered,
    CallBridged,
    CallEnded,
    CallReported,
    CallRinging,
    KeyPressed,
)
from dialer.core.units import ns
from dialer.ports.clock import Clock
from dialer.ports.intents import Intents
from dialer.ports.telephony import Report
from strategies.flow.keywords import NOBODY_LISTENS

UNSURE_S = 3.0
"""After a request without an answer, how long events may take to tell what became of it (house value, 2026-11)."""

SPEECH = "paceline_speech"
"""The user event by which a recogniser beside Asterisk says what a person said, in the variable `text`."""

RETRY_S = 0.5
"""How long to wait before a hang-up or a bridge that went unanswered is asked for again (house value, 2026-11)."""


class Switchboard:
    """All lines of all nodes.

    Parameters
    ----------
    section, clock, report, send, intents
        The configuration, the run's clock, where events go, how requests leave, and who knows what words mean.

    Attributes
    ----------
    lines : dict of str to Line
        By call.
    strangers_end : bool
        Whether calls of ours that nobody knows are hung up on sight. Not between a restart and the kernel's
        question which calls there are.
    """

    def __init__(
        self, section: AsteriskSection, clock: Clock, report: Report, send: Send, intents: Intents = NOBODY_LISTENS
    ) -> None:
        self._section, self._clock, self._report, self._send = section, clock, report, send
        self._names = Names(section.app)
        home, nailed_up = section.nodes[0].name, section.agents.legs == "nailed_up"
        self.desks = Desks(home, self._names, clock, Telephones(section, self._names, send), nailed_up=nailed_up)
        wires = OutsideWires(section, send)
        self.outside = Outside(section.transfers, self._names, clock, report, wires, self._handed_over)
        self.lines: dict[str, Line] = {}
        self._by_channel: dict[str, Line] = {}
        self.sounds = Sounds(section, self._names, clock, report, send, intents, self.lines, self.hang_up)
        self.strangers_end = True

    # What the kernel wants -------------------------------------------------------------------------

    def place(self, effect: PlaceCall, node: str, number: str, at_ns: int) -> None:
        """Dial at `at_ns`, or at once when that has passed."""
        line = self._admit(effect.call, node)
        body: dict[str, object] = {
            "endpoint": self._section.endpoint.replace("{number}", number),
            "app": self._section.app,
            "callerId": self._section.caller_id,
            "timeout": ceil(effect.ring_timeout_s),
        }
        if (detection := self._section.detection) is not None:
            analysis_ms = round(detection.limit_s * 1000)
            body["variables"] = {
                "PACELINE_APP": self._section.app,
                "PACELINE_AMD": f"{analysis_ms},1000,600,{analysis_ms}",
            }
        request = requests.dial(line.call, line.channel, body)
        if at_ns <= self._clock.now_ns():
            self._send(node, request)
        else:
            self._clock.call_at(at_ns, lambda: self._dial_now(line, request))

    def bridge(self, call: str, agent: str, whisper: str = "") -> None:
        """Connect a person to an agent, whose telephone is called first where it is not connected."""
        line = self.lines.get(call)
        if line is None or line.closing or line.state not in ("answered", "message"):
            return
        desk = self.desks.desk(agent, line.node)
        line.state, line.agent, desk.call = "bridging", agent, call
        line.whisper = self._section.sounds.get(whisper, "")
        if desk.node != line.node:
            self._bridge_failed(line, desk)
        elif desk.state == "seated":
            self._send(line.node, requests.connect(call, self._names.desk(agent), line.channel))
        else:
            self.desks.ring(desk)

    def hand_over(self, call: str, to: str) -> None:
        """Dial somebody outside for a conversation; `PortError` for a name that the configuration does not have."""
        endpoint, line = self.outside.endpoint(to), self.lines.get(call)
        if line is not None and not line.closing and line.state == "bridged":
            self.outside.ask(call, line.node, line.channel, endpoint)

    def play(self, effect: PlayMessage) -> None:
        """Play a message; `PortError` for one that the configuration does not have."""
        line = self.lines.get(effect.call)
        if line is None or line.closing or not line.answered:
            return
        media = self.sounds.media(effect)
        self._leave_desk(line)
        self.sounds.play(line, effect, media)

    def hush(self, call: str) -> None:
        """Stop the message that plays."""
        if (line := self.lines.get(call)) is not None and not line.closing:
            self.sounds.hush(line)

    def record(self, call: str, limit_s: float) -> None:
        """Record what a person says, until the next message."""
        if (line := self.lines.get(call)) is not None and not line.closing:
            self.sounds.record(line, limit_s)

    def hang_up(self, call: str) -> None:
        """End a call."""
        if (line := self.lines.get(call)) is not None and not line.closing:
            line.closing = True
            self._send(line.node, requests.hang_up(call, line.channel))

    # What Asterisk says ----------------------------------------------------------------------------

    def take(self, node: str, event: p.AriEvent) -> None:
        """Take one event of a node."""
        match event:
            case p.PlaybackFinished():
                self.sounds.played(event.playback)
            case p.RecordingStarted():
                self.sounds.recorded(event.recording.name)
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
                if self._names.is_outside(event.channel.id):
                    self._of_outside(node, event, event.channel.id)
                elif self._names.is_leg(event.channel.id):
                    self._of_leg(event, event.channel.id)
                elif self._names.is_snoop(event.channel.id):
                    if isinstance(event, p.StasisStart):
                        self.sounds.whisper(event.channel.id)
                elif (line := self._by_channel.get(event.channel.id)) is not None:
                    self._of_line(event, line)
                elif isinstance(event, p.StasisStart | p.ChannelStateChange):
                    self._stranger(node, event.channel.id)
                elif isinstance(event, p.ChannelDestroyed):
                    self.outside.parted(self._names.call_of(event.channel.id) or "")
            case _:
                pass

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
                    self._told(line, "unknown")  # somebody picked up, whatever they were
                self._end(line, self._cause(line, event))
            case _:
                pass

    def _of_leg(self, event: p.AriEvent, leg: str) -> None:
        match event:
            case p.StasisStart():
                if (desk := self.desks.by_leg(leg)) is not None:
                    desk.state, bridge = "seated", self._names.desk(desk.agent)
                    self._send(desk.node, requests.seat(desk.agent, bridge, leg))
                    line = self.lines.get(desk.call)
                    if line is not None and line.state == "bridging":
                        self._send(line.node, requests.connect(line.call, bridge, line.channel))
            case p.ChannelDestroyed():
                if (desk := self.desks.by_leg(leg)) is not None:
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

    def answer(self, request: Request, status: int) -> None:
        """Take the answer to a request: an HTTP status, ``NO_ANSWER`` or ``NOT_SENT``."""
        line = self.lines.get(request.subject)
        match request.purpose:
            case "dial" if line is not None:
                if status == NO_ANSWER:
                    # It may have been dialled: to dial again could call somebody twice, so wait for events.
                    self._after(UNSURE_S, lambda: self._write_off(line, ("placed",)))
                elif status == NOT_SENT or (status >= 400 and status != 409):
                    self._end(line, self._ended_by_us(line) if line.closing else "congestion")
            case "hang_up" if line is not None:
                if status == 404:  # its end is on the way, or was lost
                    self._after(UNSURE_S, lambda: self._write_off(line))
                elif status <= 0 or status >= 500:
                    self._after(RETRY_S, lambda: self._again(line, request))
            case "continue" if line is not None and status != 204 and line.state == "listening":
                self._told(line, "unknown")
            case "play" if line is not None and status != 201 and status != 404:
                self.hang_up(line.call)
            case "connect" if line is not None and line.state == "bridging":
                if status <= 0:
                    self._after(RETRY_S, lambda: self._again(line, request))
                elif status >= 400:
                    # When the person has just hung up, that is said within this time.
                    self._after(RETRY_S, lambda: self._not_bridged(line))
            case "call_outside" | "meet" if status >= 400 or status <= 0:
                unsure = request.purpose == "meet" or status == NO_ANSWER
                self.outside.gone(request.subject, "congestion", certainly=not unsure)
            case "meet":
                self.outside.met(request.subject)
            case "call_leg" if status >= 400 or status <= 0:
                leg = str((request.body or {}).get("channelId"))
                if (desk := self.desks.by_leg(leg)) is not None:
                    if status == NO_ANSWER:
                        self.desks.let_go(desk)
                    self._leg_gone(desk)
            case _:
                pass

    # After a silence -------------------------------------------------------------------------------

    def resume(self, node: str, listing: Listing) -> None:
        """Compare what a node has with what is believed of it, after its events were not heard for a while."""
        self._compare(node, listing)
        for desk in self.desks.of.values():
            if desk.node == node and desk.wanted:
                self.desks.ring(desk)

    def lose(self, node: str) -> None:
        """A node is given up: nobody can say what became of its calls."""
        self._compare(node, Listing({}))

    def _compare(self, node: str, listing: Listing) -> None:
        for line in [line for line in self.lines.values() if line.node == node]:
            channel = listing.channels.get(line.channel)
            if channel is None:
                self._end(line, "lost" if not line.closing else self._ended_by_us(line))
            elif line.closing:
                self._send(node, requests.hang_up(line.call, line.channel))
            elif channel.state == "Up" and not line.answered:
                self._told(line, "unknown")
            elif channel.state == "Ringing":
                self._rings(line)
            elif line.state == "bridging" and (desk := self.desks.of.get(line.agent)) and desk.state == "seated":
                self._send(node, requests.connect(line.call, self._names.desk(desk.agent), line.channel))
        bridge = listing.bridge_of
        there = [channel for channel in listing.channels if bridge.get(channel) == channel]
        together = [one for one in there if bridge.get(self._names.call(self._names.call_of(one) or "")) == one]
        self.outside.compare(node, listing.channels, together)
        for desk in [desk for desk in self.desks.of.values() if desk.node == node]:
            if desk.state != "empty" and desk.leg not in listing.channels:
                self._leg_gone(desk)
        for channel in listing.channels:
            if self._names.is_leg(channel) and self.desks.by_leg(channel) is None:
                self._adopt_leg(node, channel, listing)
            elif self._names.is_call(channel) and channel not in self._by_channel:
                self._stranger(node, channel)

    def tell(self, calls: Iterable[str], listings: Mapping[str, Listing]) -> None:
        """Report each of `calls`, and every other call that a node has."""
        found: dict[str, tuple[str, str]] = {}
        for node, listing in listings.items():
            for channel in listing.channels:
                call = self._names.call_of(channel) if self._names.is_call(channel) else None
                if call is not None and call not in self.outside.handed:
                    found[call] = node, channel
        self.strangers_end = True
        for call in dict.fromkeys((*calls, *found)):
            now_ns = self._clock.now_ns()
            if call not in found:
                if (line := self.lines.get(call)) is not None:
                    self._forget(line)
                self._report(CallReported(now_ns, call, "gone"))
                continue
            node, channel = found[call]
            line = self.lines.get(call) or self._admit(call, node)
            if listings[node].channels[channel].state != "Up":
                self._report(CallReported(now_ns, call, "ringing"))
                continue
            line.answered = True
            agent = self._names.agent_of(listings[node].bridge_of.get(channel, ""))
            if agent is None:
                line.state = "answered" if line.state in ("placed", "ringing") else line.state
                self._report(CallReported(now_ns, call, "answered"))
            else:
                line.state, line.agent = "bridged", agent
                self.desks.desk(agent, node).call = call
                self._report(CallReported(now_ns, call, "bridged", agent))

    # Steps -----------------------------------------------------------------------------------------

    def _admit(self, call: str, node: str) -> Line:
        line = self.lines[call] = Line(call, node, self._names.call(call))
        self._by_channel[line.channel] = line
        return line

    def _dial_now(self, line: Line, request: Request) -> None:
        if self.lines.get(line.call) is line and line.closing:
            self._end(line, "cancelled")
        elif self.lines.get(line.call) is line:
            self._send(line.node, request)

    def _rings(self, line: Line) -> None:
        if line.state == "placed":
            line.state = "ringing"
            self._report(CallRinging(self._clock.now_ns(), line.call))

    def _in_hand(self, line: Line, args: tuple[str, ...]) -> None:
        detection = self._section.detection
        if line.closing:
            self._send(line.node, requests.hang_up(line.call, line.channel))
        elif line.state == "listening" and args[:1] == ("amd",):
            _, verdict, reason = (*args, "", "")[:3]
            proven = detection is not None and reason.partition("-")[0] in detection.believe
            by = {"MACHINE": "machine" if proven else "unknown", "HUMAN": "person"}.get(verdict, "unknown")
            self._told(line, by)
        elif line.answered or line.state == "listening":
            pass
        elif detection is not None:
            line.state, line.picked_up_ns = "listening", self._clock.now_ns()
            self._send(line.node, requests.to_dialplan(line.call, line.channel, detection.context))
        else:
            self._told(line, "unknown")

    def _told(self, line: Line, by: str) -> None:
        line.state, line.answered = "answered", True
        who = "person" if by == "person" else "machine" if by == "machine" else "unknown"
        self._report(CallAnswered(self._clock.now_ns(), line.call, who, line.picked_up_ns))

    def _bridged(self, line: Line) -> None:
        line.state = "bridged"
        self._report(CallBridged(self._clock.now_ns(), line.call, line.agent))
        if (desk := self.desks.of.get(line.agent)) is not None:
            self.sounds.bridged(line, desk)

    def _not_bridged(self, line: Line) -> None:
        desk = self.desks.of.get(line.agent)
        if self.lines.get(line.call) is line and line.state == "bridging" and desk is not None:
            self.desks.let_go(desk)
            self._bridge_failed(line, desk)

    def _bridge_failed(self, line: Line, desk: Desk) -> None:
        line.state, line.agent, desk.call = "answered", "", ""
        self._report(BridgeFailed(self._clock.now_ns(), line.call, desk.agent))

    def _leg_gone(self, desk: Desk) -> None:
        desk.state, desk.leg = "empty", ""
        line = self.lines.get(desk.call)
        if line is not None and line.state == "bridging":
            self._bridge_failed(line, desk)
        elif line is not None:
            self.hang_up(line.call)  # the agent hung up
        elif desk.wanted:
            self._report(AgentPauseRequested(self._clock.now_ns(), desk.agent, "the telephone is not connected"))
        desk.call = ""

    def _adopt_leg(self, node: str, leg: str, listing: Listing) -> None:
        """A telephone is connected from before a restart: keep it where legs are kept, or hang it up."""
        agent = self._names.agent_of(leg)
        if agent is None:
            return
        desk = self.desks.desk(agent, node)
        if desk.state == "empty" and listing.bridge_of.get(leg) == self._names.desk(agent):
            desk.state, desk.leg = "seated", leg
        else:
            self._send(node, requests.drop_leg(agent, self._names.desk(agent), leg))

    def _handed_over(self, call: str) -> None:
        if (line := self.lines.get(call)) is not None:
            self._end(line, "handed_over")

    def _leave_desk(self, line: Line) -> None:
        if line.state == "bridged":
            self.sounds.fall_silent(line)
        desk = self.desks.of.get(line.agent)
        line.agent = ""
        if desk is not None and desk.call == line.call:
            desk.call = ""
            if line.recording:
                bridge = self._names.desk(desk.agent)
                self._send(line.node, requests.stop_recording(line.call, bridge, line.recording))
            if not self.desks.nailed_up:
                self.desks.let_go(desk)

    def _stranger(self, node: str, channel: str) -> None:
        call = self._names.call_of(channel) if self._names.is_call(channel) else None
        if call is not None and self.strangers_end and call not in self.outside.handed:
            self._send(node, requests.hang_up(call, channel))

    def _cause(self, line: Line, event: p.ChannelDestroyed) -> str:
        if line.answered:
            return "normal"
        if line.closing:
            return "cancelled"
        return cause_of(event.cause, event.tech_cause, rang=line.state == "ringing", said_so=line.said_so)

    def _ended_by_us(self, line: Line) -> str:
        return "normal" if line.answered else "cancelled"

    def _end(self, line: Line, cause: str) -> None:
        self._forget(line)
        self._report(CallEnded(self._clock.now_ns(), line.call, cause))

    def _forget(self, line: Line) -> None:
        del self.lines[line.call], self._by_channel[line.channel]
        self.outside.call_over(line.call)
        self._leave_desk(line)

    def _write_off(self, line: Line, states: tuple[str, ...] | None = None) -> None:
        if self.lines.get(line.call) is line and (states is None or line.state in states):
            self._send(line.node, requests.hang_up(line.call, line.channel))
            self._end(line, "lost" if not line.closing else self._ended_by_us(line))

    def _again(self, line: Line, request: Request) -> None:
        still = line.closing if request.purpose == "hang_up" else line.state == "bridging"
        if self.lines.get(line.call) is line and still:
            self._send(line.node, request)

    def _after(self, wait_s: float, action: Callable[[], None]) -> None:
        self._clock.call_at(self._clock.now_ns() + ns(wait_s), action)


_RINGS = ("RINGING", "PROGRESS")
"""What `Dial` says when the far end is reached: early media, too, is somebody's sign of life."""
