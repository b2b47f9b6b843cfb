"""The guard that stands behind every policy: lines, calls per second, and the abandon budget.

The budget is the worst case: every line dialled beyond the agents who are there to take it may be
answered and abandoned, so there are never more such lines than abandons that the limit still allows.
With that, the share of abandoned calls among those answered by a person cannot pass the limit, in any
order of events, except by what no guard can prevent: an agent who leaves while a line rings.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from math import floor as whole
from typing import TYPE_CHECKING, Any

from pacing.records import Abandoned, Answered, Launched, Observation, PacingDecision, PacingInput

if TYPE_CHECKING:
    from pacing.policy import Proposal


class Guard:
    """Limits proposals.

    Parameters
    ----------
    abandon_limit_share : float
        Largest abandoned / answered by a person. 0.03 is the figure of 47 CFR 64.1200(a)(7) and of
        16 CFR 310.4(b)(4) (read 2026-11); for collections calls it is house policy.
    calls_per_s : float
        Launches per second, averaged over one second.

    Raises
    ------
    ValueError
        For a share outside 0 to 1, or a rate that is not positive.
    """

    def __init__(self, *, abandon_limit_share: float = 0.03, calls_per_s: float = 10.0) -> None:
        if not 0 <= abandon_limit_share <= 1:
            raise ValueError(f"abandon_limit_share must be between 0 and 1, not {abandon_limit_share}")
        if not calls_per_s > 0:
            raise ValueError(f"calls_per_s must be positive, not {calls_per_s}")
        self.abandon_limit_share = abandon_limit_share
        self.calls_per_s = calls_per_s
        self.answered = 0
        self.abandoned = 0
        # A burst of one second's worth; at slower rates than one a second, one call per 1/rate.
        self._burst = max(1, whole(calls_per_s))
        self._span_s = self._burst / calls_per_s
        self._launches_s: deque[float] = deque(maxlen=self._burst)

    def observe(self, event: Observation) -> None:
        """Count what the limits are about."""
        match event:
            case Launched():
                self._launches_s.append(event.t_s)
            case Answered():
                self.answered += event.by_person
            case Abandoned():
                self.abandoned += 1
            case _:
                pass

    @property
    def allowance(self) -> int:
        """How many more abandons the limit allows, given those answered so far.

        One abandon is itself an answered call, so the share is taken after it: a abandons among n
        answers are allowed to grow by k while ``a + k <= limit * (n + k)``.
        """
        limit = self.abandon_limit_share
        if limit >= 1:
            return 1_000_000_000
        spare = limit * self.answered - self.abandoned
        return max(0, whole(spare / (1 - limit) + 1e-9))

    def limit(self, floor: PacingInput, proposal: Proposal, needs_agents: bool) -> PacingDecision:
        """Return the proposal, cut to what lines, rate and budget allow, and which of them bound."""
        launch, clamp = max(0, proposal.launch), "policy"
        terms = dict(proposal.terms)
        if needs_agents:
            room = floor.idle + self.allowance - floor.in_flight - floor.waiting
            terms["allowance"] = self.allowance
            if launch > room:
                launch, clamp = max(0, room), "guard"
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

    def state(self) -> dict[str, Any]:
        """Return the counters."""
        return {"answered": self.answered, "abandoned": self.abandoned, "launches_s": list(self._launches_s)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self.answered, self.abandoned = state["answered"], state["abandoned"]
        self._launches_s = deque(state["launches_s"], maxlen=self._burst)
