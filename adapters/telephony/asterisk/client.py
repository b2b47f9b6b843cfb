"""The line to one Asterisk: its requests over HTTP, its events over a WebSocket that comes back by itself."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections import deque
from typing import Protocol

import aiohttp
import msgspec
import structlog

from adapters.telephony import node
from adapters.telephony.asterisk import parse as p
from adapters.telephony.asterisk.config import NodeSection
from adapters.telephony.asterisk.lines import Listing
from adapters.telephony.asterisk.requests import NO_ANSWER, NOT_SENT, Request
from dialer.core.errors import PortError

log = structlog.get_logger("paceline.asterisk")

ANSWER_WITHIN_S = 5.0
"""How long a request may take; Asterisk answers in milliseconds (house value, 2026-11)."""

HEARTBEAT_S = 4.0
"""How often a silent connection is asked for a sign of life; without one for half of that it counts as lost."""

LARGEST_EVENT = 1 << 20
"""Bytes in one event. Asterisk's have some hundred."""


class _Unreachable(PortError):
    """There was no connection, so nothing was asked."""


class Listener(node.Listener, Protocol):
    """Who hears a node."""

    def heard(self, node: Node, event: p.AriEvent) -> None:
        """Something happened."""
        ...

    def answered(self, node: Node, request: Request, status: int) -> None:
        """A request was answered with an HTTP status, or with ``NO_ANSWER`` or ``NOT_SENT``."""
        ...

    def replaced(self, node: Node) -> None:
        """Another program has taken our place."""
        ...


class Node(node.Node[Listing, Listener]):
    """One Asterisk.

    Parameters
    ----------
    section, app
        Where it is, and the name of our application there.
    listener
        Who hears it.
    """

    def __init__(self, section: NodeSection, app: str, listener: Listener) -> None:
        super().__init__(section.name, listener)
        self.section, self._app = section, app
        self._session: aiohttp.ClientSession | None = None
        self._queues: dict[str, deque[Request]] = {}
        self._senders: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect, and stay connected until `stop`.

        Raises
        ------
        PortError
            When it refuses us for good: a wrong password, or no ARI there.
        """
        words = f"{self.section.user}:{self.section.password.get_secret_value()}"
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Basic {b64encode(words.encode()).decode()}"},
            timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S),
            connector=aiohttp.TCPConnector(limit=100),
        )
        try:
            status = await self._status("GET", "/asterisk/info?only=status")
        except PortError as error:
            log.warning("the node is not there yet", node=self.name, error=str(error))
        else:
            if status in (401, 403, 404):
                await self.stop()
                raise PortError(f"{self.name}: {_REFUSALS[status]}", retryable=False)
        await super().start()

    async def _close(self) -> None:
        """Wait for requests under way."""
        await asyncio.gather(*self._senders, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def send(self, request: Request) -> None:
        """Send a request after those of its queue; the listener hears the answer."""
        queue = self._queues.get(request.queue)
        if queue is not None:
            queue.append(request)
            return
        self._queues[request.queue] = deque([request])
        sender = asyncio.create_task(self._send(request.queue))
        self._senders.add(sender)
        sender.add_done_callback(self._senders.discard)

    async def listing(self) -> Listing:
        """Return what the node has; `PortError` when it does not say."""
        channels = p.parse_answer(await self._get("/channels"), tuple[p.Channel, ...])
        bridges = p.parse_answer(await self._get("/bridges"), tuple[p.Bridge, ...])
        return Listing(
            {channel.id: channel for channel in channels},
            {channel: bridge.id for bridge in bridges for channel in bridge.channels},
        )

    async def _send(self, name: str) -> None:
        queue = self._queues[name]
        while queue:
            request = queue[0]
            try:
                # Nobody would hear what becomes of a call that is dialled now.
                deaf = request.purpose == "dial" and not self.up
                status = NOT_SENT if deaf else await self._status(request.method, request.path, request.body)
            except _Unreachable:
                status = NOT_SENT
            except PortError:
                status = NO_ANSWER
            if status <= 0 or (
                status >= 400 and (request.purpose, status) != ("desk", 409)
            ):  # 409: it is there already
                log.info("request refused", node=self.name, purpose=request.purpose, status=status)
            queue.popleft()
            self._listener.answered(self, request, status)
        del self._queues[name]

    async def _status(self, method: str, path: str, body: dict[str, object] | None = None) -> int:
        status, _ = await self._ask(method, path, body)
        return status

    async def _get(self, path: str) -> bytes:
        status, text = await self._ask("GET", path, None)
        if status != 200:
            raise PortError(f"{self.name} does not list its calls: HTTP {status}", retryable=True)
        return text

    async def _ask(self, method: str, path: str, body: dict[str, object] | None) -> tuple[int, bytes]:
        if self._session is None:
            raise PortError(f"{self.name} is not connected", retryable=True)
        data = msgspec.json.encode(body) if body is not None else None
        headers = {"Content-Type": "application/json"} if data is not None else None
        try:
            async with self._session.request(
                method, f"{self.section.url}/ari{path}", data=data, headers=headers
            ) as response:
                return response.status, await response.read()
        except aiohttp.ClientConnectorError as error:
            raise _Unreachable(f"{self.name} cannot be reached: {type(error).__name__}", retryable=True) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # The error's own text may name the address with what was asked: its kind says enough.
            raise PortError(f"{self.name} does not answer: {type(error).__name__}", retryable=True) from None

    async def _visit(self, first: asyncio.Event) -> bool:
        try:
            await self._hear(first)
        except (aiohttp.ClientError, TimeoutError, OSError, PortError) as error:
            log.warning("no events from the node", node=self.name, error=type(error).__name__)
            return False
        return True

    async def _hear(self, first: asyncio.Event) -> None:
        """Listen until the connection ends, or another program takes our place."""
        assert self._session is not None
        url = f"{self.section.url}/ari/events?app={self._app}"
        async with self._session.ws_connect(
            url, heartbeat=HEARTBEAT_S, max_msg_size=LARGEST_EVENT, timeout=aiohttp.ClientWSTimeout(ws_close=1.0)
        ) as socket:
            kinds = [{"type": kind.__name__} for kind in p.KINDS]
            await self._status("PUT", f"/applications/{self._app}/eventFilter", {"allowed": kinds})
            listing = await self.listing()
            self.up = True
            log.info("connected", node=self.name, channels=len(listing.channels))
            self._listener.came(self, listing)
            first.set()
            async for message in socket:
                if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    text = message.data.encode() if isinstance(message.data, str) else message.data
                    self._take(text)
                if self._is_over:
                    break

    def _take(self, text: bytes) -> None:
        try:
            event = p.parse_event(text)
        except PortError as error:
            log.warning("an event was passed over", node=self.name, error=str(error))
            return
        if isinstance(event, p.ApplicationReplaced):
            self._is_over = True
            self._listener.replaced(self)
        elif event is not None:
            self._listener.heard(self, event)


_REFUSALS = {
    401: "the user or the password is wrong; compare it with ari.conf",
    403: "the user may only read; write `read_only = no` in ari.conf",
    404: "there is no ARI at this address; enable it in ari.conf and http.conf",
}
