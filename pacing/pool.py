"""Campaigns that share agents: whoever answers in one of them takes an agent from all.

So their calls lie in one policy's memory, with each call's own chance; and each campaign is limited by
its own account of abandons, by those of the campaigns whose calls it may cost an agent, and by one for
all together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacing.ledger import Ledger
from pacing.pacer import Pacer
from pacing.records import (
    EVERYBODY,
    Abandoned,
    Answered,
    Connected,
    Ended,
    Leaving,
    Observation,
    PacingDecision,
    PacingInput,
)


class Pool:
    """The pacers of campaigns that share agents; one campaign alone is paced by its own pacer.

    Parameters
    ----------
    pacers : Mapping[str, Pacer]
        By campaign. All of one policy: that of the first proposes for all, so its settings hold for all,
        and its `lines` must be those of all together.

    Raises
    ------
    ValueError
        For no pacer, or pacers of several policies.
    """

    def __init__(self, pacers: Mapping[str, Pacer]) -> None:
        names = sorted({pacer.name for pacer in pacers.values()})
        if len(names) != 1:
            raise ValueError(f"campaigns that share agents must have one policy, not {', '.join(names) or 'none'}")
        self.name = names[0]
        self._pacers = dict(pacers)
        self._first, *rest = self._pacers.values()
        self._ledger: Ledger | None = None
        if rest:
            self._ledger = self._first.guard.ledger.together([pacer.guard.ledger for pacer in rest])
        # Persons who have no agent yet: they wait, or talk with a robot that they may ask for one.
        self._without: dict[str, dict[str, None]] = {campaign: {} for campaign in pacers}

    def observe(self, campaign: str, event: Observation) -> None:
        """Tell what happened to a call of a campaign; no two calls of the pool have one name."""
        if self._ledger is None:
            self._first.observe(event)
            return
        self._pacers[campaign].guard.observe(event)
        self._ledger.observe(event)
        self._first.policy.observe(event)
        match event:
            case Answered() if event.by_person:
                self._without[campaign][event.call] = None
            case Connected() | Abandoned() | Ended():
                self._without[campaign].pop(event.call, None)
            case _:
                pass

    def decide(self, campaign: str, floors: Mapping[str, PacingInput]) -> PacingDecision:
        """Return how many calls `campaign` is to place now.

        Parameters
        ----------
        floors
            What every campaign of the pool sees: the agents who serve it, its own calls, its own lines.
        """
        if self._ledger is None:
            return self._first.decide(floors[campaign])
        # Whose calls could lose an agent. Each must find enough of its own agents for the calls of all: then
        # there is one for every answer, in whatever order the answers come and whoever takes them.
        at_risk = {
            name: floor for name, floor in floors.items() if name == campaign or floor.in_flight or self._without[name]
        }
        wrapping = min(floor.wrapping for floor in at_risk.values())
        shared = floors[campaign]._replace(
            idle=min(floor.idle for floor in at_risk.values()),
            busy=min(floor.busy - floor.wrapping for floor in at_risk.values()) + wrapping,
            wrapping=wrapping,
            in_flight=sum(floor.in_flight for floor in floors.values()),
            waiting=sum(floor.waiting for floor in floors.values()),
            leaving=max((floor.leaving for floor in at_risk.values()), key=_how_many),
        )
        beside = {name: self._pacers[name].guard.ledger for name in at_risk if name != campaign}
        guard = self._pacers[campaign].guard
        return guard.limit(shared, self._first.policy, {EVERYBODY: self._ledger, **beside})

    def learned(self, campaign: str) -> dict[str, Any]:
        """Return what a later run of `campaign` can begin with, see `Pacer.learned`; calls teach all of a pool."""
        return self._pacers[campaign].learned() | {"learned": self._first.policy.learned()}

    def begin(self, campaign: str, learned: Mapping[str, Any]) -> None:
        """Begin with what `learned` returned for a campaign, see `Pacer.begin`; the first one's policy counts."""
        self._pacers[campaign].begin(learned)

    def state(self) -> dict[str, Any]:
        """Return everything that the next decision depends on, as plain numbers, lists and dictionaries."""
        if self._ledger is None:
            return self._first.state()
        return {
            "policy": self._first.policy.state(),
            "guards": {name: pacer.guard.state() for name, pacer in self._pacers.items()},
            "ledger": self._ledger.state(),
            "without": {name: list(calls) for name, calls in self._without.items()},
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        if self._ledger is None:
            self._first.load(state)
            return
        self._first.policy.load(state["policy"])
        for name, pacer in self._pacers.items():
            pacer.guard.load(state["guards"][name])
        self._ledger.load(state["ledger"])
        self._without = {name: dict.fromkeys(calls) for name, calls in state["without"].items()}


def _how_many(leaving: tuple[Leaving, ...]) -> int:
    return sum(some.idle + some.talking + some.wrapping for some in leaving)
