"""A switchboard whose commands and reports are remembered, on a clock that is set by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from adapters.telephony.freeswitch import FreeswitchSection
from adapters.telephony.freeswitch import parse as p
from adapters.telephony.freeswitch.commands import Command
from adapters.telephony.freeswitch.translate import Switchboard
from dialer.core.events import AnyEvent, CallEnded
from tests.conformance.telephony import test_freeswitch as scripted
from tests.unit.telephony.parts import HandClock, placement


def section(**more: Any) -> FreeswitchSection:
    return scripted.section(8021, Path("calls"), **more)


class Board:
    """A switchboard whose commands and reports are remembered, on a clock that is set by hand."""

    def __init__(self, **more: Any) -> None:
        self.clock = HandClock()
        self.sent: list[Command] = []
        self.heard: list[AnyEvent] = []
        self.board = Switchboard(
            section(**more), self.clock, self.heard.append, lambda _, command: self.sent.append(command)
        )

    def place(self, call: str = "c/l/1", number: str = "+12025550101") -> str:
        self.board.place(placement(call), "freeswitch", number, 0)
        return self.board.lines[call].channel

    def say(self, name: str, channel: str, body: str = "", **more: str) -> None:
        event = p.parse_event(block(name, channel, body, **more))
        assert event is not None
        self.board.take("freeswitch", event)

    def answered(self, call: str = "c/l/1") -> str:
        channel = self.place(call)
        self.say("CHANNEL_PARK", channel, Answer_State="answered")
        return channel

    def purposes(self) -> list[str]:
        return [command.purpose for command in self.sent]

    def causes(self) -> list[str]:
        return [event.cause for event in self.heard if isinstance(event, CallEnded)]


def block(name: str, channel: str, body: str = "", **more: str) -> bytes:
    headers = {"Event-Name": name, "Unique-ID": channel} | {key.replace("_", "-"): more[key] for key in more}
    return "".join(f"{key}: {quote(value)}\n" for key, value in headers.items()).encode() + f"\n{body}".encode()
