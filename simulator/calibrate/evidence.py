"""Everything that a history says about the world, fitted once."""

from __future__ import annotations

from typing import NamedTuple

import duckdb
import numpy as np

from dialer.core.call import AGENT_DISPOSITIONS
from simulator.calibrate import observe
from simulator.calibrate.agents import Pattern, Speed, pattern_of, speed_of, wrap_of
from simulator.calibrate.answers import AnswerFit, Attempts, fit_answers
from simulator.calibrate.drift import NO_DRIFT, Drift, fit_drift
from simulator.calibrate.durations import Durations, FittedLaw, fit
from simulator.calibrate.estimate import Parameters
from simulator.history.describe import ENOUGH

TALK = ("gamma", "lognormal", "short_or_lognormal")
RING = ("exponential", "gamma", "lognormal")

_AT_ONCE_S = 0.05
"""A carrier that tells within this time does not detect anything."""

_FEW = 20
"""Talks of an outcome below which it takes the law of all talks together."""


class Evidence(NamedTuple):
    """What was found; None and empty where the history is silent or too short.

    Attributes
    ----------
    zone : str
        The floor's clock.
    days : tuple of str
        Local dates with calls.
    fates : dict of str to int
        What became of the calls.
    numbers : tuple of int
        Numbers dialled, and those that do not exist.
    laws : dict of str to FittedLaw
        By place in the world, such as ``people.ring``.
    talks : dict of str to FittedLaw
        By outcome.
    outcomes : dict of str to int
        Conversations by outcome.
    answers, attempts : AnswerFit, Attempts or None
        Who answers, and what that was fitted to.
    speed, pattern : Speed, Pattern or None
        The agents.
    promise : Parameters or None
        Mean and logarithm of the standard deviation of the logarithm of an amount in hundredths.
    drifts : dict of str to Drift
        How ``answer``, ``talk`` and ``promise`` move from day to day.
    robots : tuple of int
        Persons who talked with a robot, and those who asked it for an agent.
    """

    zone: str
    days: tuple[str, ...]
    fates: dict[str, int]
    numbers: tuple[int, int]
    laws: dict[str, FittedLaw]
    talks: dict[str, FittedLaw]
    outcomes: dict[str, int]
    answers: AnswerFit | None
    attempts: Attempts | None
    speed: Speed | None
    pattern: Pattern | None
    promise: Parameters | None
    drifts: dict[str, Drift]
    robots: tuple[int, int]

    def heard(self, law: str, fate: str) -> float:
        """Return how many calls of a fate there would be, had none rung longer than the time-out."""
        seen = self.fates.get(fate, 0)
        fitted = self.laws.get(law)
        if fitted is None or not seen:
            return float(seen)
        limits = fitted.durations.limit_s[np.isfinite(fitted.durations.limit_s)]
        return seen / float(np.clip(fitted.below(limits).mean(), 0.05, 1.0)) if len(limits) else float(seen)


def gather(database: duckdb.DuckDBPyConnection, zone: str, before: str | None = None) -> Evidence:
    """Return what the history behind `database` says.

    Parameters
    ----------
    zone : str
        The floor's time zone.
    before : str | None
        Look only at what was before this local date.
    """
    observe.prepare(database, zone, before)
    timeout_s = observe.ring_timeout_s(database)
    laws = _laws(database, timeout_s)
    talks = observe.talks(database)
    speed = speed_of(talks) if len(talks.seconds) >= ENOUGH else None
    if speed is not None and (wrap := wrap_of(talks, speed)) is not None:
        laws["floor.wrap"] = _widened(wrap, speed)
    answers, attempts = _answers(database, timeout_s, laws.get("people.ring"))
    fitted = _talks(talks, speed)
    counted = dict.fromkeys(AGENT_DISPOSITIONS, 0)
    for place, name in enumerate(talks.outcomes):
        if name in counted:
            counted[name] = int((talks.outcome == place).sum())
    return Evidence(
        zone=zone,
        days=tuple(observe.days_of(database)),
        fates=observe.fates(database),
        numbers=observe.numbers(database),
        laws=laws,
        talks=fitted,
        outcomes={name: count for name, count in counted.items() if count},
        answers=answers,
        attempts=attempts,
        speed=speed,
        pattern=pattern_of(database, zone, before=before),
        promise=_promise(database),
        drifts=_drifts(answers, attempts, talks),
        robots=_robots(database),
    )


def _laws(database: duckdb.DuckDBPyConnection, timeout_s: float) -> dict[str, FittedLaw]:
    laws: dict[str, FittedLaw] = {}
    for place, fate in (("people.ring", "person"), ("people.machine_ring", "machine")):
        rung = observe.rings(database, fate, timeout_s)
        if len(rung.seconds) >= ENOUGH:
            laws[place] = fit(rung, RING)
    for place, column, condition in (
        ("carrier.set_up", "set_up_s", "true"),
        ("people.callback_after", "date_diff('us', ended_at, callback_at) / 1e6", "disposition = 'callback'"),
        ("people.robot_talk", "date_diff('us', answered_at, transfer_at) / 1e6", "transfer_at IS NOT NULL"),
        (
            "carrier.detection",
            "date_diff('us', answered_at, told_at) / 1e6",
            f"told_at > answered_at + INTERVAL '{_AT_ONCE_S} s'",
        ),
    ):
        seconds = observe.seconds_of(database, column, condition)
        if len(seconds) >= ENOUGH:
            laws[place] = fit(Durations.whole(seconds), RING)
    waited = observe.patience(database)
    if (~waited.cut).sum() >= ENOUGH:
        laws["people.patience"] = fit(waited, ("exponential",))
    return laws


