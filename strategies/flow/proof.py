"""Walking every way through a flow: it ends, it can be refused, and it tells nobody else of the debt.

Whoever presses a key or says a word may say by it that they are the person. Before that, no text has a word that tells
of a debt, and no call ends as a conversation about one. Neither proves anybody: a flow reads out no fact of an account.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec

from strategies.document import Document, Place
from strategies.errors import ConfigError
from strategies.flow.records import Flow, Hearer, State
from strategies.templates import debt_words

_ABOUT_THE_DEBT = ("promise", "contact", "refusal", "dispute")
"""Dispositions that are a conversation about the debt with the person who owes."""

PROMISE = frozenset(("promise_amount", "promise_days"))


class Situation(msgspec.Struct, frozen=True):
    """A state, who is on the line there, and which numbers have been entered."""

    state: str
    party: Hearer | None = None
    numbers: frozenset[str] = frozenset()
    recorded: bool = False


def walk(flow: Flow) -> dict[Situation, tuple[str, ...]]:
    """Return all situations that a call can reach, each with the shortest way to it, breadth first."""
    ways: dict[Situation, tuple[str, ...]] = {Situation(flow.start): ()}
    waiting = deque(ways)
    while waiting:
        here = waiting.popleft()
        for heard, following in _next(flow.states[here.state], here):
            if following not in ways:
                ways[following] = (*ways[here], f"{here.state}: {heard}")
                waiting.append(following)
    return ways


def _next(state: State, here: Situation) -> Iterator[tuple[str, Situation]]:
    for heard, move in (*state.keys.items(), *state.intents.items()):
        yield heard, _on(here, move.to, party=move.party or here.party)
    if state.number is not None:
        yield "a number", _on(here, state.number.to, numbers=here.numbers | {state.number.of})
    if state.record is not None:
        yield "recorded", _on(here, state.record.to, recorded=True)
    if state.otherwise is not None:
        yield "silence", _on(here, state.otherwise.to)
    if state.to is not None:
        yield "goes on", _on(here, state.to)


def _on(here: Situation, to: str, **more: Any) -> Situation:
    return msgspec.structs.replace(here, state=to, **more)


def proof_faults(document: Document, flow: Flow) -> Iterator[ConfigError]:
    """Yield everything for which there is a way through `flow` that must not be; each once."""
    found = walk(flow)
    seen: set[tuple[Place, str]] = set()
    for here, way in found.items():
        for place, message, hint in _faults(flow.states[here.state], here):
            if (place, message) not in seen:
                seen.add((place, message))
                route = f" (the way there: {', '.join(way)})" if way else ""
                yield document.fault(place, message + route, hint)
    reached = {here.state for here in found}
    for name in flow.states:
        if name not in reached:
            yield document.fault(("states", name), "nothing leads here", "lead a key here, or leave it out")
    for name in sorted(reached - _ending(flow)):
        hint = "lead one of its ways towards a state with `end:` or `transfer: true`"
        yield document.fault(("states", name), "no way from here ends the call", hint)
    if not any(flow.states[name].end == "do_not_call" for name in reached):
        hint = "lead a key to a state with `end: do_not_call`"
        yield document.fault(("states",), "nobody can ask for no more calls", hint)


def _faults(state: State, here: Situation) -> Iterator[tuple[Place, str, str]]:
    place: Place = ("states", state.name)
    if here.party != "person":
        for language, text in state.say.items():
            for word in debt_words(text, language):
                message = f"`{word}` tells of a debt before the person has said who they are"
                hint = "say it after a key with `party: person`, or use a neutral word"
                yield (*place, "say", language), message, hint
        if state.end in _ABOUT_THE_DEBT:
            message = f"the call ends as {state.end}, and nobody has said that they are the person"
            yield (*place, "end"), message, "lead here by a key with `party: person`"
        if state.number is not None:
            hint = "lead here by a key with `party: person`"
            yield (*place, "number"), "a promise is asked for of nobody knows whom", hint
    if here.recorded and (state.record is not None or state.transfer):
        message = "this would make a second recording of the call, and a call has one"
        yield (*place, "record" if state.record is not None else "transfer"), message, "record at the end of a way"
    if state.end == "promise" and (missing := sorted(PROMISE - here.numbers)):
        hint = "ask for it by `number:` on every way here"
        yield (*place, "end"), f"a promise without {missing[0]}", hint


def _ending(flow: Flow) -> set[str]:
    """Return the states from which some way ends the call or leads to an agent."""
    ending = {state.name for state in flow.states.values() if state.end or state.transfer}
    while more := {
        state.name
        for state in flow.states.values()
        if state.name not in ending and any(to.state in ending for _, to in _next(state, Situation(state.name)))
    }:
        ending |= more
    return ending
