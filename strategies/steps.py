"""Every step of a strategy file, with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterator

from strategies.document import Place
from strategies.schema import CadenceSpec, StepSpec, StrategySpec


def cadences_of(spec: StrategySpec) -> Iterator[tuple[Place, CadenceSpec]]:
    """Yield everything that names steps, with its place: segments, then arms."""
    for index, segment in enumerate(spec.segments):
        yield ("segments", index), segment
    for name, experiment in spec.experiments.items():
        for arm, cadence in experiment.arms.items():
            yield ("experiments", name, "arms", arm), cadence


def steps_of(spec: StrategySpec) -> Iterator[tuple[Place, StepSpec]]:
    """Yield every step where it is written, with its place."""
    for place, cadence in cadences_of(spec):
        for number, step in enumerate(cadence.steps or ()):
            yield (*place, "steps", number), step
    for name, steps in spec.cadences.items():
        for number, step in enumerate(steps):
            yield ("cadences", name, number), step
