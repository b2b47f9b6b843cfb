"""How a call moves through a flow. Pure: a position and a key, an intent, or silence, give the next position."""

from __future__ import annotations

import msgspec

from strategies.flow.records import Flow, Move, Position, State, Step


def begin(flow: Flow) -> Position:
    """Return where a call starts."""
    return Position(flow.start, flow.language)


def said(flow: Flow, position: Position) -> Position:
    """Return where the call is once the text is over: it goes on by itself where nothing is asked."""
    state = flow.states[position.state]
    return position if state.to is None else _go(position, state.to, "")


def pressed(flow: Flow, position: Position, key: str) -> Position:
    """Return where the call is after a key. A state that asks for none passes over it."""
    state = flow.states[position.state]
    if state.number is not None:
        match key:
            case "#":
                return _entered(state, position)
            case "*":
                return msgspec.structs.replace(position, digits="")
            case _:
                following = msgspec.structs.replace(position, digits=position.digits + key)
                full = len(following.digits) == len(str(state.number.max))
                return _entered(state, following) if full else following
    if state.record is not None:
        return _go(position, state.record.to, key) if key == "#" else position
    if not state.asks:
        return position
    move = state.keys.get(key)
    if move is None:
        return _missed(state, position, key)
    return _moved(position, move, key)


def meant(flow: Flow, position: Position, intent: str) -> Position:
    """Return where the call is after words with this intent; empty: nobody knows what they mean."""
    state = flow.states[position.state]
    if not state.intents:
        return position
    move = state.intents.get(intent)
    return _missed(state, position, "?") if move is None else _moved(position, move, intent)


def silent(flow: Flow, position: Position) -> Position:
    """Return where the call is when the wait for a key is over; a number that was begun counts as it is."""
    state = flow.states[position.state]
    if state.record is not None:
        return _go(position, state.record.to, "")
    if state.number is not None and position.digits:
        return _entered(state, position)
    return _missed(state, position, "") if state.asks else position


def _moved(position: Position, move: Move, heard: str) -> Position:
    following = _go(position, move.to, heard)
    return msgspec.structs.replace(
        following, party=move.party or position.party, language=move.language or position.language
    )


def _entered(state: State, position: Position) -> Position:
    entry = state.number
    assert entry is not None
    if not position.digits or not entry.min <= int(position.digits) <= entry.max:
        return _missed(state, position, position.digits)
    numbers = position.numbers | {entry.of: int(position.digits)}
    return msgspec.structs.replace(_go(position, entry.to, position.digits), numbers=numbers)


def _missed(state: State, position: Position, heard: str) -> Position:
    otherwise = state.otherwise
    assert otherwise is not None
    if position.missed < otherwise.again:
        again = _go(position, position.state, heard)
        return msgspec.structs.replace(again, missed=position.missed + 1)
    return _go(position, otherwise.to, heard)


def _go(position: Position, to: str, heard: str) -> Position:
    steps = (*position.steps, Step(position.state, position.language, heard))
    return msgspec.structs.replace(position, state=to, missed=0, digits="", steps=steps)
