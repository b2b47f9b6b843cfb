"""What the clock alone settles: which rules are in force, and which of them are closed and until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from strategies.compliance.judges import ALLOWED, NEVER, Judge, OpeningJudge
from strategies.compliance.pieces import Pieces
from strategies.compliance.records import Contact, Topic


class Bound(msgspec.Struct, frozen=True):
    """A judge, when its rule binds, and the consent before which it steps back."""

    judge: Judge
    start_ns: int
    end_ns: int
    warns: bool
    topic: Topic | None
    days: int | None


Saying: TypeAlias = tuple[Bound, Callable[[Contact, int], int] | None, int]
"""A rule with the question that is still to be asked, `Judge.until`; or with None and the instant at which it opens."""


class Stretch(NamedTuple):
    """A time in which the same rules are in force and the same are closed.

    `in_force` counts all of them; `rules`, in the order of the rulebook, leaves out those that are open.
    """

    start_ns: int
    end_ns: int
    in_force: int
    rules: tuple[Saying, ...]


class Timetable(Pieces[Stretch]):
    """The stretches of some rules, by the zones of whom they are asked about.

    Parameters
    ----------
    bounds : sequence of Bound
        The rules, in the order of the rulebook.
    """

    def __init__(self, bounds: Sequence[Bound]) -> None:
        super().__init__(self._stretch)
        self._sayings: list[Saying] = [(bound, bound.judge.until, ALLOWED) for bound in bounds]

    def _stretch(self, zones: tuple[str, ...], t_ns: int) -> Stretch:
        start, end, in_force = ALLOWED, NEVER, 0
        rules = list[Saying]()
        for saying in self._sayings:
            bound = saying[0]
            if t_ns < bound.start_ns:
                end = min(end, bound.start_ns)
            elif bound.end_ns <= t_ns:
                start = max(start, bound.end_ns)
            else:
                in_force += 1
                start, end = max(start, bound.start_ns), min(end, bound.end_ns)
                if isinstance(bound.judge, OpeningJudge):
                    opened, closes, until = bound.judge.piece(zones, t_ns)
                    start, end = max(start, opened), min(end, closes)
                    if until != ALLOWED:
                        rules.append((bound, None, until))
                else:
                    rules.append(saying)
        return Stretch(start, end, in_force, tuple(rules))
