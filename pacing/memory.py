"""What the look-ahead policy remembers: calls in flight, ring laws, answer shares, talk and wrap, the trunk.

Everything lies in arrays, so that the compiled floor of the benchmarks and the live pacer run the very
same functions. Bounded: the size depends on the lines, never on how many calls there were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit

from pacing import answers, rings, trunk
from pacing.answers import Answers, log_odds, share_of
from pacing.lean import lean
from pacing.rings import over_by, relaw

# Places in `Memory.number`, each a single number that changes. `DRIFT` is drift and level of `pacing.answers`
# together, what all calls share; `OWN_VAR` what the effects of single calls add to its variance on average.
IN_FLIGHT, DRIFT, DRIFT_VAR, DRIFT_AT_S, TALK_S, TALK_WEIGHT, WRAP_S, WRAP_WEIGHT = range(8)
SHARE_MEAN, OWN_VAR, RELAW_IN, LAW_KNOWN = range(8, 12)
NUMBERS = 12

CARRIED = (TALK_S, TALK_WEIGHT, WRAP_S, WRAP_WEIGHT, SHARE_MEAN, OWN_VAR)
"""Those that are worth something on another day."""

RECENT = 0.02
"""Weight of the newest launch in the averages over launches: they are of some fifty calls."""

FORGET_RING = 1.0 - 1.0 / 4000.0
"""Ring laws remember some thousand calls: they change with the carrier, not with the hour."""

FORGET_HANDLE = 1.0 - 1.0 / 300.0
"""Talk and wrap remember some hundred calls."""


# Places in what `make_wraps` returns: agent-seconds in wrap and talks ended since something was learned from them,
# and how many agents wrapped up when that was seen last.
WRAPPING_S, TALKS_ENDED, WRAPPING, SEEN_S = range(4)


def make_wraps() -> np.ndarray:
    """Return an account of wraps that has seen nothing."""
    return np.zeros(4)


class Memory(NamedTuple):
    """The arrays.

    Of `launch_s`, `told`, `prior` and `parts` the first ``number[IN_FLIGHT]`` places count, one for each call in
    flight: when it was placed, the log-odds told of its lead, the same with its effects, and the effects' places.
    `undo` is what the answers' mean has learned since something last picked up, `withheld` that of the last run
    that was undone.
    """

    number: np.ndarray
    live_counts: np.ndarray
    live: np.ndarray
    dead_counts: np.ndarray
    dead: np.ndarray
    launch_s: np.ndarray
    told: np.ndarray
    prior: np.ndarray
    parts: np.ndarray
    answers: Answers
    watch: np.ndarray
    undo: np.ndarray
    withheld: np.ndarray


def make(
    lines: int,
    *,
    answer_share: float,
    talk_s: float,
    wrap_s: float,
    live: np.ndarray,
    dead: np.ndarray,
    watched: bool = True,
) -> Memory:
    """Return a memory with its starting beliefs, for at most `lines` calls in flight.

    `watched`: whether long runs of calls without success mean that the trunk fails.
    """
    number = np.zeros(NUMBERS)
    number[DRIFT_AT_S] = np.nan
    number[TALK_S], number[TALK_WEIGHT] = talk_s, 20.0
    number[WRAP_S], number[WRAP_WEIGHT] = wrap_s, 20.0
    number[SHARE_MEAN] = answer_share
    memory = Memory(
        number,
        rings.counts_of(live),
        live.copy(),
        rings.counts_of(dead),
        dead.copy(),
        np.zeros(lines),
        np.zeros(lines),
        np.zeros(lines),
        np.zeros((lines, answers.PARTS), np.int64),
        answers.make(),
        trunk.make(watched),
        np.zeros(answers.SIZE),
        np.zeros(answers.SIZE),
    )
    settle(memory)
    return memory


@lean
def settle(memory: Memory) -> None:
    """Bring what all calls share up to date with the answers."""
    memory.number[DRIFT] = answers.common(memory.answers)
    memory.number[DRIFT_VAR] = answers.common_var(memory.answers)


@njit(cache=True)
def morning(memory: Memory) -> None:
    """Begin a day with nothing in the air, on a clock that may start anew."""
    answers.night(memory.answers)
    settle(memory)
    memory.number[IN_FLIGHT], memory.number[DRIFT_AT_S] = 0.0, np.nan
    memory.watch[:] = trunk.make(memory.watch[trunk.WATCHED] > 0.0)
    memory.undo[:] = 0.0


def learned(memory: Memory) -> dict[str, list[float]]:
    """Return what another day can begin with, as numbers: the answers after a night, the laws, talk and wrap."""
    rested = Answers(*(array.copy() for array in memory.answers))
    answers.night(rested)
    return {
        "mean": rested.mean.tolist(),
        "cov": rested.cov[np.tril_indices(answers.SIZE)].tolist(),
        "live": memory.live_counts.tolist(),
        "dead": memory.dead_counts.tolist(),
        "number": memory.number[list(CARRIED)].tolist(),
    }


def begin(memory: Memory, learned: Mapping[str, Sequence[float]]) -> None:
    """Begin with what `learned` returned; `ValueError` when it is not that."""
    lower = np.tril_indices(answers.SIZE)
    sizes = {"mean": answers.SIZE, "cov": len(lower[0]), "live": rings.BINS, "dead": rings.BINS, "number": len(CARRIED)}
    rows = {name: np.array(learned[name], float) for name in sizes}
    for name, size in sizes.items():
        if rows[name].shape != (size,) or not np.isfinite(rows[name]).all():
            raise ValueError(f"{name} must be {size} finite numbers")
    cov = np.zeros((answers.SIZE, answers.SIZE))
    cov[lower] = cov.T[lower] = rows["cov"]
    number = dict(zip(CARRIED, rows["number"], strict=True))
    sound = np.linalg.eigvalsh(cov)[0] > -1e-6 and 0.0 < number[SHARE_MEAN] < 1.0
    positive = min(number[TALK_S], number[TALK_WEIGHT], number[WRAP_WEIGHT], rows["live"].sum(), rows["dead"].sum())
    if not sound or positive <= 0.0 or min(number[WRAP_S], rows["live"].min(), rows["dead"].min()) < 0.0:
        raise ValueError("its numbers contradict each other")
    memory.answers.mean[:], memory.answers.cov[:] = rows["mean"], cov
    memory.live_counts[:], memory.dead_counts[:] = rows["live"], rows["dead"]
    memory.number[list(CARRIED)] = rows["number"]
    memory.number[LAW_KNOWN] = rings.known(memory.live_counts)
    relaw(memory.live_counts, memory.live)
    relaw(memory.dead_counts, memory.dead)
    settle(memory)


@lean
def launched(
    memory: Memory, t_s: float, answer_share: float, segment: int = -1, attempt: int = 1, hour: int = -1
) -> int:
    """Add a call in flight and return its place. `segment`, `attempt`, `hour`: see `pacing.answers.set_parts`."""
    number, n = memory.number, int(memory.number[IN_FLIGHT])
    parts = memory.parts[n]
    answers.set_parts(parts, segment, attempt, hour)
    memory.launch_s[n] = t_s
    memory.told[n] = log_odds(answer_share)
    memory.prior[n] = memory.told[n] + answers.effect(memory.answers, parts)
    memory.watch[trunk.LAUNCH_S] = t_s
    number[IN_FLIGHT] = n + 1
    number[SHARE_MEAN] += RECENT * (share_of(memory.prior[n]) - number[SHARE_MEAN])
    own_var = answers.variance(memory.answers, parts) - answers.common_var(memory.answers)
    number[OWN_VAR] += RECENT * (own_var - number[OWN_VAR])
    return n


@lean
def landed(memory: Memory, place: int, t_s: float, how: int) -> int:
    """Take a call out of flight and learn from its end, see `pacing.trunk` for `how`.

    Returns the place from which another call was moved into the gap, -1 when none was.
    """
    number, launch_s = memory.number, memory.launch_s[place]
    n = int(number[IN_FLIGHT]) - 1
    age_s, share = t_s - launch_s, _share_before_run(memory, place)
    if trunk.teaches(memory.watch, how, launch_s):
        _learn(memory, place, t_s, how == trunk.PERSON)
    if how <= trunk.MACHINE:
        memory.undo[:] = 0.0
    for column in (memory.launch_s, memory.told, memory.prior):
        column[place] = column[n]
    for part in range(answers.PARTS):
        memory.parts[place, part] = memory.parts[n, part]
    number[IN_FLIGHT] = n
    news = trunk.landed(memory.watch, how, t_s, launch_s, share, over_by(memory.dead, age_s), memory.launch_s[:n])
    if news == trunk.FAILED:
        for part in range(answers.SIZE):
            memory.answers.mean[part] -= memory.undo[part]
            memory.withheld[part] = memory.undo[part]
            memory.undo[part] = 0.0
    elif news == trunk.WAS_LIST:
        for part in range(answers.SIZE):
            memory.answers.mean[part] += memory.withheld[part]
    if news != trunk.NO_NEWS:
        settle(memory)
    return -1 if place == n else n


@lean
def _share_before_run(memory: Memory, place: int) -> float:
    """Return a call's chance of an answer as it was estimated when something last picked up."""
    undo = memory.undo[answers.DRIFT] + memory.undo[answers.LEVEL]
    return share_of(memory.prior[place] + memory.number[DRIFT] - undo)


