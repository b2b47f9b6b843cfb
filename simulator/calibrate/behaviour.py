"""How people pay, from a history: the settings of simulated months (`simulator.months.settings`).

The law of paying without a promise is that of the months themselves: a chance by days past due that fades, times a
factor that stays with the person. Accounts are followed from the first day that shows them late until they pay, are
first contacted, or are seen no more; the person's factor is integrated out, as nobody knows it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import duckdb
import numpy as np
from scipy.optimize import minimize

from simulator.calibrate.estimate import Estimate, Floats, Parameters, curvature, share
from simulator.calibrate.repayment import GRACE_DAYS, Segment
from simulator.history.describe import ENOUGH
from simulator.months.settings import CureSettings, MonthsSettings, PaymentSettings

CYCLE_DAYS = 30
"""Days from one due date to the next, as months have it."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_PRIOR_SD = 2.0
"""Of the logarithm of each number of the law, around the house estimate: it holds what the history does not say."""
_HIGHEST = 0.95

_HOUSE = "house estimate"
_DEFAULTS = {
    "cure": _HOUSE,
    "payment.due_share": "UCI default of credit card clients (Yeh, Lien), median share of a bill that is paid",
    "payment.settles_share": _HOUSE,
    "payment.late_share": _HOUSE,
    "payment.promise_days": _HOUSE,
    "payment.kept_share": _HOUSE,
    "payment.kept_share_of": "every segment keeps as many",
    "payment.promise_factor": "every segment promises as often",
    "payment.message_lift, robot_lift, contact_lift, lift_days": "a history does not tell them from who was chosen",
    "complaints": _HOUSE,
    "cost": _HOUSE,
}


class Behaviour(NamedTuple):
    """How people pay.

    Attributes
    ----------
    settings : MonthsSettings
        With what was estimated; all else has its default.
    found, defaults : list of Estimate
        What was estimated with its interval, and what was not with the source of the default.
    """

    settings: MonthsSettings
    found: list[Estimate]
    defaults: list[Estimate]


def behaviour_of(database: duckdb.DuckDBPyConnection, repaid: list[Segment]) -> Behaviour:
    """Return how people pay.

    Parameters
    ----------
    database : duckdb.DuckDBPyConnection
        Has the view of `simulator.calibrate.observe.prepare`.
    repaid : list of Segment
        What `simulator.calibrate.repayment.segments` found in it.
    """
    cure: dict[str, Any] = {}
    found = []
    if (law := _cure(database)) is not None:
        cure = dict(zip(_CURE, map(float, np.exp(law.theta)), strict=True))
        found += [law.estimate(f"cure.{name}", _exponential(place)) for place, name in enumerate(_CURE)]
    settings = CureSettings(**{name: _short(value) for name, value in cure.items()})
    payment, known = _payment(database, repaid, settings)
    found += known
    done = {name.split("[")[0] for name in ("cure" if one.name.startswith("cure") else one.name for one in found)}
    missing = [Estimate(name, 0.0, 0.0, 0.0, 0, source) for name, source in _DEFAULTS.items() if name not in done]
    return Behaviour(MonthsSettings(cure=settings, payment=PaymentSettings(**payment)), found, missing)


_CURE = ("first", "last", "fade_days", "ability_sigma")


def _exponential(place: int) -> Any:
    return lambda theta: float(np.exp(theta[place]))


