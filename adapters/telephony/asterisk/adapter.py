"""Asterisk as a telephony port; the contract is that of `dialer.ports.telephony`."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from adapters.telephony.asterisk import parse as p
from adapters.telephony.asterisk.client import Node
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.asterisk.requests import Request
from adapters.telephony.asterisk.translate import Switchboard
from adapters.telephony.capabilities import capabilities_of
from adapters.telephony.trunk import TrunkTelephony, deaf
from dialer.core.events import CallEnded, DrainRequested, PortChanged
from dialer.ports.clock import Clock
from dialer.ports.intents import Intents
from strategies.flow.keywords import NOBODY_LISTENS

log = structlog.get_logger("paceline.asterisk")


class AsteriskTelephony(TrunkTelephony[Node, Switchboard]):
    """A trunk group of Asterisks.

    Parameters
    ----------
    section : AsteriskSection
        The configuration; its paths are absolute.
    number : callable
        Returns the E.164 number of an endpoint; `PortError` when there is none.
    clock : Clock
        The run's clock.
    intents : Intents
        Says what people mean whose words a recogniser reports, see `adapters.telephony.asterisk.translate`.
    """

    def __init__(
        self, section: AsteriskSection, number: Callable[[str], str], clock: Clock, intents: Intents = NOBODY_LISTENS
    ) -> None:
        capabilities = capabilities_of(section, tells_machines=section.detection is not None)
        super().__init__(section, number, clock, capabilities, "Asterisk")
        self._app = section.app
        self._switchboard = Switchboard(section, clock, self._tell, self._send, intents)
        self._nodes = {node.name: Node(node, section.app, self) for node in section.nodes}

    def _send(self, node: str, request: Request) -> None:
        self._nodes[node].send(request)

    def heard(self, node: Node, event: p.AriEvent) -> None:
        """Something happened on a node."""
        self._switchboard.take(node.name, event)

    def answered(self, node: Node, request: Request, status: int) -> None:
        """A request was answered, or not."""
        if request.purpose == "dial":
            self._dialled(node, failed=status <= 0 or status >= 500)
        self._switchboard.answer(request, status)

    def replaced(self, node: Node) -> None:
        """Another dialler has connected with our name and has our calls: stop, rather than fight for them."""
        log.error("another program uses the application's name; this run stops", node=node.name, app=self._app)
        now_ns = self._clock.now_ns()
        self._report(PortChanged(now_ns, "telephony", up=False))
        self._report(DrainRequested(now_ns))
        for call in tuple(self._switchboard.lines):
            self._report(CallEnded(now_ns, call, "lost"))
        self._report = deaf
