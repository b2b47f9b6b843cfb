"""Progressive dialling: one line for each idle agent, so that nobody who answers is left waiting."""

from __future__ import annotations

from pacing.lean import lean
from pacing.policy import Proposal, Stateless
from pacing.records import PacingInput


class Progressive(Stateless):
    """As many calls in flight as agents are idle and stay, never more."""

    name = "progressive"
    needs_agents = True

    def propose(self, floor: PacingInput, theta: float) -> Proposal:
        """Return idle agents who stay, minus calls that may still need one."""
        staying = floor.staying
        terms = {"idle": floor.idle, "staying": staying, "in_flight": floor.in_flight, "waiting": floor.waiting}
        return Proposal(missing(staying, floor.in_flight, floor.waiting), terms)


@lean
def missing(staying: int, in_flight: int, waiting: int) -> int:
    """Return how many of the agents who stay have no call that may need them."""
    return staying - in_flight - waiting
