"""The guard that stands behind every policy: lines, calls per second, and the abandon budget.

The budget is accounted as in `pacing.ledger`. A policy that knows nothing of its calls is held to the
worst case: every line beyond the agents who are there to take it may be answered and abandoned, so
there are never more such lines than abandons that the limit still bears. A policy that knows its calls
says itself how many launches keep within that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from math import floor as whole
from typing import Any

from pacing.ledger import Ledger
from pacing.policy import Policy
from pacing.records import Launched, Observation, PacingDecision, PacingInput


class Guard:
    """Limits proposals.

    Parameters
    ----------
    calls_per_s : float
        Launches per second, averaged over one second.
    **account
        As `pacing.ledger.Ledger`.

    Attributes
    ----------
    ledger : Ledger
        The account of the abandon limit.

    Raises
    ------
    ValueError
        For a rate that is not positive, and as `Ledger`.
    """

    def __init__(self, *, calls_per_s: float = 10.0, **account: Any) -> None:
        if not calls_per_s > 0:
            raise ValueError(f"calls_per_s must be positive, not {calls_per_s}")
        self.ledger = Ledger(**account)
        # A burst of one second's worth; at slower rates than one a second, one call per 1/rate.
        self._burst = max(1, whole(calls_per_s))
        self._span_s = self._burst / calls_per_s
        self._launches_s: deque[float] = deque(maxlen=self._burst)

    def observe(self, event: Observation) -> None:
        """Count what the limits are about."""
        self.ledger.observe(event)
        if isinstance(event, Launched):
            self._launches_s.append(event.t_s)

    def limit(self, floor: PacingInput, policy: Policy, beside: Mapping[str, Ledger] | None = None) -> PacingDecision:
        """Return what `policy` proposes, cut to what budget, lines and rate allow, and which of them bound.

        Parameters
        ----------
        beside
            By name, other ledgers that may be charged when a call of this campaign takes an agent. The
            tightest of all decides.
        """
        ledgers = {"": self.ledger, **(beside or {})}
        for ledger in ledgers.values():
            ledger.roll(floor.t_s)
        theta, steering = min((ledger.theta(floor.t_s), name) for name, ledger in ledgers.items())
        proposal = policy.propose(floor, theta)
        launch, clamp = max(0, proposal.launch), "policy"
        terms = dict(proposal.terms)
        if policy.needs_agents:
            allowance, closing = min((ledger.allowance(floor.t_s), name) for name, ledger in ledgers.items())
            ledger = self.ledger
            terms |= {ledger.of: ledger.counted, "abandoned": ledger.abandoned, "allowance": allowance}
            if unseen := ledger.unseen(floor.t_s):
                terms["abandoned_unseen"] = round(unseen, 5)
            room = policy.within(floor, launch, floor.staying + allowance)
            if not allowance:  # the budget is gone: one line for each agent, whatever the chances
                room = min(room, max(0, floor.staying - floor.in_flight - floor.waiting))
            if launch > room:
                launch, clamp, steering = room, "guard", closing
            for ledger in ledgers.values():
                ledger.gated(clamp == "guard")
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
        return PacingDecision(launch, clamp, terms, review_s, steering)

    def learned(self) -> dict[str, list[float]]:
        """Return what a risk has been found to cost here."""
        return {"theta": self.ledger.learned()}

    def begin(self, learned: Mapping[str, list[float]]) -> None:
        """Begin with what `learned` returned; `ValueError` when it is out of bounds."""
        self.ledger.begin(learned["theta"])

    def state(self) -> dict[str, Any]:
        """Return the counters."""
        return {"ledger": self.ledger.state(), "launches_s": list(self._launches_s)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self.ledger.load(state["ledger"])
        self._launches_s = deque(state["launches_s"], maxlen=self._burst)
