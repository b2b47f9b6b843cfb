"""The collections pyramid of a history: by agent, team, campaign, segment or hour, with what chance may explain.

Paid time is all time logged in, productive time is without breaks. A contact is a conversation of an agent with the
person who owes. A promise is kept when what was promised has come by its day or `Terms.grace_days` after it; a
payment belongs to the latest promise before it, and a promise whose time is not over yet is neither kept nor broken.
"""

from __future__ import annotations

from math import sqrt
from typing import Literal, NamedTuple

import msgspec
from scipy import stats

from dialer.core.call import CONTACTS
from dialer.insight.pyramid.levels import Pyramid
from dialer.insight.tables import TEAM_OF, Tables

Dimension = Literal["total", "agent", "team", "campaign", "segment", "hour"]
Level = Literal["productive_share", "contacts_per_productive_h", "promise_share", "kept_share", "payment"]
LEVELS: tuple[Level, ...] = (
    "productive_share", "contacts_per_productive_h", "promise_share", "kept_share", "payment",
)  # fmt: skip


class Terms(msgspec.Struct, frozen=True):
    """What the log does not say.

    Attributes
    ----------
    zone : str
        The clock of hours and days.
    grace_days : int
        How many days after the promised one money may still come (house value, 2026-11).
    due_days : int
        After how many days a promise without a day is due (house value, 2026-11).
    """

    zone: str = "UTC"
    grace_days: int = 2
    due_days: int = 7


class Measured(NamedTuple):
    """What one group came to. None: not known, as paid time by segment, or money without a table of payments.

    `due` are promises whose time is over, `paid` is the money of those that were kept and `paid_sd` the standard
    deviation of one such payment; `daily` are the productive shares of the days.
    """

    group: str
    paid_h: float | None
    productive_h: float | None
    contacts: int
    promises: int
    due: int | None
    kept: int | None
    paid: float | None
    paid_sd: float | None
    daily: tuple[float, ...]

    @property
    def pyramid(self) -> Pyramid:
        """Its levels."""
        return Pyramid(
            self.paid_h or 0.0,
            _ratio(self.productive_h, self.paid_h),
            _ratio(self.contacts, self.productive_h),
            _ratio(self.promises, self.contacts),
            _ratio(self.kept, self.due),
            _ratio(self.paid, self.kept),
        )

    def interval(self, level: Level, confidence: float) -> tuple[float, float] | None:
        """Return between which values the level may lie as far as this sample tells; None when it does not tell.

        Shares: Wilson's interval; contacts per hour: the exact one of a Poisson count; the average payment and the
        productive share, whose samples are days: Student's t.
        """
        match level:
            case "productive_share":
                return _student(self.daily, confidence)
            case "contacts_per_productive_h":
                return _poisson(self.contacts, self.productive_h, confidence)
            case "promise_share":
                return _wilson(self.promises, self.contacts, confidence)
            case "kept_share":
                return _wilson(self.kept, self.due, confidence)
            case "payment":
                if not self.kept or self.kept < 2 or self.paid is None or self.paid_sd is None:
                    return None
                half = float(stats.t.ppf((1 + confidence) / 2, self.kept - 1)) * self.paid_sd / sqrt(self.kept)
                return max(self.paid / self.kept - half, 0.0), self.paid / self.kept + half


def measure(history: Tables, by: Dimension, terms: Terms) -> list[Measured]:
    """Return every group of the dimension, in the order of its names.

    Raises
    ------
    duckdb.Error
        When a zone of `terms` does not exist.
    """
    database = history.database
    make_promises(history, terms)
    contacts = ", ".join(f"'{name}'" for name in CONTACTS)
    local = f"timezone('{terms.zone}', placed_at)"
    key = {
        "total": "'all'",
        "agent": "attempts.agent",
        "team": "team_of.team",
        "campaign": "attempts.campaign",
        "segment": "attempts.segment",
        "hour": f"strftime({local}, '%H:00')",
    }[by]
    paid = "payments" in history.known
    talked = database.execute(
        f"""
        SELECT {key} AS name, count(*), count(*) FILTER (WHERE attempts.disposition = 'promise'),
            count(*) FILTER (WHERE is_over), count(*) FILTER (WHERE is_over AND kept),
            sum(came) FILTER (WHERE is_over AND kept) / 100.0, stddev_samp(came / 100.0) FILTER (WHERE is_over AND kept)
        FROM attempts LEFT JOIN promise USING (attempt)
        LEFT JOIN ({TEAM_OF}) AS team_of ON team_of.agent = attempts.agent
        WHERE attempts.agent IS NOT NULL AND attempts.disposition IN ({contacts})
        GROUP BY name ORDER BY name
        """
    ).fetchall()
    hours = _hours(history, by, terms)
    found = {name: row for name, *row in talked if name is not None}
    names = sorted({*found, *(name for name in hours if name is not None)})
    groups = []
    for name in names:
        count, promises, due, kept, money, spread = found.get(name, (0, 0, 0, 0, None, None))
        paid_h, productive_h, daily = hours.get(name, (None, None, ()))
        groups.append(
            Measured(
                name, paid_h, productive_h, count, promises,
                due if paid else None, kept if paid else None, (money or 0.0) if paid else None, spread, daily,
            )
        )  # fmt: skip
    return groups


