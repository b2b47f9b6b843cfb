"""One pass over the events of a key sees what windows of SQL see, whatever the rules, the order and the sizes."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.insight.audit.lookback import NEVER, Events, Looks, look_back

RULES, SORTS = 3, 4


@st.composite
def logs(draw: st.DrawFn) -> tuple[Events, Looks]:
    size = draw(st.integers(1, 60))

    def column(most: int, kind: type) -> np.ndarray:
        return np.array(draw(st.lists(st.integers(0, most), min_size=size, max_size=size)), kind)

    t = column(40, np.int64)
    # Keys share a bucket where the bits that choose it are the same, and differ in the first or the last bit.
    keys = np.array([5, 5 + 2**63, 6, 2**24, 2**40 + 5], np.uint64)[column(4, np.int64)]
    finer = keys * np.uint64(3) + column(2, np.uint64)
    events = Events([keys, finer], np.arange(size), t, t + column(12, np.int64), column(SORTS - 1, np.uint32))
    shuffled = np.array(draw(st.permutations(range(size))))
    bits = st.lists(st.integers(0, 2**RULES - 1), min_size=SORTS, max_size=SORTS)
    settled = draw(st.lists(st.booleans(), min_size=RULES, max_size=RULES))
    limits = [1 if ends else draw(st.integers(1, 4)) for ends in settled]
    reaches = draw(st.lists(st.integers(1, 30), min_size=RULES, max_size=RULES))
    mixed = Events([key[shuffled] for key in events.keys], *(values[shuffled] for values in events[1:]))
    return mixed, Looks(
        np.array(draw(bits), np.uint64), np.array(draw(bits), np.uint64), np.array(limits), np.array(settled),
        np.array(reaches),
    )  # fmt: skip


def by_windows(events: Events, looks: Looks, key: int = 0) -> list[tuple[int, ...]]:
    """Return number, latest end before and what every rule sees, of every contact worth counting for."""
    columns = {name: values for name, values in events._asdict().items() if name != "keys"}
    with duckdb.connect() as database:
        database.register("event", columns | {"key": events.keys[key]})
        database.register("sort", {"what": np.arange(SORTS), "counts": looks.counts, "asks": looks.asks})
        before = "OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        seen, hits = [], []
        for rule in range(RULES):
            counts = f"counts >> {rule} & 1 = 1"
            seen.append(
                f"max(CASE WHEN {counts} THEN e END) {before}"
                if looks.settled[rule]
                else f"lag(CASE WHEN {counts} THEN t END, {looks.limit[rule]} IGNORE NULLS) OVER w"
            )
            hits.append(f"asks >> {rule} & 1 = 1 AND (busy > t OR seen_{rule} > t - {looks.longest[rule]})")
        return database.execute(
            f"""
            SELECT n, coalesce(busy, {NEVER}), {", ".join(f"coalesce(seen_{rule}, {NEVER})" for rule in range(RULES))}
            FROM (
                SELECT n, t, asks, max(e) {before} AS busy,
                    {", ".join(f"{one} AS seen_{rule}" for rule, one in enumerate(seen))}
                FROM event JOIN sort USING (what) WINDOW w AS (PARTITION BY key ORDER BY t, n)
            ) WHERE {" OR ".join(hits)} ORDER BY n
            """
        ).fetchall()


def by_pass(events: Events, looks: Looks) -> list[list[tuple[int, ...]]]:
    return [
        sorted(zip(*(values.tolist() for values in (seen.n, seen.busy_until, *seen.at)), strict=True))
        for seen in look_back(events, [looks] * len(events.keys))
    ]


@settings(max_examples=150, deadline=None)
@given(logs())
def test_the_pass_sees_what_windows_see(log: tuple[Events, Looks]) -> None:
    assert by_pass(*log) == [by_windows(*log, 0), by_windows(*log, 1)]


@pytest.mark.parametrize("keys", [1, 3, 700])
def test_a_key_with_very_many_events_is_no_exception(keys: int) -> None:
    row = np.arange(5_000)
    t = (row * 7919) % 9001
    key = (row % keys).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    events = Events([key], row, t, t + row % 5, (row % SORTS).astype("u4"))
    looks = Looks(
        np.array([1, 3, 6, 7], np.uint64), np.array([7, 7, 1, 4], np.uint64), np.array([1, 4, 1]),
        np.array([False, False, True]), np.array([900, 6000, 9]),
    )  # fmt: skip
    (seen,) = by_pass(events, looks)
    assert seen and seen == by_windows(events, looks)
