"""A telephony adapter for a small telephone system that speaks JSON, one object a line, over TCP.

To it:   {"do": "place", "call": ID, "number": "+1...", "ring_s": 20}    {"do": "hang_up", "call": ID}
         {"do": "bridge", "call": ID, "agent": NAME}    {"do": "play", "call": ID, "message": NAME}
         {"do": "stop", "call": ID}    {"do": "list"}
From it: {"call": ID, "is": "ringing" | "answered" | "bridged" | "heard" | "ended", "agent": NAME, "cause": WORD}
         {"list": [{"call": ID, "is": "ringing" | "answered" | "bridged", "agent": NAME}, ...]}

The system forgets the ids of calls that are over, so the adapter keeps the calls that it placed in a file. It
refuses what nobody may dial, tells the engine when the line is down, and asks what is left when it is up again.
"""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from dialer.core.effects import Bridge, HangUp, PlaceCall, PlayMessage, StopMessage
from dialer.core.errors import PortError
from dialer.core.events import (
    CallAnswered,
    CallBridged,
    CallEnded,
    CallReported,
    CallRinging,
    MessageFinished,
    PortChanged,
)
from dialer.ports.clock import Clock
from dialer.ports.telephony import CallEffect, NodeHealth, Report, TelephonyCapabilities

CAUSES = {
    "hung up": "normal",
    "cancelled": "cancelled",
    "engaged": "busy",
    "refused": "rejected",
    "no such number": "not_in_service",
    "no line": "congestion",
    "not answered": "no_answer",
}
"""The system's words and the kernel's (`dialer.core.call.CAUSES`); anything else is ``unknown``."""


class LineTelephony:
    """The adapter. `port`: where the system listens; `number`: the address book; `memory`: a file of its own."""

    def __init__(self, port: int, number: Callable[[str], str], clock: Clock, memory: Path) -> None:
        self._port, self._number, self._clock, self._memory = port, number, clock, memory
        self._placed = set(memory.read_text().splitlines()) if memory.exists() else set()
        self._up: set[str] = set()  # the calls of which we have not heard the end
        self._report: Report = lambda _: None
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._listings: list[asyncio.Future[list[dict[str, Any]]]] = []

    @property
    def capabilities(self) -> TelephonyCapabilities:
        return TelephonyCapabilities("line", tells_machines=False, survives_restart=True)

    async def start(self, report: Report) -> None:
        self._report = report
        reader = await self._connect()
        self._listening = asyncio.create_task(self._listen(reader))

    async def stop(self) -> None:
        self._report = lambda _: None
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()

    async def apply(self, effect: CallEffect) -> None:
        match effect:
            case PlaceCall(call=call) if call not in self._placed:
                number = self._number(effect.number)
                if not re.fullmatch(r"\+[1-9][0-9]{3,14}", number):  # nor any line break that would be a command
                    raise PortError(f"the number of {effect.number} is not in E.164 form", retryable=False)
                if self._writer is None:
                    raise PortError("the telephone system is not connected", retryable=True)
                with self._memory.open("a") as file:  # before it rings: a call that may have been placed was
                    file.write(f"{call}\n")
                self._placed.add(call)
                self._up.add(call)
                self._send(do="place", call=call, number=number, ring_s=effect.ring_timeout_s)
            case Bridge(call=call, agent=agent) if call in self._up:
                self._send(do="bridge", call=call, agent=agent)
            case PlayMessage(call=call, message=message) if call in self._up:
                self._send(do="play", call=call, message=message)
            case StopMessage(call=call) if call in self._up:
                self._send(do="stop", call=call)
            case HangUp(call=call) if call in self._up:
                self._send(do="hang_up", call=call)
            case _:
                pass  # a repetition, or a call that is over

    async def which_exist(self, calls: Sequence[str]) -> None:
        there = {row["call"]: row for row in await self._list()}
        for call in dict.fromkeys((*calls, *there)):
            row = there.get(call, {"is": "gone"})
            self._report(CallReported(self._clock.now_ns(), call, row["is"], row.get("agent")))
        self._up = set(there)

    def nodes(self) -> Sequence[NodeHealth]:
        return ()  # one system is no trunk group

    async def _list(self) -> list[dict[str, Any]]:
        listing = asyncio.get_running_loop().create_future()
        self._listings.append(listing)
        self._send(do="list")
        try:
            return await asyncio.wait_for(listing, 5.0)
        except TimeoutError:
            raise PortError("the telephone system does not list its calls", retryable=True) from None

    def _send(self, **order: Any) -> None:
        if self._writer is None:
            raise PortError("the telephone system is not connected", retryable=True)
        self._writer.write(json.dumps(order).encode() + b"\n")

    async def _connect(self) -> asyncio.StreamReader:
        try:
            reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError as error:
            raise PortError(f"the telephone system cannot be reached: {error.strerror}", retryable=True) from error
        return reader

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            with suppress(OSError):
                while line := await reader.readline():
                    with suppress(ValueError, KeyError, TypeError, AttributeError):  # what is no event is passed over
                        self._take(json.loads(line))
            if self._writer is not None:
                self._writer.close()
            self._writer = None
            self._report(PortChanged(self._clock.now_ns(), "telephony", up=False))
            reader = await self._come_back()
            settling = asyncio.create_task(self._settle())
            settling.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _come_back(self) -> asyncio.StreamReader:
        while True:
            try:
                return await self._connect()
            except PortError:
                await asyncio.sleep(0.2)

    async def _settle(self) -> None:
        """After a silence: whatever is not there any more ended unheard."""
        there = {row["call"] for row in await self._list()}
        for call in self._up - there:
            self._report(CallEnded(self._clock.now_ns(), call, "lost"))
        self._up &= there
        self._report(PortChanged(self._clock.now_ns(), "telephony", up=True))

    def _take(self, said: dict[str, Any]) -> None:
        if "list" in said:
            listing = self._listings.pop(0)
            if not listing.done():
                listing.set_result(said["list"])
            return
        now_ns, call = self._clock.now_ns(), said["call"]
        if call not in self._up:
            return
        match said["is"]:
            case "ringing":
                self._report(CallRinging(now_ns, call))
            case "answered":
                self._report(CallAnswered(now_ns, call, "unknown"))
            case "bridged":
                self._report(CallBridged(now_ns, call, said["agent"]))
            case "heard":
                self._report(MessageFinished(now_ns, call))
            case "ended":
                self._up.discard(call)
                self._report(CallEnded(now_ns, call, CAUSES.get(said["cause"], "unknown")))
