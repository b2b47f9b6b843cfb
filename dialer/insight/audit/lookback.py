"""What lay behind each contact: one pass over the events of a key in the order of time.

Of every rule one earlier event is enough to know that there is nothing to find: the `limit`-th latest that counts. So
the events are brought together by key and gone over once for all rules, with the last few instants of each rule at
hand. What is left over is counted exactly, event by event, elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Bits = NDArray[np.uint64]
NEVER = np.iinfo(np.int64).min

_IN_A_GROUP = 16
"""Events that are sorted together, on the average: they fit into the nearest cache many times over."""


class Events(NamedTuple):
    """Events of some keys, in any order: arrays of the same length.

    `key` is a hash; `n` tells apart what happened at one instant; `t` and `e` are begun and ended, in microseconds;
    `what` is an index into the arrays of `Looks`.
    """

    key: Bits
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


def look_back(events: Events, looks: Looks) -> Seen:
    """Return the contacts with something behind them: an attempt still under way, or an event that may count."""
    groups = 1 << max(int(len(events.key) // _IN_A_GROUP).bit_length(), 1)
    return Seen(*_look_back(*_grouped(*events, groups), *looks))


@njit(cache=True, nogil=True)
def _grouped(key, n, t, e, what, groups):  # noqa: ANN001, ANN202
    """Return where each group starts, and the events as rows, by some bits of their key."""
    starts = np.zeros(groups + 1, np.int64)
    shift, mask = np.uint64(24), np.uint64(groups - 1)
    for row in range(len(key)):
        starts[np.int64((key[row] >> shift) & mask) + 1] += 1
    for group in range(groups):
        starts[group + 1] += starts[group]
    place, rows = starts[:-1].copy(), np.empty((len(key), 5), np.int64)
    for row in range(len(key)):
        group = np.int64((key[row] >> shift) & mask)
        to = place[group]
        place[group] = to + 1
        rows[to, 0], rows[to, 1], rows[to, 2] = np.int64(key[row]), t[row], n[row]
        rows[to, 3], rows[to, 4] = e[row], np.int64(what[row])
    return starts, rows


@njit(cache=True, nogil=True)
def _sort(rows):  # noqa: ANN001, ANN202
    """Sort the events of a group by key, time and number."""
    if len(rows) > 8 * _IN_A_GROUP:  # one key has very many events
        for column in (2, 1, 0):
            rows[:] = rows[np.argsort(rows[:, column], kind="mergesort")]
        return
    for last in range(1, len(rows)):
        key, t, n, e, what = rows[last]
        at = last
        while at > 0:
            other = rows[at - 1]
            if other[0] < key or (other[0] == key and (other[1] < t or (other[1] == t and other[2] < n))):
                break
            rows[at] = other
            at -= 1
        rows[at, 0], rows[at, 1], rows[at, 2], rows[at, 3], rows[at, 4] = key, t, n, e, what


@njit(cache=True, nogil=True)
def _look_back(starts, rows, counts, asks, limit, settled, longest):  # noqa: ANN001, ANN202
    rules = len(limit)
    first = np.zeros(rules + 1, np.int64)
    for rule in range(rules):
        first[rule + 1] = first[rule] + limit[rule]
    latest = np.empty(first[rules], np.int64)  # of every rule its last `limit` instants, in turn
    behind, place = np.zeros(rules, np.int64), np.zeros(rules, np.int64)
    room, found = 1024, 0
    out = np.empty((room, rules + 2), np.int64)
    for group in range(len(starts) - 1):
        own = rows[starts[group] : starts[group + 1]]
        _sort(own)
        last_key, busy_until = np.int64(0), NEVER
        for at in range(len(own)):
            key, t, n, e, what = own[at]
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
