"""What may be wrong with a strategy that compiles: unreachable and overlapping segments, what is never used."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import get_args

from strategies.compile import build, due_sql, understand
from strategies.compiled import AccountField, CompiledStrategy
from strategies.document import Document, Place, load
from strategies.errors import ConfigError
from strategies.reach import Reach
from strategies.schema import StepSpec, StopReason, StrategySpec
from strategies.steps import cadences_of, steps_of
from strategies.writing import placeholders

NOT_PROVEN = "not proven: a condition computes, compares two fields or uses LIKE, or there are too many cases"


def check_strategy(path: Path) -> tuple[CompiledStrategy, list[ConfigError]]:
    """Return the strategy in the file at `path`, and what should be looked at though it is no fault.

    Raises
    ------
    ConfigErrors
        Every fault, with its file, line, column and what to write instead.
    """
    document, spec = understand(load(path))
    return build(document, spec), remarks_of(document, spec)


def remarks_of(document: Document, spec: StrategySpec) -> list[ConfigError]:
    """Return what a strategy manager should look at, in the order of the file.

    `spec` is what `document` says, and has no faults.
    """
    found = [*_segments(document, spec), *_steps(document, spec), *_unused(document, spec)]
    found += [*_stops(document, spec), *_texts(document, spec)]
    return sorted(found, key=lambda remark: (remark.file, remark.line, remark.column))


def _fields(spec: StrategySpec) -> list[AccountField]:
    return [AccountField(name, **dict(field)) for name, field in spec.fields.items()]


def _segments(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    reach = Reach(_fields(spec), [segment.when for segment in spec.segments])
    names = [segment.name for segment in spec.segments]
    reached: list[int] = []
    for index, name in enumerate(names):
        place: Place = ("segments", index, "when")
        if reach.witness([index]) is None:
            certain = reach.proves([index])
            message = f"no account {'can fit' if certain else 'was found for'} {name}"
            yield document.fault(place, message, _advice(certain, "change the condition, or leave the segment out"))
        elif reach.witness([index], range(index)) is None:
            before = _covering(reach, index)
            certain = reach.proves([*before, index])
            takers = " and ".join(names[n] for n in before)
            message = f"{name} gets no account: all that {'can fit' if certain else 'were found'} go to {takers}"
            hint = _advice(certain, f"put it before {takers}, or change the condition")
            yield document.fault(place, message, hint)
        else:
            reached.append(index)
    files = [document.fault(("segments", index), "", "").file for index in range(len(names))]
    for first, second in combinations(reached, 2):
        if files[first] != files[second]:
            continue  # a file is put on top of others so that their segments go first
        both = reach.witness([first, second], range(first))
        # A segment that lies wholly within a later one is the usual way to write a special case first.
        if both and reach.witness([first], [second]) and reach.witness([second], [first]):
            message = f"an account with {both} fits {names[first]} and {names[second]}; {names[first]} takes it"
            hint = "write into one of the conditions what tells them apart"
            yield document.fault(("segments", second, "when"), message, hint)


def _covering(reach: Reach, index: int) -> list[int]:
    """Return the earlier segments that leave nothing for `index`: one if one is enough, else all that take part."""
    for earlier in range(index):
        if reach.witness([index], [earlier]) is None:
            return [earlier]
    return [earlier for earlier in range(index) if reach.witness([index, earlier], range(earlier))]


def _advice(certain: bool, advice: str) -> str:
    return advice if certain else f"{advice}; {NOT_PROVEN}"


def _steps(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    """Yield steps that are due on no account of any segment that takes them."""
    users: dict[Place, list[int]] = {}
    steps: dict[Place, StepSpec] = dict(steps_of(spec))
    numbers = {segment.name: index for index, segment in enumerate(spec.segments)}
    for place, cadence in cadences_of(spec):
        at = [place[1]] if place[0] == "segments" else [numbers[n] for n in spec.experiments[str(place[1])].segments]
        own: Place = ("cadences", cadence.cadence) if cadence.cadence else (*place, "steps")
        for step in steps:
            if step[:-1] == own:
                users.setdefault(step, []).extend(int(n) for n in at)
    for place, step in steps.items():
        taking = dict.fromkeys(users.get(place, ()))
        if not taking or not (step.on or step.when):
            continue
        # One segment at a time keeps the samples few.
        reaches = [Reach(_fields(spec), [spec.segments[n].when, due_sql(spec, step)]) for n in taking]
        if all(reach.witness([0, 1]) is None for reach in reaches):
            names = " or ".join(spec.segments[n].name for n in taking)
            certain = all(reach.proves([0, 1]) for reach in reaches)
            message = f"this step is {'never' if certain else 'perhaps never'} due: no account of {names} fits it"
            yield document.fault(place, message, _advice(certain, "change its days or condition, or the segment's"))


def _unused(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    cadences = {cadence.cadence for _, cadence in cadences_of(spec)}
    templates = {step.template for _, step in steps_of(spec)} | {party.template for party in spec.parties}
    texts = [text for template in spec.templates.values() for text in template.text.values()]
    constants = {name for text in texts for name in placeholders(text)}
    for section, names, used, user in (
        ("cadences", spec.cadences, cadences, "segment or arm"),
        ("templates", spec.templates, templates, "step or party"),
        ("constants", spec.constants, constants, "template"),
    ):
        for name in names:
            if name not in used:
                yield document.fault((section, name), f"no {user} uses this", "leave it out, or use it")


def _stops(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    missing = [reason for reason in get_args(StopReason) if reason not in spec.stop]
    if missing:
        hint = (
            f'write `{missing[0]}:` with its condition under `stop`, or "false" if no such account is in the portfolio'
        )
        yield document.fault(("stop",), f"nothing says when an account is left alone for {', '.join(missing)}", hint)


def _texts(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    for name, template in spec.templates.items():
        fields = {language: set(placeholders(text)) for language, text in template.text.items()}
        differing = set().union(*fields.values()) - set.intersection(*fields.values())
        if differing:
            message = f"{', '.join(sorted(differing))} stand{'s' * (len(differing) == 1)} in one language only"
            yield document.fault(("templates", name, "text"), message, "say the same in every language")
