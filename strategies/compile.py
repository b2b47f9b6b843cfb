"""From a strategy file to the frozen record that the planner and the run's settings are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from strategies.amend import amend
from strategies.checks import faults_of, mode_of
from strategies.compiled import (
    VOICE,
    Arm,
    AssignmentRules,
    Calls,
    Cap,
    CompiledStrategy,
    Grab,
    Need,
    PartyRule,
    RedialRule,
    Segment,
    Step,
    Stop,
    Template,
)
from strategies.compliance.terms import minutes_by_day
from strategies.document import Document, load
from strategies.errors import ConfigErrors
from strategies.fields import AccountField
from strategies.include import library, with_includes
from strategies.salvage import salvage
from strategies.schema import (
    ArmSpec,
    AssignmentSpec,
    CadenceSpec,
    PartySpec,
    Redialled,
    RedialSpec,
    SegmentSpec,
    StepSpec,
    StrategySpec,
)
from strategies.script.records import Script
from strategies.script.steps import scripts_of

Scripts = Mapping[str, Script]
"""Call scripts by the name that the file gives them."""

__all__ = ["build", "compile_document", "compile_strategy", "due_sql", "library", "understand"]


def compile_strategy(path: Path, changes: Mapping[str, object] | None = None) -> CompiledStrategy:
    """Return the strategy in the file at `path`, with other values where `changes` says so (`strategies.amend`).

    Raises
    ------
    ConfigErrors
        Every fault, with its file, line, column and what to write instead.
    """
    return compile_document(amend(load(path), changes or {}))


def compile_document(document: Document) -> CompiledStrategy:
    """Return the strategy in `document`; see `compile_strategy`."""
    return build(*understand(document))


def understand(document: Document) -> tuple[Document, StrategySpec]:
    """Return `document` joined with all that it includes, and what it says, which has no faults.

    Raises
    ------
    ConfigErrors
        Every fault, in the order of the files.
    """
    document, spec, faults, damaged = salvage(with_includes(document), StrategySpec)
    faults += faults_of(document, spec, damaged) if spec else []
    if faults or not spec:
        raise ConfigErrors(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column)))
    return document, spec


def build(document: Document, spec: StrategySpec) -> CompiledStrategy:
    """Return the strategy that `spec` says, which is what `document` says and has no faults."""
    scripts = scripts_of(document, spec)
    segments = tuple(_segment(spec, scripts, segment) for segment in spec.segments)
    return CompiledStrategy(
        name=spec.name,
        version=spec.version,
        purpose=spec.purpose,
        fields=tuple(AccountField(name, **dict(field)) for name, field in spec.fields.items()),
        segments=segments,
        calls=tuple(_calls(spec, segments)),
        packs=tuple(choice.build() for choice in spec.packs),
        stops=tuple(Stop(reason, when.strip()) for reason, when in spec.stop.items()),
        parties=tuple(_party(party, scripts) for party in spec.parties),
        caps=tuple(Cap(**dict(cap)) for cap in spec.caps),
        assignment=_assignment(spec.assignment) if spec.assignment else AssignmentRules(),
        templates=tuple(Template(name, **dict(template)) for name, template in spec.templates.items()),
        constants=spec.constants,
        scripts={script.identity: script for script in scripts.values()},
    )


def due_sql(spec: StrategySpec, step: StepSpec) -> str:
    """Return the condition under which `step` is made today."""
    parts = []
    for name, days in step.on.items():
        listed = ", ".join(map(str, days))
        parts.append(f"(today - {name}) IN ({listed})" if spec.fields[name].type == "date" else f"{name} IN ({listed})")
    if step.when:
        parts.append(f"({step.when.strip()}\n)" if parts else step.when.strip())
    return " AND ".join(parts) or "TRUE"


def _segment(spec: StrategySpec, scripts: Scripts, segment: SegmentSpec) -> Segment:
    own = _steps(spec, scripts, segment, segment.name) or ()
    found = next(((name, it) for name, it in spec.experiments.items() if segment.name in it.segments), None)
    if found is None:
        return Segment(segment.name, segment.when.strip(), segment.answer_share, (Arm("", 1.0, own),))
    name, experiment = found
    arms = tuple(_arm(spec, scripts, segment, own, arm_name, arm) for arm_name, arm in experiment.arms.items())
    return Segment(segment.name, segment.when.strip(), segment.answer_share, arms, name)


def _arm(
    spec: StrategySpec, scripts: Scripts, segment: SegmentSpec, own: tuple[Step, ...], name: str, arm: ArmSpec
) -> Arm:
    steps = _steps(spec, scripts, arm, f"{segment.name}:{name}")
    return Arm(name, arm.share, own if steps is None else steps)


def _steps(spec: StrategySpec, scripts: Scripts, cadence: CadenceSpec, place: str) -> tuple[Step, ...] | None:
    """Return the steps with ids from `place`; None when nothing is said about them."""
    steps = spec.cadences[cadence.cadence] if cadence.cadence else cadence.steps
    if steps is None:
        return None
    return tuple(_step(spec, scripts, step, f"{place}/{number}") for number, step in enumerate(steps, 1))


def _step(spec: StrategySpec, scripts: Scripts, step: StepSpec, step_id: str) -> Step:
    return Step(
        id=step_id,
        due=due_sql(spec, step),
        channel=step.channel,
        mode=mode_of(spec, step),
        template=step.template,
        window=minutes_by_day(step.window) if step.window else None,
        priority=step.priority,
        even_if=step.even_if,
        to=step.to,
        script=scripts[step.script].identity if step.script else None,
        redial=_redial(step.redial),
    )


def _party(party: PartySpec, scripts: Scripts) -> PartyRule:
    script = scripts[party.script].identity if party.script else None
    return PartyRule(party.party, party.after_failed_attempts, party.template, script)


def _redial(rules: Mapping[Redialled, RedialSpec]) -> dict[Redialled, RedialRule]:
    return {name: RedialRule(rule.delay_min * 60, rule.limit) for name, rule in rules.items()}


def _assignment(spec: AssignmentSpec) -> AssignmentRules:
    needs = tuple(Need(need.skill, need.when.strip()) for need in spec.needs)
    grab = Grab(spec.grab.when.strip(), spec.grab.limit, spec.grab.lease_min * 60) if spec.grab else None
    return AssignmentRules(spec.value.strip(), needs, grab, spec.dispatched)


def _calls(spec: StrategySpec, segments: tuple[Segment, ...]) -> Iterator[Calls]:
    steps = (step for segment in segments for arm in segment.arms for step in arm.steps)
    used = {(step.channel, step.mode) for step in steps}
    for channel in VOICE:
        for mode, calls in spec.calls.items():
            if (channel, mode) in used:
                yield Calls(channel, mode, calls.max_attempts, _redial(calls.redial))