def _answers(
    database: duckdb.DuckDBPyConnection, timeout_s: float, ring: FittedLaw | None
) -> tuple[AnswerFit | None, Attempts | None]:
    heard: dict[float, float] = {}
    observe.attempts(database, timeout_s, heard)
    if ring is not None:
        heard = {limit: max(0.05, float(ring.below(np.array([limit]))[0])) for limit in heard}
    attempts, segments = observe.attempts(database, timeout_s, heard)
    if len(attempts.answered) < ENOUGH or not attempts.answered.any():
        return None, None
    return fit_answers(attempts, segments), attempts


def _talks(talks: observe.Talks, speed: Speed | None) -> dict[str, FittedLaw]:
    """Return the talk law of each outcome, for an agent of usual speed."""
    if speed is None:
        return {}
    seconds = talks.seconds / np.exp(speed.log_factor[talks.agent])
    limit_s = np.full(len(seconds), np.inf)
    everything = Durations(seconds, talks.cut, limit_s)
    fitted: dict[str, FittedLaw] = {}
    for place, name in enumerate(talks.outcomes):
        if name not in AGENT_DISPOSITIONS:
            continue
        of = talks.outcome == place
        own = of.sum() >= _FEW and (~talks.cut[of]).sum() >= _FEW
        durations = Durations(seconds[of], talks.cut[of], limit_s[of]) if own else everything
        fitted[name] = _widened(fit(durations, TALK if of.sum() >= ENOUGH else RING), speed)
    return fitted


def _widened(law: FittedLaw, speed: Speed) -> FittedLaw:
    """Add the error of the agents' average factor to that of the law's scale."""
    error = speed.sigma.value / np.sqrt(max(len(speed.log_factor), 1))
    moved = {"exponential": (0,), "gamma": (1,), "lognormal": (0,), "short_or_lognormal": (1, 2)}.get(law.family, ())
    along = np.zeros(len(law.parameters.theta))
    along[list(moved)] = error
    covariance = law.parameters.covariance + np.outer(along, along)
    return law._replace(parameters=law.parameters._replace(covariance=covariance))


def _promise(database: duckdb.DuckDBPyConnection) -> Parameters | None:
    rows = database.execute("SELECT promise_cents FROM call WHERE promise_cents > 0").fetchnumpy()["promise_cents"]
    logs = np.log(np.asarray(np.ma.getdata(rows), dtype=float))
    if len(logs) < ENOUGH:
        return None
    deviation = max(float(logs.std(ddof=1)), 1e-3)
    errors = np.diag([deviation**2 / len(logs), 1 / (2 * (len(logs) - 1))])
    return Parameters(np.array([logs.mean(), np.log(deviation)]), errors, len(logs))


def _robots(database: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    (row,) = database.execute(
        "SELECT count(*), count(transfer_at) FROM call WHERE mode = 'robot_then_human' AND fate = 'person'"
    ).fetchall()
    return row


def _drifts(answers: AnswerFit | None, attempts: Attempts | None, talks: observe.Talks) -> dict[str, Drift]:
    drifts = dict.fromkeys(("answer", "talk", "promise"), NO_DRIFT)
    if answers is not None and attempts is not None:
        day = attempts.day - attempts.day.min()
        size = int(day.max()) + 1
        seen = np.bincount(day, weights=attempts.answered, minlength=size)
        expected = np.bincount(day, weights=answers.expected, minlength=size)
        drifts["answer"] = _counted(seen, expected)
    known = np.array([name in AGENT_DISPOSITIONS for name in talks.outcomes], dtype=bool)
    of = known[talks.outcome] if len(talks.seconds) else np.zeros(0, dtype=bool)
    if of.sum() >= ENOUGH:
        day = (talks.day - talks.day.min())[of]
        size = int(day.max()) + 1
        promised = np.array([name == "promise" for name in talks.outcomes])[talks.outcome[of]]
        each = np.bincount(day, minlength=size).astype(float)
        drifts["promise"] = _counted(np.bincount(day, weights=promised, minlength=size), each * promised.mean())
        logs = np.log(np.maximum(talks.seconds[of], 1.0))
        for place in np.unique(talks.outcome[of]):
            logs[talks.outcome[of] == place] -= logs[talks.outcome[of] == place].mean()
        with np.errstate(invalid="ignore", divide="ignore"):
            drifts["talk"] = fit_drift(np.bincount(day, weights=logs, minlength=size) / each, logs.var() / each)
    return drifts


def _counted(seen: np.ndarray, expected: np.ndarray) -> Drift:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(expected > 0, (seen + 0.5) / (expected + 0.5), np.nan)
        return fit_drift(np.log(ratio), 1 / (np.maximum(seen, expected) + 0.5))
