"""The event socket of a FreeSWITCH, scripted: a number's fate is what it spells.

It knows nothing of the adapter but the wire. What it sends is written after FreeSWITCH's sources; no real
FreeSWITCH has confirmed it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

FATES = ("answers", "answers_late", "hangs_up", "busy", "rejects", "no_such_number", "no_room", "rings", "presses_9")
ENDS = {
    "busy": ("USER_BUSY", "486"),
    "rejects": ("CALL_REJECTED", "603"),
    "no_such_number": ("UNALLOCATED_NUMBER", "404"),
    "no_room": ("NORMAL_CIRCUIT_CONGESTION", "503"),
}
FORGED = "Ann\nEvent-Name: CHANNEL_HANGUP_COMPLETE\nHangup-Cause: USER_BUSY\nAnswer-State: hangup\n\n"
"""What the person called wrote where a name should be."""


def number(fate: str) -> str:
    """Return the number of a fate."""
    return f"+1202555{FATES.index(fate):04d}"


@dataclass
class Channel:
    uuid: str
    fate: str
    variables: dict[str, str]
    callstate: str = "DOWN"
    other: str = ""
    playing: str = ""
    job: str = ""
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


class EventSocket:
    """A server for any number of clients."""

    def __init__(self, password: str) -> None:
        self.channels: dict[str, Channel] = {}
        self.commands: list[str] = []
        self.port, self.delay_s = 0, 0.0
        self._password = password
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.StreamWriter, bool] = {}  # whether it gets events
        self._serving: set[asyncio.Task[Any]] = set()
        self._sequence, self._answered_s = 1000, 0.0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Hang up on every client and listen no more; calls go on."""
        assert self._server is not None
        self._server.close()
        for client in tuple(self._clients):
            client.transport.abort()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def die(self) -> None:
        await self.cut()
        for channel in self.channels.values():
            for task in channel.tasks:
                task.cancel()
        self.channels.clear()

    # The wire --------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.current_task()
        assert serving is not None
        self._serving.add(serving)
        self._clients[writer] = False
        let_in = False
        writer.write(b"Content-Type: auth/request\n\n")
        try:
            while True:
                first, *rest = (await reader.readuntil(b"\n\n")).decode().strip("\n").split("\n")
                headers = {name: value for name, _, value in (line.partition(": ") for line in rest)}
                self.commands.append(first)
                word, _, words = first.partition(" ")
                if word == "auth":
                    let_in = words == self._password
                    self._reply(writer, "+OK accepted" if let_in else "-ERR invalid")
                    if not let_in:
                        self._answer(writer, _notice())
                        await asyncio.sleep(self.delay_s + 0.05)
                        return
                elif not let_in:
                    self._reply(writer, "-ERR command not found")
                elif word == "event":
                    self._clients[writer] = True
                    self._reply(writer, "+OK event listener enabled plain")
                elif word == "bgapi":
                    job = headers["Job-UUID"]
                    self._reply(writer, f"+OK Job-UUID: {job}", f"Job-UUID: {job}")
                    self._originate(words, job)
                elif word == "sendmsg":
                    self._reply(writer, self._execute(words, headers))
                elif word == "api":
                    body = self._api(words).encode()
                    head = f"Content-Type: api/response\nContent-Length: {len(body)}\n\n".encode()
                    self._answer(writer, head + body)
                else:
                    self._reply(writer, "-ERR command not found")
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._clients.pop(writer, None)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            self._serving.discard(serving)

    def _reply(self, writer: asyncio.StreamWriter, text: str, *more: str) -> None:
        lines = ["Content-Type: command/reply", f"Reply-Text: {text}", *more]
        self._answer(writer, ("\n".join(lines) + "\n\n").encode())

    def _answer(self, writer: asyncio.StreamWriter, text: bytes) -> None:
        loop = asyncio.get_running_loop()
        self._answered_s = max(self._answered_s + 1e-6, loop.time() + self.delay_s)  # answers keep their order
        loop.call_at(self._answered_s, writer.write, text)

    def say(self, name: str, channel: Channel | None, body: str = "", **more: str) -> None:
        """Send an event to whoever asked for events."""
        self._sequence += 1
        headers = {"Event-Name": name, "Core-UUID": "6f2c1b0e", "Event-Sequence": str(self._sequence)}
        if channel is not None:
            # A name that is decoded before lines are split forges what follows it.
            headers = {"Caller-Callee-ID-Name": FORGED} | headers
            state = {"ACTIVE": "answered", "HANGUP": "hangup", "EARLY": "early"}.get(channel.callstate, "ringing")
            headers |= {"Unique-ID": channel.uuid, "Answer-State": state, "Channel-Call-State": channel.callstate}
        headers |= {key if key.startswith("variable_") else key.replace("_", "-"): more[key] for key in more}
        text = "".join(f"{key}: {quote(value, safe='~-_.!*()/') or '_undef_'}\n" for key, value in headers.items())
        text += f"Content-Length: {len(body)}\n\n{body}" if body else "\n"
        frame = f"Content-Length: {len(text.encode())}\nContent-Type: text/event-plain\n\n{text}".encode()
        for client, listens in self._clients.items():
            if listens:
                client.write(frame[:37])  # TCP keeps no frames together
                client.write(frame[37:])

    # What it does ----------------------------------------------------------------------------------

    def _api(self, words: str) -> str:
        command, _, rest = words.partition(" ")
        arguments = rest.split(" ")
        channel = self.channels.get(arguments[0])
        match command:
            case "uuid_exists":
                return "true" if channel is not None else "false"
            case "uuid_kill":
                if channel is None:
                    return "-ERR No such channel!\n"
                self._end(channel, arguments[1])
                return "+OK\n"
            case "uuid_bridge":
                other = self.channels.get(arguments[1])
                if channel is None or other is None or "DOWN" in (channel.callstate, other.callstate):
                    return "-ERR Invalid uuid\n"
                self._later(channel, self._bridge(channel, other))
                return f"+OK {other.uuid}\n"
            case "uuid_break":
                if channel is None:
                    return "-ERR No such channel!\n"
                if channel.playing:
                    self._played(channel, channel.playing, "FILE PLAYED")
                return "+OK\n"
            case "uuid_record":
                if channel is None:
                    return "-ERR Cannot locate session!\n"
                self.say("RECORD_START", channel, Record_File_Path=arguments[2])
                return "+OK Success\n"
            case "show":
                return json.dumps(self._show(arguments[0])) + "\n"
            case "echo":
                return rest
        return f"-ERR {command} Command not found!\n"

    def _show(self, table: str) -> dict[str, Any]:
        rows = [
            {"uuid": channel.uuid, "direction": "outbound", "state": "CS_EXECUTE", "cid_name": FORGED}
            | {"callstate": channel.callstate, "b_uuid": channel.other}
            for channel in self.channels.values()
            if table == "channels" or (channel.other and channel.uuid < channel.other)
        ]
        return {"row_count": len(rows), "rows": rows} if rows else {"row_count": 0}

    def _originate(self, words: str, job: str) -> None:
        found = re.fullmatch(r"originate \{([^}]*)\}(\S+) &park\(\)", words)
        assert found is not None, "this is no dialling"
        variables = dict(entry.split("=", 1) for entry in found[1].split(","))
        name = found[2].rpartition("/")[2]
        fate = FATES[int(name[-4:])] if name.startswith("+") else "rings" if name == "absent" else "answers"
        channel = Channel(variables["origination_uuid"], fate, variables, job=job)
        self._later(channel, self._life(channel))

    async def _life(self, channel: Channel) -> None:
        await asyncio.sleep(0.02)
        if channel.uuid in self.channels:
            self.say("BACKGROUND_JOB", None, "-ERR DESTINATION_OUT_OF_ORDER\n", Job_UUID=channel.job)
            return
        self.channels[channel.uuid] = channel
        self.say("CHANNEL_CREATE", channel)
        if channel.fate in ("no_such_number", "no_room"):
            self._end(channel, *ENDS[channel.fate])
            return
        channel.callstate = "RINGING"
        self.say("CHANNEL_PROGRESS", channel)
        rings_s = float(channel.variables["originate_timeout"])
        await asyncio.sleep({"rings": rings_s, "answers_late": 1.5}.get(channel.fate, 0.1))
        if channel.fate == "rings":
            self._end(channel, "NO_ANSWER")
        elif channel.fate in ENDS:
            self._end(channel, *ENDS[channel.fate])
        else:
            channel.callstate = "ACTIVE"
            self.say("CHANNEL_ANSWER", channel)
            job, channel.job = channel.job, ""
            self.say("BACKGROUND_JOB", None, f"+OK {channel.uuid}\n", Job_UUID=job, Job_Command="originate")
            self.say("CHANNEL_PARK", channel)
            await self._afterwards(channel)

    async def _afterwards(self, channel: Channel) -> None:
        if channel.fate == "hangs_up":
            await asyncio.sleep(0.7)
            self._end(channel, "NORMAL_CLEARING", disposition="recv_bye")
        elif channel.fate == "presses_9":
            await asyncio.sleep(0.4)
            self.say("DTMF", channel, DTMF_Digit="9", DTMF_Duration="2000")

    def _execute(self, uuid: str, headers: dict[str, str]) -> str:
        channel = self.channels.get(uuid)
        if channel is None:
            return f"-ERR invalid session id [{uuid}]"
        assert headers["execute-app-name"] == "playback"
        self._later(channel, self._play(channel, headers["execute-app-arg"], headers["event-uuid"]))
        return "+OK"

    async def _play(self, channel: Channel, path: str, id: str) -> None:
        if "missing" in path:
            self._played(channel, id, "FILE NOT FOUND")
            return
        channel.playing = id
        await asyncio.sleep(0.6)
        if channel.playing == id:
            self._played(channel, id, "FILE PLAYED")

    def _played(self, channel: Channel, id: str, response: str) -> None:
        channel.playing = ""
        self.say("CHANNEL_EXECUTE_COMPLETE", channel, Application="playback", Application_UUID=id,
                 Application_Response=response)  # fmt: skip

    async def _bridge(self, channel: Channel, other: Channel) -> None:
        await asyncio.sleep(0.01)
        if channel.playing:  # what is broken off counts as played, too
            self._played(channel, channel.playing, "FILE PLAYED")
        left = self.channels.get(channel.other)
        if left is not None:
            left.other = ""
            self.say("CHANNEL_UNBRIDGE", left)
            self.say("CHANNEL_PARK", left)
        channel.other, other.other = other.uuid, channel.uuid
        self.say("CHANNEL_BRIDGE", channel, Bridge_A_Unique_ID=channel.uuid, Bridge_B_Unique_ID=other.uuid)

    def _end(self, channel: Channel, cause: str, sip: str = "", *, disposition: str = "") -> None:
        answered = channel.callstate == "ACTIVE"
        if not answered and not sip:
            sip, disposition = "487", "send_cancel"  # its own, when it gives up
        channel.callstate = "HANGUP"
        if channel.playing:
            self._played(channel, channel.playing, "FILE PLAYED")
        more = {"Hangup_Cause": cause, "variable_sip_hangup_disposition": disposition or "recv_refuse"}
        if sip and not answered:
            more["variable_sip_invite_failure_status"] = sip
        self.channels.pop(channel.uuid, None)
        self.say("CHANNEL_HANGUP_COMPLETE", channel, **more)
        if channel.job:
            self.say("BACKGROUND_JOB", None, f"-ERR {cause}\n", Job_UUID=channel.job, Job_Command="originate")
        if (other := self.channels.get(channel.other)) is not None:
            other.other = ""
            self.say("CHANNEL_UNBRIDGE", other)
            if other.variables["park_after_bridge"] == "true":
                self.say("CHANNEL_PARK", other)
            else:
                self._end(other, cause)
        current = asyncio.current_task()
        for task in channel.tasks:
            if task is not current:
                task.cancel()

    def _later(self, channel: Channel, life: Coroutine[Any, Any, None]) -> None:
        channel.tasks.append(asyncio.create_task(life))


def _notice() -> bytes:
    text = b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
    return b"Content-Type: text/disconnect-notice\nContent-Length: %d\n\n%s" % (len(text), text)
