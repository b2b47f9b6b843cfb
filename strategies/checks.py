"""What is wrong with a strategy beyond the shape of its file: every fault, where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import TypeAlias

from strategies.compiled import FAILED_ATTEMPTS, VOICE
from strategies.compliance.packs import ACCEPT_HINT, load_packs, read_pack, shipped, unreviewed
from strategies.compliance.rulebook import PackChoice
from strategies.compliance.terms import minutes_by_day
from strategies.conditions import Conditions
from strategies.document import Document, Place
from strategies.errors import ConfigError, ConfigErrors
from strategies.fields import Reader
from strategies.hours import closing_rules, written
from strategies.redial import redial_faults
from strategies.schema import Channel, Mode, StepSpec, StrategySpec
from strategies.script.steps import READERS, script_faults
from strategies.steps import cadences_of, steps_of
from strategies.templates import template_faults

RESERVED = (
    "account_id", "person_id", "phones", "emails", "post", "zones", "places", "today", "endpoints", "source_row"
)  # fmt: skip
"""Columns with a meaning of their own; conditions may use ``today`` and none of the others."""

NUMBERS = ("integer", "number", "money")

_MODES: dict[Channel, tuple[Mode, ...]] = {
    "agent_call": ("preview", "progressive", "ratio", "predictive", "robot_then_human"),
    "robot_call": ("robot",),
    "ivr": ("robot",),
}

_WORDED: tuple[Channel, ...] = ("sms", "email", "push", "letter", "ivr")
"""Channels that carry nothing but a text."""

Faults: TypeAlias = Iterator[ConfigError]


def faults_of(document: Document, spec: StrategySpec, damaged: frozenset[str] = frozenset()) -> list[ConfigError]:
    """Return every fault of `spec`, which is what `document` says.

    `damaged`: sections of which something had to be left out. A check that looks names up in one of
    them is not made, because it would blame the others for what is missing.
    """
    return [fault for check, names in _CHECKS.items() if damaged.isdisjoint(names) for fault in check(document, spec)]


def mode_of(spec: StrategySpec, step: StepSpec) -> Mode | None:
    """Return how `step` is dialled: as it says, or in the one mode under `calls` that fits; None for no call."""
    if step.channel not in VOICE:
        return None
    fitting = [mode for mode in spec.calls if mode in _MODES[step.channel]]
    return step.mode or (fitting[0] if len(fitting) == 1 else None)


def condition_fields(spec: StrategySpec) -> dict[str, str]:
    """Return what conditions may use: the declared fields but people's names, and ``today``."""
    usable = {n: f.type for n, f in spec.fields.items() if n not in RESERVED and f.type != "name"}
    return {**usable, "today": "date"}


def _fields(document: Document, spec: StrategySpec) -> Faults:
    for name, field in spec.fields.items():
        place = ("fields", name)
        if name in RESERVED or re.fullmatch("phone_[0-9]+", name):
            hint = f"choose a name other than {', '.join(RESERVED)}"
            yield document.fault(place, "this name has a meaning of its own", hint)
        if (field.min is not None or field.max is not None) and field.type not in NUMBERS:
            yield document.fault(place, "only numbers have bounds", "leave min and max out")
        if field.currency and field.type != "money":
            yield document.fault((*place, "currency"), "only money has a currency", "write `type: money`")


def _conditions(document: Document, spec: StrategySpec) -> Faults:
    conditions = Conditions(condition_fields(spec))
    for name in condition_fields(spec):
        if conditions.faults(f"{name} IS NULL"):
            hint = "choose a name that is no word of SQL"
            yield document.fault(("fields", name), "this name is a word of SQL", hint)
    written: list[tuple[Place, str]] = [
        (("segments", index, "when"), segment.when) for index, segment in enumerate(spec.segments)
    ]
    written += [(("stop", reason), condition) for reason, condition in spec.stop.items()]
    written += [((*place, "when"), step.when) for place, step in steps_of(spec) if step.when]
    if spec.assignment:
        written += [(("assignment", "needs", index, "when"), it.when) for index, it in enumerate(spec.assignment.needs)]
        if spec.assignment.grab:
            written.append((("assignment", "grab", "when"), spec.assignment.grab.when))
        for fault in conditions.faults(spec.assignment.value, number=True):
            yield document.fault(("assignment", "value"), fault.message, fault.hint)
    for place, condition in written:
        for fault in conditions.faults(condition):
            yield document.fault(place, fault.message, fault.hint)


