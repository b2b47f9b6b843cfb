"""People who do again what they did: the recorded outcome where lead and attempt are the same, the model elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import duckdb

from dialer.core.effects import PlaceCall
from dialer.core.units import NS_PER_S, ns
from simulator.world.people import Conversation, Fate, People
from simulator.world.settings import WorldSettings

NEAR_S = 3600
"""A recorded outcome stands for a call at another time of day only if it is no further than this (house value)."""

_DAY_S = 86_400

Key = tuple[str, str, int]
"""Campaign, lead and number of the attempt."""


class Recorded(NamedTuple):
    """What became of an attempt.

    `end` as in `Fate`; `ring_ns` how long it rang, negative when it never did; `talk_ns` None without a conversation.
    """

    placed_ns: int
    end: str
    ring_ns: int
    limit_ns: int
    talk_ns: int | None
    disposition: str
    promise_cents: int | None


def recorded(database: duckdb.DuckDBPyConnection, timeout_s: float) -> dict[Key, Recorded]:
    """Return what became of every attempt of a history.

    `database` has the view of `simulator.calibrate.observe.prepare`. What nobody can say anything about is left out.
    """
    rows = database.execute(
        f"""
        SELECT campaign, lead,
            coalesce(attempt_number, row_number() OVER (PARTITION BY campaign, lead ORDER BY placed_at)),
            epoch_ns(placed_at), fate, coalesce(ring_s, rang_s, -1), coalesce(ring_timeout_s, {timeout_s}), talk_s,
            disposition, promise_cents
        FROM call WHERE fate IN ('person', 'machine', 'busy', 'rejected', 'no_answer', 'not_in_service', 'congestion')
        """
    ).fetchall()
    found: dict[Key, Recorded] = {}
    for campaign, lead, number, placed_ns, fate, ring_s, limit_s, talk_s, disposition, cents in rows:
        rings = fate in ("person", "machine", "rejected", "no_answer")
        limit_ns = ns(limit_s)
        ring_ns = limit_ns if fate == "no_answer" else ns(max(0.0, ring_s)) if rings else -1
        talk_ns = None if talk_s is None else max(1, ns(talk_s))
        found[campaign, lead, number] = Recorded(placed_ns, fate, ring_ns, limit_ns, talk_ns, disposition, cents)
    return found


class RecordedPeople(People):
    """Everyone, as they were recorded where the record fits.

    Parameters
    ----------
    settings, zones
        As for `People`: the model for what was not recorded.
    known : Mapping
        See `recorded`.

    Attributes
    ----------
    modelled : dict of str to bool
        By call, whether any part of what became of it is the model's.
    """

    def __init__(self, settings: WorldSettings, zones: Mapping[str, str], known: Mapping[Key, Recorded]) -> None:
        super().__init__(settings, zones)
        self._known = known
        self.modelled: dict[str, bool] = {}

    def fate(self, call: PlaceCall, placed_ns: int) -> Fate:
        """Return what became of this attempt, or what the model says."""
        was = self._known.get((call.campaign, call.lead, call.attempt))
        limit_ns = ns(call.ring_timeout_s)
        # Whoever did not answer until the old time-out may answer before a longer one.
        fits = (
            was is not None
            and _near(was.placed_ns, placed_ns)
            and not (was.end == "no_answer" and limit_ns > was.limit_ns)
        )
        self.modelled[call.call] = not fits
        if was is None or not fits:
            return super().fate(call, placed_ns)
        if was.ring_ns >= limit_ns:
            return Fate("no_answer", limit_ns)
        return Fate(was.end, was.ring_ns)

    def disposition(self, call: PlaceCall) -> str:
        """Return how the conversation ended, or would end."""
        was = self._talk(call)
        return super().disposition(call) if was is None else was.disposition

    def conversation(self, call: PlaceCall) -> Conversation:
        """Return what the agent wrote down, or would write down."""
        was = self._talk(call)
        if was is None or was.disposition == "callback":
            return super().conversation(call)
        return Conversation(was.disposition, None, was.promise_cents)

    def talk_ns(self, call: PlaceCall, agent: str) -> int:
        """Return how long the talk was, or would be."""
        was = self._talk(call)
        return super().talk_ns(call, agent) if was is None or was.talk_ns is None else was.talk_ns

    def _talk(self, call: PlaceCall) -> Recorded | None:
        """Return the record of a call's conversation; a person whom nobody spoke to then is the model's now."""
        was = self._known.get((call.campaign, call.lead, call.attempt))
        if was is None or self.modelled.get(call.call, True):
            return None
        if was.talk_ns is None or was.disposition not in self._talk_s:
            self.modelled[call.call] = True
            return None
        return was


def _near(one_ns: int, other_ns: int) -> bool:
    """Whether two instants are close by the clock, on whatever days."""
    apart_s = abs(one_ns - other_ns) // NS_PER_S % _DAY_S
    return min(apart_s, _DAY_S - apart_s) <= NEAR_S