@lean
def _learn(memory: Memory, place: int, t_s: float, by_person: bool) -> None:
    number = memory.number
    if number[DRIFT_AT_S] == number[DRIFT_AT_S]:  # not the first one
        answers.passed(memory.answers, t_s - number[DRIFT_AT_S])
    number[DRIFT_AT_S] = t_s
    step = answers.learn(memory.answers, memory.parts[place], memory.told[place], by_person)
    for part in range(answers.SIZE):
        memory.undo[part] += step * memory.answers.gain[part]
    settle(memory)
    age_s = t_s - memory.launch_s[place]
    if by_person:
        rings.learn(memory.live_counts, memory.live, age_s, FORGET_RING)
    else:
        rings.learn(memory.dead_counts, memory.dead, age_s, FORGET_RING)
    number[RELAW_IN] -= 1.0
    if number[RELAW_IN] < 0.0:
        number[RELAW_IN] = 20.0
        relaw(memory.live_counts, memory.live)
        relaw(memory.dead_counts, memory.dead)
        number[LAW_KNOWN] = rings.known(memory.live_counts)


@lean
def _shared_now(memory: Memory, t_s: float) -> tuple[float, float]:
    """Return what all calls share and its variance, which grows while nothing is heard, as `answers.passed` says."""
    number = memory.number
    drift, variance, elapsed_s = number[DRIFT], number[DRIFT_VAR], t_s - number[DRIFT_AT_S]
    if elapsed_s >= answers.NIGHT_S:
        held = memory.answers
        return held.mean[answers.LEVEL], held.cov[answers.LEVEL, answers.LEVEL] + answers.DAY_SD**2
    if elapsed_s > 0.0:  # never so before the first end, whose time is not a number
        variance += answers.DRIFT_PER_HOUR**2 * elapsed_s / 3600.0
    return drift, variance


