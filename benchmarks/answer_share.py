"""How well answer shares are estimated on line: the joint filter beside simpler ways, on the same calls.

    python benchmarks/answer_share.py [--worlds 6] [--days 5]

Worlds are drawn with known effects: campaigns whose told shares are wrong, segments, hours, weekdays,
attempts, days, and a drift within the day. Every estimator sees each call once, says its share and (where
it has one) a standard deviation in log-odds before it learns how the call ended. Printed for each:

- excess: log-loss above that of the true share, in thousandths of a nat per call (0 is perfect),
- slope: of the true log-odds against the estimated ones (1 is calibrated, below 1 is overconfident),
- 80 %: how often the true share lies within the stated 80 % interval (nothing where none is stated),
- error: root mean square error of the log-odds, over all calls and over those of the rarest segments.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from math import log, sqrt
from typing import NamedTuple, Protocol

import numpy as np

from pacing import answers

Z_80 = 1.2816
SEGMENT_WEIGHTS = np.array([0.45, 0.3, 0.12, 0.07, 0.04, 0.02])
RARE = 4
"""Segments from this one on are rare."""


class Call(NamedTuple):
    """One call: what is told about it, what is true of it, and how it ended."""

    t_s: float
    segment: int
    attempt: int
    hour: int
    told: float
    odds: float
    answered: bool


class Sizes(NamedTuple):
    """Standard deviations of the true effects in log-odds; the drift's per square root of an hour."""

    level: float = 0.4
    segment: float = 0.4
    hour: float = 0.2
    weekday: float = 0.1
    attempt: float = 0.12
    day: float = 0.15
    drift: float = 0.15


WORLDS = {
    "usual": Sizes(),
    "all alike": Sizes(0.4, 0.0, 0.0, 0.0, 0.0, 0.15, 0.15),
    "segments differ much": Sizes(segment=0.9),
    "hours differ much": Sizes(hour=0.5, weekday=0.25),
    "restless days": Sizes(day=0.35, drift=0.4),
}


def calls(sizes: Sizes, days: int, per_hour: int, seed: int) -> Iterator[Call]:
    """Draw the calls of so many days of eight hours, from Monday on."""
    rng = np.random.default_rng(seed)
    level = sizes.level * rng.standard_normal()
    segment = sizes.segment * rng.standard_normal(len(SEGMENT_WEIGHTS))
    hour = sizes.hour * rng.standard_normal(24)
    weekday = sizes.weekday * rng.standard_normal(7)
    attempt = -np.abs(sizes.attempt * rng.standard_normal(8)).cumsum() + sizes.attempt
    attempt[0] = 0.0
    for day in range(days):
        drift = sizes.day * rng.standard_normal()
        for number in range(8 * per_hour):
            at_s = 3600.0 * number / per_hour
            drift += sizes.drift * rng.standard_normal() / sqrt(per_hour)
            which, again = int(rng.choice(len(segment), p=SEGMENT_WEIGHTS)), min(8, int(rng.geometric(0.5)))
            clock = 9 + int(at_s / 3600.0)
            told = log(0.2 / 0.8) + 0.3 * rng.standard_normal()
            odds = told + level + segment[which] + hour[clock] + weekday[day % 7] + attempt[again - 1] + drift
            answered = bool(rng.random() < answers.share_of(odds))
            yield Call(86_400.0 * day + at_s, which, again, 24 * (day % 7) + clock, told, odds, answered)


class Estimator(Protocol):
    """Says log-odds and their standard deviation (0: none stated) before a call, and learns after it."""

    def expect(self, call: Call) -> tuple[float, float]:
        """Return log-odds and standard deviation."""
        ...

    def learn(self, call: Call) -> None:
        """Take the end of the call into account."""
        ...


class Joint:
    """`pacing.answers`; with `only_common`, told nothing but the lead's own share: level and drift are learned."""

    def __init__(self, only_common: bool = False) -> None:
        self.filter, self.only_common = answers.make(), only_common
        self.parts, self.at_s = np.zeros(answers.PARTS, np.int64), np.nan

    def expect(self, call: Call) -> tuple[float, float]:
        """Sum up the parts."""
        if self.at_s == self.at_s:
            answers.passed(self.filter, call.t_s - self.at_s)
        else:
            answers.night(self.filter)
        self.at_s = call.t_s
        if self.only_common:
            answers.set_parts(self.parts, -1, 1, -1)
        else:
            answers.set_parts(self.parts, call.segment, call.attempt, call.hour)
        odds = call.told + answers.common(self.filter) + answers.effect(self.filter, self.parts)
        return odds, sqrt(answers.variance(self.filter, self.parts))

    def learn(self, call: Call) -> None:
        """One step."""
        answers.learn(self.filter, self.parts, call.told, call.answered)


