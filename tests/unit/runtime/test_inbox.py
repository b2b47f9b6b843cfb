"""Facts leave the inbox in batches, in the order of the one rule."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from dialer.core import events as e
from dialer.core.order import order_key
from dialer.runtime.inbox import LARGEST_BATCH, Inbox

EVENTS = st.one_of(
    st.builds(e.TimerFired, st.integers(0, 3), st.sampled_from("ab"), st.integers(0, 5)),
    st.builds(e.CallRinging, st.integers(0, 3), st.sampled_from("ab")),
    st.builds(e.CallEnded, st.integers(0, 3), st.sampled_from("ab"), st.sampled_from(("busy", "normal"))),
    st.builds(e.AgentReady, st.integers(0, 3), st.sampled_from("ab")),
    st.builds(e.DrainRequested, st.integers(0, 3)),
)


@given(st.lists(EVENTS, max_size=30))
def test_a_batch_is_in_order_and_complete(events: list[e.AnyEvent]) -> None:
    box = Inbox()
    for event in events:
        box.put(event)
    box.close()
    batch = asyncio.run(box.batch())
    assert batch == [event for _, event in sorted(enumerate(events), key=lambda item: order_key(item[1], item[0]))]


def test_what_is_left_over_comes_with_the_next_batch() -> None:
    async def take() -> list[int]:
        box = Inbox()
        for number in range(LARGEST_BATCH + 5):
            box.put(e.CallRinging(LARGEST_BATCH + 5 - number, "c"))
        first = await box.batch()
        box.put(e.CallRinging(0, "late"))
        second = await box.batch()
        return [len(first), *(event.t_ns for event in second)]

    assert asyncio.run(take()) == [LARGEST_BATCH, 0, *range(LARGEST_BATCH + 1, LARGEST_BATCH + 6)]


def test_a_batch_waits_for_the_first_event() -> None:
    async def take() -> list[e.AnyEvent]:
        box = Inbox()
        waiting = asyncio.create_task(box.batch())
        for _ in range(3):
            await asyncio.sleep(0)
        assert not waiting.done()
        box.put(e.DrainRequested(1))
        return await waiting

    assert asyncio.run(take()) == [e.DrainRequested(1)]


def test_a_closed_inbox_gives_out_what_it_has_and_then_nothing() -> None:
    async def take() -> list[int]:
        box = Inbox()
        box.put(e.DrainRequested(1))
        box.close()
        return [len(await box.batch()), len(await box.batch()), len(await box.batch())]

    assert asyncio.run(take()) == [1, 0, 0]
