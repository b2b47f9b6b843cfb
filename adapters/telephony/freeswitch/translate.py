"""From FreeSWITCH's events to those of the kernel, and from its effects to commands. Pure but for its clock.

A line (a call of ours) is ``placed``, ``ringing``, ``answered`` (nobody speaks to the person), ``bridging``,
``bridged`` or ``message``; `closing` beside it says that we hung up. Whoever has answered is parked, and what is
left of a conversation parks again: a channel is in our hands when it is parked.
"""

from __future__ import annotations

from adapters.telephony import switchboard
from adapters.telephony.calls import RETRY_S
from adapters.telephony.freeswitch import parse as p
from adapters.telephony.freeswitch.causes import cause_of
from adapters.telephony.freeswitch.commands import Command, Send, failure
from adapters.telephony.freeswitch.config import FreeswitchSection
from adapters.telephony.freeswitch.lines import Line, Listing
from adapters.telephony.freeswitch.sounds import Sounds
from adapters.telephony.freeswitch.wires import FreeswitchWires, OutsideWires
from dialer.core.effects import PlaceCall
from dialer.core.events import KeyPressed
from dialer.ports.clock import Clock
from dialer.ports.telephony import Report


class Switchboard(switchboard.Switchboard[Line, Listing, Command]):
    """All lines of all nodes.

    Parameters
    ----------
    section, clock, report, send
        The configuration, the run's clock, where events go, and how commands leave.
    """

    _line = Line

    def __init__(self, section: FreeswitchSection, clock: Clock, report: Report, send: Send) -> None:
        wires = FreeswitchWires(section, send)
        super().__init__(section, clock, report, send, wires, OutsideWires(section, send))
        self._sounds = Sounds(section, clock, report, wires, self.lines, self.hang_up, send)

    @property
    def sounds(self) -> Sounds:
        """What is heard and recorded."""
        return self._sounds

    def has(self, channel: str) -> bool:
        """Tell whether a channel is that of a line."""
        return channel in self._by_channel

    def place(self, effect: PlaceCall, node: str, number: str, at_ns: int) -> None:
        """Dial at `at_ns`, or at once when that has passed."""
        super().place(effect, node, number, at_ns)
        self.lines[effect.call].dialling = True

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
            case p.Parked(answered=True) if line.closing:
                self._wires.hang_up(line.node, line.call, line.channel)
            case p.Parked(answered=True) if not line.answered:
                self._answered(line)
            case p.Key() if line.answered:
                self._report(KeyPressed(self._clock.now_ns(), line.call, event.digit))
            case p.Executed():
                self.sounds.played(line, event.id, heard=event.response == "FILE PLAYED" and event.up)
            case p.Recording():
                self.sounds.recorded(line, event.path.rpartition("/")[2].rpartition(".")[0])
            case p.Originated():
                line.dialling = False
                if event.cause:
                    # A channel that was made says more about its end, within this time; there may be none.
                    self._after(RETRY_S, lambda: self._over(line, p.HungUp(line.channel, event.cause)))
            case p.HungUp():
                self._over(line, event)
            case _:
                pass

    def _over(self, line: Line, event: p.HungUp) -> None:
        if self.lines.get(line.call) is line:
            self._gone(line, cause_of(event.cause, event.sip, rang=line.state == "ringing"))

    def _of_leg(self, event: p.EslEvent, leg: str) -> None:
        if (desk := self.desks.by_leg(leg)) is None:
            return
        match event:
            case p.Parked(answered=True) if desk.state == "calling":
                if not self._seat(desk) and not desk.wanted:
                    self.desks.let_go(desk)
            case p.HungUp() | p.Originated() if isinstance(event, p.HungUp) or event.cause:
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
        how, line = failure(answer), self.lines.get(command.subject)
        if command.purpose == "hang_up" and line is not None and line.dialling and how is not None:
            how = "not_sent"  # there is no channel yet that could be hung up
        if how is not None:
            self._failed(command, how)
        elif command.purpose == "meet":
            self.outside.met(command.subject)

    def resume(self, node: str, listing: Listing) -> None:
        """Compare what a node has with what is believed of it, after its events were not heard for a while."""
        super().resume(node, listing)
        for leg in listing.channels:
            if self._names.is_leg(leg) and listing.is_up(leg):
                self._of_leg(p.Parked(leg, answered=True), leg)

    def _compare(self, line: Line, listing: Listing) -> None:
        line.dialling = False
        super()._compare(line, listing)
        if line.state == "message":
            self.hang_up(line.call)  # whether it was heard to its end went unheard

    def _answered_unheard(self, line: Line) -> None:
        self._write_off(line)  # somebody has waited in silence, nobody knows how long

    def _keeps(self, leg: str, agent: str, listing: Listing) -> bool:
        return self.desks.nailed_up or self._names.is_call(listing.beside(leg))
