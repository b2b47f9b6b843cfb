"""Progressive dialling has an exact idle time, whatever the size of the group.

An agent with one line is idle for one answered call and for the failed ones before it:
``t_answer + (1 - p) / p * t_fail`` per connect, and nobody who answers is ever abandoned.
"""

from __future__ import annotations

from collections import Counter
from math import exp

import pytest

from dialer.core.effects import PlaceCall, PlayMessage, SetAgentState
from dialer.core.events import AnyEvent
from dialer.core.units import NS_PER_S
from simulator.world.laws import Constant, Exponential
from tests.truth.exact import controlled, estimate
from tests.truth.floor import campaign, run, world

SET_UP_S, RING_S, TIMEOUT_S, TALK_S = 2.0, 8.0, 20.0, 30.0
ANSWER, BUSY = 0.4, 0.3
IN_TIME = 1 - exp(-TIMEOUT_S / RING_S)
ANSWERS = ANSWER * IN_TIME
CONNECTS = 12
"""Idle times looked at per agent: always the first ones, since those that fit into a time are shorter."""


def exact_idle_s() -> float:
    ring_s = RING_S - TIMEOUT_S * (1 - IN_TIME) / IN_TIME
    fail_s = SET_UP_S + TIMEOUT_S * (1 - (1 - ANSWER) * BUSY / (1 - ANSWERS))
    return SET_UP_S + ring_s + (1 - ANSWERS) / ANSWERS * fail_s


class Idle:
    """By agent, every idle time in seconds with the calls that failed in it; and how many people were abandoned."""

    def __init__(self) -> None:
        self._since_ns: dict[str, int] = {}
        self._dials: Counter[str | None] = Counter()
        self.idle: dict[str, list[tuple[float, int]]] = {}
        self.abandoned = 0

    def __call__(self, event: AnyEvent, effects: tuple, _record: object) -> None:
        for effect in effects:
            if isinstance(effect, SetAgentState):
                if effect.state in ("ready", "reserved"):
                    self._since_ns.setdefault(effect.agent, event.t_ns)
                elif effect.state == "in_call":
                    idle_ns = event.t_ns - self._since_ns.pop(effect.agent)
                    fails = self._dials.pop(effect.agent) - 1
                    self.idle.setdefault(effect.agent, []).append((idle_ns / NS_PER_S, fails))
            elif isinstance(effect, PlaceCall):
                self._dials[effect.agent] += 1
            self.abandoned += isinstance(effect, PlayMessage)


@pytest.mark.parametrize(("agents", "replications"), [(1, 60), (6, 10), (30, 2)])
def test_idle_per_connect(agents: int, replications: int) -> None:
    settings = campaign(mode="progressive", ring_timeout_s=TIMEOUT_S)
    seen_idle: list[tuple[float, int]] = []
    for seed in range(replications):
        seen = Idle()
        people = world(
            seed=seed,
            agents=agents,
            talk=Constant(value_s=TALK_S),
            answer_share=ANSWER,
            ring=Exponential(mean_s=RING_S),
            busy_share=BUSY,
            set_up=Constant(value_s=SET_UP_S),
        )
        run(settings, people, 200 * agents, 2400.0, seen)
        assert seen.abandoned == 0
        assert len(seen.idle) == agents
        assert min(map(len, seen.idle.values())) >= CONNECTS
        seen_idle += [idle for own in seen.idle.values() for idle in own[:CONNECTS]]
    idle_s, fails = zip(*seen_idle, strict=True)
    assert estimate(fails).agrees(1 / ANSWERS - 1, within_share=0.2)
    assert estimate(idle_s).agrees(exact_idle_s(), within_share=0.15)
    assert controlled(idle_s, fails, 1 / ANSWERS - 1).agrees(exact_idle_s(), within_share=0.05)
