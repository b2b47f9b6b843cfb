"""An account of one abandon limit: what was answered, what was abandoned, and what may still be.

A campaign has one, and so have all campaigns together that share agents. The arithmetic is in
`pacing.budget`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, sqrt
from typing import Any, Literal, get_args

import numpy as np

from pacing import budget
from pacing.lean import lean
from pacing.records import Abandoned, Answered, Ended, Launched, Observation, Transferred
from pacing.rolling import ABANDONED, COUNTED, MACHINES, Rolling

DAY_S = 86_400.0

UNSEEN_SD = 1.65
"""Margin over the abandons that nobody sees, in standard deviations of a count of so many: nineteen windows of
twenty have fewer."""

ShareOf = Literal["answered", "connected", "placed"]
"""What the abandoned calls are a share of: the calls that a person answered; those that a person or a machine
picked up; or all that were placed."""


Windows = Literal["successive", "rolling"]
"""The windows that a limit holds in: one after the other, or at any instant the one that ends then."""


class Ledger:
    """Counts what an abandon limit is about.

    Parameters
    ----------
    abandon_limit_share : float
        Largest share of abandoned calls. 0.03 is the figure of 47 CFR 64.1200(a)(7) and of
        16 CFR 310.4(b)(4) (read 2026-11); for collections calls it is house policy.
    abandon_share_of : str
        Of which calls, see `ShareOf`. ``answered`` is the denominator of the same rules and the strictest.
        Genesys Cloud lets its users choose between all calls and those that reached the queue, which
        without machine detection are the connected ones; VICIdial shows the share of calls placed.
    abandon_window_s : float
        How long a window is. A day is Ofcom's former period and Amazon Connect's longest; 47 CFR
        64.1200(a)(7) and 16 CFR 310.4(b)(4) say 30 days.
    abandon_windows : str
        ``successive``: the limit holds in each window, one after the other from the first event on, as the
        same rules count ("each successive 30-day period"). ``rolling``: nobody is abandoned unless the limit
        then holds in the window that ends at that instant, as in Amazon Connect (`evaluationWindow`) and for
        Ofcom's "any 24 hours". Afterwards its share may rise without a call, as answers leave the window.
    shift_s : float
        How long of a window the floor works; answers that are still to come until then are counted on
        in part. 0: nothing is lent, and the limit holds at every instant. A rolling window lends nothing.
    detection_false_positive_share : float
        Share of the calls taken for machines that a person had answered: these are hung up on, abandoned
        without being seen. What they are expected to cost is taken off the limit, with a margin, as Ofcom's
        former policy asked ("a reasoned estimate", 2010). 0 without machine detection; with it, the share
        is to be measured on recordings.
    theta : float
        Starting risk of a line, for policies that look ahead.
    at_transfer : bool
        A robot answers: of the persons who answered only those count who asked for an agent, for nobody
        else could be abandoned. That is stricter than the law's share.

    Attributes
    ----------
    of : str
        What the share is of: `abandon_share_of`, or ``transferred`` where only the persons count who asked a
        robot for an agent.
    numbers : float64 array
        The account, see `pacing.budget`.
    begun : bool
        Whether the first window has begun.
    machines : int
        Calls of the present window that were taken for machines.
    rolling : Rolling or None
        What a rolling window remembers.

    Raises
    ------
    ValueError
        For a share outside 0 to 1, an unknown `abandon_share_of` or `abandon_windows`, a window that is not
        positive, a shift longer than the window; a rolling window that is shorter than a day, or has a shift.
    """

    def __init__(
        self,
        *,
        abandon_limit_share: float = 0.03,
        abandon_share_of: ShareOf = "answered",
        abandon_window_s: float = DAY_S,
        abandon_windows: Windows = "successive",
        shift_s: float = 0.0,
        detection_false_positive_share: float = 0.0,
        theta: float = 0.03,
        at_transfer: bool = False,
    ) -> None:
        if not 0 <= abandon_limit_share <= 1:
            raise ValueError(f"abandon_limit_share must be between 0 and 1, not {abandon_limit_share}")
        if abandon_share_of not in get_args(ShareOf):
            raise ValueError(f"abandon_share_of must be {' or '.join(get_args(ShareOf))}, not {abandon_share_of}")
        if not abandon_window_s > 0:
            raise ValueError(f"abandon_window_s must be positive, not {abandon_window_s}")
        if not 0 <= shift_s <= abandon_window_s:
            raise ValueError(f"shift_s must be between 0 and abandon_window_s, not {shift_s}")
        if abandon_windows not in get_args(Windows):
            raise ValueError(f"abandon_windows must be {' or '.join(get_args(Windows))}, not {abandon_windows}")
        if abandon_windows == "rolling" and (abandon_window_s < DAY_S or shift_s):
            raise ValueError(
                f"a rolling window is at least a day ({DAY_S:.0f} s) and lends nothing (shift_s 0), "
                f"not abandon_window_s {abandon_window_s} with shift_s {shift_s}"
            )
        if not 0 <= detection_false_positive_share < 1:
            share = detection_false_positive_share
            raise ValueError(f"detection_false_positive_share must be at least 0 and below 1, not {share}")
        self.numbers = budget.make(abandon_limit_share, 0.0, abandon_window_s, 0.0, theta, shift_s)
        self.limit_share, self.false_positive_share = abandon_limit_share, detection_false_positive_share
        self.machines = 0
        self.begun = False
        self.rolling = Rolling(abandon_window_s) if abandon_windows == "rolling" else None
        self.of = "transferred" if at_transfer and abandon_share_of == "answered" else abandon_share_of

    def observe(self, event: Observation) -> None:
        """Count one event."""
        if self.begun:
            self.roll(event.t_s)
        if isinstance(event, Answered) and not event.by_person:
            self.machines += 1
            self._keep(event.t_s, MACHINES)
        match event:
            case Launched():
                self._begin(event.t_s)
            case Answered() if self.of == "connected" or (self.of == "answered" and event.by_person):
                self._count(event.t_s)
            case Transferred() if self.of == "transferred":
                self._count(event.t_s)
            # A call that was placed counts when it is over: an abandon then counts before its own call does, so
            # that one more abandon never brings more than one more call, as with the other denominators.
            case Ended() if self.of == "placed":
                self._count(event.t_s)
            case Abandoned():
                budget.count_abandon(self.numbers, event.t_s)
                self._keep(event.t_s, ABANDONED)
            case _:
                pass

    @property
    def counted(self) -> int:
        """Calls of the present window that the share is of, see `of`."""
        return int(self.numbers[budget.ANSWERED])

    @property
    def abandoned(self) -> int:
        """Calls that were abandoned in it."""
        return int(self.numbers[budget.ABANDONED])

    def roll(self, t_s: float) -> None:
        """Begin a new window when the old one is over; move a rolling one on."""
        if self.rolling:
            counted, abandoned, self.machines = self.rolling.counts(t_s)
            self.numbers[budget.ANSWERED], self.numbers[budget.ABANDONED] = counted, abandoned
            self.numbers[budget.START_S] = t_s
            return
        start_s = self.numbers[budget.START_S]
        budget.roll(self.numbers, t_s)
        if self.numbers[budget.START_S] != start_s:
            self.machines = 0

    def unseen(self, t_s: float) -> float:
        """Return the share of the calls that detection will have abandoned unseen by the end of the window.

        Expected for as many machines as there have been so far, in proportion, and `UNSEEN_SD` standard
        deviations of a count of so many.
        """
        return float(unseen(self.numbers, self.false_positive_share, self.machines, t_s))

    def theta(self, t_s: float) -> float:
        """Return the risk that a new line may carry now, see `pacing.budget.theta_now`."""
        self._leave_room(t_s)
        return float(budget.theta_now(self.numbers, t_s))

    def allowance(self, t_s: float) -> int:
        """Return how many more abandons the window bears, see `pacing.budget.allowance`."""
        self._leave_room(t_s)
        return int(budget.allowance(self.numbers, t_s))

    def gated(self, gated: bool) -> None:
        """Note whether the latest decision was the gate's: then abandons say nothing about theta."""
        self.numbers[budget.GATED] = gated

    def together(self, others: list[Ledger]) -> Ledger:
        """Return an empty ledger for all: the largest limit, in the shortest window with its shift."""
        every = (self, *others)
        brief = min(every, key=lambda ledger: float(ledger.numbers[budget.WINDOW_S]))
        shortest = brief.numbers
        ledger = Ledger(
            abandon_limit_share=max(ledger.limit_share for ledger in every),
            abandon_window_s=float(shortest[budget.WINDOW_S]),
            abandon_windows="rolling" if brief.rolling else "successive",
            shift_s=float(shortest[budget.PLAN_S]),
            detection_false_positive_share=min(ledger.false_positive_share for ledger in every),
            theta=float(shortest[budget.THETA_0]),
        )
        ledger.of = self.of
        return ledger

    def learned(self) -> list[float]:
        """Return the abandons that the thetas so far made to be expected, and those that were seen."""
        return self.numbers[budget.LEARNED].tolist()

    def begin(self, learned: Sequence[float]) -> None:
        """Begin with what `learned` returned; `ValueError` when it is out of bounds."""
        expected, seen = (float(abandons) for abandons in learned)
        if not (0.0 <= expected < inf and 0.0 <= seen < inf):
            raise ValueError(f"abandons expected and seen must be counts, not {expected} and {seen}")
        self.numbers[budget.LEARNED] = expected, seen

    def state(self) -> dict[str, Any]:
        """Return the counters."""
        rolling = {"rolling": self.rolling.state()} if self.rolling else {}
        return {"numbers": self.numbers.tolist(), "begun": self.begun, "machines": self.machines} | rolling

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self.numbers[:] = state["numbers"]
        self.begun, self.machines = state["begun"], state["machines"]
        if self.rolling:
            self.rolling.load(state["rolling"])

    def _leave_room(self, t_s: float) -> None:
        """Take off the limit what detection abandons unseen."""
        if self.false_positive_share:
            self.numbers[budget.LIMIT] = max(0.0, self.limit_share - self.unseen(t_s))

    def _count(self, t_s: float) -> None:
        self._begin(t_s)
        budget.count_answer(self.numbers, t_s)
        self._keep(t_s, COUNTED)

    def _keep(self, t_s: float, what: int) -> None:
        """Remember when it was, where the window rolls."""
        if self.rolling:
            self.rolling.add(t_s, what)

    def _begin(self, t_s: float) -> None:
        """Let the first window begin with the first event."""
        if not self.begun:
            self.begun = True
            self.numbers[budget.START_S] = self.numbers[budget.RATE_AT_S] = t_s


@lean
def unseen(numbers: np.ndarray, false_positive_share: float, machines: int, t_s: float) -> float:
    """Return what `Ledger.unseen` does, from the account's `numbers` and the calls taken for machines."""
    if false_positive_share <= 0.0:
        return 0.0
    so_far = numbers[budget.ANSWERED]
    whole = max(so_far + budget.to_come(numbers, t_s), 1.0)
    persons = false_positive_share * machines * whole / max(so_far, 1.0)
    return (persons + UNSEEN_SD * sqrt(persons)) / whole
