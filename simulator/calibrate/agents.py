"""The agents: how many, from when to when, their breaks, how fast they are, and their work after a call."""

from __future__ import annotations

from datetime import time
from typing import Any, NamedTuple

import duckdb
import numpy as np

from simulator.calibrate.durations import SHORTEST_S, Durations, FittedLaw, fit
from simulator.calibrate.estimate import Estimate, Floats, Z
from simulator.calibrate.observe import Talks
from simulator.history.describe import ENOUGH

_EARLY, _LATE = 0.05, 0.95
"""A few agents come far too early or late; the pattern is that of the others."""

_FEW_DAYS = 5
"""Agent-days on which a break is seen before it is a pattern."""

_UNASKED = ("", "logged in", "offer timeout", "end_of_shift")


class Speed(NamedTuple):
    """How agents differ. `log_factor`, shape (agents,): of talk and wrap, drawn towards all alike."""

    sigma: Estimate
    log_factor: Floats


def speed_of(talks: Talks) -> Speed:
    """Return agents' factors on talk and wrap, from one-way analysis of the logarithms of both.

    The factor has mean 1 over all agents that there could be, so its logarithm has mean ``-sigma^2 / 2``.
    """
    known = np.isfinite(talks.wrap_s) & (talks.wrap_s > 0)
    seconds = np.concatenate([talks.seconds, talks.wrap_s[known]])
    agent = np.concatenate([talks.agent, talks.agent[known]])
    kind = np.concatenate([talks.outcome, np.full(known.sum(), len(talks.outcomes))])
    logs, size = np.log(np.maximum(seconds, SHORTEST_S)), len(talks.agents)
    weight = np.zeros(len(logs))
    for which in np.unique(kind):
        of = kind == which
        # Talks of a wide law say less about their agent than those of a narrow one.
        weight[of] = 1 / max(logs[of].var(), 1e-6) if of.sum() > 1 else 0.0
        logs[of] -= logs[of].mean()
    total = np.bincount(agent, weights=weight, minlength=size)
    mean = np.bincount(agent, weights=weight * logs, minlength=size) / np.maximum(total, 1e-12)
    seen = total > 0
    mean -= np.average(mean[seen], weights=total[seen]) if seen.any() else 0.0
    noise = 1 / total[seen]
    variance = _between(mean[seen], noise)
    sigma, agents_seen = float(np.sqrt(variance)), int(seen.sum())
    error = np.sqrt(np.mean((variance + noise) ** 2) / (2 * max(agents_seen - 1, 1))) / max(sigma, 1e-3)
    width = Z * error
    shrunk = np.where(seen, mean * variance / (variance + 1 / np.maximum(total, 1e-12)), 0.0)
    estimate = Estimate("floor.speed_sigma", sigma, max(0.0, sigma - width), sigma + width, agents_seen)
    return Speed(estimate, shrunk - shrunk[seen].mean() - variance / 2 if seen.any() else shrunk)


def _between(mean: Floats, noise: Floats) -> float:
    """Return the variance between agents beyond `noise`, by the method of Paule and Mandel."""
    if len(mean) < 3:
        return 0.0
    low, high = 0.0, 4.0
    for _ in range(60):
        middle = (low + high) / 2
        weight = 1 / (middle + noise)
        centre = np.average(mean, weights=weight)
        if (weight * (mean - centre) ** 2).sum() > len(mean) - 1:
            low = middle
        else:
            high = middle
    return low


def wrap_of(talks: Talks, speed: Speed) -> FittedLaw | None:
    """Return the law of work after a call of an agent of usual speed; None with too few."""
    known = np.isfinite(talks.wrap_s) & (talks.wrap_s > 0)
    if known.sum() < ENOUGH:
        return None
    seconds = talks.wrap_s[known] / np.exp(speed.log_factor[talks.agent[known]])
    return fit(Durations.whole(seconds), ("exponential", "gamma", "lognormal"))


class Pattern(NamedTuple):
    """Settings of the floor that were read from agents' states, and how sure they are."""

    settings: dict[str, Any]
    estimates: tuple[Estimate, ...]


