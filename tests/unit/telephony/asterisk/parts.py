"""A switchboard whose requests and reports are remembered, on a clock that is set by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from adapters.telephony.asterisk import parse as p
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.asterisk.requests import Request
from adapters.telephony.asterisk.translate import Switchboard
from dialer.core.events import AnyEvent
from strategies.document import Document
from strategies.flow.compile import compile_flow, flows
from strategies.flow.keywords import KeywordIntents
from tests.unit.telephony.parts import HandClock, placement

VOICE = compile_flow(flows()["intent-by-voice"])


INTENTS = KeywordIntents({VOICE.identity: VOICE})


NODE = {"url": "http://127.0.0.1:8088", "user": "u", "password": "secret-word"}


def section(**more: Any) -> AsteriskSection:
    data = {
        "adapter": "asterisk",
        "nodes": [NODE],
        "endpoint": "PJSIP/{number}@carrier",
        "caller_id": "+12025550100",
        "sounds": {"safe_harbour": "sound:hello-world"},
        "ledger": str(Path("calls")),
    } | more
    return Document("run.yaml", json.dumps(data)).validate(AsteriskSection)


class Board:
    """One switchboard under test."""

    def __init__(self, **more: Any) -> None:
        self.clock = HandClock()
        self.sent: list[Request] = []
        self.heard: list[AnyEvent] = []
        self.board = Switchboard(
            section(**more), self.clock, self.heard.append, lambda _, request: self.sent.append(request), INTENTS
        )

    def place(self, call: str = "c/l/1", number: str = "+12025550101") -> str:
        """Place a call and return its channel."""
        self.board.place(placement(call), "asterisk", number, 0)
        return self.board.lines[call].channel

    def say(self, kind: str, channel: str = "", **facts: Any) -> None:
        """Let Asterisk say something, as it comes over the wire."""
        state = facts.pop("state", "Up")
        message = {"type": kind, "channel": {"id": channel, "state": state}, **facts}
        event = p.parse_event(json.dumps(message).encode())
        assert event is not None
        self.board.take("asterisk", event)

    def purposes(self) -> list[str]:
        return [request.purpose for request in self.sent]
