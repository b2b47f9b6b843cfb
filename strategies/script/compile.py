"""From a script file to the frozen record that calls are led by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from strategies.document import Document, Place, load
from strategies.errors import ConfigError, ConfigErrors
from strategies.fields import AccountField
from strategies.script.proof import proof_faults
from strategies.script.records import MATCH, Answer, Script, State
from strategies.script.schema import ScriptSpec, StateSpec, Words
from strategies.shipped import shipped
from strategies.translations import languages_of, untranslated
from strategies.writing import placeholders

_UNREADABLE = {
    "number": ("need not be exact to the cent", "declare it as {type: money, currency: CNY}, or as integer"),
    "boolean": ("is true or false, which nobody can read out", "lead to two states by an answer"),
}


def scripts() -> dict[str, Path]:
    """Return the scripts that come with Paceline, by name."""
    return shipped("script/library")


def compile_script(path: Path) -> Script:
    """Return the script in the file at `path`.

    Raises
    ------
    ConfigErrors
        Every fault, with its file, line, column and what to write instead. A way that tells the debt
        before the person is confirmed is one.
    """
    return compile_script_document(load(path))


def compile_script_document(document: Document) -> Script:
    """Return the script in `document`; see `compile_script`."""
    spec = document.validate(ScriptSpec)
    faults = list(_faults(document, spec))
    if not faults:
        script = _script(spec)
        faults = list(proof_faults(document, script))
        if not faults:
            return script
    raise ConfigErrors(sorted(faults, key=lambda fault: (fault.line, fault.column)))


def _script(spec: ScriptSpec) -> Script:
    return Script(
        name=spec.name,
        version=spec.version,
        fields={name: AccountField(name, **dict(field)) for name, field in spec.fields.items()},
        constants=spec.constants,
        identity_facts=_facts(spec),
        needed=spec.identity.needed if spec.identity else 0,
        start=spec.start,
        states={name: _state(name, state) for name, state in spec.states.items()},
        reader=spec.reader,
    )


def _facts(spec: ScriptSpec) -> tuple[str, ...]:
    return spec.identity.facts if spec.identity else ()


def _state(name: str, spec: StateSpec) -> State:
    answers = tuple(Answer(name, **dict(answer)) for name, answer in spec.answers.items())
    return State(name, spec.say, spec.compare, spec.show, answers, spec.end)


def _faults(document: Document, spec: ScriptSpec) -> Iterator[ConfigError]:
    yield from _identity(document, spec)
    yield from _languages(document, spec)
    if spec.start not in spec.states:
        yield document.fault(("start",), "there is no such state", f"write one of {', '.join(spec.states)}")
    for name, state in spec.states.items():
        place = ("states", name)
        yield from _answers(document, spec, state, place)
        for language, text in state.say.items():
            for message, hint in _text_faults(spec, text):
                yield document.fault((*place, "say", language), message, hint)
        for index, field in enumerate(state.show):
            if field not in spec.fields:
                yield document.fault((*place, "show", index), *unknown(field, spec.fields))
            elif trouble := _unreadable(spec, field):
                yield document.fault((*place, "show", index), *trouble)


def _identity(document: Document, spec: ScriptSpec) -> Iterator[ConfigError]:
    facts = _facts(spec)
    if spec.identity and spec.reader == "third_party":
        hint = "leave `identity` out; nothing of the debt can be said then"
        yield document.fault(("identity",), "a third party is never confirmed", hint)
    if not spec.identity and spec.reader == "person":
        hint = "write `identity: {facts: [...], needed: 2}`, or `reader: third_party`"
        yield document.fault(("reader",), "nothing confirms the person", hint)
    for index, name in enumerate(facts):
        place = ("identity", "facts", index)
        if name not in spec.fields:
            yield document.fault(place, *unknown(name, spec.fields))
        elif facts.index(name) != index:
            yield document.fault(place, "this fact is here twice", "keep one of the two")
        elif spec.fields[name].type in ("name", "money", "number", "boolean"):
            hint = "choose what only the person knows: an integer, text, date or last_four"
            yield document.fault(place, f"a {spec.fields[name].type} proves nobody", hint)
    if spec.identity and spec.identity.needed > len(facts):
        hint = f"write at most {len(facts)}, or add facts"
        yield document.fault(("identity", "needed"), "so many can never match", hint)
    for name in spec.constants:
        if name in spec.fields:
            yield document.fault(("constants", name), "there is a field of this name", "give it another name")


def _languages(document: Document, spec: ScriptSpec) -> Iterator[ConfigError]:
    written: list[tuple[Place, Words]] = [(("constants", name), words) for name, words in spec.constants.items()]
    for name, state in spec.states.items():
        written.append((("states", name, "say"), state.say))
        written += [(("states", name, "answers", key, "label"), it.label) for key, it in state.answers.items()]
    yield from untranslated(document, written, languages_of(words for _, words in written))


def _answers(document: Document, spec: ScriptSpec, state: StateSpec, place: Place) -> Iterator[ConfigError]:
    if state.compare is not None and state.compare not in _facts(spec):
        hint = f"write one of {', '.join(_facts(spec))}, or name it under `identity: facts:`"
        if not spec.identity:
            hint = "leave it out: this script confirms nobody"
        yield document.fault((*place, "compare"), f"`{state.compare}` is no identity fact", hint)
    if (state.compare is not None) != (MATCH in state.answers):
        hint = f"`compare:` and the answer `{MATCH}:` go together: it proves the fact"
        yield document.fault((*place, "answers"), "a comparison has a matching answer, and nothing else has one", hint)
    for name, answer in state.answers.items():
        if answer.to not in spec.states:
            yield document.fault((*place, "answers", name, "to"), *unknown(answer.to, spec.states, "state"))
        if name == MATCH and answer.party is not None:
            hint = "ask who is on the line in a state of its own"
            yield document.fault((*place, "answers", name, "party"), "a match says nothing of who speaks", hint)


def _text_faults(spec: ScriptSpec, text: str) -> Iterator[tuple[str, str]]:
    try:
        names = placeholders(text)
    except ValueError as error:
        yield f"the braces cannot be read: {error}", "write {name} for a field, and {{ for a brace"
        return
    for name in dict.fromkeys(names):
        if name in spec.constants:
            continue
        if name not in spec.fields:
            yield unknown(name, [*spec.fields, *spec.constants])
        elif trouble := _unreadable(spec, name):
            yield trouble


def _unreadable(spec: ScriptSpec, name: str) -> tuple[str, str] | None:
    field = spec.fields[name]
    if field.type in _UNREADABLE:
        message, hint = _UNREADABLE[field.type]
        return f"`{name}` {message}", hint
    if field.type == "money" and not field.currency:
        return f"`{name}` has no currency", f"declare it as `{name}: {{type: money, currency: CNY}}`"
    return None


def unknown(name: str, known: Iterable[str], what: str = "field") -> tuple[str, str]:
    """Return the message and the hint for a name that means nothing."""
    names = list(known)
    near = get_close_matches(name, names, n=1)
    meant = f"did you mean `{near[0]}`? " if near else ""
    return f"there is no {what} `{name}`", f"{meant}known: {', '.join(names)}"
