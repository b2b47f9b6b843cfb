"""Compiled heaps: what is to happen, and the leads in the order in which they are to be dialled."""

from __future__ import annotations

from typing import Any

import numpy as np

from pacing.lean import lean

AT, ORDER, WHAT, ABOUT, MORE = range(5)
"""Columns of what is to happen: when, in which order it was asked for, what, about whom, and one number more."""


@lean
def move(heap: np.ndarray, to: int, place: int) -> None:
    """Copy a row to another place."""
    for column in range(MORE + 1):
        heap[to, column] = heap[place, column]


@lean
def sleep(heap: np.ndarray, floor: Any, at_ns: int, what: int, about: int, more: int) -> None:
    """Let something happen at `at_ns`; what falls asleep first wakes first among the simultaneous."""
    place = floor.asleep
    if place == heap.shape[0]:
        floor.short = 1
        return
    floor.asleep = place + 1
    floor.sleeps += 1
    while place > 0:
        parent = (place - 1) >> 1
        if heap[parent, AT] <= at_ns:  # whoever is there already fell asleep before
            break
        move(heap, place, parent)
        place = parent
    heap[place, AT] = at_ns
    heap[place, ORDER] = floor.sleeps
    heap[place, WHAT] = what
    heap[place, ABOUT] = about
    heap[place, MORE] = more


@lean
def wake(heap: np.ndarray, floor: Any) -> None:
    """Take the first one out."""
    floor.asleep -= 1
    last = floor.asleep
    at_ns, order = heap[last, AT], heap[last, ORDER]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and (
            heap[child + 1, AT] < heap[child, AT]
            or (heap[child + 1, AT] == heap[child, AT] and heap[child + 1, ORDER] < heap[child, ORDER])
        ):
            child += 1
        if at_ns < heap[child, AT] or (at_ns == heap[child, AT] and order < heap[child, ORDER]):
            break
        move(heap, place, child)
        place = child
    if place != last:
        move(heap, place, last)


@lean
def push(heap: np.ndarray, size: int, first: int, second: int) -> None:
    """Add a pair to the `size` pairs of a heap, the smallest of which comes first."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if heap[parent, 0] < first or (heap[parent, 0] == first and heap[parent, 1] < second):
            break
        heap[place, 0], heap[place, 1] = heap[parent, 0], heap[parent, 1]
        place = parent
    heap[place, 0], heap[place, 1] = first, second


@lean
def pop(heap: np.ndarray, size: int) -> None:
    """Take the first pair out of the `size` pairs of a heap."""
    last = size - 1
    first, second = heap[last, 0], heap[last, 1]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and (
            heap[child + 1, 0] < heap[child, 0]
            or (heap[child + 1, 0] == heap[child, 0] and heap[child + 1, 1] < heap[child, 1])
        ):
            child += 1
        if first < heap[child, 0] or (first == heap[child, 0] and second < heap[child, 1]):
            break
        heap[place, 0], heap[place, 1] = heap[child, 0], heap[child, 1]
        place = child
    heap[place, 0], heap[place, 1] = first, second
