"""The telephony contract on the embedded carrier, whose people do as the number says."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from adapters.conformance.telephony.bench import Bench, Fate
from adapters.conformance.telephony.tests import TelephonyConformance
from dialer.core.effects import PlaceCall
from dialer.core.units import ns
from dialer.ports.telephony import Telephony
from dialer.runtime.clock import VirtualClock, VirtualTimeLoop
from simulator.fake_ports import EmbeddedTelephony
from simulator.world.build import World
from simulator.world.carrier import Carrier
from simulator.world.floor import Floor
from simulator.world.people import Fate as Lot
from simulator.world.people import People
from simulator.world.responding import Respondent
from simulator.world.settings import WorldSettings
from simulator.world.timeline import ClockTimeline
from strategies.flow.keywords import KeywordIntents
from tests.crash.scenario import START_NS

LOTS = {
    "answers": Lot("person", ns(0.2)),
    "answers_late": Lot("person", ns(1.5)),
    "hangs_up": Lot("person", ns(0.2)),
    "busy": Lot("busy", -1),
    "rejects": Lot("rejected", ns(0.2)),
    "no_such_number": Lot("not_in_service", -1),
    "no_room": Lot("congestion", -1),
}


class Puppets(People):
    """People whose number is their fate."""

    def fate(self, call: PlaceCall, placed_ns: int) -> Lot:
        return LOTS.get(call.number, Lot("no_answer", ns(call.ring_timeout_s)))

    def patience_ns(self, call: PlaceCall) -> int | None:
        return ns(1.0) if call.number == "hangs_up" else None

    def talk_ns(self, call: PlaceCall, agent: str) -> int:
        return ns(1.0 if call.number == "hangs_up" else 1e6)


class EmbeddedBench(Bench):
    """The simulator's carrier; its numbers press no keys, and there is no address book that could be wrong."""

    faults = frozenset({"restart"})
    outside = "legal"
    fates = frozenset(LOTS) | {"rings"}

    def __init__(self, place: Path) -> None:
        self._place, self._clock = place, VirtualClock(START_NS)

    def make(self) -> Telephony:
        settings = WorldSettings()
        people, timeline = Puppets(settings, {}), ClockTimeline(self._clock, settings.grid_ns)
        carrier = Carrier(settings, people, timeline, Respondent({}, settings.seed), KeywordIntents({}))
        world = World(carrier, Floor(settings, people, carrier, timeline, (), {}, claims=False))
        return EmbeddedTelephony(world, self._clock, self._place / "ledger", ("legal",))

    def endpoint(self, fate: Fate) -> str:
        return fate

    def now_ns(self) -> int:
        return self._clock.now_ns()


class TestEmbedded(TelephonyConformance):
    def bench(self, place: Path) -> Bench:
        return EmbeddedBench(place)

    def run(self, main: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(main)
