"""Time as the world lives it. A life is a script, and any driver can run it.

A script is a generator that yields the instant at which it wants to be woken, and after each wake looks
whether it still matters (the call is still up, the agent is still there). It reports nothing before its
first sleep, so every answer of the world to an effect comes at a later instant than the effect.
"""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappop, heappush
from typing import Protocol

from dialer.ports.clock import Clock

Script = Generator[int, None, None]


class Timeline(Protocol):
    """Runs scripts; those that are woken at the same instant in the order in which they fell asleep."""

    def now_ns(self) -> int:
        """Return the present instant."""
        ...

    def begin(self, script: Script) -> None:
        """Run `script` up to its first sleep now, and from there on next to the others."""
        ...


def due_ns(now_ns: int, wake_ns: int, grid_ns: int) -> int:
    """Return when a script that asks for `wake_ns` is woken: later than now, on the grid."""
    return -(-max(wake_ns, now_ns + 1) // grid_ns) * grid_ns


class ClockTimeline:
    """Runs scripts by a clock of the ports; `grid_ns` as in `due_ns`.

    The order of simultaneous wakes is kept here, since a clock promises none.
    """

    def __init__(self, clock: Clock, grid_ns: int) -> None:
        self._clock, self._grid_ns = clock, grid_ns
        self._asleep: list[tuple[int, int, Script]] = []
        self._count = 0

    def now_ns(self) -> int:
        """Return what the clock says."""
        return self._clock.now_ns()

    def begin(self, script: Script) -> None:
        """Run `script` up to its next sleep, and have the clock continue it."""
        wake_ns = next(script, None)
        if wake_ns is not None:
            due = due_ns(self.now_ns(), wake_ns, self._grid_ns)
            self._count += 1
            heappush(self._asleep, (due, self._count, script))
            self._clock.call_at(due, self._wake)

    def _wake(self) -> None:
        while self._asleep and self._asleep[0][0] <= self.now_ns():
            self.begin(heappop(self._asleep)[2])
