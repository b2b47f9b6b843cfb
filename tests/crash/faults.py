"""Faults to plant in the runs, to see that the checks notice them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from dialer.core import recovering
from dialer.core.effects import AnyEffect, PlaceCall, Reconcile
from dialer.core.events import AnyEvent, EngineStarted
from dialer.core.state import Floor
from dialer.journal.entry import Record
from dialer.runtime import driver, engine
from simulator import fake_ports


def _dial_before_commit() -> None:
    class Rash(driver.Driver):
        def __init__(self, *parts: object, **more: object) -> None:
            super().__init__(*parts, **more)  # type: ignore[arg-type]
            commit, self._rash = self._commit, list[PlaceCall]()

            async def dial_then_commit(records: Sequence[Record]) -> None:
                early, self._rash = self._rash, []
                for effect in early:
                    await self._dispatcher.telephony.apply(effect)
                await asyncio.sleep(0.003)  # or the kill would have to be lucky
                await commit(records)

            self._commit = dial_then_commit

        def _take(self, event: AnyEvent) -> tuple[AnyEvent, Record, tuple[AnyEffect, ...]]:
            event, record, effects = super()._take(event)
            self._rash += [effect for effect in effects if isinstance(effect, PlaceCall)]
            return event, record, tuple(effect for effect in effects if not isinstance(effect, PlaceCall))

    engine.Driver = Rash  # type: ignore[misc]


def _acknowledge_before_commit() -> None:
    """Observers, and with them the world, hear of entries that are written a batch later."""

    class Lazy(driver.Driver):
        def __init__(self, *parts: object, **more: object) -> None:
            super().__init__(*parts, **more)  # type: ignore[arg-type]
            commit, held = self._commit, list[Record]()

            async def commit_the_last(records: Sequence[Record]) -> None:
                earlier, held[:] = list(held), records
                if earlier:
                    await commit(earlier)

            self._commit = commit_the_last

    engine.Driver = Lazy  # type: ignore[misc]


def _no_reconciling() -> None:
    honest = recovering.started

    def started(floor: Floor, event: EngineStarted) -> None:
        honest(floor, event)
        floor.state.reconciling.clear()
        floor.out = [effect for effect in floor.out if not isinstance(effect, Reconcile)]

    recovering.started = started


def _carrier_without_memory() -> None:
    """Dials again whatever it is told to: what idempotence protects from, so that nothing else hides the fault."""
    _dial_before_commit()
    fake_ports.Ledger.known = property(lambda _: set(), lambda _, __: None)  # type: ignore[assignment]


def _forgotten_counters() -> None:
    """The caps count from the last start on."""
    honest = recovering.started

    def started(floor: Floor, event: EngineStarted) -> None:
        honest(floor, event)
        for counter in floor.gate._counters.values():
            counter.times.clear()

    recovering.started = started


FAULTS: dict[str, Callable[[], None]] = {
    "dial_before_commit": _dial_before_commit,
    "acknowledge_before_commit": _acknowledge_before_commit,
    "no_reconciling": _no_reconciling,
    "carrier_without_memory": _carrier_without_memory,
    "forgotten_counters": _forgotten_counters,
}
