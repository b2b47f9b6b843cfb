"""The people: who can be reached, what becomes of an attempt, and how a conversation goes.

Everything is a pure function of an identity and the seed: the same person meets the same attempt at the
same hour in the same way, whatever the engine does to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from math import ceil, log
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dialer.core.effects import PlaceCall
from dialer.core.rng import uniform
from dialer.core.units import NS_PER_S, ns
from simulator.world.laws import Lognormal, Quantile, beta_quantile, chooser, log_spread, quantile
from simulator.world.settings import WorldSettings

_NEVER_RINGS = -1
_HOUR_PART_NS = 900 * NS_PER_S
"""Offsets of time zones are multiples of a quarter of an hour, so the hour is constant in between."""


class Fate(NamedTuple):
    """What becomes of an attempt if we let it ring.

    `end` is ``person``, ``machine``, or a cause of `dialer.core.call.CAUSES`; `ring_ns` how long it
    rings before that, negative for a call that never rings.
    """

    end: str
    ring_ns: int


class Conversation(NamedTuple):
    """How an agent and a person get on; `callback_ns` and `promise_cents` as in `CallDispositioned`."""

    disposition: str
    callback_after_ns: int | None
    promise_cents: int | None


class People:
    """Everyone who can be called, and the agents' temper.

    Parameters
    ----------
    settings : WorldSettings
        The world.
    zones : Mapping[str, str]
        By person, the IANA zone in which the person is; UTC for a person without an entry.
    """

    def __init__(self, settings: WorldSettings, zones: Mapping[str, str]) -> None:
        self._seed, self._zones, self._people = settings.seed, zones, settings.people
        self._carrier, self._speed_sigma = settings.carrier, settings.floor.speed_sigma
        people = settings.people
        # Relative to the best hour, so that no hour can lift anybody above certainty.
        self._best_share = max(people.answer_share_by_hour)
        self._reach: Quantile | None = None
        if people.reachability_concentration is not None and 0 < self._best_share < 1:
            self._reach = beta_quantile(self._best_share, people.reachability_concentration)
        self._unanswered = chooser(
            {
                "machine": people.machine_share,
                "busy": people.busy_share,
                "rejected": people.rejected_share,
                "no_answer": 1.0 - people.machine_share - people.busy_share - people.rejected_share,
            }
        )
        self._disposition = chooser({name: outcome.share for name, outcome in people.outcomes.items()})
        self._talk_s = {name: quantile(outcome.talk) for name, outcome in people.outcomes.items()}
        self._ring_s, self._machine_ring_s = quantile(people.ring), quantile(people.machine_ring)
        self._callback_s = quantile(people.callback_after)
        self._promise_cents = quantile(Lognormal(mu=log(people.promise_median_cents), sigma=people.promise_sigma))
        self._patience_s = quantile(people.patience) if people.patience else None
        self._robot_s = quantile(people.robot_talk)

    def answer_share(self, person: str, segment: str, t_ns: int) -> float:
        """Return the chance that this person answers a call placed at `t_ns`."""
        best = self._best_share if self._reach is None else self._reach(uniform(self._seed, "reach", person))
        weekday, hour = local_hour(self._zones.get(person, "UTC"), t_ns // _HOUR_PART_NS)
        by_hour = self._people.answer_share_by_hour[hour] / (self._best_share or 1.0)
        factor = self._people.segment_factor.get(segment, 1.0) * self._people.weekday_factor[weekday]
        return min(1.0, best * by_hour * factor)

    def fate(self, call: PlaceCall, placed_ns: int) -> Fate:
        """Return what becomes of a call that is placed at `placed_ns`."""
        seed, lead, attempt = self._seed, call.lead, call.attempt
        if uniform(seed, "number", call.number) < self._carrier.not_in_service_share:
            return Fate("not_in_service", _NEVER_RINGS)
        if uniform(seed, "network", lead, attempt) < self._carrier.congestion_share:
            return Fate("congestion", _NEVER_RINGS)
        luck = uniform(seed, "answer", lead, attempt)
        person = self.answer_share(call.person, call.why.segment, placed_ns)
        end = "person" if luck < person else self._unanswered((luck - person) / (1.0 - person))
        if end == "busy":
            return Fate(end, _NEVER_RINGS)
        limit_ns = ns(call.ring_timeout_s)
        if end == "no_answer":
            return Fate(end, limit_ns)
        ring_s = self._machine_ring_s if end == "machine" else self._ring_s
        ring_ns = ns(ring_s(uniform(seed, "ring", lead, attempt)))
        return Fate(end, ring_ns) if ring_ns < limit_ns else Fate("no_answer", limit_ns)

    def disposition(self, call: PlaceCall) -> str:
        """Return how a conversation on this call would end; one with somebody who owes nothing settles nothing."""
        if call.why.party == "contact" and "third_party" in self._talk_s:
            return "third_party"
        return self._disposition(uniform(self._seed, "outcome", call.lead, call.attempt))

    def conversation(self, call: PlaceCall) -> Conversation:
        """Return what an agent writes down after a conversation on this call."""
        disposition, key = self.disposition(call), (call.lead, call.attempt)
        if disposition == "callback":
            after_ns = ns(self._callback_s(uniform(self._seed, "callback", *key)))
            return Conversation(disposition, after_ns, None)
        if disposition == "promise":
            return Conversation(disposition, None, ceil(self._promise_cents(uniform(self._seed, "promise", *key))))
        return Conversation(disposition, None, None)

    def talk_ns(self, call: PlaceCall, agent: str) -> int:
        """Return how long this agent and the person on this call talk."""
        talk_s = self._talk_s[self.disposition(call)]
        return ns(talk_s(uniform(self._seed, "talk", call.lead, call.attempt)) * self.slowness(agent))

    def robot_ns(self, call: PlaceCall) -> int:
        """Return how long the person on this call talks with a robot."""
        return ns(self._robot_s(uniform(self._seed, "robot", call.lead, call.attempt)))

    def asks_for_agent(self, call: PlaceCall) -> bool:
        """Return whether the person on this call asks the robot for an agent in the end."""
        return uniform(self._seed, "transfer", call.lead, call.attempt) < self._people.transfer_share

    def patience_ns(self, call: PlaceCall) -> int | None:
        """Return how long the answered person stays with nobody on the line, None for ever."""
        if self._patience_s is None:
            return None
        return ns(self._patience_s(uniform(self._seed, "patience", call.lead, call.attempt)))

    def slowness(self, agent: str) -> float:
        """Return the factor on an agent's talk and wrap; 1 on average."""
        return log_spread(uniform(self._seed, "speed", agent), self._speed_sigma)


@lru_cache(maxsize=4096)
def local_hour(zone: str, part: int) -> tuple[int, int]:
    """Return the weekday, 0 is Monday, and the hour on the wall in `zone`, in a quarter of an hour since the epoch."""
    instant = datetime.fromtimestamp(part * _HOUR_PART_NS // NS_PER_S, UTC).astimezone(ZoneInfo(zone))
    return instant.weekday(), instant.hour
