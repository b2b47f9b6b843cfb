"""What lay behind each contact: one pass over the events of a key in the order of time.

Of every rule one earlier event is enough to know that there is nothing to find: the `limit`-th latest that counts. So
the events are brought together by key and gone over once for all rules, with the last few instants of each rule at
hand. What is left over is counted exactly, event by event, elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Bits = NDArray[np.uint64]
NEVER = np.iinfo(np.int64).min

_IN_A_BUCKET, _IN_A_GROUP = 4096, 16
"""Events that are brought together, on the average, and of these those that are sorted: a bucket fits into the second
cache, a group into the nearest."""

_T, _N, _E, _WHAT, _KEY = range(5)
"""The columns of an event as a row; further keys follow."""


class Events(NamedTuple):
    """Events of some keys, in any order: arrays of the same length.

    `keys` are hashes, of which the first is part of all others: events that differ in it have no key in common. `n`
    tells apart what happened at one instant; `t` and `e` are begun and ended, in microseconds;
    `what` is an index into the arrays of `Looks`.
    """

    keys: Sequence[Bits]
    n: Integers
    t: Integers
    e: Integers
    what: NDArray[np.uint32]


class Looks(NamedTuple):
    """What each of up to 64 rules looks at.

    `counts` and `asks` have a word for every sort of event and in it a bit for each rule: whether the rule may count
    it, and whether it may forbid it. For every rule `limit` is how many events back it looks, `settled` whether an
    event counts from its end on (then `limit` is 1), and `longest` for how many microseconds it counts at most.
    """

    counts: Bits
    asks: Bits
    limit: Integers
    settled: NDArray[np.bool_]
    longest: Integers


class Seen(NamedTuple):
    """The contacts that are worth counting for.

    `n` are the contacts; `busy_until` the latest end of what had begun before; `at` has a row for every rule: the
    event that it looks at, `NEVER` where there is none.
    """

    n: Integers
    busy_until: Integers
    at: Integers


def look_back(events: Events, looks: Sequence[Looks]) -> list[Seen]:
    """Return for each key the contacts with something behind them by its `looks`.

    That is an attempt still under way, or an event that may count.
    """
    buckets = 1 << int(len(events.n) // _IN_A_BUCKET).bit_length()
    starts, rows = _bucketed(tuple(events.keys), *events[1:], buckets)
    return [Seen(*_look_back(starts, rows, _KEY + at, *own)) for at, own in enumerate(looks)]


@njit(cache=True, nogil=True)
def _bucketed(keys, n, t, e, what, buckets):  # noqa: ANN001, ANN202
    """Return where each bucket starts, and the events as rows, by some bits of their first key."""
    starts, first = np.zeros(buckets + 1, np.int64), keys[0]
    shift, mask = np.uint64(24), np.uint64(buckets - 1)
    for row in range(len(n)):
        starts[np.int64((first[row] >> shift) & mask) + 1] += 1
    for bucket in range(buckets):
        starts[bucket + 1] += starts[bucket]
    place, rows = starts[:-1].copy(), np.empty((len(n), _KEY + len(keys)), np.int64)
    for row in range(len(n)):
        bucket = np.int64((first[row] >> shift) & mask)
        to = place[bucket]
        place[bucket] = to + 1
        rows[to, _T], rows[to, _N], rows[to, _E], rows[to, _WHAT] = t[row], n[row], e[row], np.int64(what[row])
        for at in range(len(keys)):
            rows[to, _KEY + at] = np.int64(keys[at][row])
    return starts, rows


@njit(cache=True, nogil=True)
def _sorted(rows, column):  # noqa: ANN001, ANN202
    """Return the places of a bucket's events: those of one key together, in the order of time and number."""
    groups = 1
    while groups * _IN_A_GROUP < len(rows):
        groups *= 2
    starts, shift, mask = np.zeros(groups + 1, np.int64), np.uint64(44), np.uint64(groups - 1)
    for row in range(len(rows)):
        starts[np.int64((np.uint64(rows[row, column]) >> shift) & mask) + 1] += 1
    for group in range(groups):
        starts[group + 1] += starts[group]
    place, order = starts[:-1].copy(), np.empty(len(rows), np.int64)
    for row in range(len(rows)):
        group = np.int64((np.uint64(rows[row, column]) >> shift) & mask)
        order[place[group]] = row
        place[group] += 1
    for group in range(groups):
        own = order[starts[group] : starts[group + 1]]
        if len(own) > 8 * _IN_A_GROUP:  # one key has very many events
            for by in (_N, _T, column):
                own[:] = own[np.argsort(rows[:, by][own], kind="mergesort")]
            continue
        for last in range(1, len(own)):
            row, at = own[last], last
            key, t, n = rows[row, column], rows[row, _T], rows[row, _N]
            while at > 0:
                other = own[at - 1]
                if rows[other, column] < key or (
                    rows[other, column] == key
                    and (rows[other, _T] < t or (rows[other, _T] == t and rows[other, _N] < n))
                ):
                    break
                own[at] = other
                at -= 1
            own[at] = row
    return order


@njit(cache=True, nogil=True)
def _look_back(starts, rows, column, counts, asks, limit, settled, longest):  # noqa: ANN001, ANN202
    rules = len(limit)
    first = np.zeros(rules + 1, np.int64)
    for rule in range(rules):
        first[rule + 1] = first[rule] + limit[rule]
    latest = np.empty(first[rules], np.int64)  # of every rule its last `limit` instants, in turn
    behind, place = np.zeros(rules, np.int64), np.zeros(rules, np.int64)
    room, found = 1024, 0
    out = np.empty((room, rules + 2), np.int64)
    for bucket in range(len(starts) - 1):
        own = rows[starts[bucket] : starts[bucket + 1]]
        order = _sorted(own, column)
        last_key, busy_until = np.int64(0), NEVER
        for at in range(len(order)):
            row = order[at]
            key, t, n, e, what = own[row, column], own[row, _T], own[row, _N], own[row, _E], own[row, _WHAT]
            if at == 0 or key != last_key:
                last_key, busy_until = key, NEVER
                behind[:] = 0
                place[:] = first[:-1]
            asking, counting = asks[what], counts[what]
            suspect = busy_until > t and asking != np.uint64(0)
            rule = 0
            while asking != np.uint64(0) and not suspect:
                if asking & np.uint64(1) and behind[rule] >= limit[rule]:
                    suspect = latest[place[rule]] > t - longest[rule]
                asking >>= np.uint64(1)
                rule += 1
            if suspect:
                if found == room:
                    wider = np.empty((2 * room, rules + 2), np.int64)
                    wider[:room] = out
                    out, room = wider, 2 * room
                out[found, 0], out[found, 1] = n, busy_until
                for rule in range(rules):
                    out[found, rule + 2] = latest[place[rule]] if behind[rule] >= limit[rule] else NEVER
                found += 1
            rule = 0
            while counting != np.uint64(0):
                if counting & np.uint64(1):
                    to = place[rule]
                    if not settled[rule]:
                        latest[to] = t
                        place[rule] = to + 1 if to + 1 < first[rule + 1] else first[rule]
                    elif behind[rule] == 0 or e > latest[to]:
                        latest[to] = e
                    behind[rule] += 1
                counting >>= np.uint64(1)
                rule += 1
            busy_until = max(busy_until, e)
    return out[:found, 0].copy(), out[:found, 1].copy(), out[:found, 2:].T.copy()
