"""Asks a service over HTTP what people mean; the contract is that of `dialer.ports.intents`."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping

import aiohttp
import msgspec
import structlog

from adapters.intents.http.config import HttpIntentsSection
from adapters.intents.http.parse import LARGEST, Question, parse_answer
from dialer.core.errors import PortError
from strategies.flow.records import Flow, Prompt

log = structlog.get_logger("paceline.intents")

LONGEST = 1000
"""Characters of an utterance that are sent; nobody says more to one question (house value, 2026-11)."""


class HttpIntents:
    """The classifier of a service.

    Parameters
    ----------
    section
        Where it is, and how long it may take.
    flows
        Those that may be heard, by identity.
    """

    def __init__(self, section: HttpIntentsSection, flows: Mapping[str, Flow]) -> None:
        self._section, self._flows = section, flows
        self._session: aiohttp.ClientSession | None = None
        self._asking: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Get ready; nothing is asked yet.

        Raises
        ------
        PortError
            When the file with the certificates cannot be used.
        """
        try:
            context = ssl.create_default_context(cafile=self._section.ca)
        except (OSError, ssl.SSLError) as error:
            raise PortError(f"intents.ca cannot be used: {type(error).__name__}", retryable=False) from None
        token = self._section.token
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {token.get_secret_value()}"} if token else None,
            timeout=aiohttp.ClientTimeout(total=self._section.timeout_s),
            connector=aiohttp.TCPConnector(limit=self._section.at_once, ssl=context),
        )

    def classify(self, message: str, text: str, answer: Callable[[str], None]) -> None:
        """Ask, and answer when the service has; with nothing when it has not in time."""
        prompt = Prompt.of(message)
        intents = tuple(self._flows[prompt.flow].states[prompt.state].intents)
        if not intents or self._session is None or len(self._asking) >= self._section.at_once:
            answer("")
            return
        question = Question(prompt.flow, prompt.state, prompt.language, text[:LONGEST], intents)
        asking = asyncio.create_task(self._ask(question, answer))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)

    async def stop(self) -> None:
        """Let go of the service; what is still open stays without an answer."""
        for asking in self._asking:
            asking.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, question: Question, answer: Callable[[str], None]) -> None:
        intent = ""
        try:
            intent = parse_answer(await self._post(question), question.intents, self._section.sure)
        except PortError as error:
            log.warning("the service does not say what was meant", state=question.state, error=str(error))
        answer(intent)

    async def _post(self, question: Question) -> bytes:
        assert self._session is not None
        try:
            async with self._session.post(
                self._section.url,
                data=msgspec.json.encode(question),
                headers={"Content-Type": "application/json"},
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise PortError(f"HTTP {response.status}", retryable=True)
                return await _body(response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # The error's own text may name the address with what was asked: its kind says enough.
            raise PortError(f"no answer: {type(error).__name__}", retryable=True) from None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > LARGEST:
            raise PortError("an answer without an end", retryable=True)
    return bytes(body)
