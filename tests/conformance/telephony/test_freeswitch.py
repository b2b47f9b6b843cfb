"""The telephony contract on a scripted FreeSWITCH; a real one has not been tried."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from adapters.conformance.telephony import CHECKS
from adapters.conformance.telephony.bench import Bench, Fate
from adapters.conformance.telephony.tests import TelephonyConformance
from adapters.telephony.freeswitch import FreeswitchSection, FreeswitchTelephony
from dialer.ports.telephony import Telephony
from dialer.runtime.clock import RealClock
from strategies.document import Document
from tests.conformance.telephony.event_socket import FATES, EventSocket, number

DESTINATIONS = {"legal": "answers", "engaged": "busy"}
PASSWORD = "sesame-open"
WHOLE: dict[str, Any] = {"recording": {"folder": "/recordings"}}
"""What every check needs, switched on."""


def telephony(port: int, ledger: Path, **more: Any) -> dict[str, Any]:
    """Return what a run's file says about a scripted FreeSWITCH."""
    return {
        "adapter": "freeswitch",
        "nodes": [{"host": "127.0.0.1", "port": port, "password": PASSWORD}],
        "endpoint": "sofia/gateway/carrier/{number}",
        "caller_id": "+12025550100",
        "sounds": {"safe_harbour": "/sounds/safe-harbour.wav", "missing": "/sounds/missing.wav"},
        "agents": {"answer_s": 1},
        "transfers": {name: f"sofia/gateway/carrier/{number(fate)}" for name, fate in DESTINATIONS.items()},
        "ledger": str(ledger),
    } | more


def section(port: int, ledger: Path, **more: Any) -> FreeswitchSection:
    """Return the section as a run's file would give it."""
    return Document("run.yaml", json.dumps(telephony(port, ledger, **more))).validate(FreeswitchSection)


class FreeswitchBench(Bench):
    faults = frozenset({"restart", "cut", "die", "slow"})
    fates = frozenset[Fate]((*FATES, "crooked"))  # type: ignore[arg-type]
    absent_agent, missing_message = "absent", "missing"
    outside, nobody_outside = "legal", "engaged"
    ring_timeout_s = 1.0

    def __init__(self, place: Path, socket: EventSocket, **more: Any) -> None:
        self._socket, self._clock = socket, RealClock()
        self._section = section(socket.port, place / "calls", **more)

    def make(self) -> Telephony:
        return FreeswitchTelephony(self._section, self._number, self._clock)

    def endpoint(self, fate: Fate) -> str:
        return fate

    def _number(self, fate: str) -> str:
        return number(fate) if fate in FATES else "+1202\n\napi fsctl shutdown\n\n"

    def now_ns(self) -> int:
        return self._clock.now_ns()

    async def cut(self) -> None:
        await self._socket.cut()

    async def mend(self) -> None:
        await self._socket.start()

    async def die(self) -> None:
        await self._socket.die()

    async def revive(self) -> None:
        await self._socket.start()

    async def slow(self, seconds: float) -> None:
        self._socket.delay_s = seconds


class OnFreeswitch(TelephonyConformance):
    def run(self, main: Coroutine[Any, Any, None]) -> None:
        async def with_socket() -> None:
            self.socket = EventSocket(PASSWORD)
            await self.socket.start()
            try:
                await main
            finally:
                await self.socket.die()

        asyncio.run(with_socket())
        assert not [command for command in self.socket.commands if "fsctl" in command]


class TestNailedUp(OnFreeswitch):
    def bench(self, place: Path) -> Bench:
        return FreeswitchBench(place, self.socket, **WHOLE)


class TestCalledForEachCall(OnFreeswitch):
    """Only what has to do with agents is different."""

    checks = tuple(check for check in CHECKS if check.number in (16, 17, 18, 19, 25, 26))

    def bench(self, place: Path) -> Bench:
        return FreeswitchBench(place, self.socket, agents={"legs": "per_call", "answer_s": 1})
