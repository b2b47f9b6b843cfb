"""What is asked of a kind of telephone system: what the kernel wants, and what is left of its calls after a silence.

Pure but for the clock it is given. A kind derives its switchboard from this one and takes its own events and answers.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping
from math import ceil
from typing import Generic

from adapters.telephony.calls import AnyAsked, Calls
from adapters.telephony.lines import AnyLine, AnyListing
from dialer.core.effects import PlaceCall, PlayMessage
from dialer.core.events import CallReported


class Switchboard(Calls[AnyLine, AnyAsked], Generic[AnyLine, AnyListing, AnyAsked]):
    """All lines of all nodes, as `adapters.telephony.trunk` needs them."""

    # What the kernel wants -------------------------------------------------------------------------

    def place(self, effect: PlaceCall, node: str, number: str, at_ns: int) -> None:
        """Dial at `at_ns`, or at once when that has passed."""
        line, rings_s = self._admit(effect.call, node), ceil(effect.ring_timeout_s)
        if at_ns <= self._clock.now_ns():
            self._wires.dial(line, number, rings_s)
        else:
            self._clock.call_at(at_ns, lambda: self._dial_now(line, number, rings_s))

    def bridge(self, call: str, agent: str, whisper: str = "") -> None:
        """Connect a person to an agent, whose telephone is called first where it is not connected."""
        line = self.lines.get(call)
        if line is None or line.closing or line.state not in ("answered", "message"):
            return
        desk = self.desks.desk(agent, line.node)
        line.state, line.agent, desk.call = "bridging", agent, call
        line.whisper = self.sounds.named(whisper)
        if desk.node != line.node:
            self._bridge_failed(line, desk)
        elif desk.state == "seated":
            self._wires.connect(line, desk)
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
        if line is not None and not line.closing and line.answered:
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

    # After a silence -------------------------------------------------------------------------------

    def resume(self, node: str, listing: AnyListing) -> None:
        """Compare what a node has with what is believed of it, after its events were not heard for a while."""
        for line in self._lines_on(node):
            if line.channel in listing.channels:
                self._compare(line, listing)
            else:
                self._end(line, self._lost(line))
        persons = {
            channel: self._names.call(self._names.call_of(channel) or "")
            for channel in listing.channels
            if self._names.is_outside(channel)
        }
        together = [channel for channel, person in persons.items() if listing.have_met(channel, person)]
        self.outside.compare(node, listing.channels, together)
        self._miss_legs(node, listing.channels)
        for channel in listing.channels:
            if self._names.is_leg(channel) and self.desks.by_leg(channel) is None:
                self._adopt_leg(node, channel, listing)
            elif self._names.is_call(channel) and channel not in self._by_channel:
                self._stranger(node, channel)
        for desk in self.desks.of.values():
            if desk.node == node and desk.wanted:
                self.desks.ring(desk)

    def lose(self, node: str) -> None:
        """A node is given up: nobody can say what became of its calls."""
        for line in self._lines_on(node):
            self._end(line, self._lost(line))
        self.outside.compare(node, (), ())
        self._miss_legs(node, ())

    def tell(self, calls: Iterable[str], listings: Mapping[str, AnyListing]) -> None:
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
            if not listings[node].is_up(channel):
                self._report(CallReported(now_ns, call, "ringing"))
                continue
            line.answered = True
            agent = self._agent_of(listings[node].beside(channel))
            if agent is None:
                line.state = "answered" if line.state in ("placed", "ringing") else line.state
                self._report(CallReported(now_ns, call, "answered"))
            else:
                line.state, line.agent = "bridged", agent
                self.desks.desk(agent, node).call = call
                self._report(CallReported(now_ns, call, "bridged", agent))

    # What a node has -------------------------------------------------------------------------------

    def _compare(self, line: AnyLine, listing: AnyListing) -> None:
        """Compare a line that a node has with what is believed of it."""
        if line.closing:
            self._wires.hang_up(line.node, line.call, line.channel)
        elif listing.is_up(line.channel) and not line.answered:
            self._answered_unheard(line)
        elif listing.rings(line.channel):
            self._rings(line)
        elif line.state == "bridging" and (desk := self.desks.of.get(line.agent)) and desk.state == "seated":
            if listing.beside(line.channel) == desk.leg:
                self._bridged(line)
            else:
                self._wires.connect(line, desk)

    @abstractmethod
    def _answered_unheard(self, line: AnyLine) -> None:
        """Somebody picked up while nothing was heard of the node."""

    def _lines_on(self, node: str) -> list[AnyLine]:
        return [line for line in self.lines.values() if line.node == node]

    def _miss_legs(self, node: str, there: Collection[str]) -> None:
        for desk in [desk for desk in self.desks.of.values() if desk.node == node]:
            if desk.state != "empty" and desk.leg not in there:
                self._leg_gone(desk)

    def _adopt_leg(self, node: str, leg: str, listing: AnyListing) -> None:
        """A telephone is connected from before a restart: keep it where legs are kept, or hang it up."""
        if (agent := self._agent_of(leg)) is None:
            return
        desk = self.desks.desk(agent, node)
        if desk.state == "empty" and self._keeps(leg, agent, listing):
            desk.state, desk.leg = "seated", leg
        else:
            self._wires.drop(node, agent, leg)

    @abstractmethod
    def _keeps(self, leg: str, agent: str, listing: AnyListing) -> bool:
        """Return whether a telephone from before a restart is where an agent's telephone has to be."""
