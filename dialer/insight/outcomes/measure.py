"""What came of the contacts: recovery by channel and arm, promises, roll rates, contact pressure, complaints, cost."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from dialer.core.call import CONTACTS
from dialer.insight.outcomes.roll import RollRate, roll_rates
from dialer.insight.outcomes.sequential import Path, compare
from dialer.insight.pyramid.measure import Terms as PromiseTerms
from dialer.insight.pyramid.measure import make_promises
from dialer.insight.tables import Tables

Money = Annotated[float, Field(ge=0)]
_CONTACTS = ", ".join(f"'{name}'" for name in CONTACTS)


class Costs(BaseModel):
    """What contacts cost, in the currency of the portfolio: per paid agent-hour, per attempt by channel, per minute."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    paid_hour: Money = 0.0
    line_minute: Money = 0.0
    attempt: dict[str, Money] = Field(default_factory=dict)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the log does not say.

    Attributes
    ----------
    horizon_days : int
        Within how many days after a contact a payment counts as recovered by it, and after its first attempt an
        account as paid.
    champion : str or None
        The arm that others are compared with; None: the one with most accounts.
    effect, confidence : float
        See `dialer.insight.outcomes.sequential.compare`.
    promises : dialer.insight.pyramid.measure.Terms
        When a promise counts as kept.
    """

    horizon_days: int = 14
    champion: str | None = None
    effect: float = 0.02
    confidence: float = 0.95
    promises: PromiseTerms = PromiseTerms()


class Recovery(NamedTuple):
    """What one channel or one arm brought; None: not known without a table of payments.

    `complaints` are persons who asked not to be called again and debts that were disputed. A payment belongs to the
    latest attempt on its account before it, if that is not longer ago than the horizon.
    """

    name: str
    accounts: int
    attempts: int
    contacts: int
    promises: int
    due: int | None
    kept: int | None
    complaints: int
    paying: int | None
    recovered: float | None

    @property
    def per_account(self) -> float | None:
        """Recovered money per account."""
        return None if self.recovered is None or not self.accounts else self.recovered / self.accounts

    @property
    def kept_share(self) -> float | None:
        """Kept promises / promises whose time is over."""
        return self.kept / self.due if self.kept is not None and self.due else None

    @property
    def complaint_share(self) -> float | None:
        """Complaints / contacts."""
        return self.complaints / self.contacts if self.contacts else None


class Pressure(NamedTuple):
    """How many attempts and contacts the accounts of a week had, and the most that one of them had."""

    week: str
    accounts: int
    attempts: int
    contacts: int
    most: int


class Comparison(NamedTuple):
    """A challenger against the champion: accounts whose horizon is over, who of them paid, and the path of the test."""

    champion: str
    challenger: str
    accounts: tuple[int, int]
    paying: tuple[int, int]
    path: Path
    days: tuple[str, ...]

    @property
    def interval(self) -> tuple[float, float] | None:
        """The confidence sequence's latest interval for challenger less champion; None while nothing is said."""
        if not len(self.path.radius) or not np.isfinite(self.path.radius[-1]):
            return None
        difference, radius = float(self.path.difference[-1]), float(self.path.radius[-1])
        return difference - radius, difference + radius

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``open``, for the challenger. Once decided it stays so."""
        if self.path.decided is None:
            return "open"
        return "better" if self.path.difference[self.path.decided] > 0 else "worse"


class Outcomes(NamedTuple):
    """All of it. `cost` and `recovered` are of the whole log; None: not known."""

    channels: tuple[Recovery, ...]
    arms: tuple[Recovery, ...]
    rolls: tuple[RollRate, ...]
    pressure: tuple[Pressure, ...]
    comparisons: tuple[Comparison, ...]
    cost: float | None
    recovered: float | None

    @property
    def cost_per_unit(self) -> float | None:
        """Cost per recovered unit of money."""
        return self.cost / self.recovered if self.cost is not None and self.recovered else None


def outcomes_of(history: Tables, terms: Terms, costs: Costs | None = None) -> Outcomes:
    """Return what came of the contacts of a history."""
    make_promises(history, terms.promises)
    _make_recovered(history, terms)
    channels = _recoveries(history, "channel")
    recovered = sum(row.recovered or 0.0 for row in channels) if "payments" in history.known else None
    return Outcomes(
        channels,
        _recoveries(history, "arm"),
        tuple(roll_rates(history)),
        _pressure(history),
        tuple(_comparisons(history, terms)),
        None if costs is None else _cost(history, costs),
        recovered,
    )


def _make_recovered(history: Tables, terms: Terms) -> None:
    """Make the table ``recovered``: what each attempt brought, as the latest before the payment."""
    history.database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE recovered AS
        SELECT own.attempt, sum(payments.cents) AS cents
        FROM (
            SELECT attempt, account, placed_at,
                lead(placed_at) OVER (PARTITION BY account ORDER BY placed_at, attempt) AS next
            FROM attempts WHERE account IN (SELECT account FROM payments)
        ) AS own
        JOIN payments ON payments.account = own.account AND payments.paid_at >= own.placed_at
            AND (own.next IS NULL OR payments.paid_at < own.next)
            AND payments.paid_at < own.placed_at + INTERVAL {terms.horizon_days} DAY
        GROUP BY own.attempt
        """
    ).fetchall()


