"""The call scripts that the steps of a strategy name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from strategies.document import Document, Place
from strategies.errors import ConfigError, ConfigErrors
from strategies.schema import StepSpec, StrategySpec
from strategies.script.compile import compile_script, scripts
from strategies.script.records import Script
from strategies.steps import steps_of


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
    return {name: script_of(document, place, name) for place, _, name in _scripted(spec)}


def script_faults(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    """Yield every fault of the steps' scripts, and of the scripts themselves."""
    told: set[str] = set()
    for here, step, name in _scripted(spec):
        if step.channel != "agent_call":
            hint = "leave the script out, or let an agent call"
            yield document.fault(here, f"no agent speaks by {step.channel}", hint)
            continue
        if step.template is not None:
            hint = "keep the script, which leads the agent, or the template, which is one text"
            yield document.fault(here, "`script` and `template` are both here", hint)
        try:
            script = script_of(document, here, name)
        except ConfigErrors as found:
            fresh = [error for error in found.errors if str(error) not in told]
            told.update(str(error) for error in fresh)
            yield from fresh
            continue
        for field in script.fields.values():
            declared = spec.fields.get(field.name)
            wanted = f"{{type: {field.type}, currency: {field.currency}}}" if field.currency else field.type
            hint = f"write `{field.name}: {wanted}` under `fields`"
            if declared is None:
                yield document.fault(here, f"the script {script.name} needs the field `{field.name}`", hint)
            elif (declared.type, declared.currency) != (field.type, field.currency):
                yield document.fault(here, f"the script {script.name} needs `{field.name}` of another type", hint)


def _scripted(spec: StrategySpec) -> Iterator[tuple[Place, StepSpec, str]]:
    return (((*place, "script"), step, step.script) for place, step in steps_of(spec) if step.script)
