"""One connection to an event socket: the password, commands and their answers in order, events in between."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from adapters.telephony.freeswitch.commands import NO_ANSWER, wire
from adapters.telephony.freeswitch.parse import EVENTS, Frame, Framer
from dialer.core.errors import PortError

ANSWER_WITHIN_S = 5.0
"""How long a command may take; FreeSWITCH answers in milliseconds (house value, 2026-11)."""

HEARTBEAT_S = 4.0
"""How often a connection is asked for a sign of life (house value, 2026-11)."""

_CHUNK = 1 << 16


class RefusedError(PortError):
    """The event socket does not let us in, and will not."""


class Connection:
    """An open connection; `open_connection` makes one.

    Answers come in the order of the commands. One that is late is a connection that is lost: nobody could tell
    any more which answer belongs to which command.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Callable[[bytes], None]
    ) -> None:
        self._reader, self._writer, self._heard = reader, writer, heard
        self._waiting: deque[Callable[[str], None]] = deque()
        self._greeted = asyncio.Event()
        self._why = ""
        self._reading = asyncio.create_task(self._read())

    async def log_in(self, password: str) -> None:
        """Give the password and ask for events.

        Raises
        ------
        RefusedError
            When the password is wrong, or nobody is let in from here.
        PortError
            When this is no event socket, or it does not answer.
        """
        greeted = asyncio.create_task(self._greeted.wait())
        try:
            await asyncio.wait((greeted, self._reading), timeout=ANSWER_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            greeted.cancel()
        if self._why == _REJECTED:
            raise RefusedError("its ACL lets nobody in from here; add us to event_socket.conf.xml", retryable=False)
        if not self._greeted.is_set():
            raise PortError("no event socket answers there", retryable=True)
        if not (await self.ask(f"auth {password}")).startswith("+OK"):
            raise RefusedError("the password is wrong; compare it with event_socket.conf.xml", retryable=False)
        if not (await self.ask(f"event plain {' '.join(EVENTS)}")).startswith("+OK"):
            raise PortError("it gives no events", retryable=True)

    @property
    def lost(self) -> bool:
        """Whether nothing more comes."""
        return self._reading.done()

    def send(self, lines: tuple[str, ...], answered: Callable[[str], None]) -> None:
        """Send a command; `answered` is called once, with the answer or ``NO_ANSWER``.

        Raises
        ------
        PortError
            When a character of it must not be sent; nothing is sent then.
        """
        text = wire(*lines)
        self._waiting.append(answered)
        self._writer.write(text)

    async def ask(self, command: str) -> str:
        """Return the answer to a command; `PortError` when none comes."""
        if self.lost:
            raise PortError(self._why or "the connection is lost", retryable=True)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.send((command,), lambda text: None if answer.done() else answer.set_result(text))
        try:
            text = await asyncio.wait_for(answer, ANSWER_WITHIN_S)
        except TimeoutError:
            self._lose("it does not answer")
            raise PortError("it does not answer", retryable=True) from None
        if text == NO_ANSWER:
            raise PortError(self._why or "the connection is lost", retryable=True)
        return text

    async def stay(self) -> str:
        """Wait until the connection is lost, and return why."""
        while not self._reading.done():
            await asyncio.wait((self._reading,), timeout=HEARTBEAT_S)
            if not self._reading.done():
                with suppress(PortError):
                    await self.ask("api echo alive")
        return self._why

    async def close(self) -> None:
        """Close it; commands without an answer get ``NO_ANSWER``."""
        self._lose("closed")
        await asyncio.gather(self._reading, return_exceptions=True)
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    def _lose(self, why: str) -> None:
        self._why = self._why or why
        self._reading.cancel()

    async def _read(self) -> None:
        framer = Framer()
        try:
            while data := await self._reader.read(_CHUNK):
                for frame in framer.feed(data):
                    self._take(frame)
            self._why = self._why or "it hung up"
        except (OSError, PortError) as error:
            self._why = self._why or (str(error) if isinstance(error, PortError) else type(error).__name__)
        finally:
            while self._waiting:
                self._waiting.popleft()(NO_ANSWER)

    def _take(self, frame: Frame) -> None:
        match frame.kind:
            case "auth/request":
                self._greeted.set()
            case "text/event-plain":
                self._heard(frame.body)
            case "command/reply" | "api/response":
                if not self._waiting:
                    raise PortError("FreeSWITCH answered what nobody asked", retryable=True)
                api = frame.kind == "api/response"
                text = frame.body.decode("utf-8", "replace") if api else frame.headers.get("Reply-Text", "")
                self._waiting.popleft()(text)
            case "text/rude-rejection":
                raise PortError(_REJECTED, retryable=False)
            case "text/disconnect-notice":
                raise PortError("it hung up", retryable=True)
            case _:
                pass  # logs, and whatever else was not asked for


_REJECTED = "rejected"


async def open_connection(host: str, port: int, password: str, heard: Callable[[bytes], None]) -> Connection:
    """Connect and log in.

    Parameters
    ----------
    host, port, password
        Where, and what lets us in.
    heard : callable
        Gets the bytes of every event. Never raises.

    Raises
    ------
    RefusedError
        When we are not let in.
    PortError
        When nobody is there.
    """
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), ANSWER_WITHIN_S)
    except (OSError, TimeoutError) as error:
        raise PortError(f"it cannot be reached: {type(error).__name__}", retryable=True) from None
    connection = Connection(reader, writer, heard)
    try:
        await connection.log_in(password)
    except BaseException:
        await connection.close()
        raise
    return connection
