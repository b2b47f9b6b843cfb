"""When contacts of each kind happened, per person, debt, number or campaign."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from operator import attrgetter
from typing import Literal, TypeAlias

import msgspec

from strategies.compliance.records import Contact, Reach
from strategies.compliance.rulebook import Applies, Frequency, Lockout, Scope

Key: TypeAlias = str | tuple[str, ...]


class Counted(msgspec.Struct, frozen=True):
    """What a counter counts. Rules that count the same share one counter.

    An event has the time at which the contact was reserved, or for ``moment="settled"``, which
    lockouts use, the later time at which it ended. `inbound`: contacts that the person began count too.
    """

    key: tuple[Scope, ...]
    reaches: tuple[Reach, ...]
    applies: Applies
    moment: Literal["reserved", "settled"]
    inbound: bool


def counted(rule: Frequency | Lockout) -> Counted:
    """Return what `rule` counts."""
    match rule:
        case Frequency():
            applies = msgspec.structs.replace(rule.applies, channel=()) if rule.any_medium else rule.applies
            return Counted(rule.key, tuple(sorted(rule.counts)), applies, "reserved", rule.inbound)
        case Lockout():
            return Counted(rule.key, tuple(sorted(rule.after)), rule.applies, "settled", rule.inbound)


class Counter:
    """Sorted times of events by key. A contact that is not settled counts as if it were the worst.

    Parameters
    ----------
    what : Counted
        Its definition.
    horizon_ns : int
        How old an event may be and still matter to a rule.
    """

    def __init__(self, what: Counted, horizon_ns: int) -> None:
        self.what, self.horizon_ns = what, horizon_ns
        self.key_of: Callable[[Contact], Key] = attrgetter(*what.key)
        self.times: dict[Key, list[int]] = {}

    def reserve(self, contact: Contact, t_ns: int) -> None:
        """Count a contact that begins."""
        key = self.key_of(contact)
        times = self.times.get(key)
        if times is None:
            self.times[key] = [t_ns]
        else:
            del times[: bisect_left(times, t_ns - self.horizon_ns)]
            insort(times, t_ns)

    def settle(self, contact: Contact, reserved_ns: int, reach: Reach, t_ns: int) -> None:
        """Keep what was reserved at `reserved_ns`, or take it back if `reach` does not count."""
        counts = reach in self.what.reaches
        if counts and self.what.moment == "reserved":
            return
        key = self.key_of(contact)
        times = self.times.setdefault(key, [])
        place = bisect_left(times, reserved_ns)
        if times[place : place + 1] == [reserved_ns]:  # else it is older than the horizon and forgotten
            del times[place]
        if counts:
            insort(times, t_ns)
        if not times:
            del self.times[key]

    def record(self, contact: Contact, reach: Reach, t_ns: int) -> None:
        """Count a contact that the person began, if this counter does."""
        if self.what.inbound and reach in self.what.reaches:
            self.reserve(contact, t_ns)

    def forget(self, t_ns: int) -> None:
        """Drop what is of no consequence from `t_ns` on."""
        for key, times in list(self.times.items()):
            del times[: bisect_left(times, t_ns - self.horizon_ns)]
            if not times:
                del self.times[key]
