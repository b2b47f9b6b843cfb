from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, time
from pathlib import Path

from adapters.conformance.presence import PresenceConformance
from adapters.conformance.presence_far_end import FarEnd
from dialer.core import events as e
from dialer.core.effects import Bridge, SetAgentState
from dialer.core.units import ns
from simulator.fake_ports import EmbeddedPresence
from simulator.world.laws import Constant
from simulator.world.settings import Break, FloorSettings
from tests.unit.simulator.bench import Bench, HandClock, placement

OPENS = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEPS = 4000
"""Seconds in which a floor does whatever it is waited for: a shift is shorter."""


class EmbeddedDesktops(FarEnd):
    """The world's floor on a clock that is moved by hand: being told is waiting until the agents do it."""

    def __init__(self, *, skips: bool) -> None:
        self.clock = HandClock(ns(OPENS.timestamp()))
        floor = FloorSettings(
            agents=2,
            shift_start=time(9),
            shift_end=time(10),
            log_in_spread_s=0,
            settle=Constant(value_s=5),
            announce_s=60,
            breaks=(Break(name="tea", after_s=600, length_s=60),),
            decision=Constant(value_s=3),
            skip_share=float(skips),
        )
        self.bench = Bench(self.clock, open_both=False, floor=floor)
        self.bench.world.carrier.open(lambda _: None)
        self.port = EmbeddedPresence(self.bench.world)
        self.heard: list[e.AnyEvent] = []

    def now_ns(self) -> int:
        return self.clock.now_ns()

    async def until(self, there: Callable[[], object]) -> None:
        for _ in range(STEPS):
            if there():
                return
            self.clock.advance(1)
        raise AssertionError(f"it does not come to that: {self.heard}")

    async def quiet(self) -> None:
        """Nothing is under way on a floor that shares our clock."""

    def shown(self, agent: str) -> tuple[str, str | None, str | None]:
        desk = self.bench.world.floor.desks[agent]
        return desk.state, self.call if desk.state in ("in_call", "wrap") else None, desk.offer or None

    call: str | None = None

    async def show(self, agent: str, state: str, call: str | None = None) -> None:
        self.call = call
        await super().show(agent, state, call)

    async def log_in(self, agent: str) -> None:
        await self.until(lambda: self.of(e.AgentLoggedIn, agent))

    async def ready(self, agent: str) -> None:
        await self.until(lambda: self.of(e.AgentReady, agent))

    async def pause(self, agent: str) -> str:
        await self.until(lambda: self.of(e.AgentPauseRequested, agent))
        return "tea"

    async def announce(self, agent: str) -> int:
        await self.until(lambda: self.of(e.AgentLeaveAnnounced, agent))
        return ns(OPENS.timestamp() + 600)

    async def talk(self, agent: str) -> str:
        call = placement()
        self.bench.world.carrier.apply(call)
        self.clock.advance(10)
        self.bench.world.carrier.apply(Bridge(call.call, agent))
        self.clock.advance(1)
        return call.call

    async def result(self, agent: str, call: str) -> None:
        await self.until(lambda: self.of(e.CallDispositioned))

    async def answer(self, agent: str, lead: str) -> None:
        await self.until(lambda: self.of(e.OfferAccepted, agent) or self.of(e.OfferSkipped, agent))

    async def log_out(self, agent: str) -> None:
        def gone() -> bool:
            # The engine's part: whoever asks for a pause gets it.
            for event in self.of(e.AgentPauseRequested, agent):
                self.heard.remove(event)
                self.bench.world.floor.apply(SetAgentState(agent, "paused", "test"))
            return bool(self.of(e.AgentLoggedOut, agent))

        await self.until(gone)


@asynccontextmanager
async def floor(*, skips: bool) -> AsyncIterator[FarEnd]:
    yield EmbeddedDesktops(skips=skips)


class TestEmbedded(PresenceConformance):
    def desktops(self, place: Path, *, skips: bool = False) -> AbstractAsyncContextManager[FarEnd]:
        return floor(skips=skips)
