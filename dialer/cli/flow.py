"""Commands about call flows: is one sound, and what does it say?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from adapters import speech
from dialer.cli.terminal import language_of
from dialer.config import read_config, to_settings
from dialer.insight.language import Language, say
from strategies.errors import ConfigError
from strategies.flow.compile import compile_flow, flows
from strategies.flow.proof import walk
from strategies.flow.records import Flow, State


def check(file: str, /, *, language: Language | None = None) -> None:
    """Walk every way through a call flow: each ends, and none tells of the debt to whom it must not.

    Parameters
    ----------
    file
        A flow file, or the name of a flow that comes with Paceline.
    language
        en or zh; by default as LANG says.
    """
    spoken, flow = language_of(language), _flow(file)
    console = Console(highlight=False, soft_wrap=True)
    console.print(say(spoken, "flow_sound", flow.identity), markup=False)
    texts, languages = sum(len(state.say) for state in flow.states.values()), ", ".join(flow.languages)
    console.print(say(spoken, "flow_walked", len(walk(flow)), len(flow.states), texts, languages), markup=False)


def show(file: str, /, *, language: Language | None = None) -> None:
    """Print a call flow: its states, what is said in them, and where the keys lead.

    Parameters
    ----------
    file
        A flow file, or the name of a flow that comes with Paceline.
    language
        en or zh; by default as LANG says.
    """
    spoken, flow = language_of(language), _flow(file)
    if spoken not in flow.languages:
        raise ConfigError(f"{flow.name} is not written in {spoken}", hint=f"--language {flow.languages[0]}")
    open_to_all = {here.state for here in walk(flow) if here.party != "person"}
    table = Table(title=flow.identity, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in ("flow_state", "flow_hearer", "flow_say", "flow_on"):
        table.add_column(say(spoken, key), overflow="fold")  # Chinese has no spaces to wrap at
    for state in flow.states.values():
        hearer = say(spoken, "flow_anybody" if state.name in open_to_all else "flow_person")
        table.add_row(state.name, hearer, state.say[spoken], "\n".join(_ways(spoken, state)))
    Console(highlight=False).print(table)


def speak(file: Path, /, *, language: Language | None = None) -> None:
    """Let the program under `speech` speak the texts of a run's call flows; each text once.

    Parameters
    ----------
    file
        The run's file.
    language
        en or zh; by default as LANG says.
    """
    spoken = language_of(language)
    config, strategy = read_config(file)
    if config.speech is None:
        raise ConfigError("this run names no program that speaks", hint="write a section `speech:`, see docs/flows.md")
    done = speech.speak(config.speech, speech.prompts(to_settings(config, strategy).flows.values()))
    console = Console(highlight=False, soft_wrap=True)
    console.print(say(spoken, "flow_spoken", done.made, done.kept, config.speech.folder), markup=False)


def _ways(spoken: Language, state: State) -> Iterator[str]:
    for key, move in state.keys.items():
        yield f"{key} → {move.to}"
    for intent, move in state.intents.items():
        yield say(spoken, "flow_intent", intent, move.to)
    if state.number is not None:
        yield say(spoken, "flow_number", state.number.min, state.number.max, state.number.to)
    if state.record is not None:
        yield say(spoken, "flow_record", state.record.limit_s, state.record.to)
    if state.otherwise is not None:
        yield say(spoken, "flow_silence", state.otherwise.again, state.otherwise.to)
    if state.to is not None:
        yield say(spoken, "flow_goes_on", state.to)
    if state.transfer:
        yield say(spoken, "flow_transfer")
    if state.end is not None:
        yield say(spoken, "flow_ends", say(spoken, state.end))


def _flow(file: str) -> Flow:
    path = flows().get(file) or Path(file)
    if not path.exists():
        raise ConfigError(f"there is no flow {file}", hint=f"write a path, or one of {', '.join(flows())}")
    return compile_flow(path)
