"""A floor reduced to what the formulas know: equal agents, no wrap, no breaks, nothing but answers and talk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from math import log
from typing import Any, NamedTuple

from dialer.core.effects import AnyEffect, Bridge, SetAgentState
from dialer.core.events import AnyEvent, CallAnswered, CallEnded
from dialer.core.kernel import pacer_of
from dialer.core.lead import Lead
from dialer.core.rng import uniform
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.state import MakePacer
from dialer.core.units import NS_PER_S, ns, seconds
from pacing import Launched, Observation, PacingDecision, PacingInput
from pacing.memoryless import Table
from simulator.driver import OnEntry, simulate
from simulator.world.laws import Constant, Law
from simulator.world.settings import CarrierSettings, FloorSettings, Outcome, PeopleSettings, WorldSettings
from strategies.compliance.rulebook import Rulebook

START_NS = ns(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
AT_ONCE = Constant(value_s=0.0)


def world(
    *,
    seed: int,
    agents: int,
    talk: Law,
    answer_share: float,
    ring: Law,
    patience: Law | None = None,
    busy_share: float = 0.0,
    set_up: Law = AT_ONCE,
) -> WorldSettings:
    return WorldSettings(
        seed=seed,
        people=PeopleSettings(
            answer_share_by_hour=(answer_share,) * 24,
            reachability_concentration=None,
            machine_share=0.0,
            busy_share=busy_share,
            rejected_share=0.0,
            ring=ring,
            patience=patience,
            outcomes={"contact": Outcome(share=1.0, talk=talk)},
        ),
        carrier=CarrierSettings(set_up=set_up, not_in_service_share=0.0, congestion_share=0.0, message=AT_ONCE),
        floor=FloorSettings(
            agents=agents,
            shift_start=time(0),
            shift_end=time(23, 59),
            log_in_spread_s=0.0,
            settle=AT_ONCE,
            breaks=(),
            speed_sigma=0.0,
            wrap=AT_ONCE,
        ),
    )


def leads(count: int) -> Iterator[tuple[str, Lead]]:
    for number in range(count):
        yield "c", Lead(f"l{number}", f"p{number}", f"a{number}", "all", 0, (f"p{number}/0",), ("UTC",))


def campaign(**settings: Any) -> RunSettings:
    free = {"lines": 100_000, "calls_per_s": 1000.0, "redial": {}}
    return RunSettings((CampaignSettings(id="c", **(free | settings)),), Rulebook())


class BlindPoisson:
    """A pacer that launches at Poisson epochs and looks at nothing."""

    name = "blind"

    def __init__(self, seed: int, rate_per_s: float, count: int) -> None:
        self._due_s: list[float] = []
        at_s = seconds(START_NS)
        for number in range(count):
            at_s -= log(uniform(seed, "epoch", number)) / rate_per_s
            self._due_s.append(at_s)
        self._launched = 0

    def observe(self, event: Observation) -> None:
        self._launched += isinstance(event, Launched)

    def decide(self, floor: PacingInput) -> PacingDecision:
        upcoming = self._launched
        while upcoming < len(self._due_s) and self._due_s[upcoming] <= floor.t_s:
            upcoming += 1
        review_s = self._due_s[upcoming] - floor.t_s if upcoming < len(self._due_s) else None
        return PacingDecision(upcoming - self._launched, "policy", {}, review_s)

    def state(self) -> dict[str, Any]:
        return {}

    def load(self, state: Mapping[str, Any]) -> None:
        raise NotImplementedError


class OrderUpTo:
    """A pacer that keeps as many lines ringing as a table says for the idle agents: by `first` until `until_s`."""

    name = "order up to"

    def __init__(self, first: Table, then: Table, until_s: float) -> None:
        self._tables, self._until_s = (first.tolist(), then.tolist()), until_s

    def observe(self, event: Observation) -> None:
        pass

    def decide(self, floor: PacingInput) -> PacingDecision:
        table = self._tables[floor.t_s >= self._until_s]
        lines = table[min(floor.idle, len(table) - 1)]
        return PacingDecision(max(0, lines - floor.in_flight), "policy", {})

    def state(self) -> dict[str, Any]:
        return {}

    def load(self, state: Mapping[str, Any]) -> None:
        raise NotImplementedError


class Answerer(NamedTuple):
    """A person who answered: how long they waited, and whether nobody came."""

    waited_s: float
    lost: bool


class Waits:
    """Everybody who answered from `from_s` to `to_s`; `busy_s` is what the agents talked in that time."""

    def __init__(self, from_s: float, to_s: float) -> None:
        self._from_ns, self._to_ns = START_NS + ns(from_s), START_NS + ns(to_s)
        self._answered_ns: dict[str, int] = {}
        self._talking_ns: dict[str, int] = {}
        self.answerers: list[Answerer] = []
        self.busy_s = 0.0

    def __call__(self, event: AnyEvent, effects: tuple[AnyEffect, ...], _record: object) -> None:
        if isinstance(event, CallAnswered) and self._from_ns <= event.t_ns < self._to_ns:
            self._answered_ns[event.call] = event.t_ns
        if isinstance(event, CallEnded):
            self._served(event.call, event.t_ns, lost=True)
        for effect in effects:
            if isinstance(effect, Bridge):
                self._served(effect.call, event.t_ns, lost=False)
            elif isinstance(effect, SetAgentState):
                if effect.state == "in_call":
                    self._talking_ns[effect.agent] = event.t_ns
                elif (since_ns := self._talking_ns.pop(effect.agent, None)) is not None:
                    overlap_ns = min(event.t_ns, self._to_ns) - max(since_ns, self._from_ns)
                    self.busy_s += max(0, overlap_ns) / NS_PER_S

    @property
    def all_done(self) -> bool:
        """Whether it is known of everybody what became of them."""
        return not self._answered_ns

    def _served(self, call: str, t_ns: int, *, lost: bool) -> None:
        if (answered_ns := self._answered_ns.pop(call, None)) is not None:
            self.answerers.append(Answerer((t_ns - answered_ns) / NS_PER_S, lost))


def run(
    settings: RunSettings,
    people: WorldSettings,
    count: int,
    until_s: float,
    on_entry: OnEntry,
    make_pacer: MakePacer = pacer_of,
) -> None:
    """Simulate `until_s` seconds with `count` leads."""
    until_ns = START_NS + ns(until_s)
    simulate(settings, people, leads(count), START_NS, until_ns, on_entry=on_entry, make_pacer=make_pacer)
