"""Uniform numbers drawn by identity: the same key gives the same number, in any order, at any time."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def _stirred(z: np.uint64) -> np.uint64:
    """Mix the bits: the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True)
def uniform(seed: int, stream: int, index: int) -> float:
    """Return the number of this seed, stream and index, above 0 and below 1."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)
    z = z + np.uint64(stream) * np.uint64(0xD1B54A32D192ED03) + np.uint64(index) * np.uint64(0x8CB92BA72F3D8DD7)
    z = _stirred(_stirred(z) + np.uint64(0x9E3779B97F4A7C15))
    return (float(z >> np.uint64(11)) + 0.5) / 9007199254740992.0
