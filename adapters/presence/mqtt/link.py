"""One connection to a broker that comes back by itself, for the engine's side and for a desktop's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import aiomqtt
import structlog

from adapters.presence.mqtt.config import Address, Credentials
from dialer.core.errors import PortError

log = structlog.get_logger("paceline.desktops")

FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 5.0
"""Between two attempts to connect: doubled from the first to the longest (house values, 2026-11)."""

KEEPALIVE_S = 10
"""A broker takes a connection for lost after one and a half of these without a word (MQTT 3.1.1, 3.1.2.10)."""

ANSWER_WITHIN_S = 5.0
"""How long a broker may take to acknowledge (house value, 2026-11)."""

FLUSH_WITHIN_S = 1.0
"""How long leaving may take (house value, 2026-11)."""

_REFUSED = (4, 5)  # bad user name or password, not authorised


class Letter(NamedTuple):
    """A message to publish; `key`: a newer letter with the same key takes its place until the broker has it."""

    key: str
    topic: str
    payload: bytes
    retain: bool = False


class Link:
    """A connection.

    Parameters
    ----------
    address, credentials
        Of the broker.
    identifier : str
        Who this is to the broker, which lets in one of a name at a time.
    filters : sequence of str
        Topics to hear.
    will : Letter | None
        What the broker says when this connection is lost; None: nothing.
    hear : callable
        Given the topic and the bytes of every message.
    came, went : callable
        Told when the connection is there, and when it is not.
    keep : bool
        Whether the broker shall keep what comes while this connection is away.
    """

    def __init__(
        self,
        address: Address,
        credentials: Credentials,
        identifier: str,
        filters: Sequence[str],
        will: Letter | None,
        *,
        hear: Callable[[str, bytes], None],
        came: Callable[[], None],
        went: Callable[[], None],
        keep: bool,
    ) -> None:
        self._address, self._credentials, self._identifier, self._keep = address, credentials, identifier, keep
        self._filters, self._will = filters, will
        self._hear, self._came, self._went = hear, came, went
        self._outbox: dict[str, Letter] = {}
        self._waiting, self._empty = asyncio.Event(), asyncio.Event()
        self._empty.set()
        self._task: asyncio.Task[None] | None = None

    def say(self, letter: Letter) -> None:
        """Publish as soon as the broker can be reached, with QoS 1."""
        self._outbox.pop(letter.key, None)  # a replaced letter goes to the end of the queue
        self._outbox[letter.key] = letter
        self._empty.clear()
        self._waiting.set()

    async def open(self) -> bool:
        """Connect and return True, or return False and go on trying when nobody is there.

        Raises
        ------
        PortError
            When the broker is there and does not let us in.
        """
        tried: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._stay(tried))
        return await tried

    async def flush(self, within_s: float) -> bool:
        """Wait until the broker has everything that was said; return whether it has."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), within_s)
        return self._empty.is_set()

    async def close(self, last: Letter | None = None) -> None:
        """Say what is still to be said, and leave without the will."""
        if self._task is None:
            return
        if last is not None:
            self.say(last)
        if not self._task.done():
            await self.flush(FLUSH_WITHIN_S)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None

    async def _stay(self, tried: asyncio.Future[bool]) -> None:
        wait_s = FIRST_WAIT_S
        while True:
            try:
                async with self._client() as client:
                    await self._subscribe(client)
                    wait_s = FIRST_WAIT_S
                    self._came()
                    if not tried.done():
                        tried.set_result(True)
                    try:
                        await _first_failure(self._read(client), self._send(client))
                    except Exception:
                        self._went()
                        raise
            except Exception as error:  # of whatever kind: a link that died for good would leave every agent stuck
                message = f"the broker at {self._address.host}:{self._address.port} cannot be used: {error}"
                if not tried.done():
                    if _is_final(error):
                        tried.set_exception(PortError(message, retryable=False))
                        return
                    tried.set_result(False)
                log.warning("broker lost", error=str(error), again_in_s=wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    def _client(self) -> aiomqtt.Client:
        own = self._will
        will = None if own is None else aiomqtt.Will(own.topic, own.payload, qos=1, retain=own.retain)
        return aiomqtt.Client(
            self._address.host,
            self._address.port,
            username=self._credentials.username,
            password=self._credentials.password,
            tls_context=self._credentials.tls,
            identifier=self._identifier,
            clean_session=not self._keep,
            will=will,
            keepalive=KEEPALIVE_S,
            timeout=ANSWER_WITHIN_S,
        )

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        if not self._filters:
            return
        granted = await client.subscribe([(one, 1) for one in self._filters])
        for one, code in zip(self._filters, granted, strict=True):
            if getattr(code, "value", code) == 0x80:
                raise aiomqtt.MqttError(f"it does not let us hear {one}")

    async def _read(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            self._hear(str(message.topic), message.payload)

    async def _send(self, client: aiomqtt.Client) -> None:
        while True:
            while self._outbox:
                letter = next(iter(self._outbox.values()))
                await client.publish(letter.topic, letter.payload, qos=1, retain=letter.retain)
                if self._outbox.get(letter.key) is letter:
                    del self._outbox[letter.key]
            self._empty.set()
            self._waiting.clear()
            await self._waiting.wait()


async def _first_failure(*works: object) -> None:
    """Run all until one ends, which it does by failing; then end the others."""
    tasks = [asyncio.ensure_future(work) for work in works]  # type: ignore[arg-type]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_final(error: Exception) -> bool:
    """Whether trying again cannot help: the broker said no, or is not the one that it should be."""
    code = getattr(getattr(error, "rc", None), "value", getattr(error, "rc", None))
    return code in (*_REFUSED, 0x86, 0x87) or "certificate verify failed" in str(error).lower()
