"""Several telephone systems of one kind as a telephony port; the contract is that of `dialer.ports.telephony`.

What is the same for every kind is here: which node gets a call, what was placed where, when a node counts as lost.
A kind brings its nodes, which speak its protocol, and its switchboard, which knows what its events mean.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import structlog

from adapters.telephony.group import REST_S, Group
from adapters.telephony.memory import Memory
from adapters.telephony.node import Node
from adapters.telephony.settings import TrunkSection
from adapters.telephony.switchboard import Switchboard
from dialer.core.effects import (
    Bridge,
    HandOver,
    HangUp,
    PlaceCall,
    PlayMessage,
    RecordPerson,
    SetAgentState,
    StopMessage,
)
from dialer.core.errors import PortError
from dialer.core.events import AnyEvent, PortChanged
from dialer.core.units import ns
from dialer.ports.clock import Clock
from dialer.ports.telephony import CallEffect, NodeHealth, Report, TelephonyCapabilities

log = structlog.get_logger("paceline.trunk")

_E164 = re.compile(r"\+[1-9][0-9]{3,14}")

AnyNode = TypeVar("AnyNode", bound=Node[Any, Any])
AnySwitchboard = TypeVar("AnySwitchboard", bound=Switchboard[Any, Any, Any])


def deaf(_: AnyEvent) -> None:
    """Nobody listens any more."""


class TrunkTelephony(Generic[AnyNode, AnySwitchboard]):
    """A trunk group of one kind of telephone system.

    Parameters
    ----------
    section : TrunkSection
        The configuration; its paths are absolute.
    number : callable
        Returns the E.164 number of an endpoint; `PortError` when there is none.
    clock : Clock
        The run's clock.
    capabilities : TelephonyCapabilities
        What it can do as it is configured.
    kind : str
        What errors call a node.
    """

    def __init__(
        self,
        section: TrunkSection,
        number: Callable[[str], str],
        clock: Clock,
        capabilities: TelephonyCapabilities,
        kind: str,
    ) -> None:
        self._number, self._clock, self._kind = number, clock, kind
        self._ledger, self._give_up_s = section.ledger, section.give_up_s
        self._report: Report = deaf
        self._capabilities = capabilities
        self._group = Group(section.nodes)
        self._gone_since_ns: dict[str, int] = {}
        self._memory: Memory | None = None
        self._told_up: bool | None = None

    _switchboard: AnySwitchboard
    _nodes: Mapping[str, AnyNode]
    """Both are the kind's to make."""

    @property
    def capabilities(self) -> TelephonyCapabilities:
        """What it can do as it is configured."""
        return self._capabilities

    async def start(self, report: Report) -> None:
        """Connect to every node; those that are not there are looked for until `stop`.

        Raises
        ------
        PortError
            When a node refuses us, no node is there, or the ledger cannot be opened.
        """
        self._memory = Memory(self._ledger)
        self._switchboard.strangers_end = not self._memory.node_of
        self._report = report
        self._gone_since_ns = dict.fromkeys(self._nodes, self._clock.now_ns())
        try:
            await asyncio.gather(*(node.start() for node in self._nodes.values()))
            if not any(node.up for node in self._nodes.values()):
                hint = f"({', '.join(self._nodes)}); start one, or correct its address"
                raise PortError(f"no {self._kind} can be reached {hint}", retryable=True)
        except PortError:
            await self.stop()
            raise

    async def apply(self, effect: CallEffect) -> None:
        """Carry out one effect; what the telephone system says to it arrives as an event."""
        match effect:
            case PlaceCall():
                self._place(effect)
            case Bridge():
                self._switchboard.bridge(effect.call, effect.agent, effect.whisper)
            case HandOver():
                self._switchboard.hand_over(effect.call, effect.to)
            case PlayMessage():
                self._switchboard.play(effect)
            case StopMessage():
                self._switchboard.hush(effect.call)
            case RecordPerson():
                self._switchboard.record(effect.call, effect.limit_s)
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
        found = await asyncio.gather(*(node.listing() for node in up))
        listings: dict[str, Any] = {node.name: listing for node, listing in zip(up, found, strict=True)}
        self._switchboard.tell(calls, listings)

    def nodes(self) -> Sequence[NodeHealth]:
        """Return how each node does."""
        now_ns, calls = self._clock.now_ns(), self._calls()
        found = []
        for name, node in self._nodes.items():
            state, since_ns = self._group.state(name, now_ns)
            if not node.up:
                state, since_ns = "down", self._gone_since_ns.get(name, now_ns)
            found.append(NodeHealth(name, state, since_ns, calls[name], self._group.lines(name)))
        return found

    async def stop(self) -> None:
        """Disconnect. Calls that are up stay up; what happens to them before the next start goes unheard.

        Without a call the agents' telephones are let go, too.
        """
        self._report = deaf
        if not self._switchboard.lines:
            self._switchboard.desks.let_all_go()
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
        lines = self._calls()
        used = {name: lines[name] for name, node in self._nodes.items() if node.up}
        chosen = self._group.choose(self._clock.now_ns(), used)
        if chosen is None:
            raise PortError(f"no {self._kind} has a free line", retryable=True)
        node, at_ns = chosen
        self._memory.add(effect.call, node)
        self._switchboard.place(effect, node, number, at_ns)

    def _calls(self) -> Counter[str]:
        up = (*self._switchboard.lines.values(), *self._switchboard.outside.handed.values())
        return Counter(line.node for line in up)

    def _tell(self, event: AnyEvent) -> None:
        self._report(event)

    # What the nodes say ----------------------------------------------------------------------------

    def came(self, node: Node[Any, Any], listing: Any) -> None:
        """A node is connected; it may have been gone for a while, or have been started again."""
        self._gone_since_ns.pop(node.name, None)
        self._group.came(node.name, self._clock.now_ns())
        self._switchboard.resume(node.name, listing)
        self._say_whether_up()

    def went(self, node: Node[Any, Any]) -> None:
        """A node is gone; it may come back with its calls, which are lost when that takes too long."""
        log.warning("the node is gone", node=node.name)
        gone_ns = self._gone_since_ns[node.name] = self._clock.now_ns()
        self._say_whether_up()

        def give_up() -> None:
            if self._gone_since_ns.get(node.name) == gone_ns:
                self._switchboard.lose(node.name)

        self._clock.call_at(gone_ns + ns(self._give_up_s), give_up)

    def _dialled(self, node: AnyNode, *, failed: bool) -> None:
        """A node took a call, or was not able to; who fails too often rests."""
        now_ns = self._clock.now_ns()
        if node.up and self._group.dialled(node.name, now_ns, failed=failed):
            log.warning("the node fails to dial and gets no calls for a while", node=node.name)
            self._clock.call_at(now_ns + ns(REST_S), self._say_whether_up)
            self._say_whether_up()

    def _is_given_up(self, name: str) -> bool:
        gone_ns = self._gone_since_ns.get(name)
        return gone_ns is not None and self._clock.now_ns() >= gone_ns + ns(self._give_up_s)

    def _say_whether_up(self) -> None:
        now_ns = self._clock.now_ns()
        up = any(node.up and self._group.is_fit(name, now_ns) for name, node in self._nodes.items())
        if up != self._told_up:
            # A run begins in the belief that telephony is up.
            if self._told_up is not None or not up:
                self._report(PortChanged(now_ns, "telephony", up))
            self._told_up = up
