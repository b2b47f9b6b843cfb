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

    `first` is the number of the first lead of the present plan.
    """

    first: int = 0
    touched: dict[int, LeadStatus] = {}
    ready: list[int] = []
    deferred: list[tuple[int, int]] = []


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
            heappush(self.state.ready, _ready_key(lead, 0, False, number))

    def withdraw(self) -> None:
        """Take every lead so far out of the queue for good; those in somebody's hands are finished there."""
        state = self.state
        held = [number for number, status in state.touched.items() if status.state == "held"]
        for number in [key & 0xFFFFFFFF for key in state.ready] + [number for _, number in state.deferred] + held:
            if number in state.touched:
                self.move(self._leads[number].id, "close")
        state.ready.clear()
        state.deferred.clear()
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
        """Whether a lead is queued."""
        return bool(self.state.ready)

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
        heappush(self.state.ready, _ready_key(self._leads[number], status.attempts, status.callback, number))


def _ready_key(lead: Lead, attempts: int, callback: bool, number: int) -> int:
    rank = _CALLBACK_RANK if callback else _LOWEST_RANK - lead.priority
    return (rank << 40 | min(attempts, 255) << 32) | number
