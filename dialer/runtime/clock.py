"""The run's clock: real time that never goes back, or virtual time that jumps to the next timer."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable
from datetime import date, datetime, tzinfo

from dialer.core.units import NS_PER_S


class RealClock:
    """Wall time at the start of the run, advanced by the monotonic clock from there.

    A wall clock that is set back while the run goes on is not noticed, and one that was set back
    before the start is overruled by the journal: time begins no earlier than `not_before_ns`.
    """

    def __init__(self, not_before_ns: int = 0) -> None:
        self._start_ns = max(time.time_ns(), not_before_ns)
        self._start_monotonic_ns = time.monotonic_ns()

    def now_ns(self) -> int:
        """Return the present instant."""
        return self._start_ns + time.monotonic_ns() - self._start_monotonic_ns

    def call_at(self, t_ns: int, action: Callable[[], None]) -> None:
        """Call `action()` at `t_ns`, never before it."""

        def fire() -> None:
            if self.now_ns() < t_ns:  # the loop rounds its deadlines down
                self.call_at(t_ns, action)
            else:
                action()

        asyncio.get_running_loop().call_later(max(0.0, (t_ns - self.now_ns()) / NS_PER_S), fire)


def today(zone: tzinfo) -> date:
    """Return the present date in `zone`."""
    return datetime.fromtimestamp(time.time(), zone).date()


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer whenever nothing else is to be done.

    Its time starts at 0. Seconds as floating-point numbers are exact to well under a nanosecond for
    runs of three weeks, so whole nanoseconds survive the way through `call_at` and back.
    """

    def __init__(self) -> None:
        self._now_s = 0.0
        super().__init__(_JumpingSelector(self))
        # Less than the nanosecond between two timers, and more than the last binary digit of weeks in
        # seconds: a smaller one is lost when the loop adds it to the time, and then no timer is ever due.
        self._clock_resolution = 5e-10

    def time(self) -> float:
        """Return virtual seconds since the loop was made."""
        return self._now_s

    def jump(self, by_s: float) -> None:
        """Move time forward."""
        self._now_s += by_s


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("virtual time stands still: nothing is due and nobody can wake the run")
        if timeout > 0:
            self._loop.jump(timeout)
        return super().select(0)


class VirtualClock:
    """The clock of a `VirtualTimeLoop`, beginning at `start_ns`."""

    def __init__(self, start_ns: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._start_ns = start_ns - round(self._loop.time() * NS_PER_S)

    def now_ns(self) -> int:
        """Return the present virtual instant."""
        return self._start_ns + round(self._loop.time() * NS_PER_S)

    def call_at(self, t_ns: int, action: Callable[[], None]) -> None:
        """Call `action()` when virtual time reaches `t_ns`."""
        self._loop.call_at((t_ns - self._start_ns) / NS_PER_S, action)