def _segments(document: Document, spec: StrategySpec) -> Faults:
    seen: dict[str, int] = {}
    for index, segment in enumerate(spec.segments):
        if seen.setdefault(segment.name, index) != index:
            message = f"segments[{seen[segment.name]}] has the same name"
            yield document.fault(("segments", index, "name"), message, "give every segment a name of its own")
    for place, cadence in cadences_of(spec):
        if cadence.cadence and cadence.cadence not in spec.cadences:
            hint = f"write one of {', '.join(spec.cadences)}" if spec.cadences else "write its steps under `cadences`"
            yield document.fault((*place, "cadence"), "there is no such cadence", hint)


def _steps(document: Document, spec: StrategySpec) -> Faults:
    for place, step in steps_of(spec):
        for name in step.on:
            kind = spec.fields[name].type if name in spec.fields else ""
            if kind not in ("integer", "date"):
                days = [n for n, field in spec.fields.items() if field.type in ("integer", "date")]
                message = f"`{name}` is {'of type ' + kind if kind else 'not a declared field'}"
                hint = f"days are counted by a field of type integer or date: {', '.join(days) or 'declare one'}"
                yield document.fault((*place, "on", name), message, hint)
        for index, reason in enumerate(step.even_if):
            if reason not in spec.stop:
                hint = f"write `{reason}:` with its condition under `stop`"
                yield document.fault((*place, "even_if", index), "`stop` says nothing of this", hint)
        if (step.channel == "hand_over") != (step.to is not None):
            message = "nobody is named" if step.to is None else f"{step.channel} hands nothing over"
            hint = "`channel: hand_over` and `to:` go together: say who takes the account over"
            yield document.fault((*place, "to") if step.to else place, message, hint)


def _calls(document: Document, spec: StrategySpec) -> Faults:
    used = {mode_of(spec, step) for _, step in steps_of(spec)}
    for place, step in steps_of(spec):
        allowed = _MODES.get(step.channel, ())
        fitting = [mode for mode in spec.calls if mode in allowed]
        if step.mode and step.mode not in allowed:
            hint = f"write {' or '.join(allowed)}" if allowed else "leave the mode out: only calls have one"
            yield document.fault((*place, "mode"), f"{step.channel} cannot be made in the mode {step.mode}", hint)
        elif step.mode and step.mode not in spec.calls:
            hint = f"write `{step.mode}: {{}}` under `calls`"
            yield document.fault((*place, "mode"), f"`calls` says nothing about {step.mode}", hint)
        elif allowed and not step.mode and len(fitting) != 1:
            message = f"`calls` has {'several modes' if fitting else 'no mode'} for {step.channel}"
            hint = f"write `mode:` {' or '.join(fitting or allowed)}" + ("" if fitting else ", also under `calls`")
            yield document.fault((*place, "channel"), message, hint)
    for mode in spec.calls:
        if mode not in used:
            hint = "leave it out, or give a step this mode"
            yield document.fault(("calls", mode), "no step uses this mode", hint)


def _windows(document: Document, spec: StrategySpec) -> Faults:
    try:
        rulebook = load_packs([choice.build() for choice in spec.packs])
    except ConfigErrors:
        return  # `_packs` says so
    for place, step in steps_of(spec):
        if step.window is None:
            continue
        window = minutes_by_day(step.window)
        if not any(window):
            hint = 'write hours, such as {mon-fri: ["09:00-12:00"]}, or leave the window out'
            yield document.fault((*place, "window"), "this window has no hours", hint)
        elif rules := closing_rules(window, step.channel, spec.purpose, rulebook):
            hint = f"write hours within these: {'; '.join(f'{rule.id} {written(rule.open)}' for rule in rules)}"
            yield document.fault((*place, "window"), "this window never opens", hint)


