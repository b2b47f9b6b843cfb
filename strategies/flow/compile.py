"""From a flow file to the frozen record that a robot's calls follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from strategies.document import Document, Place, load
from strategies.errors import ConfigError, ConfigErrors
from strategies.flow.proof import proof_faults
from strategies.flow.records import Entry, Flow, Move, Otherwise, Phrases, Recorded, State
from strategies.flow.schema import FlowSpec, MoveSpec, PhrasesSpec, Said, StateSpec, Words
from strategies.schema import Language
from strategies.script.compile import unknown
from strategies.shipped import shipped
from strategies.translations import languages_of, untranslated
from strategies.writing import placeholders


def flows() -> dict[str, Path]:
    """Return the flows that come with Paceline, by name."""
    return shipped("flow/library")


def compile_flow(path: Path) -> Flow:
    """Return the flow in the file at `path`.

    Raises
    ------
    ConfigErrors
        Every fault, with its file, line, column and what to write instead.
    """
    document = load(path)
    spec = document.validate(FlowSpec)
    faults = list(_faults(document, spec))
    if not faults:
        flow = _flow(spec)
        faults = list(proof_faults(document, flow))
        if not faults:
            return flow
    raise ConfigErrors(sorted(faults, key=lambda fault: (fault.line, fault.column)))


def _flow(spec: FlowSpec) -> Flow:
    return Flow(
        name=spec.name,
        version=spec.version,
        language=spec.language,
        start=spec.start,
        states={name: _state(spec, name, state) for name, state in spec.states.items()},
        phrases=_phrases(spec) if any(state.intents for state in spec.states.values()) else None,
    )


def _phrases(spec: FlowSpec) -> Phrases:
    """Return what means what: all intents, since one that is not asked for may hold the words of one that is."""
    shipped, languages = _shipped(), _languages(spec)
    return Phrases(
        intents={
            intent: {
                language: tuple(
                    dict.fromkeys((*_of(shipped.intents, intent, language), *_of(spec.phrases, intent, language)))
                )
                for language in languages
            }
            for intent in dict.fromkeys((*shipped.intents, *spec.phrases))
        },
        negations={language: shipped.negations[language] for language in languages},
    )


def _of(said: Mapping[str, Said], intent: str, language: Language) -> tuple[str, ...]:
    return said.get(intent, {}).get(language, ())


@cache
def _shipped() -> PhrasesSpec:
    return load(Path(str(resources.files("strategies"))) / "flow" / "phrases.yaml").validate(PhrasesSpec)


def _languages(spec: FlowSpec) -> list[Language]:
    said = [*spec.constants.values(), *(state.say for state in spec.states.values())]
    return languages_of([*said, {spec.language: ""}])


def _state(spec: FlowSpec, name: str, state: StateSpec) -> State:
    said = {
        language: text.format_map({name: words[language] for name, words in spec.constants.items()})
        for language, text in state.say.items()
    }
    return State(
        name=name,
        say=said,
        keys={key: Move(**dict(move)) for key, move in state.keys.items()},
        intents={intent: Move(**dict(move)) for intent, move in state.intents.items()},
        number=None if state.number is None else Entry(**dict(state.number)),
        record=None if state.record is None else Recorded(**dict(state.record)),
        otherwise=None if state.otherwise is None else Otherwise(**dict(state.otherwise)),
        wait_s=state.wait_s,
        to=state.to,
        transfer=state.transfer,
        end=state.end,
    )


def _faults(document: Document, spec: FlowSpec) -> Iterator[ConfigError]:
    written: list[tuple[Place, Words]] = [(("constants", name), words) for name, words in spec.constants.items()]
    written += [(("states", name, "say"), state.say) for name, state in spec.states.items()]
    languages = _languages(spec)
    yield from untranslated(document, written, languages)
    if spec.start not in spec.states:
        yield document.fault(("start",), *unknown(spec.start, spec.states, "state"))
    for name, state in spec.states.items():
        for place, to in _ways(state):
            if to not in spec.states:
                yield document.fault(("states", name, *place), *unknown(to, spec.states, "state"))
        for place, move in _moves(state):
            if move.language is not None and move.language not in languages:
                message = f"nothing is written in {move.language}"
                yield document.fault(("states", name, *place, "language"), message, "write the texts, or leave it")
        yield from _intent_faults(document, spec, name, languages)
        for language, text in state.say.items():
            try:
                names = placeholders(text)
            except ValueError as error:
                hint = "write {name} for a constant, and {{ for a brace"
                yield document.fault(("states", name, "say", language), f"the braces cannot be read: {error}", hint)
                continue
            for used in names:
                if used not in spec.constants:
                    hint = "write the text out; a robot reads out no field of an account"
                    message = f"there is no constant `{used}`"
                    yield document.fault(("states", name, "say", language), message, hint)


def _intent_faults(
    document: Document, spec: FlowSpec, name: str, languages: Iterable[Language]
) -> Iterator[ConfigError]:
    known = _shipped().intents
    for intent in spec.states[name].intents:
        place = ("states", name, "intents", intent)
        if intent not in known and intent not in spec.phrases:
            yield document.fault(place, *unknown(intent, [*known, *spec.phrases], "intent"))
            continue
        for language in languages:
            if not (_of(known, intent, language) or _of(spec.phrases, intent, language)):
                hint = f"write {intent}: {{{language}: [...]}} under `phrases:`"
                yield document.fault(place, f"no phrase in {language} means {intent}", hint)


def _moves(state: StateSpec) -> Iterator[tuple[Place, MoveSpec]]:
    for key, move in state.keys.items():
        yield ("keys", key), move
    for intent, move in state.intents.items():
        yield ("intents", intent), move


def _ways(state: StateSpec) -> Iterator[tuple[Place, str]]:
    for place, move in _moves(state):
        yield (*place, "to"), move.to
    if state.number is not None:
        yield ("number", "to"), state.number.to
    if state.record is not None:
        yield ("record", "to"), state.record.to
    if state.otherwise is not None:
        yield ("otherwise", "to"), state.otherwise.to
    if state.to is not None:
        yield ("to",), state.to
