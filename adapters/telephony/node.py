"""The line to one telephone system, which comes back by itself when it is lost."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any, Generic, Protocol, TypeVar

from adapters.telephony.lines import AnyListing

BACK_OFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Waits between attempts to connect; the last one is repeated (house values, 2026-11)."""


class Listener(Protocol):
    """Who hears a node. A kind adds its events and its answers."""

    def came(self, node: Node[Any, Any], listing: Any) -> None:
        """The node is connected, and this is what it has."""
        ...

    def went(self, node: Node[Any, Any]) -> None:
        """The node is no longer connected."""
        ...


AnyListener = TypeVar("AnyListener", bound=Listener)


class Node(ABC, Generic[AnyListing, AnyListener]):
    """One telephone system.

    Parameters
    ----------
    name
        What logs call it.
    listener
        Who hears it.

    Attributes
    ----------
    up : bool
        Whether events arrive.
    """

    def __init__(self, name: str, listener: AnyListener) -> None:
        self.name, self._listener = name, listener
        self.up, self._is_over = False, False
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect, and stay connected until `stop`; `PortError` when it refuses us for good."""
        first = asyncio.Event()
        self._listening = asyncio.create_task(self._listen(first))
        await first.wait()

    async def stop(self) -> None:
        """Disconnect. Calls stay as they are."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        await self._close()
        self.up = False

    @abstractmethod
    async def listing(self) -> AnyListing:
        """Return what it has; `PortError` when it does not say."""

    @abstractmethod
    async def _visit(self, first: asyncio.Event) -> bool:
        """Listen until the connection ends, and return whether there was one. Never raises.

        Once there is one, this sets `up`, tells the listener and sets `first`.
        """

    async def _close(self) -> None:
        """Release what the kind has beside the connection."""

    async def _listen(self, first: asyncio.Event) -> None:
        tries = 0
        while not self._is_over:
            if await self._visit(first):
                tries = 0
            if self.up:
                self.up = False
                self._listener.went(self)
            first.set()
            await asyncio.sleep(BACK_OFF_S[min(tries, len(BACK_OFF_S) - 1)])
            tries += 1
