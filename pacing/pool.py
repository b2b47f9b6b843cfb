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
from pacing.records import EVERYBODY, Observation, PacingDecision, PacingInput


class Pool:
    """The pacers of campaigns that share agents; one campaign alone is paced by its own pacer.

    Parameters
    ----------
    pacers : Mapping[str, Pacer]
        By campaign, all with one policy's name. From now on they share the policy of the first, so its
        settings hold for all, and its `lines` must be those of all together.

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
        for pacer in rest:
            pacer.policy = self._first.policy

    def observe(self, campaign: str, event: Observation) -> None:
        """Tell what happened to a call of a campaign; no two calls of the pool have one name."""
        self._pacers[campaign].observe(event)
        if self._ledger is not None:
            self._ledger.observe(event)

    def decide(self, campaign: str, floors: Mapping[str, PacingInput]) -> PacingDecision:
        """Return how many calls `campaign` is to place now.

        Parameters
        ----------
        floors
            What every campaign of the pool sees: the agents who serve it, its own calls, its own lines.
        """
        if self._ledger is None:
            return self._first.decide(floors[campaign])
        # Whose calls could lose an agent. The calls of all must find enough agents in each of these campaigns:
        # then there is one for every answer, in whatever order the answers come and whoever takes them.
        own = floors[campaign]
        at_risk = {
            name: floor for name, floor in floors.items() if name == campaign or floor.in_flight or floor.waiting
        }
        fewest = min(at_risk.values(), key=lambda floor: floor._replace(horizon_s=own.horizon_s).staying)
        shared = own._replace(
            idle=fewest.idle,
            busy=fewest.busy,
            wrapping=fewest.wrapping,
            leaving=fewest.leaving,
            in_flight=sum(floor.in_flight for floor in floors.values()),
            waiting=sum(floor.waiting for floor in floors.values()),
        )
        beside = {name: self._pacers[name].guard.ledger for name in at_risk if name != campaign}
        guard = self._pacers[campaign].guard
        return guard.limit(shared, self._first.policy, {EVERYBODY: self._ledger, **beside})

    def state(self) -> dict[str, Any]:
        """Return everything that the next decision depends on, as plain numbers, lists and dictionaries."""
        if self._ledger is None:
            return self._first.state()
        return {
            "policy": self._first.policy.state(),
            "guards": {name: pacer.guard.state() for name, pacer in self._pacers.items()},
            "ledger": self._ledger.state(),
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
