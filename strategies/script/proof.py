"""Walking every way through a script: no debt fact is told before the person is confirmed.

What a screen may show depends on the state, on who is on the line and on which facts matched. These
positions are finitely many, so the walk visits all that any call can reach, by the same `advance` that
moves a live call. Every fault comes with the shortest way to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec

from strategies.document import Document, Place
from strategies.errors import ConfigError
from strategies.script.machine import advance, begin, confirmed
from strategies.script.records import Position, Script, State
from strategies.templates import debt_words
from strategies.writing import placeholders

_CONFIRMED_ENDS = ("promise", "contact", "refusal", "dispute")
"""Dispositions that are a conversation about the debt with the person who owes."""


class Walk(msgspec.Struct, frozen=True):
    """Every position that a call can reach, each with the answers on the shortest way to it."""

    ways: dict[Position, tuple[str, ...]]

    def states(self, script: Script, *, sure: bool) -> tuple[str, ...]:
        """Return the states to which a call comes with the person confirmed (`sure`) or not, in the file's order."""
        found = {position.state for position in self.ways if confirmed(script, position) is sure}
        return tuple(name for name in script.states if name in found)


def walk(script: Script) -> Walk:
    """Return all that a call can reach, breadth first."""
    ways: dict[Position, tuple[str, ...]] = {begin(script): ()}
    waiting = deque(ways)
    while waiting:
        position = waiting.popleft()
        for answer in script.states[position.state].answers:
            following = advance(script, position, answer.name)
            if following not in ways:
                ways[following] = (*ways[position], f"{position.state}: {answer.name}")
                waiting.append(following)
    return Walk(ways)


def proof_faults(document: Document, script: Script) -> Iterator[ConfigError]:
    """Yield everything for which there is a way through `script` that must not be; each once."""
    found = walk(script)
    seen: set[tuple[Place, str]] = set()
    for position, way in found.ways.items():
        for place, message, hint in _faults(script, position):
            if (place, message) not in seen:
                seen.add((place, message))
                route = f" (the way there: {', '.join(way)})" if way else ""
                yield document.fault(("states", position.state, *place), message + route, hint)
    reached = {position.state for position in found.ways}
    for name in script.states:
        if name not in reached:
            yield document.fault(("states", name), "no answer leads here", "lead an answer here, or leave it out")
    for name in reached - _ending(script):
        hint = "lead one of its answers towards a state with `end:`"
        yield document.fault(("states", name), "no way from here ends the call", hint)


def _faults(script: Script, position: Position) -> Iterator[tuple[Place, str, str]]:
    """Yield what is wrong at `position`: the place within the state, the message and the hint."""
    state = script.states[position.state]
    sure = confirmed(script, position)
    if not sure:
        yield from _told_too_soon(script, state)
    if state.compare and position.party == "third_party":
        hint = "ask a third party nothing about the person; end the call, or ask for a call back"
        yield ("compare",), "a third party is asked for an identity fact", hint
    if state.end in _CONFIRMED_ENDS and not sure:
        hint = "end with unverified, third_party, wrong_number, callback or do_not_call; or confirm the person first"
        if not script.identity_facts:
            hint = "end with unverified, third_party, wrong_number, callback or do_not_call"
        yield ("end",), f"the call ends as {state.end}, and the person is not confirmed", hint
    if state.end in ("unverified", "third_party", "wrong_number") and sure:
        yield ("end",), f"the call ends as {state.end}, and the person is confirmed", "write `end: contact`"


def _told_too_soon(script: Script, state: State) -> Iterator[tuple[Place, str, str]]:
    hint = f"show it only after {script.needed} of {', '.join(script.identity_facts)} matched"
    if not script.identity_facts:
        hint = "leave it out: this script confirms nobody"
    for language, text in state.say.items():
        place = ("say", language)
        for name in dict.fromkeys(placeholders(text)):
            if name in script.fields and script.fields[name].type != "name":
                yield place, f"`{name}` is told before the person is confirmed", hint
        heard = text + " ".join(
            script.constants[name][language] for name in placeholders(text) if name in script.constants
        )
        for word in debt_words(heard, language):
            message = f"`{word}` tells of a debt before the person is confirmed"
            yield place, message, "say it in a state after the confirmation, or use a neutral word"
    for index, name in enumerate(state.show):
        if script.fields[name].type != "name":
            yield ("show", index), f"`{name}` is shown before the person is confirmed", hint


def _ending(script: Script) -> set[str]:
    """Return the states from which some way ends the call."""
    ending = {state.name for state in script.states.values() if state.end}
    while more := {
        state.name
        for state in script.states.values()
        if state.name not in ending and any(answer.to in ending for answer in state.answers)
    }:
        ending |= more
    return ending