class Diagonal(Joint):
    """The same without covariances: every part steps by its own variance."""

    def learn(self, call: Call) -> None:
        """One step."""
        held = self.filter
        odds = call.told + answers.common(held) + answers.effect(held, self.parts)
        share = answers.share_of(odds)
        information, error = share * (1.0 - share), call.answered - share
        var = held.cov[self.parts, self.parts]
        scale = var / (1.0 + information * var.sum())
        held.mean[self.parts] += scale * error
        held.cov[self.parts, self.parts] -= information * scale * var


class FastOnly:
    """One Kalman drift for all calls, which is never told of a night: the look-ahead's former way."""

    def __init__(self) -> None:
        self.mean, self.var, self.at_s = 0.0, 0.25, np.nan

    def expect(self, call: Call) -> tuple[float, float]:
        """Add the drift."""
        if self.at_s == self.at_s:
            self.var = min(1.0, self.var + 0.0625 * (call.t_s - self.at_s) / 3600.0)
        self.at_s = call.t_s
        return call.told + self.mean, sqrt(self.var)

    def learn(self, call: Call) -> None:
        """One step."""
        share = answers.share_of(call.told + self.mean)
        self.var = 1.0 / (1.0 / self.var + share * (1.0 - share))
        self.mean += self.var * (call.answered - share)


class Cells:
    """Decaying counts, one cell each: of all calls (full pooling), or of segment, hour and attempt (none)."""

    def __init__(self, key: Callable[[Call], tuple[int, ...]], memory: float) -> None:
        self.key, self.keep = key, 1.0 - 1.0 / memory
        self.counts: dict[tuple[int, ...], tuple[float, float]] = {}

    def expect(self, call: Call) -> tuple[float, float]:
        """Take the cell's share; its start weighs as five calls at the told share."""
        yes, no = self.counts.get(self.key(call), (0.0, 0.0))
        share = answers.share_of(call.told)
        yes, no = yes + 5.0 * share, no + 5.0 * (1.0 - share)
        return log(yes / no), sqrt(1.0 / yes + 1.0 / no)

    def learn(self, call: Call) -> None:
        """Count."""
        yes, no = self.counts.get(self.key(call), (0.0, 0.0))
        self.counts[self.key(call)] = (yes * self.keep + call.answered, no * self.keep + (not call.answered))


class Told:
    """The told share."""

    def expect(self, call: Call) -> tuple[float, float]:
        """Learn nothing."""
        return call.told, 0.0

    def learn(self, call: Call) -> None:
        """Learn nothing."""


ESTIMATORS: dict[str, Callable[[], Estimator]] = {
    "joint filter (ours)": Joint,
    "joint, level and drift only": lambda: Joint(only_common=True),
    "the same without covariances": Diagonal,
    "one drift for all (before)": FastOnly,
    "full pooling, 500 calls": lambda: Cells(lambda _: (), 500.0),
    "no pooling, cell by cell": lambda: Cells(lambda call: (call.segment, call.hour % 24, call.attempt), 500.0),
    "told share": Told,
}


class Score(NamedTuple):
    """What the head of this file explains."""

    excess: float
    slope: float
    inside: float
    error: float
    rare_error: float


def score(estimator: Estimator, world: list[Call]) -> Score:
    """Run one estimator over the calls of one world; the first hour is left out."""
    expected = np.zeros((len(world), 2))
    for row, call in enumerate(world):
        expected[row] = estimator.expect(call)
        estimator.learn(call)
    late = np.array([call.t_s >= 3600.0 for call in world])
    rare = np.array([call.segment >= RARE for call in world])
    true, (odds, sd) = np.array([call.odds for call in world]), expected.T
    p, q = 1.0 / (1.0 + np.exp(-true)), 1.0 / (1.0 + np.exp(-odds))
    loss = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))  # expected, so free of the luck of the draws
    missed = true - odds
    return Score(
        1000.0 * loss[late].mean(),
        np.polyfit(odds[late], true[late], 1)[0],
        (np.abs(missed) <= Z_80 * sd)[late].mean() if sd.any() else np.nan,
        sqrt((missed[late] ** 2).mean()),
        sqrt((missed[late & rare] ** 2).mean()),
    )


def main() -> None:
    """Print a table for each kind of world."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=6)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--calls-per-hour", type=int, default=300)
    options = parser.parse_args()
    for kind, sizes in WORLDS.items():
        worlds = [list(calls(sizes, options.days, options.calls_per_hour, seed)) for seed in range(options.worlds)]
        print(f"\n{kind}, {options.worlds} worlds of {options.days} days, {options.calls_per_hour} calls an hour")
        print(f"{'':30} {'excess':>8} {'slope':>7} {'80 %':>6} {'error':>7} {'rare':>7}")
        for name, make in ESTIMATORS.items():
            mean = Score(*np.mean([score(make(), world) for world in worlds], axis=0))
            print(
                f"{name:30} {mean.excess:8.2f} {mean.slope:7.2f} {100 * mean.inside:5.0f}% "
                f"{mean.error:7.3f} {mean.rare_error:7.3f}"
            )


if __name__ == "__main__":
    main()
