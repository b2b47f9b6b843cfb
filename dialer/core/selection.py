"""Which lead is next: the leads of one campaign, in the order in which they are to be dialled.

A lead is in exactly one place: the ready heap (``queued``), the deferred heap (``deferred``), with those who
wait for the person to be tried (``held``, see `dialer.core.parties`), or in somebody's hands (``offered``,
``dialling``, ``closed``). A million leads must fit: a lead that was
never touched costs one integer in the heap and one entry in the index beside its record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

import msgspec

from dialer.core.errors import InvariantError
from dialer.core.lead import LEAD, Lead, LeadStatus

_CALLBACK_RANK = 0
_LOWEST_RANK = 65536


class BookState(msgspec.Struct):
    """The part of a lead book that changes. The leads themselves never do: the journal has them already.

    `first` is the number of the first lead of the present plan. `own` has by agent the queue of leads that are
    called for that agent alone, `held` by lead who has claimed it; an entry of `own` counts while it is true.
    """

    first: int = 0
    touched: dict[int, LeadStatus] = {}
    ready: list[int] = []
    deferred: list[tuple[int, int]] = []
    own: dict[str, list[int]] = {}
    held: dict[int, str] = {}


class LeadBook:
    """The leads of one campaign.

    Order: callbacks that are due, then by priority, then fewer attempts, then the order of arrival.
    """

    def __init__(self, state: BookState | None = None) -> None:
        self.state = state or BookState()
        self._leads: list[Lead] = []
        self._index: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._leads)

    def __contains__(self, lead: str) -> bool:
        return lead in self._index

    def remember(self, leads: Iterable[Lead]) -> Iterator[tuple[int, Lead]]:
        """Give numbers to leads and yield those that are new; one whose id is known already is ignored."""
        for lead in leads:
            if lead.id not in self._index:
                number = self._index[lead.id] = len(self._leads)
                self._leads.append(lead)
                yield number, lead

    def add(self, leads: Iterable[Lead]) -> None:
        """Queue the leads that are new."""
        for number, lead in self.remember(leads):
            self._queue(lead, number, LeadStatus())

    def withdraw(self) -> None:
        """Take every lead so far out of the queue for good; those in somebody's hands are finished there."""
        state = self.state
        queued = [key & 0xFFFFFFFF for keys in (state.ready, *state.own.values()) for key in keys]
        held = [number for number, status in state.touched.items() if status.state == "held"]
        for number in [*queued, *(number for _, number in state.deferred), *held]:
            if number in state.touched and state.touched[number].state in ("queued", "deferred", "held"):
                self.move(self._leads[number].id, "close")
        state.ready.clear()
        state.deferred.clear()
        state.own.clear()
        state.held.clear()
        state.first = len(self._leads)

    def is_current(self, lead: str) -> bool:
        """Return whether a lead belongs to the present plan."""
        return self._index[lead] >= self.state.first

    def lead(self, lead: str) -> Lead:
        """Return the record of a lead."""
        return self._leads[self._index[lead]]

    def status(self, lead: str) -> LeadStatus:
        """Return where a lead stands, beginning its status if it had none."""
        return self.state.touched.setdefault(self._index[lead], LeadStatus())

    def pop(self) -> Lead | None:
        """Take the next queued lead out of the queue, None when there is none. The caller moves it on."""
        if not self.state.ready:
            return None
        return self._leads[heappop(self.state.ready) & 0xFFFFFFFF]

    @property
    def has_ready(self) -> bool:
        """Whether a lead is queued, perhaps for agents of its own."""
        return bool(self.state.ready or self.state.own)

    @property
    def has_own(self) -> bool:
        """Whether a lead is queued that is called for one agent alone."""
        return bool(self.state.own)

    def pop_own(self, agent: str) -> Lead | None:
        """Take the next lead that is called for `agent` alone out of the queue, None when there is none."""
        keys = self.state.own.get(agent)
        while keys:
            lead = self._leads[heappop(keys) & 0xFFFFFFFF]
            if not keys:
                del self.state.own[agent]
            if self._owner(lead) == agent and self.is_current(lead.id) and self.status(lead.id).state == "queued":
                return lead
        return None

    def hold(self, lead: str, agent: str | None) -> None:
        """Note who has claimed a lead of the present plan; None: nobody any more."""
        number = self._index[lead]
        if not self.is_current(lead) or self.state.held.get(number) == agent:
            return
        if agent is None:
            del self.state.held[number]
            return
        self.state.held[number] = agent
        if (status := self.state.touched.get(number, LeadStatus())).state == "queued":
            self._queue(self._leads[number], number, status)

    def _owner(self, lead: Lead) -> str | None:
        """Return the one agent for whom a lead may be called; empty when there is none at present, None: any."""
        if lead.assigned is None or lead.assigned.way == "prefer":
            return None
        return lead.assigned.agent if lead.assigned.way == "require" else self.state.held.get(self._index[lead.id], "")

    def _queue(self, lead: Lead, number: int, status: LeadStatus) -> None:
        owner = self._owner(lead)
        key = _ready_key(lead, status.attempts, status.callback, number)
        if owner is None:
            heappush(self.state.ready, key)
        elif owner:
            heappush(self.state.own.setdefault(owner, []), key)

    def move(self, lead: str, trigger: str) -> LeadStatus:
        """Apply a transition of the lead table; raise `InvariantError` when it has none."""
        status = self.status(lead)
        following = LEAD.next(status.state, trigger)
        if following is None:
            raise InvariantError(f"lead {lead} is {status.state}: {trigger} is impossible")
        status.state = following
        return status

    def defer(self, lead: str, trigger: str, until_ns: int) -> None:
        """Put a lead aside until `until_ns`."""
        self.move(lead, trigger)
        heappush(self.state.deferred, (until_ns, self._index[lead]))

    @property
    def next_due_ns(self) -> int | None:
        """When the earliest deferred lead is due."""
        return self.state.deferred[0][0] if self.state.deferred else None

    def release_due(self, now_ns: int) -> None:
        """Queue every deferred lead whose time has come."""
        state = self.state
        while state.deferred and state.deferred[0][0] <= now_ns:
            _, number = heappop(state.deferred)
            self.release(self._leads[number].id)

    def release(self, lead: str) -> None:
        """Queue a lead that was put aside or held."""
        number, status = self._index[lead], self.move(lead, "due")
        self._queue(self._leads[number], number, status)


def _ready_key(lead: Lead, attempts: int, callback: bool, number: int) -> int:
    rank = _CALLBACK_RANK if callback else _LOWEST_RANK - lead.priority
    return (rank << 40 | min(attempts, 255) << 32) | number
