"""How a call moves through a script. Pure: a position and an answer give the next position.

The person is confirmed once somebody who says to be the person has matched enough identity facts. A
desktop is sent one screen at a time, so that it never holds a fact that it must not show yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

import msgspec

from strategies.fields import AccountField, Language
from strategies.script.records import MATCH, Choice, Fact, Form, Position, Screen, Script
from strategies.writing import placeholders, written


def begin(script: Script) -> Position:
    """Return where a call starts: nobody has said who they are."""
    return Position(script.start)


def confirmed(script: Script, position: Position) -> bool:
    """Tell whether whom the script speaks to is on the line, beyond doubt as far as it asks."""
    return bool(script.identity_facts) and position.party == "person" and len(position.matched) >= script.needed


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
    proven = {state.compare} if state.compare and answer == MATCH else set()
    return msgspec.structs.replace(position, state=chosen.to, matched=tuple(sorted({*position.matched, *proven})))


def form(script: Script, position: Position, language: Language) -> Form:
    """Return what is shown at `position`, with the account's fields left blank."""
    state = script.states[position.state]
    text = state.say[language]
    return Form(
        script=script.identity,
        state=state.name,
        language=language,
        confirmed=confirmed(script, position),
        say="".join(_part(script, *part[:2], language) for part in Formatter().parse(text)),
        fields=tuple(script.fields[name] for name in dict.fromkeys(placeholders(text)) if name in script.fields),
        compare=None if state.compare is None else script.fields[state.compare],
        show=tuple(script.fields[name] for name in state.show),
        choices=tuple(Choice(it.name, it.label[language]) for it in state.answers),
        end=state.end,
    )


def _part(script: Script, text: str, name: str | None, language: Language) -> str:
    """Return a piece of a text and the placeholder after it, if that is a field; a constant is written out."""
    after = "" if name is None else f"{{{name}}}"
    if name in script.constants:
        after = script.constants[name][language].replace("{", "{{").replace("}", "}}")
    return text.replace("{", "{{").replace("}", "}}") + after


def filled(form: Form, values: Mapping[str, object]) -> Screen:
    """Return the screen that a desktop shows: `form` with one account's fields.

    Parameters
    ----------
    values : Mapping
        The account's fields by name, at least those that the form asks for: `Decimal` for money,
        `datetime.date` for dates.

    Raises
    ------
    ValueError
        When something that is read out is missing or not exact; names the field, never the value.
    """
    compare = None if form.compare is None else _fact(form.compare, values, form.language)
    # What cannot be compared proves nobody, so that there is no button for it.
    provable = compare is not None and compare.value is not None
    words = {field.name: written(field, values.get(field.name), form.language) for field in form.fields}
    return Screen(
        script=form.script,
        state=form.state,
        confirmed=form.confirmed,
        say=form.say.format_map(words),
        compare=compare,
        facts=tuple(_fact(field, values, form.language) for field in form.show),
        choices=tuple(choice for choice in form.choices if provable or choice.answer != MATCH),
        end=form.end,
    )


def _fact(field: AccountField, values: Mapping[str, object], language: Language) -> Fact:
    value = values.get(field.name)
    empty = value is None or value == ""
    return Fact(field.name, None if empty else written(field, value, language))
