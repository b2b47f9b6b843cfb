"""Promises and payments by segment, and how accounts that nobody contacts come right by themselves.

Months of a portfolio are simulated by what `simulator.calibrate.behaviour` makes of it; within a shift nobody pays.
"""

from __future__ import annotations

from typing import NamedTuple

import duckdb
import numpy as np
from scipy.special import betaincinv

from dialer.core.call import CONTACTS
from dialer.core.rng import uniform
from simulator.calibrate.estimate import COVERAGE, Estimate, Floats, Z, share
from simulator.history.describe import ENOUGH

GRACE_DAYS = 3
"""How many days after its date a promise may still be kept (house value, 2026-11)."""

USUAL_DAYS = 14
"""The date of a promise that has none, in days from the call (house value, 2026-11)."""

KEPT_SHARE = 0.9
"""The part of the promised amount that keeps a promise (house value, 2026-11)."""

_DRAWS = 200
_MARGIN = 3

_TOLD = ", ".join(f"'{name}'" for name in CONTACTS)


class Segment(NamedTuple):
    """One segment: promises of contacts, kept of those promises whose date has passed, and the middle amount."""

    name: str
    promised: Estimate
    kept: Estimate | None
    median_cents: int | None


class SelfCure(NamedTuple):
    """The share of accounts left alone that have paid by each day (Kaplan-Meier; Greenwood's band, log-log).

    Attributes
    ----------
    accounts : int
        How many were left alone for a while.
    days, paid, low, high : Floats
        Shape (t,).
    knee : Estimate or None
        The day from which the curve is flatter: where two straight lines that meet fit it best. Contact before
        it pays for what would have come anyway. None when the curve is too short.
    """

    accounts: int
    days: Floats
    paid: Floats
    low: Floats
    high: Floats
    knee: Estimate | None


def segments(database: duckdb.DuckDBPyConnection) -> list[Segment]:
    """Return what each segment promises and keeps; `database` has the view of `simulator.calibrate.observe.prepare`."""
    rows = database.execute(
        f"""
        WITH horizon AS (SELECT max(paid_at) AS until FROM payments),
        made AS (
            SELECT attempt, grp, account, promise_cents, placed_at,
                coalesce(CAST(promise_due AS TIMESTAMPTZ), placed_at + INTERVAL {USUAL_DAYS} DAY)
                    + INTERVAL {GRACE_DAYS + 1} DAY AS late_at
            FROM call WHERE disposition = 'promise' AND promise_cents > 0 AND account IS NOT NULL
        ),
        kept AS (
            SELECT made.grp, made.attempt,
                coalesce(sum(payments.cents), 0) >= {KEPT_SHARE} * any_value(promise_cents) AS kept
            FROM made JOIN horizon ON made.late_at <= horizon.until
            LEFT JOIN payments ON payments.account = made.account AND paid_at BETWEEN placed_at AND late_at
            GROUP BY ALL
        )
        SELECT grp, count(*) FILTER (disposition IN ({_TOLD})), count(*) FILTER (disposition = 'promise'),
            median(promise_cents) FILTER (disposition = 'promise'),
            (SELECT count(*) FROM kept WHERE kept.grp = call.grp),
            (SELECT count(*) FROM kept WHERE kept.grp = call.grp AND kept.kept)
        FROM call GROUP BY grp ORDER BY grp
        """
    ).fetchall()
    return [
        Segment(
            name,
            share(f"promises / contacts in {name}", promised, contacts),
            share(f"promises kept in {name}", kept, due) if due else None,
            None if cents is None else round(cents),
        )
        for name, contacts, promised, cents, due, kept in rows
    ]


def self_cure(database: duckdb.DuckDBPyConnection) -> SelfCure | None:
    """Return the curve of accounts before anybody contacted them; None when fewer than 100 can be followed.

    An account is followed from its first day in the history until it pays, is first contacted, or the history ends.
    """
    found = database.execute(
        """
        WITH seen AS (SELECT account, min(on_day) AS first, max(on_day) AS last FROM accounts GROUP BY account),
        paid AS (SELECT account, CAST(min(paid_at) AS DATE) AS at FROM payments GROUP BY account),
        met AS (SELECT account, CAST(min(placed_at) AS DATE) AS at FROM attempts GROUP BY account)
        SELECT date_diff('day', first, least(last, coalesce(paid.at, last), coalesce(met.at, last))) AS day,
            coalesce(paid.at <= least(last, coalesce(met.at, last)), false) AS paid
        FROM seen LEFT JOIN paid USING (account) LEFT JOIN met USING (account)
        WHERE paid.at IS NULL OR paid.at > first
        """
    ).fetchnumpy()
    day = np.asarray(np.ma.getdata(found["day"]), dtype=np.int64)
    paid = np.asarray(np.ma.getdata(found["paid"]), dtype=bool)[day >= 1]
    day = day[day >= 1]
    if len(day) < ENOUGH or not paid.any():
        return None
    last = int(day.max())
    events = np.bincount(day[paid], minlength=last + 1)[1:].astype(float)
    followed = len(day) - np.concatenate([[0], np.cumsum(np.bincount(day, minlength=last + 1)[1:])[:-1]])
    stays = _stays(events / followed)
    left = np.clip(stays, 1e-12, 1 - 1e-12)
    variance = np.cumsum(events / np.maximum(followed * (followed - events), 1e-12))
    spread = Z * np.sqrt(variance) / np.abs(np.log(left))
    low, high = (np.asarray(1 - left ** np.exp(sign * spread), dtype=np.float64) for sign in (-1, 1))
    days = np.arange(1.0, last + 1)
    return SelfCure(len(day), days, _stays(events / followed, paid=True), low, high, _knee(events, followed))


def _stays(hazard: Floats, *, paid: bool = False) -> Floats:
    """Return the share that has not paid by each day, or that has."""
    stays = np.asarray(np.cumprod(1 - hazard), dtype=np.float64)
    return 1 - stays if paid else stays


def _knee(events: Floats, followed: Floats) -> Estimate | None:
    """Return the knee with the interval of curves that could be the true one (beta hazards, day by day)."""
    if len(events) < 4 * _MARGIN:
        return None
    at = _knee_of(_stays(events / followed))
    drawn = []
    for number in range(_DRAWS):
        luck = np.array([uniform(0, "self_cure", day, number) for day in range(len(events))])
        drawn.append(_knee_of(_stays(betaincinv(events + 0.5, followed - events + 0.5, luck))))
    low, high = np.quantile(drawn, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return Estimate("self-cure knee (day)", at, min(at, float(low)), max(at, float(high)), int(followed[0]))


def _knee_of(stays: Floats) -> float:
    days = np.arange(1.0, len(stays) + 1)
    best = (np.inf, 0.0)
    for knee in days[_MARGIN:-_MARGIN]:
        lines = np.stack([np.ones_like(days), days, np.maximum(0.0, days - knee)], axis=1)
        _, rest, *_ = np.linalg.lstsq(lines, 1 - stays, rcond=None)
        best = min(best, (float(rest[0]) if len(rest) else 0.0, float(knee)))
    return best[1]