def _texts(document: Document, spec: StrategySpec) -> Faults:
    uses: list[tuple[Place, str, Channel, Reader]] = [
        ((*place, "template"), step.template, step.channel, "person") for place, step in steps_of(spec) if step.template
    ]
    for index, party in enumerate(spec.parties):
        if party.template is not None:
            uses.append((("parties", index, "template"), party.template, "agent_call", READERS[party.party]))
    for place, name, channel, reader in uses:
        template = spec.templates.get(name)
        if template is None:
            near = get_close_matches(name, spec.templates, n=1)
            meant = f"did you mean `{near[0]}`? " if near else ""
            hint = f"{meant}templates: {', '.join(spec.templates) or 'none yet'}"
            yield document.fault(place, f"there is no template `{name}`", hint)
            continue
        if channel not in template.channels:
            hint = f"write another template, or add {channel} to the channels of `{name}`"
            yield document.fault(place, f"the template `{name}` is not for {channel}", hint)
        if template.reader != reader:
            hint = f"write a template with `reader: {reader}`"
            yield document.fault(place, f"the template `{name}` is for the reader {template.reader}", hint)
    for place, step in steps_of(spec):
        if step.channel in _WORDED and step.template is None:
            hint = "write `template:` and one of the templates for this channel"
            yield document.fault(place, f"nothing says what the {step.channel} says", hint)


def _shares(document: Document, spec: StrategySpec) -> Faults:
    for name, experiment in spec.experiments.items():
        total = sum(arm.share for arm in experiment.arms.values())
        if abs(total - 1.0) > 1e-9:
            hint = "change the shares so that they add up to 1, such as 0.9 and 0.1"
            yield document.fault(("experiments", name, "arms"), f"the arms' shares add up to {total:.10g}", hint)


def _experiments(document: Document, spec: StrategySpec) -> Faults:
    names = [segment.name for segment in spec.segments]
    taken: dict[str, str] = {}
    for name, experiment in spec.experiments.items():
        place = ("experiments", name)
        for index, segment in enumerate(experiment.segments):
            if segment not in names:
                hint = f"write some of {', '.join(names)}"
                yield document.fault((*place, "segments", index), "there is no such segment", hint)
            elif taken.setdefault(segment, name) != name:
                message = f"the segment is in the experiment {taken[segment]} already"
                yield document.fault((*place, "segments", index), message, "keep it in one of them")


def _parties(document: Document, spec: StrategySpec) -> Faults:
    if spec.parties and (FAILED_ATTEMPTS not in spec.fields or spec.fields[FAILED_ATTEMPTS].type != "integer"):
        hint = f"write `{FAILED_ATTEMPTS}: integer` under `fields`"
        yield document.fault(("parties",), "nothing counts the failures to reach the person", hint)
    seen: set[str] = set()
    for index, party in enumerate(spec.parties):
        if party.party in seen:
            yield document.fault(("parties", index, "party"), "this party is here twice", "keep one of the two")
        seen.add(party.party)
        choices = [choice.build() for choice in spec.packs]
        if party.party == "contact" and not any(
            choice.mode == "enforce" and _knows_contacts(choice) for choice in choices
        ):
            knowing = ", ".join(name for name in shipped() if _knows_contacts(PackChoice(name)))
            hint = f"add the one of its jurisdiction ({knowing}), or take this party out"
            message = "no rule pack that binds says when a third party may be called"
            yield document.fault(("parties", index, "party"), message, hint)


def _knows_contacts(choice: PackChoice) -> bool:
    """Whether a pack has a rule about emergency contacts. One that is silent on them allows nothing."""
    if choice.name not in shipped():
        return False
    return any("contact" in rule.applies.party for rule in read_pack(choice.name)[2].rules)


def _packs(document: Document, spec: StrategySpec) -> Faults:
    names = shipped()
    for index, choice in enumerate(spec.packs):
        if choice.name not in names:
            yield document.fault(("packs", index), "there is no such rule pack", f"write some of {', '.join(names)}")
        elif unreviewed(choice.build(), read_pack(choice.name)[2]):
            hint = ACCEPT_HINT.format(choice.name)
            yield document.fault(("packs", index), "nobody has reviewed this rule pack", hint)


_CHECKS: dict[Callable[[Document, StrategySpec], Faults], tuple[str, ...]] = {
    _fields: (),
    _conditions: ("fields",),
    _segments: ("cadences", "experiments", "segments"),
    _steps: ("fields", "stop"),
    _calls: ("calls", "cadences", "experiments", "segments"),
    _shares: ("experiments",),
    _experiments: ("experiments", "segments"),
    _parties: ("fields", "packs"),
    _packs: (),
    _windows: ("packs",),
    _texts: ("templates",),
    template_faults: ("fields", "constants"),
    script_faults: ("fields",),
    redial_faults: (),
}
"""The checks, each with the sections in which it looks names up."""
