"""The clock of a run, the only source of time for everything above the kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Time in whole nanoseconds since the Unix epoch, never going back within a run.

    `call_at` calls `action()` once, at `t_ns` or as soon after it as the machine allows, on the
    thread of the run; an instant that has passed means as soon as possible, never re-entrantly.
    """

    def now_ns(self) -> int:
        """Return the present instant."""
        ...

    def call_at(self, t_ns: int, action: Callable[[], None]) -> None:
        """Arrange for `action()` to be called at `t_ns`."""
        ...
