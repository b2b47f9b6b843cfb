"""The collections pyramid: how paid time turns into money, level by level.

Paid time, productive time, contacts, promises, kept promises, average payment. The product of the
levels is the value of one paid hour. Levels and the two worked examples in the tests: the standard
figure and table of weekly targets in collections management (figure 14-1 and table 14-1 of
"Collection techniques and KPI standards").
"""

from __future__ import annotations

import msgspec

from dialer.insight.tally import Totals


class Pyramid(msgspec.Struct, frozen=True):
    """One floor, team or agent over one period. None: not known.

    Attributes
    ----------
    paid_h : float
        Logged-in agent-hours.
    productive_share : float | None
        Productive hours / paid hours.
    contacts_per_productive_h : float | None
        Conversations with the person who owes, per productive hour.
    promise_share : float | None
        Promises / contacts.
    kept_share : float | None
        Promises kept / promises. Not known on the day of the promise.
    payment : float | None
        Average payment of a kept promise, in the portfolio's currency. Not known on the day either.
    """

    paid_h: float
    productive_share: float | None
    contacts_per_productive_h: float | None
    promise_share: float | None
    kept_share: float | None = None
    payment: float | None = None

    @property
    def value_per_paid_h(self) -> float | None:
        """The product of the levels: money per paid hour, None while a level is unknown."""
        value = 1.0
        for level in (
            self.productive_share,
            self.contacts_per_productive_h,
            self.promise_share,
            self.kept_share,
            self.payment,
        ):
            if level is None:
                return None
            value *= level
        return value


def of_totals(totals: Totals) -> Pyramid:
    """Return the pyramid of a period as far as the day itself tells it: up to the promises."""
    return Pyramid(
        paid_h=totals.paid_s / 3600,
        productive_share=totals.productive_share,
        contacts_per_productive_h=totals.contacts_per_agent_hour,
        promise_share=totals.promise_share,
    )
