"""Cases that agents claim for themselves: one holder at a time, so many each, and for so long.

Pure: time comes with every call and never goes back. A lease that has run out is void before anything
else is looked at, so no order of calls lets two agents hold one case.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Literal

import msgspec

from strategies.assignment.records import Agent, Case

Refusal = Literal["unknown", "closed", "taken", "skill", "limit", "nothing"]
"""Why a claim is refused: no such case; it is done; another has it; a skill is missing; the agent holds as
many as allowed; no open case fits."""


class Lease(msgspec.Struct, frozen=True):
    """`agent` alone may work on `case` until `until_ns`, which is excluded."""

    case: str
    agent: str
    until_ns: int


class LeasesState(msgspec.Struct):
    """The part of a lease book that changes: its time, the leases, and the cases that nobody may claim."""

    t_ns: int = 0
    leases: list[Lease] = []
    closed: list[str] = []


class LeaseBook:
    """Who holds which case.

    Parameters
    ----------
    limit : int
        Cases that one agent may hold at a time; an agent's own `max_cases` counts too.
    lease_ns : int
        How long a claim lasts, in nanoseconds.
    """

    def __init__(self, limit: int, lease_ns: int) -> None:
        if limit < 1 or lease_ns < 1:
            raise ValueError("limit and lease_ns must be at least 1")
        self.limit, self.lease_ns = limit, lease_ns
        self._t_ns = 0
        self._cases: dict[str, Case] = {}
        self._closed: dict[str, None] = {}
        self._leases: dict[str, Lease] = {}
        self._held: dict[str, set[str]] = {}
        # Open cases by what they need, best first; an entry whose case is not open is passed over.
        self._open: dict[frozenset[str], list[tuple[float, str]]] = {}
        self._ends: list[tuple[int, str]] = []

    def offer(self, cases: Iterable[Case]) -> None:
        """Put cases into the pool; one that is known already keeps its holder, and one that is done is open again."""
        for case in cases:
            if case.id not in self._cases or case.id in self._closed:
                self._cases.setdefault(case.id, case)
                self._closed.pop(case.id, None)
                self._reopen(case.id)

    def claim(self, t_ns: int, agent: Agent, case: str | None = None) -> Lease | Refusal:
        """Let `agent` have `case`, or the most valuable open one that fits; a holder gets the same lease again.

        Raises
        ------
        ValueError
            When `t_ns` is before an earlier call's.
        """
        self.expire(t_ns)
        held = self._held.get(agent.id, set())
        if case is not None:
            if case not in self._cases:
                return "unknown"
            if lease := self._leases.get(case):
                return lease if lease.agent == agent.id else "taken"
            if case in self._closed:
                return "closed"
            if not self._cases[case].needs <= agent.skills:
                return "skill"
        if len(held) >= min(self.limit, agent.max_cases - agent.holds):
            return "limit"
        chosen = case if case is not None else self._first(agent.skills)
        if chosen is None:
            return "nothing"
        lease = self._leases[chosen] = Lease(chosen, agent.id, t_ns + self.lease_ns)
        self._held.setdefault(agent.id, set()).add(chosen)
        heapq.heappush(self._ends, (lease.until_ns, chosen))
        return lease

    def renew(self, t_ns: int, agent: str, case: str) -> Lease | None:
        """Let the holder keep the case for another lease from now; None when `agent` does not hold it."""
        self.expire(t_ns)
        lease = self._leases.get(case)
        if lease is None or lease.agent != agent:
            return None
        lease = self._leases[case] = Lease(case, agent, t_ns + self.lease_ns)
        heapq.heappush(self._ends, (lease.until_ns, case))
        return lease

    def give_back(self, t_ns: int, agent: str, case: str) -> bool:
        """Put a case back into the pool; False when `agent` does not hold it."""
        if not self._let_go(t_ns, agent, case):
            return False
        self._reopen(case)
        return True

    def close(self, t_ns: int, agent: str, case: str) -> bool:
        """Note that the holder is done with a case, for good; False when `agent` does not hold it."""
        if not self._let_go(t_ns, agent, case):
            return False
        self._closed[case] = None
        return True

    def retire(self, case: str) -> None:
        """Take a case out of the pool for now; who holds it keeps it to the end of the lease."""
        self._closed[case] = None

    def expire(self, t_ns: int) -> list[Lease]:
        """End the leases that have run out and return them, the earliest first."""
        if t_ns < self._t_ns:
            raise ValueError(f"time goes back from {self._t_ns} to {t_ns} ns")
        self._t_ns, ended = t_ns, []
        while self._ends and self._ends[0][0] <= t_ns:
            until_ns, case = heapq.heappop(self._ends)
            lease = self._leases.get(case)
            if lease is not None and lease.until_ns == until_ns:
                self._drop(lease)
                self._reopen(case)
                ended.append(lease)
        return ended

    @property
    def next_end_ns(self) -> int | None:
        """When the earliest lease runs out, or did before it was renewed."""
        return self._ends[0][0] if self._ends else None

    def state(self) -> LeasesState:
        """Return what changes; the cases never do."""
        return LeasesState(self._t_ns, list(self._leases.values()), list(self._closed))

    def load(self, state: LeasesState) -> None:
        """Take up what `state` returned, given the cases again."""
        self._t_ns, self._closed = state.t_ns, dict.fromkeys(state.closed)
        for lease in state.leases:
            self._leases[lease.case] = lease
            self._held.setdefault(lease.agent, set()).add(lease.case)
            heapq.heappush(self._ends, (lease.until_ns, lease.case))

    def holder(self, t_ns: int, case: str) -> str | None:
        """Return who holds `case`."""
        self.expire(t_ns)
        lease = self._leases.get(case)
        return None if lease is None else lease.agent

    def held(self, t_ns: int, agent: str) -> frozenset[str]:
        """Return what `agent` holds."""
        self.expire(t_ns)
        return frozenset(self._held.get(agent, ()))

    def counts(self, t_ns: int) -> tuple[int, int, int]:
        """Return how many cases are open, held and closed; every case that was offered is one of them."""
        self.expire(t_ns)
        held, closed = len(self._leases), len(self._closed.keys() - self._leases.keys())
        return len(self._cases) - held - closed, held, closed

    def _let_go(self, t_ns: int, agent: str, case: str) -> bool:
        self.expire(t_ns)
        lease = self._leases.get(case)
        if lease is None or lease.agent != agent:
            return False
        self._drop(lease)
        return True

    def _drop(self, lease: Lease) -> None:
        del self._leases[lease.case]
        self._held[lease.agent].discard(lease.case)

    def _reopen(self, case: str) -> None:
        known = self._cases[case]
        if case in self._closed or case in self._leases:
            return
        heapq.heappush(self._open.setdefault(known.needs, []), (-known.value, case))

    def _first(self, skills: frozenset[str]) -> str | None:
        """Return the most valuable open case that somebody with `skills` may have."""
        heads = [head for needs in self._open if needs <= skills and (head := self._head(needs))]
        return min(heads)[1] if heads else None

    def _head(self, needs: frozenset[str]) -> tuple[float, str] | None:
        pool = self._open[needs]
        while pool and (pool[0][1] in self._leases or pool[0][1] in self._closed):
            heapq.heappop(pool)
        return pool[0] if pool else None
