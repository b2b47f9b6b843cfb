"""From FreeSWITCH's events to those of the kernel, and from its effects to commands. Pure but for its clock.

A line (a call of ours) is ``placed``, ``ringing``, ``answered`` (nobody speaks to the person), ``bridging``,
``bridged`` or ``message``; `closing` beside it says that we hung up. Whoever has answered is parked, and what is
left of a conversation parks again: a channel is in our hands when it is parked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import ceil

from adapters.telephony.desks import Desk, Desks, can_be_dialled
from adapters.telephony.freeswitch import commands
from adapters.telephony.freeswitch import parse as p
from adapters.telephony.freeswitch.causes import cause_of
from adapters.telephony.freeswitch.commands import NO_ANSWER, Command, Send
from adapters.telephony.freeswitch.config import FreeswitchSection
from adapters.telephony.freeswitch.lines import Line, Listing
from adapters.telephony.freeswitch.wires import OutsideWires, Telephones
from adapters.telephony.names import Names
from adapters.telephony.outside import Outside
from adapters.telephony.texts import media_of
from dialer.core.effects import PlaceCall, PlayMessage
from dialer.core.events import (
    AgentPauseRequested,
    BridgeFailed,
    CallAnswered,
    CallBridged,
    CallEnded,
    CallRecorded,
    CallReported,
    CallRinging,
    KeyPressed,
    MessageFinished,
)
from dialer.core.units import ns
from dialer.ports.clock import Clock
from dialer.ports.telephony import Report

UNSURE_S = 3.0
"""After a command without an answer, how long events may take to tell what became of it (house value, 2026-11)."""

RETRY_S = 0.5
"""How long to wait before a hang-up or a bridge that went unanswered is asked for again (house value, 2026-11)."""


class Switchboard:
    """All lines of all nodes.

    Parameters
    ----------
    section, clock, report, send
        The configuration, the run's clock, where events go, and how commands leave.

    Attributes
    ----------
    lines : dict of str to Line
        By call.
    strangers_end : bool
        Whether calls of ours that nobody knows are hung up on sight. Not between a restart and the kernel's
        question which calls there are.
    """

    def __init__(self, section: FreeswitchSection, clock: Clock, report: Report, send: Send) -> None:
        self._section, self._clock, self._report, self._send = section, clock, report, send
        self._names = Names(section.app)
        home, nailed_up = section.nodes[0].name, section.agents.legs == "nailed_up"
        self.desks = Desks(home, self._names, clock, Telephones(section, send), nailed_up=nailed_up)
        wires = OutsideWires(section, send)
        self.outside = Outside(section.transfers, self._names, clock, report, wires, self._handed_over)
        self.lines: dict[str, Line] = {}
        self._by_channel: dict[str, Line] = {}
        self.strangers_end = True

    def has(self, channel: str) -> bool:
        """Tell whether a channel is that of a line."""
        return channel in self._by_channel

    # What the kernel wants -------------------------------------------------------------------------

    def place(self, effect: PlaceCall, node: str, number: str, at_ns: int) -> None:
        """Dial at `at_ns`, or at once when that has passed."""
        line = self._admit(effect.call, node)
        line.dialling = True
        endpoint = self._section.endpoint.replace("{number}", number)
        rings_s = ceil(effect.ring_timeout_s)
        command = commands.dial(line.call, line.channel, endpoint, self._section.caller_id, rings_s)
        if at_ns <= self._clock.now_ns():
            self._send(node, command)
        else:
            self._clock.call_at(at_ns, lambda: self._dial_now(line, command))

    def bridge(self, call: str, agent: str, whisper: str = "") -> None:
        """Connect a person to an agent, whose telephone is called first where it is not connected.

        There is no whisper here; a run's file that asks for one is refused.
        """
        del whisper
        line = self.lines.get(call)
        if line is None or line.closing or line.state not in ("answered", "message"):
            return
        desk = self.desks.desk(agent, line.node)
        line.state, line.agent, desk.call = "bridging", agent, call
        if desk.node != line.node:
            self._bridge_failed(line, desk)
        elif desk.state == "seated":
            self._send(line.node, commands.connect(call, line.channel, desk.leg))
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
        media = media_of(effect, self._section.sounds, self._section.flows, "{}.wav")
        self._leave_desk(line)
        line.state = "message"
        line.played += 1
        line.playback = self._names.playback(line.call, f"{effect.purpose}-{line.played}")
        self._send(line.node, commands.play(line.call, line.channel, line.playback, media))

    def hush(self, call: str) -> None:
        """Stop the message that plays."""
        line = self.lines.get(call)
        if line is not None and not line.closing and line.state == "message":
            self._send(line.node, commands.hush(call, line.channel))
            line.state, line.playback = "answered", ""

    def record(self, call: str, limit_s: float) -> None:
        """Record nothing: a run's file that asks for it is refused."""

    def hang_up(self, call: str) -> None:
        """End a call."""
        if (line := self.lines.get(call)) is not None and not line.closing:
            line.closing = True
            self._send(line.node, commands.hang_up(call, line.channel))

    # What FreeSWITCH says --------------------------------------------------------------------------

    def take(self, node: str, event: p.EslEvent) -> None:
        """Take one event of a node."""
        if isinstance(event, p.Bridged):
            line = self._by_channel.get(event.channel) or self._by_channel.get(event.other)
            if line is not None and line.state == "bridging":
                self._bridged(line)
        elif self._names.is_outside(event.channel):
            self._of_outside(node, event, event.channel)
        elif self._names.is_leg(event.channel):
            self._of_leg(event, event.channel)
        elif (line := self._by_channel.get(event.channel)) is not None:
            self._of_line(event, line)
        elif isinstance(event, p.HungUp):
            self.outside.parted(self._names.call_of(event.channel) or "")
        elif isinstance(event, p.Progress | p.Parked):
            self._stranger(node, event.channel)

    def _of_line(self, event: p.EslEvent, line: Line) -> None:
        match event:
            case p.Progress():
                self._rings(line)
            case p.Parked(answered=True):
                self._parked(line)
            case p.Key() if line.answered:
                self._report(KeyPressed(self._clock.now_ns(), line.call, event.digit))
            case p.Executed():
                self._played(line, event)
            case p.Recording():
                self._recorded(line, event.path)
            case p.Originated():
                line.dialling = False
                if event.cause:
                    # A channel that was made says more about its end, within this time; there may be none.
                    end = p.HungUp(line.channel, event.cause)
                    self._after(RETRY_S, lambda: self._over(line, end))
            case p.HungUp():
                self._end(line, self._cause(line, event))
            case _:
                pass

    def _of_leg(self, event: p.EslEvent, leg: str) -> None:
        desk = self.desks.by_leg(leg)
        match event:
            case p.Parked(answered=True) if desk is not None and desk.state == "calling":
                desk.state = "seated"
                line = self.lines.get(desk.call)
                if line is not None and line.state == "bridging":
                    self._send(line.node, commands.connect(line.call, line.channel, leg))
                elif not desk.wanted:
                    self.desks.let_go(desk)
            case p.HungUp() | p.Originated() if desk is not None:
                if isinstance(event, p.HungUp) or event.cause:
                    self._leg_gone(desk)
            case _:
                pass

    def _of_outside(self, node: str, event: p.EslEvent, channel: str) -> None:
        call = self._names.call_of(channel) or ""
        match event:
            case p.Parked(answered=True):
                self.outside.answered(call, node, channel)
            case p.HungUp():
                self.outside.gone(call, cause_of(event.cause, event.sip, rang=True))
            case p.Originated() if event.cause:
                self.outside.gone(call, cause_of(event.cause, None, rang=True))
            case _:
                pass

    def answer(self, command: Command, answer: str) -> None:
        """Take the answer to a command, or ``NO_ANSWER`` or ``NOT_SENT``."""
        if answer.startswith("+OK"):
            if command.purpose == "meet":
                self.outside.met(command.subject)
            return
        line, refused = self.lines.get(command.subject), answer.startswith("-")
        match command.purpose:
            case "dial" if line is not None:
                if answer == NO_ANSWER:
                    # It may have been dialled: to dial again could call somebody twice, so wait for events.
                    self._after(UNSURE_S, lambda: self._write_off(line, ("placed",)))
                else:
                    self._end(line, self._ended_by_us(line) if line.closing else "congestion")
            case "hang_up" if line is not None:
                if refused and not line.dialling:  # its end is on the way, or was lost
                    self._after(UNSURE_S, lambda: self._write_off(line))
                else:
                    self._after(RETRY_S, lambda: self._again(line, command))
            case "play" if line is not None:
                self.hang_up(line.call)
            case "connect" if line is not None and line.state == "bridging":
                if refused:
                    # When the person has just hung up, that is said within this time.
                    self._after(RETRY_S, lambda: self._not_bridged(line))
                else:
                    self._after(RETRY_S, lambda: self._again(line, command))
            case "call_outside" | "meet":
                unsure = command.purpose == "meet" or answer == NO_ANSWER
                self.outside.gone(command.subject, "congestion", certainly=not unsure)
            case "call_leg":
                if (desk := self.desks.by_leg(command.channel)) is not None:
                    if answer == NO_ANSWER:
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
            state = listing.channels.get(line.channel)
            if state is None:
                self._end(line, "lost" if not line.closing else self._ended_by_us(line))
                continue
            line.dialling = False
            if line.closing:
                self._send(node, commands.hang_up(line.call, line.channel))
            elif state in _UP and not line.answered:
                self._write_off(line)  # somebody has waited in silence, nobody knows how long
            elif state in _RINGS:
                self._rings(line)
            elif line.state == "bridging" and (desk := self.desks.of.get(line.agent)) and desk.state == "seated":
                if listing.other.get(line.channel) == desk.leg:
                    self._bridged(line)
                else:
                    self._send(node, commands.connect(line.call, line.channel, desk.leg))
            elif line.state == "message":
                self.hang_up(line.call)  # whether it was heard to its end went unheard
        calls = {one: self._names.call_of(one) or "" for one in listing.channels if self._names.is_outside(one)}
        together = [one for one, call in calls.items() if listing.other.get(one) == self._names.call(call)]
        self.outside.compare(node, listing.channels, together)
        for desk in [desk for desk in self.desks.of.values() if desk.node == node]:
            if desk.state != "empty" and desk.leg not in listing.channels:
                self._leg_gone(desk)
        for channel, state in listing.channels.items():
            if self._names.is_leg(channel) and self.desks.by_leg(channel) is None:
                self._adopt_leg(node, channel, listing)
            elif self._names.is_leg(channel) and state in _UP:
                self._of_leg(p.Parked(channel, answered=True), channel)
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
            if listings[node].channels[channel] not in _UP:
                self._report(CallReported(now_ns, call, "ringing"))
                continue
            line.answered = True
            agent = self._agent_of(listings[node].other.get(channel, ""))
            if agent is None:
                line.state = "answered" if line.state in ("placed", "ringing") else line.state
                self._report(CallReported(now_ns, call, "answered"))
            else:
                line.state, line.agent = "bridged", agent
                self.desks.desk(agent, node).call = call
                self._report(CallReported(now_ns, call, "bridged", agent))

    # Steps -----------------------------------------------------------------------------------------

    def _agent_of(self, leg: str) -> str | None:
        agent = self._names.agent_of(leg)
        return agent if agent is not None and can_be_dialled(agent) else None

    def _admit(self, call: str, node: str) -> Line:
        line = self.lines[call] = Line(call, node, self._names.call(call))
        self._by_channel[line.channel] = line
        return line

    def _dial_now(self, line: Line, command: Command) -> None:
        if self.lines.get(line.call) is line and line.closing:
            self._end(line, "cancelled")
        elif self.lines.get(line.call) is line:
            self._send(line.node, command)

    def _rings(self, line: Line) -> None:
        if line.state == "placed":
            line.state = "ringing"
            self._report(CallRinging(self._clock.now_ns(), line.call))

    def _parked(self, line: Line) -> None:
        if line.closing:
            self._send(line.node, commands.hang_up(line.call, line.channel))
        elif not line.answered:
            line.state, line.answered = "answered", True
            self._report(CallAnswered(self._clock.now_ns(), line.call, "unknown"))

    def _bridged(self, line: Line) -> None:
        line.state = "bridged"
        self._report(CallBridged(self._clock.now_ns(), line.call, line.agent))
        if (recording := self._section.recording) is not None:
            path = f"{recording.folder}/{self._names.recording(line.call)}.{recording.format}"
            self._send(line.node, commands.record(line.call, line.channel, path))

    def _recorded(self, line: Line, path: str) -> None:
        name = self._names.recording(line.call)
        if line.state == "bridged" and not line.recording and path.rpartition("/")[2].rpartition(".")[0] == name:
            line.recording = name
            self._report(CallRecorded(self._clock.now_ns(), line.call, name))

    def _played(self, line: Line, ended: p.Executed) -> None:
        if line.state != "message" or ended.id != line.playback:
            return
        if ended.response == "FILE PLAYED" and ended.up:
            line.state = "answered"
            self._report(MessageFinished(self._clock.now_ns(), line.call))
        else:
            self.hang_up(line.call)  # nobody heard it, so nobody may say that they did

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
        agent = self._agent_of(leg)
        if agent is None:
            return
        desk = self.desks.desk(agent, node)
        talks = self._names.is_call(listing.other.get(leg, ""))
        if desk.state == "empty" and desk.node == node and (talks or self.desks.nailed_up):
            desk.state, desk.leg = "seated", leg
        else:
            self._send(node, commands.drop_leg(agent, leg))

    def _handed_over(self, call: str) -> None:
        if (line := self.lines.get(call)) is not None:
            self._end(line, "handed_over")

    def _leave_desk(self, line: Line) -> None:
        desk = self.desks.of.get(line.agent)
        line.agent = ""
        if desk is not None and desk.call == line.call:
            desk.call = ""
            if not self.desks.nailed_up:
                self.desks.let_go(desk)

    def _stranger(self, node: str, channel: str) -> None:
        call = self._names.call_of(channel) if self._names.is_call(channel) else None
        if call is not None and self.strangers_end and call not in self.outside.handed:
            self._send(node, commands.hang_up(call, channel))

    def _cause(self, line: Line, event: p.HungUp) -> str:
        if line.answered:
            return "normal"
        if line.closing:
            return "cancelled"
        return cause_of(event.cause, event.sip, rang=line.state == "ringing")

    def _ended_by_us(self, line: Line) -> str:
        return "normal" if line.answered else "cancelled"

    def _over(self, line: Line, event: p.HungUp) -> None:
        if self.lines.get(line.call) is line:
            self._end(line, self._cause(line, event))

    def _end(self, line: Line, cause: str) -> None:
        self._forget(line)
        self._report(CallEnded(self._clock.now_ns(), line.call, cause))

    def _forget(self, line: Line) -> None:
        del self.lines[line.call], self._by_channel[line.channel]
        self.outside.call_over(line.call)
        self._leave_desk(line)

    def _write_off(self, line: Line, states: tuple[str, ...] | None = None) -> None:
        if self.lines.get(line.call) is line and (states is None or line.state in states):
            self._send(line.node, commands.hang_up(line.call, line.channel))
            self._end(line, "lost" if not line.closing else self._ended_by_us(line))

    def _again(self, line: Line, command: Command) -> None:
        still = line.closing if command.purpose == "hang_up" else line.state == "bridging"
        if self.lines.get(line.call) is line and still:
            self._send(line.node, command)

    def _after(self, wait_s: float, action: Callable[[], None]) -> None:
        self._clock.call_at(self._clock.now_ns() + ns(wait_s), action)


_RINGS = ("RINGING", "EARLY")
"""Call states in which the far end is reached: early media, too, is somebody's sign of life."""

_UP = ("ACTIVE", "HELD", "UNHELD")
"""Call states of whoever has picked up."""
