"""The floors: memoryless, stationary, changing, shocks, robot first; each in a version to tune on and one to report.

A scenario is a name and a `Floor`. The two versions differ in their parameters and in their seeds, so
that what is tuned on the one is not fitted to the other. Sources of the laws: the reference floor
(lognormal answers, 35 % short conversations) is a common planning case; the changing floors take the
ring law of 1,861 business calls (gamma, shape 1.88, scale 6.7 s), conversations of the UCI bank marketing
records (lognormal, mean 221 s without and 537 s with a sale), and the hour profile that PhoneBurner
published for 11 million calls. Short conversations, wrap and staffing are assumptions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from benchmarks.pacing import laws
from benchmarks.pacing.floor import OUTAGE_FAST, OUTAGE_SILENT, Floor

HOUR_S = 3600.0
TUNING, REPORTING = "tuning", "reporting"
SEEDS = {TUNING: 7_000_000, REPORTING: 1_000_000}

PHONEBURNER = {9: 14.09, 10: 15.53, 11: 14.95, 12: 13.53, 13: 14.41, 14: 15.01, 15: 14.44, 16: 14.07}
"""Answered calls in percent by the callee's hour (PhoneBurner, more than 11 million calls)."""

AGENTS = {
    "memoryless": (2, 3, 5, 10, 20, 50, 100, 200),
    "stationary": (2, 3, 5, 10, 20, 50, 100, 200),
    "changing": (3, 5, 10, 20, 60, 200),
    "outage": (5, 20, 60),
    "silence": (5, 20, 60),
    "exodus": (5, 20, 60),
    "treble": (5, 20, 60),
    "robot": (5, 20, 60),
}
"""The kinds of floor, and the sizes reported."""


class Scenario(NamedTuple):
    """A floor with its name; `answer_share`, `handle_s`, `ring_s` are exact on memoryless floors."""

    kind: str
    floor: Floor
    answer_share: float
    handle_s: float
    ring_s: float
    shock_s: float = 0.0
    """When the shock is over, from when on recovery is timed; 0 without one."""
    steady_s: tuple[float, float] = (0.0, 0.0)
    """From when to when occupancy is what it shall come back to."""

    @property
    def memoryless(self) -> bool:
        """Whether the floor is that of `pacing.optimal`."""
        return self.kind == "memoryless"


def make(kind: str, agents: int, version: str = REPORTING) -> Scenario:
    """Return the scenario of this kind and size."""
    tuning = version == TUNING
    if kind == "memoryless":
        return memoryless(agents, 0.2, 150.0, 10.0) if tuning else memoryless(agents, 0.25, 120.0, 12.0)
    if kind == "stationary":
        return stationary(agents, 0.16, 150.0) if tuning else stationary(agents, 0.2, 180.0)
    if kind == "changing":
        return changing(agents, 0.30, 3.5 * HOUR_S, 11) if tuning else changing(agents, 0.26, 5.0 * HOUR_S, 12)
    if kind == "robot":
        return robot(agents, 0.35 if tuning else 0.40, 0.3)
    return shock(kind, agents, 0.20 if tuning else 0.22, 2.5 * HOUR_S if tuning else 3.0 * HOUR_S)


def memoryless(agents: int, answer_share: float, handle_s: float, ring_s: float) -> Scenario:
    """Everything exponential, no patience: the floor whose limit is known exactly."""
    ring = laws.exponential(ring_s)
    floor = _floor(agents, answer_share, ring, ring, laws.exponential(handle_s), 0.0)
    return Scenario("memoryless", floor, answer_share, handle_s, ring_s)


def stationary(agents: int, answer_share: float, handle_s: float) -> Scenario:
    """The reference floor: realistic rings and talks, nothing changes, callers wait 2 s."""
    short_s = min(25.0, 25.0 * handle_s / 180.0)
    long = laws.lognormal((handle_s - 0.35 * short_s) / 0.65, 0.6)
    talk = laws.mixture((0.35, stats.expon(scale=short_s)), (0.65, long))
    live = np.minimum(26.0, 3.0 + laws.table_of(laws.lognormal(8.0, 0.5).ppf, 8.0))
    floor = _floor(agents, answer_share, live, laws.unanswered(6.0, 14.0, 26.0), talk, 2.0)
    return Scenario("stationary", floor, answer_share, handle_s, 10.0)


