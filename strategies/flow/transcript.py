"""What was said in a robot's call so far, for the agent who takes over."""

from __future__ import annotations

import msgspec

from strategies.flow.records import Flow, Position


class Turn(msgspec.Struct, frozen=True):
    """One text of the robot and its answer.

    Attributes
    ----------
    said : str
        The text.
    heard : str
        What was pressed, or what was meant (an intent); empty for nothing, ``?`` for words that nobody understood.
    """

    said: str
    heard: str


def transcript(flow: Flow, position: Position) -> tuple[Turn, ...]:
    """Return the turns of a call up to `position`, whose own text has no answer."""
    turns = [Turn(flow.states[step.state].say[step.language], step.heard) for step in position.steps]
    return (*turns, Turn(flow.states[position.state].say[position.language], ""))
