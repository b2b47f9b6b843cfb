"""Time is a whole number of nanoseconds since the epoch of the run's clock; nothing else is."""

from __future__ import annotations

NS_PER_S = 1_000_000_000


def ns(seconds: float) -> int:
    """Return `seconds` as nanoseconds, rounded to the nearest."""
    return round(seconds * NS_PER_S)


def seconds(t_ns: int) -> float:
    """Return `t_ns` as seconds. Exact to 0.25 microseconds for instants of this century."""
    return t_ns / NS_PER_S
