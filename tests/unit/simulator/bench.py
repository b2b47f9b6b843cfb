"""A clock to turn by hand, and a carrier and a floor on it."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from dialer.core.effects import OfferLead, PlaceCall, SetAgentState, Why
from dialer.core.events import AnyEvent
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.units import ns
from simulator.world.build import World, build
from simulator.world.laws import Constant
from simulator.world.settings import CarrierSettings, FloorSettings, PeopleSettings, WorldSettings
from simulator.world.timeline import ClockTimeline
from strategies.compliance.rulebook import Rulebook

NINE_NS = ns(1_767_603_600)
"""Monday 5 January 2026, 9:00 UTC."""

RUN = RunSettings((CampaignSettings(id="c", mode="preview"),), Rulebook())
WHY = Why(segment="all", priority=0, attempt=1, after="", rules=0)
PATIENCE_S, SET_UP_S, RING_S, MESSAGE_S = 60.0, 2.0, 5.0, 8.0


class HandClock:
    """Time that passes when told to."""

    def __init__(self, now_ns: int = NINE_NS) -> None:
        self._now_ns, self._count = now_ns, 0
        self._due: list[tuple[int, int, Callable[[], None]]] = []

    def now_ns(self) -> int:
        return self._now_ns

    def call_at(self, t_ns: int, action: Callable[[], None]) -> None:
        # Last come, first served: worse than any real clock, and allowed.
        self._count += 1
        heappush(self._due, (t_ns, -self._count, action))

    def advance(self, by_s: float) -> None:
        until_ns = self._now_ns + ns(by_s)
        while self._due and self._due[0][0] <= until_ns:
            self._now_ns, _, action = heappop(self._due)
            action()
        self._now_ns = until_ns


def placement(
    number: int = 1, *, lead: str = "", attempt: int = 1, segment: str = "all", timeout_s: float = 20.0
) -> PlaceCall:
    lead = lead or f"l{number}"
    return PlaceCall(
        call=f"c/{lead}/{attempt}",
        campaign="c",
        lead=lead,
        person=f"p{number}",
        number=f"p{number}/0",
        attempt=attempt,
        ring_timeout_s=timeout_s,
        agent=None,
        why=Why(segment=segment, priority=0, attempt=attempt, after="", rules=0),
    )


def offer(agent: str, lead: str, until_ns: int) -> OfferLead:
    return OfferLead(agent=agent, lead=lead, until_ns=until_ns, why=WHY)


def shown(agent: str, state: str) -> SetAgentState:
    return SetAgentState(agent=agent, state=state, reason="")


def people(**changes: object) -> PeopleSettings:
    """Everybody answers, and is alike."""
    sure = {
        "answer_share_by_hour": (1.0,) * 24,
        "reachability_concentration": None,
        "ring": Constant(value_s=RING_S),
        "patience": Constant(value_s=PATIENCE_S),
    }
    return PeopleSettings.model_validate(sure | changes)


def network(**changes: object) -> CarrierSettings:
    sure = {
        "set_up": Constant(value_s=SET_UP_S),
        "message": Constant(value_s=MESSAGE_S),
        "not_in_service_share": 0.0,
        "congestion_share": 0.0,
    }
    return CarrierSettings.model_validate(sure | changes)


class Bench:
    """A world on a hand clock; `heard` is what it reported."""

    def __init__(self, clock: HandClock | None = None, *, open_both: bool = True, **parts: object) -> None:
        sure = {"people": people(), "carrier": network(), "floor": FloorSettings(agents=1, log_in_spread_s=0.0)}
        self.settings = WorldSettings.model_validate(sure | parts)
        self.clock = clock or HandClock()
        timeline = ClockTimeline(self.clock, self.settings.grid_ns)
        self.world: World = build(self.settings, RUN, {}, timeline)
        self.heard: list[AnyEvent] = []
        if open_both:
            self.world.carrier.open(self.heard.append)
            self.world.floor.open(self.heard.append)

    def after(self, by_s: float) -> list[AnyEvent]:
        """Return what is reported within the next `by_s` seconds."""
        self.heard.clear()
        self.clock.advance(by_s)
        return list(self.heard)


def names(events: list[AnyEvent]) -> list[str]:
    return [type(event).__name__ for event in events]
