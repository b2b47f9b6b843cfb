"""Random draws keyed by identity, never by the order of asking.

The same `(seed, stream, *identity)` gives the same number in every process and under every policy,
which is what makes two pacers or two strategies comparable on the same people.
"""

from __future__ import annotations

from hashlib import blake2b

_SCALE = 1.0 / (1 << 53)


def uniform(seed: int, stream: str, *identity: object) -> float:
    """Return a number in the open interval (0, 1) that belongs to this identity alone."""
    key = "\x1f".join((str(seed), stream, *map(str, identity)))
    word = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
    return ((word >> 11) + 0.5) * _SCALE
