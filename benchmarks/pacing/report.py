"""What the days say: shares and rates with their 95 % intervals over days, and differences paired by day."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import stats

from benchmarks.pacing.floor import ABANDONED, ANSWERED, BUSY_S, CONNECTED, DIALS, STAFFED_S
from benchmarks.pacing.policies import LIMIT_SHARE, Runs
from benchmarks.pacing.scenarios import Scenario
from pacing import optimal


class Estimate(NamedTuple):
    """A value and half of its 95 % interval."""

    value: float
    half: float

    @property
    def error(self) -> float:
        """The standard error, as of a normal law."""
        return self.half / 1.96


class Cell(NamedTuple):
    """One policy on one floor.

    Attributes
    ----------
    occupancy, contacts_per_agent_hour : Estimate
        Busy share of staffed time; conversations per staffed hour.
    of_answers, of_calls : Estimate
        Abandoned / answered by a person, and abandoned / placed.
    over_days, days : int
        Days with more than 3.00 % of answers abandoned, and all days.
    worst_day : float
        The highest share of answers abandoned on a day.
    """

    occupancy: Estimate
    contacts_per_agent_hour: Estimate
    of_answers: Estimate
    of_calls: Estimate
    over_days: int
    days: int
    worst_day: float


def ratio(above: np.ndarray, below: np.ndarray) -> Estimate:
    """Return the sum of `above` over the sum of `below`, days being the sample (delta method)."""
    days, value = len(above), float(above.sum() / below.sum())
    if days < 2:
        return Estimate(value, float("nan"))
    rest = above - value * below
    error = np.sqrt(days / (days - 1) * (rest @ rest)) / below.sum()
    return Estimate(value, float(stats.t.ppf(0.975, days - 1) * error))


def cell_of(runs: Runs) -> Cell:
    """Return the figures of one policy's days."""
    column = runs.totals.T
    share = column[ABANDONED] / np.maximum(column[ANSWERED], 1.0)
    return Cell(
        ratio(column[BUSY_S], column[STAFFED_S]),
        ratio(column[CONNECTED] * 3600.0, column[STAFFED_S]),
        ratio(column[ABANDONED], column[ANSWERED]),
        ratio(column[ABANDONED], column[DIALS]),
        int((column[ABANDONED] > LIMIT_SHARE * column[ANSWERED] + 1e-9).sum()),
        len(share),
        float(share.max()),
    )


def gain(ours: Runs, theirs: Runs) -> Estimate:
    """Return how many more contacts per agent-hour we have, as a share of theirs, paired by day."""
    our_rate, their_rate = (runs.totals[:, CONNECTED] / runs.totals[:, STAFFED_S] for runs in (ours, theirs))
    share = ratio(our_rate, their_rate)
    return share._replace(value=share.value - 1.0)


class AgainstLimit(NamedTuple):
    """Occupancy beside the exact limit at the same abandon share.

    Attributes
    ----------
    share : Estimate
        Occupancy as a share of the limit, with half the width of its 95 % interval.
    errors : float
        By how many standard errors occupancy is above the limit.
    """

    share: Estimate
    errors: float


def against_limit(scenario: Scenario, runs: Runs) -> AgainstLimit:
    """Compare occupancy with the exact limit at its own abandon share.

    Occupancy and abandon share of the days go up and down together, so the error is that of occupancy less
    the slope of the limit times the abandon share.
    """
    column = runs.totals.T
    abandon = ratio(column[ABANDONED], column[ANSWERED]).value
    most = _limit(scenario, abandon)
    slope = (_limit(scenario, abandon + 0.002) - most) / 0.002
    spread = column[BUSY_S] / column[STAFFED_S] - slope * column[ABANDONED] / np.maximum(column[ANSWERED], 1.0)
    error = spread.std(ddof=1) / np.sqrt(len(spread))
    occupancy = column[BUSY_S].sum() / column[STAFFED_S].sum()
    half = float(stats.t.ppf(0.975, len(spread) - 1) * error / most)
    return AgainstLimit(Estimate(float(occupancy / most), half), float((occupancy - most) / error))


def limit_at(scenario: Scenario, abandon_share: float = LIMIT_SHARE) -> float:
    """Return the highest occupancy possible on a memoryless floor."""
    return _limit(scenario, abandon_share)


def _limit(scenario: Scenario, abandon_share: float) -> float:
    return _solved(
        scenario.floor.agents, scenario.answer_share, scenario.handle_s, scenario.ring_s, round(abandon_share, 6)
    )


@cache
def _solved(agents: int, answer_share: float, handle_s: float, ring_s: float, abandon_share: float) -> float:
    return optimal.solve(agents, answer_share, handle_s, ring_s, abandon_share).occupancy


def regained_min(scenario: Scenario, runs: Runs, share: float = 0.95) -> float:
    """Return minutes from the end of the shock until occupancy stays at 95 % of its steady value or more.

    Occupancy is that of three minutes and all days together, watched for an hour, from which on it counts
    as never regained (infinite). It takes some hundred days for small floors not to look restless.
    """
    busy, staffed = runs.minutes.sum(axis=0).T
    start, end = (int(t_s / 60.0) for t_s in scenario.steady_s)
    steady = busy[start:end].sum() / staffed[start:end].sum()
    hour = slice(int(scenario.shock_s / 60.0), int(scenario.shock_s / 60.0) + 62)
    of_three = [np.convolve(seconds[hour], np.ones(3), "valid") for seconds in (busy, staffed)]
    short = np.flatnonzero(of_three[0] < share * steady * of_three[1])
    regained = short[-1] + 1 if short.size else 0
    return float(regained) if regained < 60 else float("inf")


def table(scenario: Scenario, runs: dict[str, Runs], against: str | None) -> str:
    """Return the cells of one floor as lines of text; `against` is the policy that gains are of."""
    floor = scenario.floor
    lines = [f"{scenario.kind}, {floor.agents} agents, {len(next(iter(runs.values())).totals)} days"]
    if scenario.memoryless:
        lines[0] += f"; exact limit at 3 %: {limit_at(scenario):.4f}"
    head = f"{'policy':<22}{'occupancy':>16}{'contacts/agent-h':>18}{'of answers %':>15}{'of calls %':>14}"
    head += f"{'days >3 %':>11}{'worst %':>9}"
    if against:
        head += f"{against + ' gains %':>20}"
    if scenario.memoryless:
        head += f"{'of the limit %':>18}{'above it':>12}"
    if scenario.shock_s:
        head += f"{'regained min':>14}"
    lines.append(head)
    for label, days in runs.items():
        cell = cell_of(days)
        line = f"{label:<22}{_text(cell.occupancy, 4):>16}{_text(cell.contacts_per_agent_hour, 3):>18}"
        line += f"{_text(cell.of_answers, 2, 100.0):>15}{_text(cell.of_calls, 2, 100.0):>14}"
        line += f"{cell.over_days:>11}{100.0 * cell.worst_day:>9.2f}"
        if against:
            line += f"{'' if label == against else _text(gain(runs[against], days), 1, 100.0):>20}"
        if scenario.memoryless:
            against_it = against_limit(scenario, days)
            line += f"{_text(against_it.share, 2, 100.0):>18}{against_it.errors:>9.1f} se"
        if scenario.shock_s:
            line += f"{regained_min(scenario, days):>14.0f}"
        lines.append(line)
    return "\n".join(lines)


def _text(estimate: Estimate, digits: int, times: float = 1.0) -> str:
    return f"{times * estimate.value:.{digits}f} ±{times * estimate.half:.{digits}f}"
