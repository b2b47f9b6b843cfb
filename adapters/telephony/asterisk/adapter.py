"""Asterisk as a telephony port; the contract is that of `dialer.ports.telephony`."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Sequence

import structlog

from adapters.telephony.asterisk import parse as p
from adapters.telephony.asterisk.capabilities import capabilities_of
from adapters.telephony.asterisk.client import Node
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.asterisk.group import REST_S, Group
from adapters.telephony.asterisk.lines import Listing
from adapters.telephony.asterisk.memory import Memory
from adapters.telephony.asterisk.requests import Request
from adapters.telephony.asterisk.translate import Switchboard
from dialer.core.effects import Bridge, HangUp, PlaceCall, PlayMessage, SetAgentState
from dialer.core.errors import PortError
from dialer.core.events import AnyEvent, CallEnded, DrainRequested, PortChanged
from dialer.core.units import ns
from dialer.ports.clock import Clock
from dialer.ports.telephony import CallEffect, Report, TelephonyCapabilities

log = structlog.get_logger("paceline.asterisk")

_E164 = re.compile(r"\+[1-9][0-9]{3,14}")


def _deaf(_: AnyEvent) -> None:
    """Nobody listens any more."""


class AsteriskTelephony:
    """A trunk group of Asterisks.

    Parameters
    ----------
    section : AsteriskSection
        The configuration; its paths are absolute.
    number : callable
        Returns the E.164 number of an endpoint; `PortError` when there is none.
    clock : Clock
        The run's clock.
    """

    def __init__(self, section: AsteriskSection, number: Callable[[str], str], clock: Clock) -> None:
        self._section, self._number, self._clock = section, number, clock
        self._report: Report = _deaf
        self._switchboard = Switchboard(section, clock, self._tell, self._send)
        self._group = Group(section.nodes)
        self._nodes = {node.name: Node(node, section.app, self) for node in section.nodes}
        self._gone_since_ns: dict[str, int] = {}
        self._memory: Memory | None = None
        self._told_up: bool | None = None

    @property
    def capabilities(self) -> TelephonyCapabilities:
        """What it can do as it is configured."""
        return capabilities_of(self._section)

    async def start(self, report: Report) -> None:
        """Connect to every node; those that are not there are looked for until `stop`.

        Raises
        ------
        PortError
            When a node refuses us, no node is there, or the ledger cannot be opened.
        """
        self._memory = Memory(self._section.ledger)
        self._switchboard.strangers_end = not self._memory.node_of
        self._report = report
        self._gone_since_ns = dict.fromkeys(self._nodes, self._clock.now_ns())
        try:
            await asyncio.gather(*(node.start() for node in self._nodes.values()))
            if not any(node.up for node in self._nodes.values()):
                names = ", ".join(self._nodes)
                raise PortError(f"no Asterisk can be reached ({names}); start one, or correct its url", retryable=True)
        except PortError:
            await self.stop()
            raise

    async def apply(self, effect: CallEffect) -> None:
        """Carry out one effect; what Asterisk says to it arrives as an event."""
        match effect:
            case PlaceCall():
                self._place(effect)
            case Bridge():
                self._switchboard.bridge(effect.call, effect.agent, effect.whisper)
            case PlayMessage():
                self._switchboard.play(effect)
            case HangUp():
                self._switchboard.hang_up(effect.call)
            case SetAgentState():
                self._switchboard.desks.present(effect.agent, here=effect.state != "offline")

    async def which_exist(self, calls: Sequence[str]) -> None:
        """Report each of `calls`, and every other one that a node has.

        Raises
        ------
        PortError
            While a node that may have one of them is not connected and not given up yet.
        """
        assert self._memory is not None
        for name, node in self._nodes.items():
            may_have = any(self._memory.node_of.get(call) == name for call in calls)
            if may_have and not node.up and not self._is_given_up(name):
                raise PortError(f"{name} is not connected", retryable=True)
        up = [node for node in self._nodes.values() if node.up]
        listings = await asyncio.gather(*(node.listing() for node in up))
        self._switchboard.tell(calls, {node.name: listing for node, listing in zip(up, listings, strict=True)})

    async def stop(self) -> None:
        """Disconnect. Calls that are up stay up, but those that are answered before the next start are lost.

        Without a call the agents' telephones are let go, too.
        """
        self._report = _deaf
        if not self._switchboard.lines:
            for desk in self._switchboard.desks.of.values():
                self._switchboard.desks.let_go(desk)
        await asyncio.gather(*(node.stop() for node in self._nodes.values()))
        if self._memory is not None:
            self._memory.close()
            self._memory = None

    def _place(self, effect: PlaceCall) -> None:
        assert self._memory is not None
        if effect.call in self._memory.node_of:
            return
        number = self._number(effect.number)
        if not _E164.fullmatch(number):
            raise PortError(f"the number of {effect.number} is not in E.164 form", retryable=False)
        lines = Counter(line.node for line in self._switchboard.lines.values())
        used = {name: lines[name] for name, node in self._nodes.items() if node.up}
        chosen = self._group.choose(self._clock.now_ns(), used)
        if chosen is None:
            raise PortError("no Asterisk has a free line", retryable=True)
        node, at_ns = chosen
        self._memory.add(effect.call, node)
        self._switchboard.place(effect, node, number, at_ns)

    def _send(self, node: str, request: Request) -> None:
        self._nodes[node].send(request)

    def _tell(self, event: AnyEvent) -> None:
        self._report(event)

    # What the nodes say ----------------------------------------------------------------------------

    def heard(self, node: Node, event: p.AriEvent) -> None:
        """Something happened on a node."""
        self._switchboard.take(node.name, event)

    def came(self, node: Node, listing: Listing) -> None:
        """A node is connected; it may have been gone for a while, or have been started again."""
        self._gone_since_ns.pop(node.name, None)
        self._group.came(node.name)
        self._switchboard.resume(node.name, listing)
        self._say_whether_up()

    def went(self, node: Node) -> None:
        """A node is gone; it may come back with its calls, which are lost when that takes too long."""
        log.warning("the node is gone", node=node.name)
        gone_ns = self._gone_since_ns[node.name] = self._clock.now_ns()
        self._say_whether_up()

        def give_up() -> None:
            if self._gone_since_ns.get(node.name) == gone_ns:
                self._switchboard.lose(node.name)

        self._clock.call_at(gone_ns + ns(self._section.give_up_s), give_up)

    def answered(self, node: Node, request: Request, status: int) -> None:
        """A request was answered, or not."""
        now_ns = self._clock.now_ns()
        failed = status <= 0 or status >= 500
        if request.purpose == "dial" and node.up and self._group.dialled(node.name, now_ns, failed=failed):
            log.warning("the node fails to dial and gets no calls for a while", node=node.name)
            self._clock.call_at(now_ns + ns(REST_S), self._say_whether_up)
            self._say_whether_up()
        self._switchboard.answer(request, status)

    def replaced(self, node: Node) -> None:
        """Another dialler has connected with our name and has our calls: stop, rather than fight for them."""
        log.error("another program uses the application's name; this run stops", node=node.name, app=self._section.app)
        now_ns = self._clock.now_ns()
        self._report(PortChanged(now_ns, "telephony", up=False))
        self._report(DrainRequested(now_ns))
        for call in tuple(self._switchboard.lines):
            self._report(CallEnded(now_ns, call, "lost"))
        self._report = _deaf

    def _is_given_up(self, name: str) -> bool:
        gone_ns = self._gone_since_ns.get(name)
        return gone_ns is not None and self._clock.now_ns() >= gone_ns + ns(self._section.give_up_s)

    def _say_whether_up(self) -> None:
        now_ns = self._clock.now_ns()
        up = any(node.up and self._group.is_fit(name, now_ns) for name, node in self._nodes.items())
        if up != self._told_up:
            # A run begins in the belief that telephony is up.
            if self._told_up is not None or not up:
                self._report(PortChanged(now_ns, "telephony", up))
            self._told_up = up
