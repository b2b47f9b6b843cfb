"""The telephone system that `examples/telephony_adapter.py` is for, scripted: a number's fate is what it spells."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

FATES = ("answers", "answers_late", "hangs_up", "busy", "rejects", "no_such_number", "no_room", "rings")
ENDS = {"busy": "engaged", "rejects": "refused", "no_such_number": "no such number", "no_room": "no line"}


def number(fate: str) -> str:
    """Return the number of a fate."""
    return f"+1202555{FATES.index(fate):04d}"


@dataclass
class Line:
    fate: str
    state: str = "ringing"
    agent: str = ""
    message: asyncio.Task[None] | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


class LineSystem:
    """A server that knows nothing of the adapter but the wire."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}
        self.port = 0
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Hang up on every client and listen no more; calls go on, but nobody is put through."""
        assert self._server is not None
        self._server.close()
        for client in tuple(self._clients):
            client.transport.abort()
        await asyncio.sleep(0)

    async def die(self) -> None:
        await self.cut()
        for line in self.lines.values():
            for task in line.tasks:
                task.cancel()
        self.lines.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            while text := await reader.readline():
                self._do(json.loads(text))
        except OSError:
            pass
        finally:
            self._clients.discard(writer)
            writer.close()

    def _say(self, **facts: Any) -> None:
        for client in self._clients:
            client.write(json.dumps(facts).encode() + b"\n")

    def _do(self, order: dict[str, Any]) -> None:
        if order["do"] == "list":
            rows = [{"call": call, "is": line.state, "agent": line.agent} for call, line in self.lines.items()]
            self._say(list=rows)
            return
        call = order["call"]
        if order["do"] == "place":
            line = self.lines[call] = Line(FATES[int(order["number"][-4:])])
            self._later(line, self._life(call, line, order["ring_s"]))
        elif (line := self.lines.get(call)) is None:
            pass
        elif order["do"] == "hang_up":
            self._end(call, "cancelled" if line.state == "ringing" else "hung up")
        elif order["do"] == "bridge":
            line.state, line.agent = "bridged", order["agent"]
            self._say(call=call, agent=line.agent, **{"is": "bridged"})
        elif order["do"] == "play":
            line.message = self._later(line, self._message(call))
        elif order["do"] == "stop" and line.message is not None:
            line.message.cancel()

    def _later(self, line: Line, life: Any) -> asyncio.Task[None]:
        line.tasks.append(asyncio.create_task(life))
        return line.tasks[-1]

    async def _life(self, call: str, line: Line, ring_s: float) -> None:
        if line.fate in ("no_such_number", "no_room"):
            self._end(call, ENDS[line.fate])
            return
        self._say(call=call, **{"is": "ringing"})
        await asyncio.sleep({"rings": ring_s, "answers_late": 1.5}.get(line.fate, 0.1))
        if line.fate == "rings" or line.fate in ENDS:
            self._end(call, ENDS.get(line.fate, "not answered"))
            return
        if not self._clients:  # like Asterisk, it puts nobody through to nobody
            self._end(call, "hung up")
            return
        line.state = "answered"
        self._say(call=call, **{"is": "answered"})
        if line.fate == "hangs_up":
            await asyncio.sleep(0.7)
            self._end(call, "hung up")

    async def _message(self, call: str) -> None:
        await asyncio.sleep(0.6)
        self._say(call=call, **{"is": "heard"})

    def _end(self, call: str, cause: str) -> None:
        line = self.lines.pop(call)
        self._say(call=call, cause=cause, **{"is": "ended"})
        current = asyncio.current_task()
        for task in line.tasks:
            if task is not current:
                task.cancel()