def make_promises(history: Tables, terms: Terms) -> None:
    """Make the table ``promise``: what came for each, in time, and whether its time is over."""
    history.database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE promise AS
        WITH given AS (
            SELECT attempt, account, promise_cents, coalesce(ended_at, placed_at) AS since,
                coalesce(promise_due, CAST(timezone('{terms.zone}', placed_at) AS DATE) + {terms.due_days}) AS due,
                timezone('{terms.zone}', CAST(due + {terms.grace_days} + 1 AS TIMESTAMP)) AS until
            FROM attempts WHERE disposition = 'promise' AND account IS NOT NULL
        ), followed AS (
            SELECT *, lead(since) OVER (PARTITION BY account ORDER BY since, attempt) AS next FROM given
        ), came AS (
            SELECT followed.attempt, sum(payments.cents) AS cents
            FROM followed JOIN payments ON payments.account = followed.account AND payments.paid_at >= followed.since
                AND (followed.next IS NULL OR payments.paid_at < followed.next) AND payments.paid_at < followed.until
            GROUP BY followed.attempt
        )
        SELECT given.attempt, given.until <= (SELECT max(paid_at) FROM payments) AS is_over,
            coalesce(came.cents, 0) AS came, coalesce(came.cents, 0) >= coalesce(given.promise_cents, 1) AS kept
        FROM given LEFT JOIN came ON came.attempt = given.attempt
        """
    ).fetchall()


def _hours(history: Tables, by: Dimension, terms: Terms) -> dict[str, tuple[float, float, tuple[float, ...]]]:
    """Return paid and productive hours of each group, and the productive share of each day."""
    if "agents" not in history.known or by == "segment":
        return {}
    key = {
        "total": "'all'",
        "agent": "agent",
        "team": "team",
        "campaign": "campaign",
        "hour": "strftime(piece, '%H:00')",
    }
    rows = history.database.execute(
        f"""
        WITH piece AS (
            SELECT *, unnest(
                generate_series(time_bucket(INTERVAL 15 MINUTE, from_at), to_at, INTERVAL 15 MINUTE)) AS quarter
            FROM agents WHERE state <> 'offline' AND to_at IS NOT NULL
        ), cut AS (
            SELECT agent, team, campaign, state, timezone('{terms.zone}', quarter) AS piece,
                epoch(least(to_at, quarter + INTERVAL 15 MINUTE)) - epoch(greatest(from_at, quarter)) AS lasted_s
            FROM piece
        )
        SELECT {key[by]} AS name, CAST(piece AS DATE) AS day, sum(lasted_s) / 3600,
            coalesce(sum(lasted_s) FILTER (WHERE state <> 'paused'), 0) / 3600
        FROM cut WHERE lasted_s > 0 GROUP BY name, day HAVING name IS NOT NULL ORDER BY name, day
        """
    ).fetchall()
    days: dict[str, list[tuple[float, float]]] = {}
    for name, _, paid_h, productive_h in rows:
        days.setdefault(name, []).append((paid_h, productive_h))
    return {
        name: (
            sum(paid for paid, _ in own),
            sum(productive for _, productive in own),
            tuple(productive / paid for paid, productive in own),
        )
        for name, own in days.items()
    }


def _ratio(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def _wilson(part: int | None, whole: int | None, confidence: float) -> tuple[float, float] | None:
    if part is None or not whole:
        return None
    found = stats.binomtest(part, whole).proportion_ci(confidence, method="wilson")
    return float(found.low), float(found.high)


def _poisson(count: int, hours: float | None, confidence: float) -> tuple[float, float] | None:
    if not hours:
        return None
    tail = (1 - confidence) / 2
    low = float(stats.chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return low / hours, float(stats.chi2.ppf(1 - tail, 2 * count + 2)) / 2 / hours


def _student(values: tuple[float, ...], confidence: float) -> tuple[float, float] | None:
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    spread = sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
    half = float(stats.t.ppf((1 + confidence) / 2, len(values) - 1)) * spread / sqrt(len(values))
    return mean - half, mean + half