def _cure(database: duckdb.DuckDBPyConnection) -> Parameters | None:
    """Return logarithms of `_CURE`; None when fewer than `ENOUGH` accounts can be followed, or none of them paid."""
    rows = database.execute(
        """
        WITH late AS (
            SELECT account, min(on_day) AS first, min_by(dpd, on_day) AS dpd FROM accounts WHERE dpd > 0
            GROUP BY account
        ), seen AS (SELECT account, max(on_day) AS last FROM accounts GROUP BY account),
        paid AS (
            SELECT account, CAST(min(paid_at) AS DATE) AS at FROM payments JOIN late USING (account)
            WHERE CAST(paid_at AS DATE) >= first GROUP BY account
        ), met AS (
            SELECT account, CAST(min(placed_at) AS DATE) AS at FROM attempts WHERE account IS NOT NULL GROUP BY account
        ), followed AS (
            SELECT dpd, date_diff('day', first, least(last, coalesce(paid.at, last), coalesce(met.at, last))) AS days,
                coalesce(paid.at <= least(last, coalesce(met.at, last)), FALSE) AS paid
            FROM late JOIN seen USING (account) LEFT JOIN paid USING (account) LEFT JOIN met USING (account)
            WHERE paid.at IS NULL OR paid.at > first
        )
        SELECT dpd, days, paid, count(*) AS times FROM followed WHERE days > 0 GROUP BY ALL ORDER BY ALL
        """
    ).fetchnumpy()
    dpd, days, paid, times = (np.ma.getdata(rows[name]) for name in ("dpd", "days", "paid", "times"))
    if times.sum() < ENOUGH or not paid.any():
        return None
    usual = CureSettings()
    centre = np.log([getattr(usual, name) for name in _CURE])

    def loss(theta: Floats) -> float:
        first, last, fade, sigma = np.exp(np.clip(theta, -20.0, 8.0))
        ages = np.arange(1, int((dpd + days).max()) + 1)
        ability = np.exp(sigma * _NODES - sigma * sigma / 2)[:, None]
        chance = np.clip((first * np.exp(-(ages - 1) / fade) + last) * ability, 1e-12, _HIGHEST)
        stays = np.concatenate([np.zeros((len(_NODES), 1)), np.cumsum(np.log1p(-chance), axis=1)], axis=1)
        until = stays[:, dpd + days - paid] - stays[:, dpd]
        seen = np.exp(until) * np.where(paid, chance[:, dpd + days - 1], 1.0)
        likely = np.log(_WEIGHTS @ seen / _WEIGHTS.sum())
        return float(-(times * likely).sum() + 0.5 * (((theta - centre) / _PRIOR_SD) ** 2).sum())

    best = minimize(loss, centre, method="L-BFGS-B")
    covariance = np.asarray(np.linalg.pinv(curvature(loss, best.x)), dtype=np.float64)
    return Parameters(best.x, covariance, int(times.sum()))


def _payment(
    database: duckdb.DuckDBPyConnection, repaid: list[Segment], cure: CureSettings
) -> tuple[dict[str, Any], list[Estimate]]:
    """Return what is known of `PaymentSettings`, with the intervals."""
    values: dict[str, Any] = {}
    found: list[Estimate] = []

    def take(name: str, estimate: Estimate) -> None:
        values[name] = _short(estimate.value)
        found.append(estimate._replace(name=f"payment.{name}"))

    settled, of, due_share = database.execute(_SETTLED).fetchall()[0]
    if of >= ENOUGH:
        take("settles_share", share("", settled, of))
    if due_share and settled >= ENOUGH:
        values["due_share"] = _short(min(1.0, due_share))
        found.append(Estimate("payment.due_share", due_share, due_share, due_share, settled))
    late, due = database.execute(_LATE).fetchall()[0]
    if due and due >= ENOUGH:
        take("late_share", share("", late, due))
    mean_days, promises = database.execute(
        "SELECT avg(date_diff('day', day, promise_due)), count(*) FROM call "
        "WHERE disposition = 'promise' AND promise_due > day"
    ).fetchall()[0]
    if promises >= ENOUGH:
        values["promise_days"] = days = int(np.clip(round(2 * mean_days - 1), 1, 60))  # uniform from 1 on
        found.append(Estimate("payment.promise_days", days, days, days, promises))
    unasked = _unasked_share(database, cure, values.get("settles_share", PaymentSettings().settles_share))
    kept = {one.name: _really_kept(one.kept, unasked, cure) for one in repaid if one.kept is not None}
    due_promises = [one.kept for one in repaid if one.kept is not None]
    whole = sum(one.observations for one in due_promises)
    if whole >= ENOUGH:
        middle = share("", sum(one.value * one.observations for one in due_promises), whole)
        take("kept_share", _really_kept(middle, unasked, cure))
    enough = {name: one for name, one in kept.items() if one.observations >= ENOUGH and name}
    if len(enough) > 1:
        values["kept_share_of"] = {}
        for name, one in enough.items():
            found.append(one._replace(name=f"payment.kept_share_of[{name}]"))
            values["kept_share_of"][name] = _short(found[-1].value)
    contacts = sum(one.promised.observations for one in repaid)
    promised = sum(one.promised.value * one.promised.observations for one in repaid)
    told = {one.name: one.promised for one in repaid if one.promised.observations >= ENOUGH and one.name}
    if len(told) > 1 and promised:
        values["promise_factor"] = {}
        for name, one in told.items():
            factor = _scaled(one, contacts / promised, most=np.inf)._replace(name=f"payment.promise_factor[{name}]")
            found.append(factor)
            values["promise_factor"][name] = _short(factor.value)
    return values, found