@lean
def drift_now(memory: Memory, t_s: float) -> tuple[float, float]:
    """Return the log-odds that all calls share, with what the rings in the air already say, and the deviation.

    The deviation is that of a call's whole sum, effects included. A call that has rung for long is evidence
    before it ends: its likelihood of ringing still is
    ``share * (1 - live) + (1 - share) * (1 - dead)`` against the same with another share. It weighs as
    much as the ring law is known: on the first day, a guessed law takes every slow answer for a refusal, and a
    large team would dial twice what it can take within seconds.
    """
    number = memory.number
    drift, variance = _shared_now(memory, t_s)
    slope, information = 0.0, 0.0
    for place in range(int(number[IN_FLIGHT])):
        if memory.launch_s[place] <= memory.watch[trunk.CLEAN_S]:
            continue
        age_s = t_s - memory.launch_s[place]
        still_live, still_dead = 1.0 - over_by(memory.live, age_s), 1.0 - over_by(memory.dead, age_s)
        odds = exp(memory.prior[place] + drift)
        still = odds * still_live + still_dead
        if still > 1e-9 * (1.0 + odds):
            step = odds * (still_live - still_dead) / ((1.0 + odds) * still)
            slope += step
            information += step * step
    known = number[LAW_KNOWN]
    variance = 1.0 / (1.0 / variance + known * information)
    return drift + variance * known * slope, sqrt(max(1e-12, variance + number[OWN_VAR]))


@lean
def talked(memory: Memory, talk_s: float) -> None:
    """Learn from a finished talk."""
    _average(memory.number, TALK_S, TALK_WEIGHT, talk_s)


@lean
def wrapped(memory: Memory, wrap_s: float) -> None:
    """Learn from a finished wrap."""
    _average(memory.number, WRAP_S, WRAP_WEIGHT, wrap_s)


@lean
def see_wrapping(memory: Memory, wraps: np.ndarray, t_s: float, wrapping: int) -> None:
    """Learn the mean wrap by Little's law: agent-seconds in wrap over talks ended, twenty at a time.

    `wraps` is from `make_wraps`; whoever counts the talks that ended adds them to its place `TALKS_ENDED`.
    """
    if wraps[SEEN_S] != 0.0:
        wraps[WRAPPING_S] += wraps[WRAPPING] * max(0.0, t_s - wraps[SEEN_S])
    wraps[WRAPPING], wraps[SEEN_S] = wrapping, t_s
    if wraps[TALKS_ENDED] >= 20.0:
        for _ in range(int(wraps[TALKS_ENDED])):
            wrapped(memory, wraps[WRAPPING_S] / wraps[TALKS_ENDED])
        wraps[WRAPPING_S] = wraps[TALKS_ENDED] = 0.0


@lean
def _average(number: np.ndarray, value: int, weight: int, x: float) -> None:
    number[weight] = number[weight] * FORGET_HANDLE + 1.0
    number[value] += (x - number[value]) / number[weight]


@lean
def chances(memory: Memory, t_s: float, drift: float, horizons_s: tuple[float, ...], out: np.ndarray) -> None:
    """Fill ``out[row]`` with the chance of every call in flight to be answered within ``horizons_s[row]`` from now.

    As `rings.answer_chances`, with what the rows have in common worked out once.
    """
    for place in range(int(memory.number[IN_FLIGHT])):
        odds = exp(memory.prior[place] + drift)
        age_s = t_s - memory.launch_s[place]
        live = over_by(memory.live, age_s)
        still = odds * (1.0 - live) + 1.0 - over_by(memory.dead, age_s)
        weight = odds / still if still > 1e-12 * (1.0 + odds) else 0.0
        for row in range(len(horizons_s)):
            out[row, place] = weight * (over_by(memory.live, age_s + horizons_s[row]) - live)


@lean
def most(memory: Memory, t_s: float, spare: int, lines: int) -> int:
    """Return how many lines may be added at most, see `pacing.trunk.most`."""
    return trunk.most(memory.watch, t_s, spare, lines, memory.launch_s[: int(memory.number[IN_FLIGHT])])