def pattern_of(
    database: duckdb.DuckDBPyConnection, zone: str, *, since: str | None = None, before: str | None = None
) -> Pattern | None:
    """Return log-in, log-out and breaks from the table of agents' states; None when there is none.

    `since` and `before` are local dates within which to look.
    """
    local = f"from_at AT TIME ZONE '{zone}'"
    span = f"AND CAST({local} AS DATE) >= DATE '{since}'" if since else ""
    span += f" AND CAST({local} AS DATE) < DATE '{before}'" if before else ""
    database.execute(
        f"CREATE OR REPLACE TEMP VIEW duty AS SELECT agent, state, coalesce(reason, '') AS reason, "
        f"CAST({local} AS DATE) AS day, date_diff('us', date_trunc('day', {local}), {local}) / 1e6 AS from_s, "
        f"date_diff('us', from_at, to_at) / 1e6 AS lasts_s, "
        f"lag(state) OVER (PARTITION BY agent ORDER BY from_at) AS after "
        f"FROM agents WHERE state <> 'offline' {span}"
    ).fetchall()
    days = database.execute(
        "SELECT min(from_s) AS came, max(from_s + coalesce(lasts_s, 0)) AS went, count(*) FROM duty GROUP BY agent, day"
    ).fetchnumpy()
    came, went = (np.asarray(np.ma.getdata(days[name]), dtype=float) for name in ("came", "went"))
    if not len(came):
        return None
    ((agents,),) = database.execute(
        "SELECT median(number) FROM (SELECT count(DISTINCT agent) AS number FROM duty GROUP BY day)"
    ).fetchall()
    start_s, end_s = np.floor(came.min() / 60) * 60, np.floor(np.quantile(went, _EARLY) / 60) * 60
    spread_s = float(np.quantile(came, _LATE) - start_s) / _LATE
    settings: dict[str, Any] = {
        "agents": round(agents),
        "zone": zone,
        "shift_start": _clock(start_s),
        "shift_end": _clock(min(max(end_s, start_s + 60), 24 * 3600 - 60)),
        "log_in_spread_s": round(spread_s, 1),
        "breaks": _breaks(database, float(start_s), len(came)),
    }
    estimates = [
        _spot("floor.agents", float(round(agents)), len(came)),
        _spot("floor.log_in_spread_s", spread_s, len(came), spread_s / len(came) * 3),
    ]
    settle = database.execute(
        f"SELECT lasts_s FROM duty WHERE state = 'paused' AND reason IN {_UNASKED} AND lasts_s > 0"
    ).fetchnumpy()["lasts_s"]
    if len(settle) >= _FEW_DAYS:
        settings["settle"] = fit(Durations.whole(np.asarray(settle, dtype=float)), ("exponential", "gamma")).law
    return Pattern(settings, tuple(estimates))


def _breaks(database: duckdb.DuckDBPyConnection, start_s: float, agent_days: int) -> list[dict[str, Any]]:
    """Return the pauses that agents take at least on every other day, by their reasons.

    A pause that follows a call began later than it was wanted, so the clock is read from those who waited for one.
    """
    wanted = (
        f"CASE WHEN count(*) FILTER (after = 'idle') >= {_FEW_DAYS} THEN {{0}} FILTER (after = 'idle') ELSE {{0}} END"
    )
    early, late = (wanted.format(f"quantile_cont(from_s, {part})") for part in (_EARLY, _LATE))
    rows = database.execute(
        f"SELECT reason, {early}, {late}, median(lasts_s), count(*) "
        f"FROM duty WHERE state = 'paused' AND reason NOT IN {_UNASKED} AND lasts_s > 0 "
        f"GROUP BY reason HAVING count(*) >= {_FEW_DAYS} AND count(*) >= {agent_days} / 2 ORDER BY 2"
    ).fetchall()
    return [
        {
            "name": reason,
            "after_s": round(max(0.0, early - start_s), 1),
            "spread_s": round((late - early) / (_LATE - _EARLY), 1),
            "length_s": round(length, 1),
        }
        for reason, early, late, length, _ in rows
    ]


def _clock(of_day_s: float) -> time:
    minutes = int(of_day_s // 60)
    return time(minutes // 60, minutes % 60)


def _spot(name: str, value: float, observations: int, error: float = 0.0) -> Estimate:
    return Estimate(name, value, max(0.0, value - error), value + error, observations)
