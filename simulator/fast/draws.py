"""The keyed draws of `dialer.core.rng`, compiled: the same numbers, bit by bit.

BLAKE2b is RFC 7693, with a digest of eight bytes and no key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import uint64

from pacing.lean import lean

_BLOCK = 128
_SEPARATOR = 0x1F
_NUMBER = 20
"""Most bytes of a separator and a number of 64 bits."""

_SCALE = 1.0 / (1 << 53)
_START = np.array(
    [
        0x6A09E667F3BCC908,
        0xBB67AE8584CAA73B,
        0x3C6EF372FE94F82B,
        0xA54FF53A5F1D36F1,
        0x510E527FADE682D1,
        0x9B05688C2B3E6C1F,
        0x1F83D9ABFB41BD6B,
        0x5BE0CD19137E2179,
    ],
    np.uint64,
)
_DIGEST_OF_EIGHT = np.uint64(0x01010008)
Word = np.uint64


class Names(NamedTuple):
    """Texts end to end: the bytes of number ``k`` are ``text[at[k] : at[k + 1]]``."""

    text: np.ndarray
    at: np.ndarray


class Draws(NamedTuple):
    """What a draw needs: the beginnings of its keys, and room to work in.

    Attributes
    ----------
    streams : Names
        Seed and stream of every kind of draw, with the separators behind.
    key : uint8 array
        The key that is being read; `words` is the same memory as uint64.
    chain : uint64 array, shape (8,)
        The state of the digest.
    """

    streams: Names
    key: np.ndarray
    words: np.ndarray
    chain: np.ndarray


def names(texts: Sequence[str]) -> Names:
    """Return texts as compiled code reads them."""
    coded = [text.encode() for text in texts]
    at = np.zeros(len(coded) + 1, np.int64)
    np.cumsum([len(text) for text in coded], out=at[1:])
    return Names(np.frombuffer(b"".join(coded) or b"\0", np.uint8).copy(), at)


def longest(own: Names) -> int:
    """Return how many bytes the longest one has."""
    return int(np.diff(own.at).max(initial=0))


def make(seed: int, streams: Sequence[str], most: int) -> Draws:
    """Return the draws of a seed, for streams that are numbered in this order and names of `most` bytes."""
    begins = names([f"{seed}\x1f{stream}\x1f" for stream in streams])
    size = longest(begins) + most + _NUMBER
    key = np.zeros(-(-size // _BLOCK) * _BLOCK, np.uint8)
    return Draws(begins, key, key.view(np.uint64), np.zeros(8, np.uint64))


@lean
def uniform(draws: Draws, stream: int, of: Names, name: int, number: int = -1) -> float:
    """Return the number in (0, 1) of a name in a stream, or of a name and a number that is not negative."""
    return _drawn(draws, _written(draws, stream, of, name, number))


@lean
def uniform_of(draws: Draws, stream: int, of: Names, name: int, number: int, parts: Names, part: int) -> float:
    """Return the number in (0, 1) of a name, a number and the name of a part."""
    size = _written(draws, stream, of, name, number)
    draws.key[size] = _SEPARATOR
    return _drawn(draws, _copied(draws.key, size + 1, parts, part))


@lean
def _written(draws: Draws, stream: int, of: Names, name: int, number: int) -> int:
    """Write a key; return its size."""
    key = draws.key
    size = _copied(key, _copied(key, 0, draws.streams, stream), of, name)
    if number >= 0:
        key[size] = _SEPARATOR
        unit = 1
        while unit * 10 <= number:
            unit *= 10
        while unit > 0:
            size += 1
            key[size] = 48 + number // unit % 10
            unit //= 10
        size += 1
    return size


@lean
def _copied(key: np.ndarray, size: int, of: Names, name: int) -> int:
    for at in range(of.at[name], of.at[name + 1]):
        key[size] = of.text[at]
        size += 1
    return size


@lean
def _drawn(draws: Draws, size: int) -> float:
    return (float(_swapped(_digest(draws.key, draws.words, draws.chain, size)) >> uint64(11)) + 0.5) * _SCALE


@lean
def _digest(key: np.ndarray, words: np.ndarray, chain: np.ndarray, size: int) -> Word:
    """Return the first word of the digest of the first `size` bytes of a key."""
    blocks = max(1, -(-size // _BLOCK))
    key[size : blocks * _BLOCK] = 0
    for word in range(8):
        chain[word] = _START[word]
    chain[0] ^= _DIGEST_OF_EIGHT
    for block in range(blocks):
        last = block == blocks - 1
        _compress(chain, words[16 * block : 16 * block + 16], size if last else _BLOCK * (block + 1), last)
    return chain[0]


@lean
def _swapped(word: Word) -> Word:
    """Return a word with its bytes the other way round."""
    turned = uint64(0)
    for _ in range(8):
        turned = (turned << uint64(8)) | (word & uint64(255))
        word >>= uint64(8)
    return turned


@lean
def _turned(word: Word, bits: int) -> Word:
    return (word >> uint64(bits)) | (word << uint64(64 - bits))


@lean
def _mixed(a: Word, b: Word, c: Word, d: Word, x: Word, y: Word) -> tuple[Word, Word, Word, Word]:
    a = a + b + x
    d = _turned(d ^ a, 32)
    c = c + d
    b = _turned(b ^ c, 24)
    a = a + b + y
    d = _turned(d ^ a, 16)
    c = c + d
    b = _turned(b ^ c, 63)
    return a, b, c, d


@lean
def _turn(v: tuple[Word, ...], m: tuple[Word, ...]) -> tuple[Word, ...]:
    """Mix the words of a block, in the order of this turn, into the state: by columns, then by diagonals."""
    v0, v4, v8, v12 = _mixed(v[0], v[4], v[8], v[12], m[0], m[1])
    v1, v5, v9, v13 = _mixed(v[1], v[5], v[9], v[13], m[2], m[3])
    v2, v6, v10, v14 = _mixed(v[2], v[6], v[10], v[14], m[4], m[5])
    v3, v7, v11, v15 = _mixed(v[3], v[7], v[11], v[15], m[6], m[7])
    v0, v5, v10, v15 = _mixed(v0, v5, v10, v15, m[8], m[9])
    v1, v6, v11, v12 = _mixed(v1, v6, v11, v12, m[10], m[11])
    v2, v7, v8, v13 = _mixed(v2, v7, v8, v13, m[12], m[13])
    v3, v4, v9, v14 = _mixed(v3, v4, v9, v14, m[14], m[15])
    return v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15


@lean
def _compress(h: np.ndarray, m: np.ndarray, size: int, last: bool) -> None:
    """Take the block `m` into the chain `h`; `size` bytes of the key end with it.

    The twelve turns stand one after the other, so that the compiler knows each one's order of the words.
    """
    m0, m1, m2, m3, m4, m5, m6, m7 = m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7]
    m8, m9, m10, m11, m12, m13, m14, m15 = m[8], m[9], m[10], m[11], m[12], m[13], m[14], m[15]
    v14 = ~_START[6] if last else _START[6]
    v = (
        *(h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], _START[0], _START[1], _START[2], _START[3]),
        *(_START[4] ^ uint64(size), _START[5], v14, _START[7]),
    )
    v = _turn(v, (m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15))
    v = _turn(v, (m14, m10, m4, m8, m9, m15, m13, m6, m1, m12, m0, m2, m11, m7, m5, m3))
    v = _turn(v, (m11, m8, m12, m0, m5, m2, m15, m13, m10, m14, m3, m6, m7, m1, m9, m4))
    v = _turn(v, (m7, m9, m3, m1, m13, m12, m11, m14, m2, m6, m5, m10, m4, m0, m15, m8))
    v = _turn(v, (m9, m0, m5, m7, m2, m4, m10, m15, m14, m1, m11, m12, m6, m8, m3, m13))
    v = _turn(v, (m2, m12, m6, m10, m0, m11, m8, m3, m4, m13, m7, m5, m15, m14, m1, m9))
    v = _turn(v, (m12, m5, m1, m15, m14, m13, m4, m10, m0, m7, m6, m3, m9, m2, m8, m11))
    v = _turn(v, (m13, m11, m7, m14, m12, m1, m3, m9, m5, m0, m15, m4, m8, m6, m2, m10))
    v = _turn(v, (m6, m15, m14, m9, m11, m3, m0, m8, m12, m2, m13, m7, m1, m4, m10, m5))
    v = _turn(v, (m10, m2, m8, m4, m7, m6, m1, m5, m15, m11, m9, m14, m3, m12, m13, m0))
    v = _turn(v, (m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15))
    v = _turn(v, (m14, m10, m4, m8, m9, m15, m13, m6, m1, m12, m0, m2, m11, m7, m5, m3))
    h[0] ^= v[0] ^ v[8]
    h[1] ^= v[1] ^ v[9]
    h[2] ^= v[2] ^ v[10]
    h[3] ^= v[3] ^ v[11]
    h[4] ^= v[4] ^ v[12]
    h[5] ^= v[5] ^ v[13]
    h[6] ^= v[6] ^ v[14]
    h[7] ^= v[7] ^ v[15]
