"""Time cut into pieces, and the pieces that were asked about kept: per set of zones, in order of time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Piece = TypeVar("Piece", bound=tuple[Any, ...])
"""A tuple that begins with ``start_ns, end_ns``: from start to end the answer is the same."""

_MOST = 256
"""Pieces kept per set of zones: those of some weeks; then it begins anew."""


class Pieces(Generic[Piece]):
    """The pieces of time that `cut` returns, each cut once.

    Parameters
    ----------
    cut : callable
        From zones and an instant in ns to the piece around it.
    """

    def __init__(self, cut: Callable[[tuple[str, ...], int], Piece]) -> None:
        self._cut = cut
        self._latest: dict[tuple[str, ...], Piece] = {}
        self._known: dict[tuple[str, ...], tuple[list[int], list[Piece]]] = {}

    def at(self, zones: tuple[str, ...], t_ns: int) -> Piece:
        """Return the piece around `t_ns`, quickest where it is that of the last such question."""
        piece = self._latest.get(zones)
        if piece is None or not piece[0] <= t_ns < piece[1]:
            piece = self._latest[zones] = self.far(zones, t_ns)
        return piece

    def far(self, zones: tuple[str, ...], t_ns: int) -> Piece:
        """Return the piece around an instant in the future, without losing sight of the present one."""
        known = self._known.get(zones)
        if known is None:
            known = self._known[zones] = [], []
        starts, pieces = known
        place = bisect_right(starts, t_ns)
        if place and t_ns < pieces[place - 1][1]:
            return pieces[place - 1]
        if len(starts) >= _MOST:
            starts.clear()
            pieces.clear()
            place = 0
        piece = self._cut(zones, t_ns)
        starts.insert(place, piece[0])
        pieces.insert(place, piece)
        return piece