_SETTLED = """
    WITH paid AS (
        SELECT account, CAST(paid_at AS DATE) AS paid_on, sum(cents) AS cents FROM payments GROUP BY ALL
    ), promised AS (SELECT DISTINCT account FROM attempts WHERE disposition = 'promise'),
    beside AS (
        SELECT account, paid_on, any_value(cents) AS cents,
            max_by({'on_day': on_day, 'dpd': dpd, 'balance_cents': balance_cents}, on_day)
                FILTER (WHERE on_day <= paid_on) AS before,
            min_by({'on_day': on_day, 'dpd': dpd}, on_day) FILTER (WHERE on_day > paid_on) AS after
        FROM paid JOIN accounts USING (account) ANTI JOIN promised USING (account) GROUP BY account, paid_on
    ), told AS (
        SELECT cents, before.balance_cents AS owed, before.dpd + date_diff('day', before.on_day, paid_on) AS late,
            after.dpd < before.dpd + date_diff('day', before.on_day, after.on_day) AS settled
        FROM beside WHERE before.dpd > 0 AND after IS NOT NULL
    )
    SELECT count(*) FILTER (settled), count(*),
        median(cents / owed / ceil(late / 30.0)) FILTER (settled AND owed > 0) FROM told
    """
"""Of the payments on late accounts that never promised: after how many the account was no longer late, of how many, and
the middle payment as a share of the balance for each month begun. Both days beside it must be in the history."""

_LATE = f"""
    WITH began AS (SELECT account, min_by(dpd, on_day) AS dpd, min(on_day) AS first FROM accounts GROUP BY account),
    became AS (
        SELECT account, first, max(on_day) AS last,
            min(on_day - accounts.dpd + 1) FILTER (WHERE accounts.dpd > 0) AS late
        FROM accounts JOIN began USING (account) WHERE began.dpd = 0 GROUP BY ALL
    )
    SELECT count(late), sum(date_diff('day', first, coalesce(late, last))) / {CYCLE_DAYS} FROM became
    """
"""Of the accounts that began without arrears: how many became late, and how many due dates came until then, one in each
cycle. What comes after a cure is left out, since its first due date is a whole cycle away."""

_BROKEN = """
    SELECT CAST(any_value(dpd) + date_diff('day', any_value(on_day), any_value(promise_due)) AS BIGINT) AS dpd
    FROM call JOIN accounts USING (account)
    WHERE disposition = 'promise' AND promise_due > day AND on_day = day AND dpd > 0 GROUP BY attempt
    """
"""Of each promise, the days past due on its date."""


def _unasked_share(database: duckdb.DuckDBPyConnection, cure: CureSettings, settles_share: float) -> float:
    """Return the chance that who broke a promise settles all the same in the days in which it still counts as kept."""
    dpd = np.ma.getdata(database.execute(_BROKEN).fetchnumpy()["dpd"])
    if not len(dpd):
        return 0.0
    chance = cure.first * np.exp(-(dpd - 1) / cure.fade_days) + cure.last
    return float(np.mean(1 - (1 - np.clip(chance * settles_share, 0.0, _HIGHEST)) ** GRACE_DAYS))


def _really_kept(seen: Estimate, unasked_share: float, cure: CureSettings) -> Estimate:
    """Return what months call the share of kept promises.

    Taken off are those that were paid late and unasked; and who keeps a promise has a person's factor, too, the root
    of the one on paying, whose mean is not 1.
    """
    factor = float(np.exp(cure.ability_sigma**2 / 8)) / (1 - unasked_share)
    lower = seen._replace(
        value=seen.value - unasked_share, low=seen.low - unasked_share, high=seen.high - unasked_share
    )
    return _scaled(lower, factor)


def _scaled(one: Estimate, factor: float, most: float = 1.0) -> Estimate:
    value, low, high = (min(most, max(0.0, end * factor)) for end in (one.value, one.low, one.high))
    return one._replace(value=value, low=low, high=high)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
