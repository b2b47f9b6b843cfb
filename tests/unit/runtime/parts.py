"""Ports and stores that do nothing but remember, and one small live run in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from adapters.journal.sqlite import SqliteJournal
from dialer.core.effects import AnyEffect
from dialer.core.errors import JournalError, PortError
from dialer.journal.entry import Record
from dialer.ports.journal import JournalStore
from dialer.ports.telephony import NodeHealth, Report, TelephonyCapabilities
from dialer.runtime.clock import VirtualClock, VirtualTimeLoop
from dialer.runtime.driver import Observer, commit_at_once
from dialer.runtime.engine import Engine
from dialer.runtime.recovery import recover
from simulator.fake_ports import EmbeddedPresence, EmbeddedTelephony
from simulator.world.build import build, zones_of
from simulator.world.timeline import ClockTimeline
from tests.crash import scenario

T = TypeVar("T")


class MemoryStore:
    """A journal in memory; `broken` makes every later append fail."""

    def __init__(self, manifest: bytes = b"{}") -> None:
        self.manifest = manifest
        self.appends: list[list[Record]] = []
        self.snapshots: list[tuple[int, bytes]] = []
        self.broken = False

    @property
    def records(self) -> list[Record]:
        return [record for records in self.appends for record in records]

    def append(self, records: Sequence[Record]) -> None:
        if self.broken:
            raise JournalError("run.journal: the disk is full; free some space")
        self.appends.append(list(records))

    def read(self, after: int = 0) -> Iterator[Record]:
        return iter(self.records[after:])

    def last(self) -> Record | None:
        return self.records[-1] if self.appends else None

    def save_snapshot(self, seq: int, state: bytes) -> None:
        self.snapshots.append((seq, state))

    def snapshot(self) -> tuple[int, bytes] | None:
        return self.snapshots[-1] if self.snapshots else None

    def close(self) -> None:
        pass


class Port:
    """Telephony and presence in one: remembers what it was told, and fails for effects of the kinds in `fails`."""

    def __init__(self, *fails: type) -> None:
        self.fails = fails
        self.applied: list[AnyEffect] = []
        self.asked: list[tuple[str, ...]] = []
        self.calls: list[str] = []

    @property
    def capabilities(self) -> TelephonyCapabilities:
        return TelephonyCapabilities("stub", tells_machines=False, survives_restart=False)

    async def start(self, report: Report) -> None:
        self.calls.append("start")

    async def stop(self) -> None:
        self.calls.append("stop")

    async def apply(self, effect: Any) -> None:
        if isinstance(effect, self.fails):
            raise PortError("the trunk is down", retryable=True)
        self.applied.append(effect)

    def nodes(self) -> Sequence[NodeHealth]:
        return ()

    async def which_exist(self, calls: Sequence[str]) -> None:
        self.asked.append(tuple(calls))
        if Report in self.fails:
            raise PortError("the trunk is down", retryable=True)


def in_virtual_time(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` on a loop whose time jumps."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)


def manifest() -> bytes:
    """Return the manifest of the small run below."""
    return scenario.manifest("ratio")


def run_a_while(
    store: JournalStore,
    seconds: float,
    *,
    start_ns: int = scenario.START_NS,
    ledger: Path | None = None,
    observers: Sequence[Observer] = (),
    meddle: Callable[[Engine], None] = lambda _: None,
) -> Engine:
    """Run the quick floor of the crash tests for some virtual seconds on `store`."""

    async def live() -> Engine:
        settings, world = scenario.run_settings("ratio"), scenario.world()
        recovered = recover(store, settings)
        clock = VirtualClock(max(start_ns, recovered.last_ns))
        leads = list(scenario.leads("ratio"))
        parts = build(world, settings, zones_of(lead for _, lead in leads), ClockTimeline(clock, world.grid_ns))
        telephony, presence = EmbeddedTelephony(parts, clock, ledger), EmbeddedPresence(parts)
        engine = Engine(recovered, store, commit_at_once(store), telephony, presence, clock, observers)
        engine.stop_at(clock.now_ns() + round(seconds * 1e9) + 1)
        meddle(engine)
        await engine.run(leads)
        return engine

    return in_virtual_time(live())


def journal(path: Path) -> SqliteJournal:
    """Open the journal of the small run, or begin it."""
    return SqliteJournal.open(path) if path.exists() else SqliteJournal.create(path, manifest())
