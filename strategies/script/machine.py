"""How a call moves through a script. Pure: a position and an answer give the next position.

The person is confirmed once somebody who says to be the person has matched enough identity facts. A
desktop is sent one screen at a time, so that it never holds a fact that it must not show yet.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from strategies.schema import Language
from strategies.script.records import Choice, Fact, Position, Screen, Script
from strategies.script.schema import MATCH
from strategies.templates import placeholders, written


def begin(script: Script) -> Position:
    """Return where a call starts: nobody has said who they are."""
    return Position(script.start)


def confirmed(script: Script, position: Position) -> bool:
    """Tell whether the person who owes is on the line, beyond doubt as far as the script asks."""
    return position.party == "person" and len(position.matched) >= script.needed


def advance(script: Script, position: Position, answer: str) -> Position:
    """Return where the call is after the agent's `answer`.

    Raises
    ------
    ValueError
        When the state has no such answer.
    """
    state = script.states[position.state]
    chosen = next((it for it in state.answers if it.name == answer), None)
    if chosen is None:
        raise ValueError(f"the state {state.name} has no answer {answer}")
    if chosen.party is not None:
        return Position(chosen.to, chosen.party)
    proven = {state.compare} if state.compare and answer == MATCH else frozenset()
    return msgspec.structs.replace(position, state=chosen.to, matched=position.matched | proven)


def screen(script: Script, position: Position, values: Mapping[str, object], language: Language) -> Screen:
    """Return what the desktop shows at `position`.

    Parameters
    ----------
    values : Mapping
        The account's fields by name: `Decimal` for money, `datetime.date` for dates.

    Raises
    ------
    ValueError
        When something that is read out is missing or not exact; names the field, never the value.
    """
    state = script.states[position.state]
    compare = None if state.compare is None else _fact(script, state.compare, values, language)
    provable = compare is not None and compare.value is not None
    words = {name: texts[language] for name, texts in script.constants.items()}
    for name in placeholders(state.say[language]):
        if name not in words:
            words[name] = written(script.fields[name], values.get(name), language)
    return Screen(
        script=script.identity,
        state=state.name,
        confirmed=confirmed(script, position),
        say=state.say[language].format_map(words),
        compare=compare,
        facts=tuple(_fact(script, name, values, language) for name in state.show),
        choices=tuple(Choice(it.name, it.label[language]) for it in state.answers if provable or it.name != MATCH),
        end=state.end,
    )


def _fact(script: Script, name: str, values: Mapping[str, object], language: Language) -> Fact:
    value = values.get(name)
    empty = value is None or value == ""
    return Fact(name, None if empty else written(script.fields[name], value, language))
