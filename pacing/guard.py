"""The guard that stands behind every policy: lines, calls per second, and the abandon budget.

The budget is accounted as in `pacing.budget`. A policy that knows nothing of its calls is held to the
worst case: every line beyond the agents who are there to take it may be answered and abandoned, so
there are never more such lines than abandons that the limit still bears. A policy that knows its calls
says itself how many launches keep within that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from math import floor as whole
from math import inf
from typing import Any

from pacing import budget
from pacing.policy import Policy
from pacing.records import Abandoned, Answered, Launched, Observation, PacingDecision, PacingInput, Transferred

DAY_S = 86_400.0


class Guard:
    """Limits proposals.

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
    calls_per_s : float
        Launches per second, averaged over one second.
    theta : float
        Starting risk of a line, for policies that look ahead.
    at_transfer : bool
        A robot answers: the share is abandoned / persons who asked for an agent, for nobody else could be
        abandoned. That is stricter than the law's share, whose denominator is all persons who answered.

    Raises
    ------
    ValueError
        For a share outside 0 to 1, a window or rate that is not positive, a shift longer than the window.
    """

    def __init__(
        self,
        *,
        abandon_limit_share: float = 0.03,
        abandon_window_s: float = DAY_S,
        shift_s: float = 0.0,
        calls_per_s: float = 10.0,
        theta: float = 0.03,
        at_transfer: bool = False,
    ) -> None:
        if not 0 <= abandon_limit_share <= 1:
            raise ValueError(f"abandon_limit_share must be between 0 and 1, not {abandon_limit_share}")
        if not abandon_window_s > 0:
            raise ValueError(f"abandon_window_s must be positive, not {abandon_window_s}")
        if not 0 <= shift_s <= abandon_window_s:
            raise ValueError(f"shift_s must be between 0 and abandon_window_s, not {shift_s}")
        if not calls_per_s > 0:
            raise ValueError(f"calls_per_s must be positive, not {calls_per_s}")
        self._ledger = budget.make(abandon_limit_share, 0.0, abandon_window_s, 0.0, theta, shift_s)
        self._begun = False
        self._at_transfer = at_transfer
        # A burst of one second's worth; at slower rates than one a second, one call per 1/rate.
        self._burst = max(1, whole(calls_per_s))
        self._span_s = self._burst / calls_per_s
        self._launches_s: deque[float] = deque(maxlen=self._burst)

    def observe(self, event: Observation) -> None:
        """Count what the limits are about."""
        match event:
            case Launched():
                self._begin(event.t_s)
                self._launches_s.append(event.t_s)
            case Answered() if event.by_person and not self._at_transfer:
                self._count_answer(event.t_s)
            case Transferred() if self._at_transfer:
                self._count_answer(event.t_s)
            case Abandoned():
                budget.count_abandon(self._ledger, event.t_s)
            case _:
                pass

    @property
    def answered(self) -> int:
        """Calls in the present window that were answered by a person, or for `at_transfer` asked for an agent."""
        return int(self._ledger[budget.ANSWERED])

    @property
    def abandoned(self) -> int:
        """Those of them that were abandoned."""
        return int(self._ledger[budget.ABANDONED])

    def theta(self, t_s: float) -> float:
        """Return the risk that a new line may carry now, see `pacing.budget.theta_now`."""
        return float(budget.theta_now(self._ledger, t_s))

    def allowance(self, t_s: float) -> int:
        """Return how many more abandons the window bears, see `pacing.budget.allowance`."""
        return int(budget.allowance(self._ledger, t_s))

    def limit(self, floor: PacingInput, policy: Policy) -> PacingDecision:
        """Return what `policy` proposes, cut to what budget, lines and rate allow, and which of them bound."""
        budget.roll(self._ledger, floor.t_s)
        proposal = policy.propose(floor, self.theta(floor.t_s))
        launch, clamp = max(0, proposal.launch), "policy"
        terms = dict(proposal.terms)
        if policy.needs_agents:
            allowance = self.allowance(floor.t_s)
            asked = "transferred" if self._at_transfer else "answered"
            terms |= {asked: self.answered, "abandoned": self.abandoned, "allowance": allowance}
            room = policy.within(floor, launch, floor.staying + allowance)
            if not allowance:  # the budget is gone: one line for each agent, whatever the chances
                room = min(room, max(0, floor.staying - floor.in_flight - floor.waiting))
            if launch > room:
                launch, clamp = room, "guard"
            self._ledger[budget.GATED] = clamp == "guard"
        if launch > 0 and floor.closes_in_s is not None and floor.closes_in_s < floor.horizon_s:
            launch, clamp = 0, "closing"
        if launch > floor.lines_free:
            launch, clamp = max(0, floor.lines_free), "lines"
        review_s = proposal.review_s
        recent_s = self._launches_s
        # A nanosecond's grace: adding the wait to the clock may round to just before the end of the span.
        while recent_s and floor.t_s - recent_s[0] >= self._span_s - 1e-9:
            recent_s.popleft()
        if launch > self._burst - len(recent_s):
            launch, clamp = self._burst - len(recent_s), "rate"
            # Room for one more comes when the oldest launch, perhaps one of those placed now, is a span ago.
            wait_s = self._span_s - (floor.t_s - recent_s[0] if recent_s else 0.0)
            review_s = wait_s if review_s is None else min(wait_s, review_s)
        return PacingDecision(launch, clamp, terms, review_s)

    def learned(self) -> dict[str, list[float]]:
        """Return what a risk has been found to cost here."""
        return {"theta": self._ledger[budget.LEARNED].tolist()}

    def begin(self, learned: Mapping[str, list[float]]) -> None:
        """Begin with what `learned` returned; `ValueError` when it is out of bounds."""
        expected, seen = (float(abandons) for abandons in learned["theta"])
        if not (0.0 <= expected < inf and 0.0 <= seen < inf):
            raise ValueError(f"abandons expected and seen must be counts, not {expected} and {seen}")
        self._ledger[budget.LEARNED] = expected, seen

    def state(self) -> dict[str, Any]:
        """Return the counters."""
        return {"ledger": self._ledger.tolist(), "begun": self._begun, "launches_s": list(self._launches_s)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self._ledger[:] = state["ledger"]
        self._begun = state["begun"]
        self._launches_s = deque(state["launches_s"], maxlen=self._burst)

    def _count_answer(self, t_s: float) -> None:
        self._begin(t_s)
        budget.count_answer(self._ledger, t_s)

    def _begin(self, t_s: float) -> None:
        """Let the first window begin with the first event."""
        if not self._begun:
            self._begun = True
            self._ledger[budget.START_S] = self._ledger[budget.RATE_AT_S] = t_s
