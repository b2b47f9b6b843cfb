"""Real time is never early and never goes back; virtual time is exact to the nanosecond."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.core.units import NS_PER_S
from dialer.runtime.clock import RealClock, VirtualClock
from tests.unit.runtime.parts import in_virtual_time

WEEK_NS = 7 * 24 * 3600 * NS_PER_S
START_NS = 1_780_000_000_123_456_789


def test_real_time_is_never_early() -> None:
    async def go() -> list[tuple[int, int]]:
        clock, fired = RealClock(), list[tuple[int, int]]()
        done = asyncio.Event()

        def at(due_ns: int, last: bool = False) -> None:
            def fire() -> None:
                fired.append((due_ns, clock.now_ns()))
                if last:
                    done.set()

            clock.call_at(due_ns, fire)

        now_ns = clock.now_ns()
        for delay_ns in (-5, 0, 1, 999, 100_001, 1_500_000, 2_999_999, 7_000_001):
            at(now_ns + delay_ns)
        at(now_ns + 12_000_000, last=True)
        await done.wait()
        return fired

    fired = asyncio.run(go())
    assert len(fired) == 9
    assert all(now_ns >= due_ns for due_ns, now_ns in fired)


def test_an_instant_that_has_passed_is_not_called_at_once_but_next() -> None:
    async def go() -> list[str]:
        clock, order = RealClock(), list[str]()
        clock.call_at(0, lambda: order.append("called"))
        order.append("returned")
        await asyncio.sleep(0.001)
        return order

    assert asyncio.run(go()) == ["returned", "called"]


def test_real_time_begins_no_earlier_than_the_past_ended() -> None:
    async def go() -> tuple[int, int, int]:
        future_ns = time.time_ns() + WEEK_NS
        clock = RealClock(not_before_ns=future_ns)
        first = clock.now_ns()
        await asyncio.sleep(0.002)
        return future_ns, first, clock.now_ns()

    future_ns, first, later = asyncio.run(go())
    assert future_ns <= first < later < future_ns + WEEK_NS


def test_real_time_is_the_wall_clock_when_the_past_is_past() -> None:
    async def go() -> tuple[int, int, int]:
        before_ns = time.time_ns()
        return before_ns, RealClock(not_before_ns=before_ns - WEEK_NS).now_ns(), time.time_ns()

    before_ns, now_ns, after_ns = asyncio.run(go())
    assert before_ns - NS_PER_S < now_ns < after_ns + NS_PER_S


def test_a_wall_clock_that_is_set_back_meanwhile_is_not_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> tuple[int, int]:
        clock = RealClock()
        first = clock.now_ns()
        monkeypatch.setattr(time, "time_ns", lambda: 0)
        return first, clock.now_ns()

    first, later = asyncio.run(go())
    assert later >= first


@given(st.lists(st.integers(0, 3 * WEEK_NS), min_size=1, max_size=20))
def test_virtual_time_jumps_to_every_nanosecond(delays_ns: list[int]) -> None:
    async def go() -> list[int]:
        clock, fired = VirtualClock(START_NS), list[int]()
        for delay_ns in delays_ns:
            clock.call_at(START_NS + delay_ns, lambda: fired.append(clock.now_ns()))
        done = asyncio.Event()
        clock.call_at(START_NS + 3 * WEEK_NS + 1, done.set)
        await done.wait()
        return fired

    assert in_virtual_time(go()) == [START_NS + delay_ns for delay_ns in sorted(delays_ns)]


def test_virtual_time_stands_still_while_there_is_work() -> None:
    async def go() -> tuple[int, int]:
        clock = VirtualClock(START_NS)
        for _ in range(100):
            await asyncio.sleep(0)
        before = clock.now_ns()
        await asyncio.sleep(3600)
        return before, clock.now_ns()

    assert in_virtual_time(go()) == (START_NS, START_NS + 3600 * NS_PER_S)


def test_a_clock_made_later_begins_at_its_own_start() -> None:
    async def go() -> int:
        await asyncio.sleep(5)
        return VirtualClock(START_NS).now_ns()

    assert in_virtual_time(go()) == START_NS


def test_virtual_time_says_when_nothing_can_ever_happen() -> None:
    async def go() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="nothing is due"):
        in_virtual_time(go())
