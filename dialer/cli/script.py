"""Commands about call scripts: is one sound, and what does it look like?"""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.terminal import language_of
from dialer.insight.language import Language, say
from strategies.errors import ConfigError
from strategies.script.compile import compile_script, scripts
from strategies.script.proof import walk
from strategies.script.records import Script


def check(file: str, /, *, language: Language | None = None) -> None:
    """Walk every way through a call script: the debt must not be told before the person is confirmed.

    Parameters
    ----------
    file
        A script file, or the name of a script that comes with Paceline.
    language
        en or zh; by default as LANG says.
    """
    spoken, script = language_of(language), _script(file)
    found = walk(script)
    console = Console(highlight=False, soft_wrap=True)
    console.print(say(spoken, "script_sound", script.identity), markup=False)
    before, after = len(found.states(script, sure=False)), len(found.states(script, sure=True))
    console.print(say(spoken, "script_walked", len(found.ways), len(script.states), before, after), markup=False)
    needed = ", ".join(script.identity_facts)
    if script.identity_facts:
        console.print(say(spoken, "script_confirmed", script.needed, needed), markup=False)
    else:
        console.print(say(spoken, "script_confirms_nobody", say(spoken, f"reader_{script.reader}")), markup=False)


def show(file: str, /, *, language: Language | None = None) -> None:
    """Print a call script: its states, what is said and shown in them, and where the answers lead.

    Parameters
    ----------
    file
        A script file, or the name of a script that comes with Paceline.
    language
        en or zh; by default as LANG says.
    """
    spoken, script = language_of(language), _script(file)
    if spoken not in script.languages:
        raise ConfigError(f"{script.name} is not written in {spoken}", hint=f"--language {script.languages[0]}")
    told = set(walk(script).states(script, sure=False))
    table = Table(title=script.identity, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in ("script_state", "script_hearer", "script_say", "script_screen", "script_answers"):
        table.add_column(say(spoken, key), overflow="fold")  # Chinese has no spaces to wrap at
    for state in script.states.values():
        table.add_row(
            state.name,
            say(spoken, "script_anybody" if state.name in told else "script_person"),
            state.say[spoken],
            ", ".join(filter(None, (state.compare, *state.show))),
            "\n".join(f"{answer.label[spoken]} → {answer.to}" for answer in state.answers)
            or say(spoken, "script_ends", say(spoken, state.end or "")),
        )
    Console(highlight=False).print(table)


def _script(file: str) -> Script:
    path = scripts().get(file) or Path(file)
    if not path.exists():
        raise ConfigError(f"there is no script {file}", hint=f"write a path, or one of {', '.join(scripts())}")
    return compile_script(path)
