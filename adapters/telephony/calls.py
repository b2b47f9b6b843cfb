"""What can happen to a call, step by step, as far as every kind of telephone system is alike.

Pure but for the clock it is given. `translate` of a kind says which step an event or an answer means.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, Literal, TypeVar

from adapters.telephony import outside
from adapters.telephony.desks import Desk, Desks, can_be_dialled
from adapters.telephony.lines import AnyLine
from adapters.telephony.names import Names
from adapters.telephony.settings import TrunkSection
from adapters.telephony.sounds import Sounds
from adapters.telephony.wires import Asked, Failure, Wires
from dialer.core.events import (
    AgentPauseRequested,
    BridgeFailed,
    CallAnswered,
    CallBridged,
    CallEnded,
    CallRinging,
)
from dialer.core.units import ns
from dialer.ports.clock import Clock
from dialer.ports.telephony import Report

UNSURE_S = 3.0
"""After a request without an answer, how long events may take to tell what became of it (house value, 2026-11)."""

RETRY_S = 0.5
"""How long to wait before a hang-up or a bridge that went unanswered is asked for again (house value, 2026-11)."""

AnyAsked = TypeVar("AnyAsked", bound=Asked)


class Calls(ABC, Generic[AnyLine, AnyAsked]):
    """All calls of all nodes, and the agents and others whom they are connected to.

    Parameters
    ----------
    section, clock, report, send
        The configuration, the run's clock, where events go, and how requests that a kind has written leave.
    wires, outside_wires
        How requests that every kind has leave.

    Attributes
    ----------
    lines : dict of str to Line
        By call.
    desks, outside
        The agents' side, and everybody outside whom a call is handed over to.
    strangers_end : bool
        Whether calls of ours that nobody knows are hung up on sight. Not between a restart and the kernel's
        question which calls there are.
    """

    _line: type[AnyLine]
    """What a line of the kind is."""

    def __init__(
        self,
        section: TrunkSection,
        clock: Clock,
        report: Report,
        send: Callable[[str, AnyAsked], None],
        wires: Wires,
        outside_wires: outside.Wires,
    ) -> None:
        self._clock, self._report, self._send, self._wires = clock, report, send, wires
        self._names = Names(section.app)
        self.desks = Desks(section, self._names, clock, wires)
        self.outside = outside.Outside(section.transfers, self._names, clock, report, outside_wires, self._handed_over)
        self.lines: dict[str, AnyLine] = {}
        self._by_channel: dict[str, AnyLine] = {}
        self.strangers_end = True

    @property
    @abstractmethod
    def sounds(self) -> Sounds[AnyLine]:
        """What is heard and recorded."""

    def hang_up(self, call: str) -> None:
        """End a call."""
        if (line := self.lines.get(call)) is not None and not line.closing:
            line.closing = True
            self._wires.hang_up(line.node, call, line.channel)

    # From the first ring to the conversation -------------------------------------------------------

    def _admit(self, call: str, node: str) -> AnyLine:
        line = self.lines[call] = self._line(call, node, self._names.call(call))
        self._by_channel[line.channel] = line
        return line

    def _dial_now(self, line: AnyLine, number: str, rings_s: int) -> None:
        if self.lines.get(line.call) is line and line.closing:
            self._end(line, "cancelled")
        elif self.lines.get(line.call) is line:
            self._wires.dial(line, number, rings_s)

    def _rings(self, line: AnyLine) -> None:
        if line.state == "placed":
            line.state = "ringing"
            self._report(CallRinging(self._clock.now_ns(), line.call))

    def _answered(
        self, line: AnyLine, by: Literal["person", "machine", "unknown"] = "unknown", since_ns: int | None = None
    ) -> None:
        line.state, line.answered = "answered", True
        self._report(CallAnswered(self._clock.now_ns(), line.call, by, since_ns))

    def _bridged(self, line: AnyLine) -> None:
        line.state = "bridged"
        self._report(CallBridged(self._clock.now_ns(), line.call, line.agent))
        if (desk := self.desks.of.get(line.agent)) is not None:
            self.sounds.bridged(line, desk)

    def _handed_over(self, call: str) -> None:
        if (line := self.lines.get(call)) is not None:
            self._end(line, "handed_over")

    # The agents' side ------------------------------------------------------------------------------

    def _agent_of(self, name: str) -> str | None:
        """Return the agent whose telephone or desk this is; None when nobody can be."""
        agent = self._names.agent_of(name)
        return agent if agent is not None and can_be_dialled(agent) else None

    def _seat(self, desk: Desk) -> bool:
        """An agent's telephone was picked up. Return whether a person waits for the agent."""
        desk.state = "seated"
        line = self.lines.get(desk.call)
        waits = line is not None and line.state == "bridging"
        if line is not None and waits:
            self._wires.connect(line, desk)
        return waits

    def _not_bridged(self, line: AnyLine) -> None:
        desk = self.desks.of.get(line.agent)
        if self.lines.get(line.call) is line and line.state == "bridging" and desk is not None:
            self.desks.let_go(desk)
            self._bridge_failed(line, desk)

    def _bridge_failed(self, line: AnyLine, desk: Desk) -> None:
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

    def _leave_desk(self, line: AnyLine) -> None:
        desk = self.desks.of.get(line.agent)
        if desk is not None and desk.call != line.call:
            desk = None
        self.sounds.parted(line, desk)
        line.agent = ""
        if desk is not None:
            self.desks.leave(desk)

    # The end of a call -----------------------------------------------------------------------------

    def _gone(self, line: AnyLine, cause: str) -> None:
        """A channel is gone; `cause` counts when nobody had picked up and it was not us."""
        self._end(line, "normal" if line.answered else "cancelled" if line.closing else cause)

    def _lost(self, line: AnyLine) -> str:
        """Return the cause of a call of which nobody says how it ended."""
        return "lost" if not line.closing else "normal" if line.answered else "cancelled"

    def _end(self, line: AnyLine, cause: str) -> None:
        self._forget(line)
        self._report(CallEnded(self._clock.now_ns(), line.call, cause))

    def _forget(self, line: AnyLine) -> None:
        del self.lines[line.call], self._by_channel[line.channel]
        self.outside.call_over(line.call)
        self._leave_desk(line)

    def _write_off(self, line: AnyLine, states: tuple[str, ...] | None = None) -> None:
        if self.lines.get(line.call) is line and (states is None or line.state in states):
            self._wires.hang_up(line.node, line.call, line.channel)
            self._end(line, self._lost(line))

    def _stranger(self, node: str, channel: str) -> None:
        call = self._names.call_of(channel) if self._names.is_call(channel) else None
        if call is not None and self.strangers_end and call not in self.outside.handed:
            self._wires.hang_up(node, call, channel)

    # When nothing comes of a request ---------------------------------------------------------------

    def _failed(self, asked: AnyAsked, how: Failure) -> None:
        line = self.lines.get(asked.subject)
        match asked.purpose:
            case "dial" if line is not None:
                if how == "no_answer":
                    # It may have been dialled: to dial again could call somebody twice, so wait for events.
                    self._after(UNSURE_S, lambda: self._write_off(line, ("placed",)))
                else:
                    self._end(line, self._lost(line) if line.closing else "congestion")
            case "hang_up" if line is not None:
                if how == "refused":  # its end is on the way, or was lost
                    self._after(UNSURE_S, lambda: self._write_off(line))
                else:
                    self._after(RETRY_S, lambda: self._again(line, asked))
            case "play":
                self.hang_up(asked.subject)
            case "connect" if line is not None and line.state == "bridging":
                if how == "refused":
                    # When the person has just hung up, that is said within this time.
                    self._after(RETRY_S, lambda: self._not_bridged(line))
                else:
                    self._after(RETRY_S, lambda: self._again(line, asked))
            case "call_outside" | "meet":
                unsure = asked.purpose == "meet" or how == "no_answer"
                self.outside.gone(asked.subject, "congestion", certainly=not unsure)
            case "call_leg" if (desk := self.desks.by_leg(asked.channel)) is not None:
                if how == "no_answer":
                    self.desks.let_go(desk)
                self._leg_gone(desk)
            case _:
                pass

    def _again(self, line: AnyLine, asked: AnyAsked) -> None:
        still = line.closing if asked.purpose == "hang_up" else line.state == "bridging"
        if self.lines.get(line.call) is line and still:
            self._send(line.node, asked)

    def _after(self, wait_s: float, action: Callable[[], None]) -> None:
        self._clock.call_at(self._clock.now_ns() + ns(wait_s), action)
