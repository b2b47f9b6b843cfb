"""The line to one FreeSWITCH: an event socket that comes back by itself."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from adapters.telephony import node
from adapters.telephony.freeswitch import parse as p
from adapters.telephony.freeswitch.commands import NO_ANSWER, NOT_SENT, Command
from adapters.telephony.freeswitch.config import NodeSection
from adapters.telephony.freeswitch.esl import Connection, RefusedError, open_connection
from adapters.telephony.freeswitch.lines import Listing
from adapters.telephony.names import Names
from dialer.core.errors import PortError

log = structlog.get_logger("paceline.freeswitch")

_OVER = frozenset({"CS_HANGUP", "CS_REPORTING", "CS_DESTROY"})


class Listener(node.Listener, Protocol):
    """Who hears a node."""

    def heard(self, node: Node, event: p.EslEvent) -> None:
        """Something happened."""
        ...

    def answered(self, node: Node, command: Command, answer: str) -> None:
        """A command was answered, or ``NO_ANSWER`` or ``NOT_SENT``."""
        ...


class Node(node.Node[Listing, Listener]):
    """One FreeSWITCH.

    Parameters
    ----------
    section, app
        Where it is, and what the names of our channels begin with.
    listener
        Who hears it.
    """

    def __init__(self, section: NodeSection, app: str, listener: Listener) -> None:
        super().__init__(section.name, listener)
        self.section, self._names = section, Names(app)
        self._connection: Connection | None = None
        self._refused: RefusedError | None = None

    async def start(self) -> None:
        """Connect, and stay connected until `stop`.

        Raises
        ------
        PortError
            When it refuses us for good: a wrong password, or nobody is let in from here.
        """
        await super().start()
        if self._refused is not None:
            await self.stop()
            raise PortError(f"{self.name}: {self._refused}", retryable=False)

    def send(self, command: Command) -> None:
        """Send a command after those before it; the listener hears the answer."""

        def answered(answer: str) -> None:
            if not answer.startswith("+OK"):
                said = answer if answer in (NO_ANSWER, NOT_SENT) else "refused"
                log.info("command refused", node=self.name, purpose=command.purpose, answer=said)
            self._listener.answered(self, command, answer)

        if self._connection is None or self._connection.lost or not self.up:
            asyncio.get_running_loop().call_soon(answered, NOT_SENT)
        else:
            self._connection.send(command.lines, answered)

    async def listing(self) -> Listing:
        """Return which channels of ours the node has; `PortError` when it does not say.

        Its tables lag behind by some milliseconds, so each channel is asked for by its name, too.
        """
        if self._connection is None:
            raise PortError(f"{self.name} is not connected", retryable=True)
        ask = self._connection.ask
        shown = p.parse_table(await ask("api show channels as json"), p.Channels).rows
        pairs = p.parse_table(await ask("api show bridged_calls as json"), p.Pairs).rows
        ours = [row for row in shown if self._names.is_ours(row.uuid) and row.state not in _OVER]
        exist = await asyncio.gather(*(ask(f"api uuid_exists {row.uuid}") for row in ours))
        other = {pair.uuid: pair.b_uuid for pair in pairs} | {pair.b_uuid: pair.uuid for pair in pairs}
        there = [row for row, word in zip(ours, exist, strict=True) if word.strip() == "true"]
        return Listing({row.uuid: row.callstate for row in there}, other)

    async def _visit(self, first: asyncio.Event) -> bool:
        try:
            await self._hear(first)
        except RefusedError as error:
            log.error("the node refuses us", node=self.name, error=str(error))
            if not first.is_set():
                self._refused = error
            return False
        except PortError as error:
            log.warning("no events from the node", node=self.name, error=str(error))
            return False
        return True

    async def _hear(self, first: asyncio.Event) -> None:
        """Listen until the connection ends."""
        at = self.section
        self._connection = await open_connection(at.host, at.port, at.password.get_secret_value(), self._take)
        try:
            listing = await self.listing()
            self.up = True
            log.info("connected", node=self.name, channels=len(listing.channels))
            self._listener.came(self, listing)
            first.set()
            why = await self._connection.stay()
            log.warning("no events from the node", node=self.name, error=why)
        finally:
            await self._connection.close()
            self._connection = None

    def _take(self, text: bytes) -> None:
        try:
            event = p.parse_event(text)
        except PortError as error:
            log.warning("an event was passed over", node=self.name, error=str(error))
            return
        if event is not None:
            self._listener.heard(self, event)
