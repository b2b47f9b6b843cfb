"""Roll rates: how much of a bucket's balance is in a later bucket a month after, and when not to manage by them.

A roll rate mixes two things: how accounts fare, and which accounts there are. When the portfolio changes, the rate
changes although nobody collects differently. So each rate comes with what it would have been on the mix of the month
before, and with a caution when the mix has moved.
"""

from __future__ import annotations

from typing import NamedTuple

from dialer.insight.tables import Tables

BUCKETS = (
    "CASE WHEN dpd <= 0 THEN 'M0' WHEN dpd <= 30 THEN 'M1' WHEN dpd <= 60 THEN 'M2' WHEN dpd <= 90 THEN 'M3' "
    "ELSE 'M3+' END"
)
"""Days past due by bucket, as SQL."""

CAUTION = 0.05
"""Share of the balance that may change places between segments before a caution is given (house value, 2026-11)."""


class RollRate(NamedTuple):
    """How much of a bucket's balance rolled on by the next month.

    Attributes
    ----------
    bucket, month : str
        Which bucket, in which month (its last day with data).
    balance : float
        What was in it.
    rate : float
        Share of that balance that was in a later bucket a month after.
    steady : float or None
        The rate that the same segments would have given in the mix of the month before; None in the first month.
    moved : float or None
        Share of the balance that is in other segments than in the month before.
    """

    bucket: str
    month: str
    balance: float
    rate: float
    steady: float | None
    moved: float | None

    @property
    def caution(self) -> bool:
        """Whether the portfolio changed too much to compare this rate with that of the month before."""
        return self.moved is not None and self.moved > CAUTION


def roll_rates(history: Tables) -> list[RollRate]:
    """Return the roll rate of every bucket and month; empty without a table of accounts."""
    rows = history.database.execute(
        f"""
        WITH month_end AS (
            SELECT date_trunc('month', on_day) AS month, max(on_day) AS on_day FROM accounts GROUP BY month
        ), seen AS (
            SELECT account, month, coalesce(segment, '') AS segment, {BUCKETS} AS bucket,
                balance_cents / 100.0 AS balance
            FROM accounts JOIN month_end USING (on_day) WHERE dpd IS NOT NULL AND balance_cents IS NOT NULL
        )
        SELECT earlier.bucket, strftime(earlier.month, '%Y-%m'), earlier.segment, sum(earlier.balance),
            coalesce(sum(earlier.balance) FILTER (WHERE later.bucket > earlier.bucket), 0)
        FROM seen AS earlier
        LEFT JOIN seen AS later ON later.account = earlier.account AND later.month = earlier.month + INTERVAL 1 MONTH
        WHERE earlier.month + INTERVAL 1 MONTH IN (SELECT month FROM month_end) AND earlier.balance > 0
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    found: list[RollRate] = []
    before: tuple[str, dict[str, float]] | None = None
    groups: dict[tuple[str, str], list[tuple[str, float, float]]] = {}
    for bucket, month, segment, balance, rolled in rows:
        groups.setdefault((bucket, month), []).append((segment, balance, rolled))
    for (bucket, month), parts in groups.items():
        total = sum(balance for _, balance, _ in parts)
        mix = {segment: balance / total for segment, balance, _ in parts}
        rates = {segment: rolled / balance for segment, balance, rolled in parts}
        steady = moved = None
        if before is not None and before[0] == bucket:
            old = before[1]
            moved = sum(abs(mix.get(one, 0.0) - old.get(one, 0.0)) for one in mix | old) / 2
            common = sum(share for one, share in old.items() if one in rates)
            steady = sum(share * rates[one] for one, share in old.items() if one in rates) / common if common else None
        rate = sum(rolled for _, _, rolled in parts) / total
        found.append(RollRate(bucket, month, total, rate, steady, moved))
        before = bucket, mix
    return found
