"""The search for settings: many are tried on a few days, the best compared on others, the winners measured on others.

Optuna's multivariate TPE proposes, several at a time and always the same number, so that neither the number of
workers nor an interruption changes what is tried. The best of many looks better than it is on the days that chose it:
so the leading settings are compared on more days, all on the same, and the figures come from days that chose nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.stats import t as student

from dialer.core.errors import PacelineError
from simulator.experiment.figures import FIGURES, Sums, estimate
from simulator.experiment.space import Bound, Choice, Range, Space

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

Changes = Mapping[str, Any]
Evaluate = Callable[[Sequence[tuple[Changes, int]]], list[Sums]]
"""Simulates pairs of settings and seed, and returns what each came to."""

_BATCH = 4
"""Settings that are proposed together."""
_LEADING = 12
"""Settings that are compared after the search, at most."""
_MORE = 4
"""Days on which they are compared, and days on which the winners are measured, for each day of a trial."""
_CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class Candidate(NamedTuple):
    """Settings with their figures.

    Attributes
    ----------
    changes : Mapping
        By place, what stands there.
    figures : dict of str to Interval
        All of `FIGURES`.
    keeps : bool
        Whether the unfavourable end of every limited figure's interval keeps within its bound.
    """

    changes: Changes
    figures: dict[str, Interval]
    keeps: bool

    def ranks(self, space: Space) -> list[float]:
        """Return the figures of the aims, in their order, so that less is better."""
        return [_rank(_finite(self.figures[name].value, better), better) for name, better in space.aims.items()]


class Found(NamedTuple):
    """What a search found.

    Attributes
    ----------
    frontier : tuple of Candidate
        Settings that no other one beats in all aims on the days of the comparison, the best in the first aim first,
        with their figures on other days. When all of these break a limit there, the next that keeps it comes last.
    recommended : Candidate or None
        The best in the first aim that keeps all limits; None when none does.
    tried : int
        Settings tried.
    """

    frontier: tuple[Candidate, ...]
    recommended: Candidate | None
    tried: int


def require_optuna() -> None:
    """Raise `PacelineError` saying what to install when the library that searches is missing."""
    if find_spec("optuna") is None:
        raise PacelineError("tuning needs Optuna: install Paceline with its extra 'tune' (pip install '.[tune]')")


def search(
    space: Space,
    evaluate: Evaluate,
    trials: int,
    replications: int,
    storage: Path,
    *,
    present: Changes | None = None,
    seed: int = 0,
    on_trials: Callable[[int], None] = lambda _: None,
) -> Found:
    """Search `space`.

    Parameters
    ----------
    evaluate : callable
        Simulates. Seeds from `seed` on are for the search, the next for the comparison, the next for the figures.
    trials, replications : int
        Settings to try in all, those of an interrupted search included; days to try each on. The leading settings get
        four times as many others, and the winners as many again.
    storage : Path
        The file in which every trial is kept as it ends; an existing one of the same search is continued.
    present : Mapping, optional
        The present settings, which are tried first.
    on_trials : callable
        Is told how many trials are over.

    Raises
    ------
    PacelineError
        When Optuna is missing, or `storage` is of another search.
    """
    require_optuna()
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend
    from optuna.trial import TrialState

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    identity = f"{space.model_dump_json()} {replications} {seed}"
    study = optuna.create_study(
        study_name="paceline",
        storage=JournalStorage(JournalFileBackend(str(storage))),
        directions=["maximize" if better == "most" else "minimize" for better in space.aims.values()],
        load_if_exists=True,
    )
    if study.user_attrs.get("space", identity) != identity:
        raise PacelineError(f"{storage} belongs to another search: name another folder, or remove it")
    study.set_user_attr("space", identity)
    for left in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(left.number, state=TrialState.FAIL)
    distributions = {place: _distribution(allowed) for place, allowed in space.search.items()}
    if present and not study.trials:
        study.enqueue_trial(dict(present))
    seeds = range(seed, seed + replications)
    while (done := len(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))) < trials:
        on_trials(done)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", category=Warning)  # constraints and batches are marked as experimental
            # A sampler of its own for each batch: what comes next depends on what is known, and not on who asked.
            study.sampler = optuna.samplers.TPESampler(multivariate=True, seed=seed + done, constraints_func=_broken)
            batch = [study.ask(distributions) for _ in range(min(_BATCH, trials - done))]
        sums = evaluate([(trial.params, own) for trial in batch for own in seeds])
        for number, trial in enumerate(batch):
            own = sums[number * replications : (number + 1) * replications]
            figures = _measured(own)
            trial.set_user_attr("broken", [_excess(figures[name], bound) for name, bound in space.limits.items()])
            study.tell(trial, [_finite(figures[name].value, space.aims[name]) for name in space.aims])
    on_trials(trials)
    compared_on = range(seeds.stop, seeds.stop + _MORE * replications)
    measured_on = range(compared_on.stop, compared_on.stop + _MORE * replications)
    leading = _leading(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)), space)
    compared = sorted(_candidates(leading, compared_on, evaluate, space), key=lambda one: one.ranks(space)[0])
    unbeaten = [one for one in compared if not any(_beats(other, one, space) for other in compared)]
    frontier = _candidates([one.changes for one in unbeaten], measured_on, evaluate, space)
    for one in compared:
        if any(measured.keeps for measured in frontier):
            break
        if one.keeps and one not in unbeaten:
            frontier += _candidates([one.changes], measured_on, evaluate, space)
    recommended = next((one for one in frontier if one.keeps), None)
    return Found(tuple(frontier), recommended, len(study.trials))


def _leading(trials: Sequence[FrozenTrial], space: Space) -> list[Changes]:
    """Return the settings that are worth more days: least beyond the limits, then beaten by the fewest others."""
    # What came to exactly the same on the same days is the same setting in effect, as 7.2 lines and 7.9 are.
    different = {(*(trial.values or ()), *_broken(trial)): trial for trial in reversed(trials)}.values()
    ranks = {
        trial.number: [_rank(v, better) for v, better in zip(trial.values or (), space.aims.values(), strict=True)]
        for trial in different
    }

    def place(trial: FrozenTrial) -> tuple[float, int, float]:
        excess = sum(max(0.0, beyond) for beyond in _broken(trial))
        own = ranks[trial.number]
        return excess, sum(_dominates(other, own) for other in ranks.values()), own[0]

    return [trial.params for trial in sorted(different, key=place)[:_LEADING]]


def _candidates(settings: Sequence[Changes], seeds: range, evaluate: Evaluate, space: Space) -> list[Candidate]:
    """Return settings with their figures on some days."""
    sums = evaluate([(changes, own) for changes in settings for own in seeds])
    found = []
    for number, changes in enumerate(settings):
        figures = _measured(sums[number * len(seeds) : (number + 1) * len(seeds)])
        keeps = all(_excess(figures[name], bound) <= 0 for name, bound in space.limits.items())
        found.append(Candidate(changes, figures, keeps))
    return found


def _distribution(allowed: Range | Choice) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(allowed, Choice):
        return CategoricalDistribution(allowed.of)
    if allowed.whole:
        return IntDistribution(int(allowed.low), int(allowed.high), log=allowed.log)
    return FloatDistribution(allowed.low, allowed.high, log=allowed.log)


def _measured(replications: Sequence[Sums]) -> dict[str, Interval]:
    found = {}
    for name, figure in FIGURES.items():
        value, deviations = estimate(figure, replications)
        half = np.inf
        if len(deviations) > 1:
            factor = student.ppf((1 + _CONFIDENCE) / 2, len(deviations) - 1)
            half = float(factor * np.std(deviations, ddof=1) / np.sqrt(len(deviations)))
        found[name] = Interval(value, value - half, value + half)
    return found


def _excess(figure: Interval, bound: Bound) -> float:
    """Return by how much the unfavourable end of a figure's interval is beyond its bound, negative within."""
    over = -np.inf if bound.at_most is None else figure.high - bound.at_most
    under = -np.inf if bound.at_least is None else bound.at_least - figure.low
    excess = float(max(over, under))
    return excess if np.isfinite(excess) else 1e9


def _broken(trial: FrozenTrial) -> Sequence[float]:
    return trial.user_attrs.get("broken", ())


def _finite(value: float, better: str) -> float:
    """Return a value that can be compared; nothing divided by nothing is the worst."""
    return value if np.isfinite(value) else (-1e9 if better == "most" else 1e9)


def _rank(value: float, better: str) -> float:
    return -value if better == "most" else value


def _dominates(other: Sequence[float], one: Sequence[float]) -> bool:
    """Return whether the ranks of `other` are nowhere worse, and somewhere better."""
    pairs = list(zip(other, one, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def _beats(other: Candidate, one: Candidate, space: Space) -> bool:
    return _dominates(other.ranks(space), one.ranks(space)) and other.keeps >= one.keeps
