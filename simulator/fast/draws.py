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
_TURNS = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ],
    np.int64,
)
_ROUNDS = 12

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
def _compress(h: np.ndarray, m: np.ndarray, size: int, last: bool) -> None:
    """Take the block `m` into the chain `h`; `size` bytes of the key end with it."""
    v0, v1, v2, v3, v4, v5, v6, v7 = h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
    v8, v9, v10, v11 = _START[0], _START[1], _START[2], _START[3]
    v12, v13, v14, v15 = _START[4] ^ uint64(size), _START[5], _START[6], _START[7]
    if last:
        v14 = ~v14
    for turn in range(_ROUNDS):
        s = _TURNS[turn % 10]
        v0, v4, v8, v12 = _mixed(v0, v4, v8, v12, m[s[0]], m[s[1]])
        v1, v5, v9, v13 = _mixed(v1, v5, v9, v13, m[s[2]], m[s[3]])
        v2, v6, v10, v14 = _mixed(v2, v6, v10, v14, m[s[4]], m[s[5]])
        v3, v7, v11, v15 = _mixed(v3, v7, v11, v15, m[s[6]], m[s[7]])
        v0, v5, v10, v15 = _mixed(v0, v5, v10, v15, m[s[8]], m[s[9]])
        v1, v6, v11, v12 = _mixed(v1, v6, v11, v12, m[s[10]], m[s[11]])
        v2, v7, v8, v13 = _mixed(v2, v7, v8, v13, m[s[12]], m[s[13]])
        v3, v4, v9, v14 = _mixed(v3, v4, v9, v14, m[s[14]], m[s[15]])
    h[0] ^= v0 ^ v8
    h[1] ^= v1 ^ v9
    h[2] ^= v2 ^ v10
    h[3] ^= v3 ^ v11
    h[4] ^= v4 ^ v12
    h[5] ^= v5 ^ v13
    h[6] ^= v6 ^ v14
    h[7] ^= v7 ^ v15
