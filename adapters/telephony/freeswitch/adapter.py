"""FreeSWITCH as a telephony port; the contract is that of `dialer.ports.telephony`."""

from __future__ import annotations

from collections.abc import Callable

from adapters.telephony.capabilities import capabilities_of
from adapters.telephony.freeswitch import parse as p
from adapters.telephony.freeswitch.causes import OURS
from adapters.telephony.freeswitch.client import Node
from adapters.telephony.freeswitch.commands import Command
from adapters.telephony.freeswitch.config import FreeswitchSection
from adapters.telephony.freeswitch.translate import Switchboard
from adapters.telephony.trunk import TrunkTelephony
from dialer.ports.clock import Clock


class FreeswitchTelephony(TrunkTelephony[Node, Switchboard]):
    """A trunk group of FreeSWITCHes. Not yet verified against a real one.

    Parameters
    ----------
    section : FreeswitchSection
        The configuration; its paths are absolute.
    number : callable
        Returns the E.164 number of an endpoint; `PortError` when there is none.
    clock : Clock
        The run's clock.
    """

    def __init__(self, section: FreeswitchSection, number: Callable[[str], str], clock: Clock) -> None:
        capabilities = capabilities_of(section, tells_machines=False)  # FreeSWITCH's free modules do not
        super().__init__(section, number, clock, capabilities, "FreeSWITCH")
        self._switchboard = Switchboard(section, clock, self._tell, self._send)
        self._nodes = {node.name: Node(node, section.app, self) for node in section.nodes}

    def _send(self, node: str, command: Command) -> None:
        self._nodes[node].send(command)

    def heard(self, node: Node, event: p.EslEvent) -> None:
        """Something happened on a node."""
        if isinstance(event, p.Originated) and self._switchboard.has(event.channel):
            self._dialled(node, failed=event.cause in OURS)
        self._switchboard.take(node.name, event)

    def answered(self, node: Node, command: Command, answer: str) -> None:
        """A command was answered, or not."""
        if command.purpose == "dial" and not answer.startswith("+OK"):
            self._dialled(node, failed=True)
        self._switchboard.answer(command, answer)
