"""Where every fact from outside arrives, to be taken in batches in the order of the one rule."""

from __future__ import annotations

import asyncio

from dialer.core.events import AnyEvent
from dialer.core.order import order_key

LARGEST_BATCH = 1024
"""Events taken at once: enough to fill a group commit, few enough to keep an answer from waiting."""


class Inbox:
    """Collects events. It never drops one and never blocks who brings it."""

    def __init__(self) -> None:
        self._events: list[AnyEvent] = []
        self._arrived = asyncio.Event()
        self._closed = False

    def put(self, event: AnyEvent) -> None:
        """Add an event."""
        self._events.append(event)
        self._arrived.set()

    def close(self) -> None:
        """Say that no more events are wanted; what is there already will still be given out."""
        self._closed = True
        self._arrived.set()

    async def batch(self) -> list[AnyEvent]:
        """Wait for events and return them in order; an empty list means closed and empty."""
        while not self._events and not self._closed:
            self._arrived.clear()
            await self._arrived.wait()
        taken = sorted(enumerate(self._events), key=lambda item: order_key(item[1], item[0]))
        self._events = [event for _, event in taken[LARGEST_BATCH:]]
        return [event for _, event in taken[:LARGEST_BATCH]]