def changing(agents: int, answer_share: float, list_change_s: float, lunch_hour: int) -> Scenario:
    """A working day from 9 to 17: hours and people differ, agents wrap and have lunch, the list changes.

    Days differ by 0.15 and people by 0.4 in log-odds (the latter is told to the pacer). At
    `list_change_s` a list comes up that answers half as often. Lunch is taken in three waves of half an
    hour, by a third of the agents each.
    """
    rest = {"wrap": laws.table_of(laws.lognormal(25.0, 1.0).ppf, 25.0), "day_sd": 0.15, "lead_sd": 0.4}
    floor = calibrated(agents, answer_share)._replace(**rest)
    level = np.mean(list(PHONEBURNER.values()))
    minutes = np.arange(len(floor.odds))
    profile = np.interp(minutes / 60.0 + 9.0, [hour + 0.5 for hour in PHONEBURNER], list(PHONEBURNER.values())) / level
    share = answer_share * profile * np.where(minutes * 60.0 < list_change_s, 1.0, 0.5)
    thirds = [agents * (wave + 1) // 3 - agents * wave // 3 for wave in range(3)]
    noon_s = (lunch_hour - 9) * HOUR_S
    staff = [
        (noon_s + (wave + back) * 1800.0, change)
        for wave, away in enumerate(thirds)
        for back, change in ((1, away), (0, -away))
    ]
    return Scenario(
        "changing", floor._replace(odds=odds_of(share), staff=np.array(sorted(staff))), answer_share, 215.0, 12.0
    )


def shock(kind: str, agents: int, answer_share: float, at_s: float) -> Scenario:
    """A calibrated floor on which one thing happens at `at_s`.

    ``outage``: for 5 minutes the trunk refuses every call after a second. ``silence``: for 5 minutes every
    call rings out. ``exodus``: half of the agents leave as soon as they are free, for two hours.
    ``treble``: people answer three times as often, for two hours.
    """
    floor = calibrated(agents, answer_share)
    shock_s, steady_s = at_s + 2.0 * HOUR_S, (at_s - HOUR_S, at_s)
    if kind in ("outage", "silence"):
        shock_s = at_s + 300.0
        how = OUTAGE_FAST if kind == "outage" else OUTAGE_SILENT
        floor = floor._replace(outage=np.array([[at_s, shock_s, how]]))
    elif kind == "exodus":
        half = agents // 2
        floor = floor._replace(staff=np.array([[at_s, -half], [shock_s, half]]))
    elif kind == "treble":
        minutes_s = np.arange(len(floor.odds)) * 60.0
        often = (minutes_s >= at_s) & (minutes_s < shock_s)
        floor = floor._replace(odds=odds_of(np.where(often, 3.0 * answer_share, answer_share)))
    else:
        raise ValueError(f"no scenario {kind!r}; there are {', '.join(AGENTS)}")
    return Scenario(kind, floor, answer_share, 190.0, 12.0, shock_s, steady_s)


def robot(agents: int, answer_share: float, transfer_share: float) -> Scenario:
    """A robot answers first, talks for 20 to 60 s, and some then ask for an agent: then one must be there."""
    floor = calibrated(agents, answer_share)._replace(robot=laws.spread(20.0, 60.0), asks_share=transfer_share)
    return Scenario("robot", floor, answer_share * transfer_share, 190.0, 50.0)


def calibrated(agents: int, answer_share: float) -> Floor:
    """Return a floor with rings and talks as measured, where nothing changes."""
    live = laws.cut(stats.gamma(1.884, scale=6.725), 0.0, 28.0)
    talk = laws.mixture(
        (0.30, stats.expon(scale=20.0)),
        (0.62, stats.lognorm(0.895, scale=np.exp(5.047))),
        (0.08, stats.lognorm(0.726, scale=np.exp(6.037))),
    )
    return _floor(agents, answer_share, live, laws.unanswered(6.0, 14.0, 28.0), talk, 2.0)


def _floor(
    agents: int, answer_share: float, live: np.ndarray, dead: np.ndarray, talk: np.ndarray, grace_s: float
) -> Floor:
    day_s = 8.0 * HOUR_S
    return Floor(
        agents=agents,
        day_s=day_s,
        grace_s=grace_s,
        lines=12 * agents + 60 if agents < 100 else 6 * agents + 700,
        live=live,
        dead=dead,
        talk=talk,
        wrap=laws.NONE,
        odds=odds_of(np.full(int(day_s / 60.0) + 1, answer_share)),
        day_sd=0.0,
        lead_sd=0.0,
        staff=np.zeros((0, 2)),
        outage=np.zeros((0, 3)),
        told_share=answer_share,
        robot=laws.NONE,
        asks_share=0.0,
    )


def odds_of(share: np.ndarray) -> np.ndarray:
    """Return log-odds."""
    return np.log(share / (1.0 - share))
