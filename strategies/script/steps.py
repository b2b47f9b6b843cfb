"""The call scripts that the steps and the other parties of a strategy name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from strategies.document import Document, Place
from strategies.errors import ConfigError, ConfigErrors
from strategies.fields import Reader
from strategies.schema import Channel, StrategySpec
from strategies.script.compile import compile_script, scripts
from strategies.script.records import Script
from strategies.steps import steps_of

READERS: dict[Literal["guarantor", "contact"], Reader] = {"guarantor": "guarantor", "contact": "third_party"}
"""By other party, whom the texts and scripts for it speak to."""


class _Use(NamedTuple):
    """A script that is named: where, by which channel, whether beside a template, and whom it must speak to."""

    place: Place
    name: str
    channel: Channel
    has_template: bool
    reader: Reader


def script_of(document: Document, place: Place, name: str) -> Script:
    """Return the script that `name`, which stands at `place` of a strategy, means.

    Raises
    ------
    ConfigErrors
        When there is none, and every fault of it.
    """
    path = scripts().get(name)
    if path is None:
        # A name is relative to the file in which it stands, which may be an included one.
        path = Path(document.fault(place, "", "").file).parent / name
        if not path.is_file():
            hint = f"write a path relative to this file, or one of {', '.join(scripts())}"
            raise ConfigErrors([document.fault(place, "there is no such call script", hint)])
    return compile_script(path)


def scripts_of(document: Document, spec: StrategySpec) -> dict[str, Script]:
    """Return by the name in the file the scripts of a strategy without faults."""
    return {use.name: script_of(document, use.place, use.name) for use in _scripted(spec)}


def script_faults(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    """Yield every fault of the steps' and parties' scripts, and of the scripts themselves."""
    told: set[str] = set()
    yield from _unscripted(document, spec)
    for here, name, channel, has_template, reader in _scripted(spec):
        if channel != "agent_call":
            hint = "leave the script out, or let an agent call"
            yield document.fault(here, f"no agent speaks by {channel}", hint)
            continue
        if has_template:
            hint = "keep the script, which leads the agent, or the template, which is one text"
            yield document.fault(here, "`script` and `template` are both here", hint)
        try:
            script = script_of(document, here, name)
        except ConfigErrors as found:
            fresh = [error for error in found.errors if str(error) not in told]
            told.update(str(error) for error in fresh)
            yield from fresh
            continue
        if script.reader != reader:
            hint = f"write a script with `reader: {reader}`"
            yield document.fault(here, f"the script {script.name} is for the reader {script.reader}", hint)
        for field in script.fields.values():
            declared = spec.fields.get(field.name)
            wanted = f"{{type: {field.type}, currency: {field.currency}}}" if field.currency else field.type
            hint = f"write `{field.name}: {wanted}` under `fields`"
            if declared is None:
                yield document.fault(here, f"the script {script.name} needs the field `{field.name}`", hint)
            elif (declared.type, declared.currency) != (field.type, field.currency):
                yield document.fault(here, f"the script {script.name} needs `{field.name}` of another type", hint)


def _unscripted(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    """Yield the parties whom a step reaches by a script that is not theirs."""
    if not any(step.script and step.mode != "robot_then_human" and not step.even_if for _, step in steps_of(spec)):
        return
    for index, party in enumerate(spec.parties):
        if party.script is None:
            reader = READERS[party.party]
            hint = f"write `script:` and one with `reader: {reader}`"
            if known := ", ".join(_for(reader)):
                hint = f"write `script:` and one with `reader: {reader}`, such as {known}"
            message = "a step leads its agents by a script, and nothing leads them with this party"
            yield document.fault(("parties", index), message, hint)


def _for(reader: Reader) -> list[str]:
    return [name for name, path in scripts().items() if compile_script(path).reader == reader]


def _scripted(spec: StrategySpec) -> Iterator[_Use]:
    for place, step in steps_of(spec):
        if step.script:
            yield _Use((*place, "script"), step.script, step.channel, step.template is not None, "person")
    for index, party in enumerate(spec.parties):
        if party.script:
            yield _Use(("parties", index, "script"), party.script, "agent_call", False, READERS[party.party])
