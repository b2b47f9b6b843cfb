"""The example of docs/adapters.md keeps the telephony contract."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from adapters.conformance.telephony.bench import Bench, Fate
from adapters.conformance.telephony.tests import TelephonyConformance
from dialer.ports.telephony import Telephony
from dialer.runtime.clock import RealClock
from examples.telephony_adapter import LineTelephony
from tests.architecture.tree import PROJECT
from tests.conformance.telephony.line_system import FATES, LineSystem, number


class LineBench(Bench):
    faults = frozenset({"restart", "cut", "die"})
    fates = frozenset[Fate]((*FATES, "crooked"))  # type: ignore[arg-type]
    ring_timeout_s = 1.0

    def __init__(self, place: Path, system: LineSystem) -> None:
        self._memory, self._system, self._clock = place / "calls", system, RealClock()

    def make(self) -> Telephony:
        return LineTelephony(self._system.port, self._number, self._clock, self._memory)

    def endpoint(self, fate: Fate) -> str:
        return fate

    def _number(self, fate: str) -> str:
        return number(fate) if fate in FATES else '+1202\n{"do": "place"}'

    def now_ns(self) -> int:
        return self._clock.now_ns()

    async def cut(self) -> None:
        await self._system.cut()

    async def mend(self) -> None:
        await self._system.start()

    async def die(self) -> None:
        await self._system.die()

    async def revive(self) -> None:
        await self._system.start()


class TestExample(TelephonyConformance):
    def bench(self, place: Path) -> Bench:
        return LineBench(place, self.system)

    def run(self, main: Coroutine[Any, Any, None]) -> None:
        async def with_system() -> None:
            self.system = LineSystem()
            await self.system.start()
            try:
                await main
            finally:
                await self.system.die()

        asyncio.run(with_system())


def test_the_example_is_as_short_as_the_page_says() -> None:
    assert len((PROJECT / "examples/telephony_adapter.py").read_text().splitlines()) < 200
