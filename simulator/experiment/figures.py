"""What experiments measure: sums of a simulated day, and the ratios that people compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

Sums = dict[str, float]
"""What added up over one replication, by name: `SUMS`."""

SUMS = (
    "contacts", "promises", "promised", "abandoned", "answered", "placed", "leads", "agent_hours", "busy_hours",
    "paid_hours", "cost",
)  # fmt: skip
"""Counts; ``promised`` and ``cost`` in the currency's main unit; hours of agents productive, busy and paid."""


class Figure(NamedTuple):
    """A ratio of two sums, and whether more of it is better."""

    top: str
    bottom: str
    better: Literal["most", "least"]


FIGURES: dict[str, Figure] = {
    "contacts_per_agent_hour": Figure("contacts", "agent_hours", "most"),
    "promises_per_agent_hour": Figure("promises", "agent_hours", "most"),
    "promised_per_agent_hour": Figure("promised", "agent_hours", "most"),
    "occupancy_share": Figure("busy_hours", "agent_hours", "most"),
    "abandon_share": Figure("abandoned", "answered", "least"),
    "cost_per_contact": Figure("cost", "contacts", "least"),
    "cost_per_promised": Figure("cost", "promised", "least"),
    "calls_per_lead": Figure("placed", "leads", "least"),
    "calls_per_contact": Figure("placed", "contacts", "least"),
}
"""Promises stand for recovery within a shift; calls to a lead for the risk of complaints."""


class Estimate(NamedTuple):
    """A figure over several replications. NaN where nothing can be divided.

    `deviations`: float64, shape (replications,); what each replication adds to the figure's deviation, to first order,
    so that its variance is theirs divided by their number. Those of two settings on the same days can be subtracted.
    """

    value: float
    deviations: np.ndarray


def estimate(figure: Figure, replications: Sequence[Sums]) -> Estimate:
    """Return a ratio of sums over all replications, with its linearised deviations (the delta method)."""
    top, bottom = (np.array([sums[name] for sums in replications]) for name in (figure.top, figure.bottom))
    whole = bottom.mean() if len(bottom) else 0.0
    if not whole:
        return Estimate(float("nan"), np.full(len(top), np.nan))
    value = float(top.mean() / whole)
    return Estimate(value, (top - value * bottom) / whole)
