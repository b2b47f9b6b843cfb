"""The guard that stands behind every policy: lines, calls per second, and the abandon budget.

The budget is accounted as in `pacing.ledger`. A policy that knows nothing of its calls is held to the
worst case: every line beyond the agents who are there to take it may be answered and abandoned, so
there are never more such lines than abandons that the limit still bears. A policy that knows its calls
says itself how many launches keep within that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacing import rate
from pacing.lean import lean
from pacing.ledger import Ledger
from pacing.policy import Policy
from pacing.records import Launched, Observation, PacingDecision, PacingInput

CLAMPS = ("policy", "guard", "closing", "lines", "rate")
"""What can bound a decision, in the order in which the limits are applied; the last one that cut is named."""

_GUARD, _CLOSING, _LINES, _RATE = range(1, 5)


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
    rate : rate.Rate
        The latest launches.

    Raises
    ------
    ValueError
        For a rate that is not positive, and as `Ledger`.
    """

    def __init__(self, *, calls_per_s: float = 10.0, **account: Any) -> None:
        self.rate = rate.make(calls_per_s)
        self.ledger = Ledger(**account)

    def observe(self, event: Observation) -> None:
        """Count what the limits are about."""
        self.ledger.observe(event)
        if isinstance(event, Launched):
            rate.launched(self.rate, event.t_s)

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
        launch = room = max(0, proposal.launch)
        terms = dict(proposal.terms)
        if policy.needs_agents:
            allowance, closing = min((ledger.allowance(floor.t_s), name) for name, ledger in ledgers.items())
            ledger = self.ledger
            terms |= {ledger.of: ledger.counted, "abandoned": ledger.abandoned, "allowance": allowance}
            if unseen := ledger.unseen(floor.t_s):
                terms["abandoned_unseen"] = round(unseen, 5)
            room = policy.within(floor, launch, floor.staying + allowance)
            room = bounded(room, allowance, floor.staying, floor.in_flight, floor.waiting)
            if launch > room:
                steering = closing
            for ledger in ledgers.values():
                ledger.gated(launch > room)
        closes = floor.closes_in_s is not None and floor.closes_in_s < floor.horizon_s
        launch, clamp, wait_s = limit(self.rate, floor.t_s, launch, room, closes, floor.lines_free)
        review_s = proposal.review_s
        if wait_s != rate.NO_WAIT:
            review_s = wait_s if review_s is None else min(wait_s, review_s)
        return PacingDecision(int(launch), CLAMPS[clamp], terms, review_s, steering)

    def learned(self) -> dict[str, list[float]]:
        """Return what a risk has been found to cost here."""
        return {"theta": self.ledger.learned()}

    def begin(self, learned: Mapping[str, list[float]]) -> None:
        """Begin with what `learned` returned; `ValueError` when it is out of bounds."""
        self.ledger.begin(learned["theta"])

    def state(self) -> dict[str, Any]:
        """Return the counters."""
        return {"ledger": self.ledger.state(), "launches_s": rate.kept(self.rate)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self.ledger.load(state["ledger"])
        rate.load(self.rate, state["launches_s"])


@lean
def bounded(room: int, allowance: int, staying: int, in_flight: int, waiting: int) -> int:
    """Return how many calls the budget leaves room for, of the `room` that the policy found."""
    if allowance > 0:
        return room
    # The budget is gone: one line for each agent, whatever the chances.
    return min(room, max(0, staying - in_flight - waiting))


@lean
def limit(
    recent: rate.Rate, t_s: float, launch: int, room: int, closes: bool, lines_free: int
) -> tuple[int, int, float]:
    """Apply the limits one after the other.

    Parameters
    ----------
    launch, room : int
        Calls that the policy wants, and those that the budget has room for.
    closes : bool
        Whether an answer might come when nobody is there any more.
    lines_free : int
        Lines that the trunk still has.

    Returns
    -------
    launch : int
        Calls to place now.
    clamp : int
        Place in `CLAMPS` of what bound.
    wait_s : float
        When the rate has room for one more, `rate.NO_WAIT` when it did not bind.
    """
    clamp = 0
    if launch > room:
        launch, clamp = room, _GUARD
    if launch > 0 and closes:
        launch, clamp = 0, _CLOSING
    if launch > lines_free:
        launch, clamp = max(0, lines_free), _LINES
    allowed, wait_s = rate.cut(recent, t_s, launch)
    if wait_s != rate.NO_WAIT:
        clamp = _RATE
    return allowed, clamp, wait_s
