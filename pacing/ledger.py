"""An account of one abandon limit: what was answered, what was abandoned, and what may still be.

A campaign has one, and so have all campaigns together that share agents. The arithmetic is in
`pacing.budget`.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from pacing import budget
from pacing.records import Abandoned, Answered, Launched, Observation, Transferred

DAY_S = 86_400.0


class Ledger:
    """Counts what an abandon limit is about.

    Parameters
    ----------
    abandon_limit_share : float
        Largest abandoned / answered by a person. 0.03 is the figure of 47 CFR 64.1200(a)(7) and of
        16 CFR 310.4(b)(4) (read 2026-11); for collections calls it is house policy.
    abandon_window_s : float
        The limit holds in each of these windows, one after the other from the first event on.
    shift_s : float
        How long of a window the floor works; answers that are still to come until then are counted on
        in part. 0: nothing is lent, and the limit holds at every instant.
    theta : float
        Starting risk of a line, for policies that look ahead.
    at_transfer : bool
        A robot answers: the share is abandoned / persons who asked for an agent, for nobody else could be
        abandoned. That is stricter than the law's share, whose denominator is all persons who answered.

    Raises
    ------
    ValueError
        For a share outside 0 to 1, a window that is not positive, a shift longer than the window.
    """

    def __init__(
        self,
        *,
        abandon_limit_share: float = 0.03,
        abandon_window_s: float = DAY_S,
        shift_s: float = 0.0,
        theta: float = 0.03,
        at_transfer: bool = False,
    ) -> None:
        if not 0 <= abandon_limit_share <= 1:
            raise ValueError(f"abandon_limit_share must be between 0 and 1, not {abandon_limit_share}")
        if not abandon_window_s > 0:
            raise ValueError(f"abandon_window_s must be positive, not {abandon_window_s}")
        if not 0 <= shift_s <= abandon_window_s:
            raise ValueError(f"shift_s must be between 0 and abandon_window_s, not {shift_s}")
        self._numbers = budget.make(abandon_limit_share, 0.0, abandon_window_s, 0.0, theta, shift_s)
        self._begun = False
        self.at_transfer = at_transfer

    def observe(self, event: Observation) -> None:
        """Count one event."""
        match event:
            case Launched():
                self._begin(event.t_s)
            case Answered() if event.by_person and not self.at_transfer:
                self._count_answer(event.t_s)
            case Transferred() if self.at_transfer:
                self._count_answer(event.t_s)
            case Abandoned():
                budget.count_abandon(self._numbers, event.t_s)
            case _:
                pass

    @property
    def answered(self) -> int:
        """Calls in the present window that were answered by a person, or for `at_transfer` asked for an agent."""
        return int(self._numbers[budget.ANSWERED])

    @property
    def abandoned(self) -> int:
        """Those of them that were abandoned."""
        return int(self._numbers[budget.ABANDONED])

    def roll(self, t_s: float) -> None:
        """Begin a new window when the old one is over."""
        budget.roll(self._numbers, t_s)

    def theta(self, t_s: float) -> float:
        """Return the risk that a new line may carry now, see `pacing.budget.theta_now`."""
        return float(budget.theta_now(self._numbers, t_s))

    def allowance(self, t_s: float) -> int:
        """Return how many more abandons the window bears, see `pacing.budget.allowance`."""
        return int(budget.allowance(self._numbers, t_s))

    def gated(self, gated: bool) -> None:
        """Note whether the latest decision was the gate's: then abandons say nothing about theta."""
        self._numbers[budget.GATED] = gated

    def together(self, others: list[Ledger]) -> Ledger:
        """Return an empty ledger for all: the largest limit, in the shortest window with its shift."""
        every = [ledger._numbers for ledger in (self, *others)]
        shortest = min(every, key=lambda numbers: float(numbers[budget.WINDOW_S]))
        return Ledger(
            abandon_limit_share=max(float(numbers[budget.LIMIT]) for numbers in every),
            abandon_window_s=float(shortest[budget.WINDOW_S]),
            shift_s=float(shortest[budget.PLAN_S]),
            theta=float(shortest[budget.THETA_0]),
            at_transfer=self.at_transfer,
        )

    def learned(self) -> dict[str, list[float]]:
        """Return what a risk has been found to cost here."""
        return {"theta": self._numbers[budget.LEARNED].tolist()}

    def begin(self, learned: Mapping[str, list[float]]) -> None:
        """Begin with what `learned` returned; `ValueError` when it is out of bounds."""
        expected, seen = (float(abandons) for abandons in learned["theta"])
        if not (0.0 <= expected < inf and 0.0 <= seen < inf):
            raise ValueError(f"abandons expected and seen must be counts, not {expected} and {seen}")
        self._numbers[budget.LEARNED] = expected, seen

    def state(self) -> dict[str, Any]:
        """Return the counters."""
        return {"numbers": self._numbers.tolist(), "begun": self._begun}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self._numbers[:] = state["numbers"]
        self._begun = state["begun"]

    def _count_answer(self, t_s: float) -> None:
        self._begin(t_s)
        budget.count_answer(self._numbers, t_s)

    def _begin(self, t_s: float) -> None:
        """Let the first window begin with the first event."""
        if not self._begun:
            self._begun = True
            self._numbers[budget.START_S] = self._numbers[budget.RATE_AT_S] = t_s