def _recoveries(history: Tables, by: str) -> tuple[Recovery, ...]:
    rows = history.database.execute(
        f"""
        SELECT {by} AS name, count(DISTINCT account), count(*), count(*) FILTER (WHERE disposition IN ({_CONTACTS})),
            count(*) FILTER (WHERE disposition = 'promise'), count(*) FILTER (WHERE is_over),
            count(*) FILTER (WHERE is_over AND kept), count(*) FILTER (WHERE disposition IN ('do_not_call', 'dispute')),
            count(DISTINCT account) FILTER (WHERE cents > 0), coalesce(sum(cents), 0) / 100.0
        FROM attempts LEFT JOIN promise USING (attempt) LEFT JOIN recovered USING (attempt)
        WHERE {by} IS NOT NULL GROUP BY name ORDER BY name
        """
    ).fetchall()
    if "payments" in history.known:
        return tuple(Recovery(*row) for row in rows)
    return tuple(Recovery(*row)._replace(due=None, kept=None, paying=None, recovered=None) for row in rows)


def _pressure(history: Tables) -> tuple[Pressure, ...]:
    rows = history.database.execute(
        f"""
        SELECT strftime(week, '%Y-%m-%d'), count(*), sum(attempts)::BIGINT, sum(contacts)::BIGINT, max(attempts)
        FROM (
            SELECT date_trunc('week', placed_at) AS week, account, count(*) AS attempts,
                count(*) FILTER (WHERE disposition IN ({_CONTACTS})) AS contacts
            FROM attempts WHERE account IS NOT NULL GROUP BY week, account
        ) GROUP BY week ORDER BY week
        """
    ).fetchall()
    return tuple(Pressure(*row) for row in rows)


def _cost(history: Tables, costs: Costs) -> float:
    ((hours,),) = history.database.execute(
        "SELECT coalesce(sum(epoch(to_at) - epoch(from_at)), 0) / 3600 FROM agents WHERE state <> 'offline'"
    ).fetchall()
    ((minutes,),) = history.database.execute(
        "SELECT coalesce(sum(epoch(ended_at) - epoch(answered_at)), 0) / 60 FROM attempts WHERE channel = 'call'"
    ).fetchall()
    counts = dict(history.database.execute("SELECT channel, count(*) FROM attempts GROUP BY channel").fetchall())
    attempts = sum(count * costs.attempt.get(channel, 0.0) for channel, count in counts.items())
    return hours * costs.paid_hour + minutes * costs.line_minute + attempts


def _comparisons(history: Tables, terms: Terms) -> list[Comparison]:
    """Return every challenger against the champion, on accounts whose horizon was over when the log ends."""
    if "payments" not in history.known:
        return []
    rows = history.database.execute(
        f"""
        WITH entered AS (
            SELECT account, arg_min(arm, placed_at) AS arm, min(placed_at) AS since FROM attempts
            WHERE account IS NOT NULL AND arm IS NOT NULL GROUP BY account
        ), paid AS (
            SELECT DISTINCT entered.account FROM entered JOIN payments ON payments.account = entered.account
                AND payments.paid_at >= since AND payments.paid_at < since + INTERVAL {terms.horizon_days} DAY
        )
        SELECT arm, strftime(since + INTERVAL {terms.horizon_days} DAY, '%Y-%m-%d') AS known, paid.account IS NOT NULL
        FROM entered LEFT JOIN paid ON paid.account = entered.account
        WHERE since + INTERVAL {terms.horizon_days} DAY
            <= greatest((SELECT max(paid_at) FROM payments), (SELECT max(placed_at) FROM attempts))
        ORDER BY since, entered.account
        """
    ).fetchall()
    sizes: dict[str, int] = {}
    for arm, *_ in rows:
        sizes[arm] = sizes.get(arm, 0) + 1
    if len(sizes) < 2:
        return []
    champion = terms.champion or max(sorted(sizes), key=lambda arm: sizes[arm])
    others = [arm for arm in sorted(sizes) if arm != champion]
    found = []
    for challenger in others:
        own = [row for row in rows if row[0] in (champion, challenger)]
        side = np.array([arm == challenger for arm, _, _ in own])
        paid = np.array([outcome for _, _, outcome in own], dtype=bool)
        path = compare(side, paid, terms.effect, (1 - terms.confidence) / len(others))
        found.append(
            Comparison(
                champion, challenger, (int((~side).sum()), int(side.sum())),
                (int((paid & ~side).sum()), int((paid & side).sum())), path, tuple(day for _, day, _ in own),
            )
        )  # fmt: skip
    return found
