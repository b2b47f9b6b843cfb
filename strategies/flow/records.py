"""A flow without a doubt left in it, and where a call stands in it: frozen records."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal, NamedTuple

import msgspec

from strategies.fields import Language

Hearer = Literal["person", "third_party"]
"""Who is on the line, as they said by a key: the person who owes, or somebody else."""

Key = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"]

Number = Literal["promise_amount", "promise_days"]
"""What a number is: the amount promised, in whole units of the currency; in how many days it will be paid."""

Outcome = Literal[
    "robot_done",
    "promise",
    "contact",
    "refusal",
    "dispute",
    "callback",
    "do_not_call",
    "third_party",
    "unverified",
    "wrong_number",
]
"""How a robot's call can end."""


class Move(msgspec.Struct, frozen=True):
    """Where a key or an intent leads; see `strategies.flow.schema.MoveSpec`."""

    to: str
    party: Hearer | None = None
    language: Language | None = None


class Entry(msgspec.Struct, frozen=True):
    """A number that is asked for; see `strategies.flow.schema.NumberSpec`."""

    of: Number
    min: int
    max: int
    to: str


class Recorded(msgspec.Struct, frozen=True):
    """What the person says is recorded, for at most `limit_s` or until they press ``#``; then comes `to`."""

    limit_s: float
    to: str


class Otherwise(msgspec.Struct, frozen=True):
    """After silence and whatever is not known: `again` times the same, then `to`."""

    again: int
    to: str


class Phrases(msgspec.Struct, frozen=True):
    """What people say, by language: by intent the phrases that mean it, and the words that deny what is around them."""

    intents: dict[str, dict[Language, tuple[str, ...]]]
    negations: dict[Language, tuple[str, ...]]


class State(msgspec.Struct, frozen=True):
    """What is said, with its constants, and one way on; see `strategies.flow.schema.StateSpec`."""

    name: str
    say: dict[Language, str]
    keys: dict[str, Move] = {}
    intents: dict[str, Move] = {}
    number: Entry | None = None
    record: Recorded | None = None
    otherwise: Otherwise | None = None
    wait_s: float = 6.0
    to: str | None = None
    transfer: bool = False
    end: Outcome | None = None

    @property
    def asks(self) -> bool:
        """Whether it waits for the person."""
        return self.otherwise is not None or self.record is not None


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A call flow, walked by `strategies.flow.proof`.

    Attributes
    ----------
    name, version : str
        As in the file.
    language : str
        In which it begins.
    start : str
        The first state.
    states : dict
        By name.
    phrases : Phrases | None
        What people may say to it; None: it asks for keys only.
    """

    name: str
    version: str
    language: Language
    start: str
    states: dict[str, State]
    phrases: Phrases | None = None

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages in which everything is written."""
        return tuple(self.states[self.start].say)

    @property
    def transfers(self) -> bool:
        """Whether it hands anybody over to an agent."""
        return any(state.transfer for state in self.states.values())

    @property
    def identity(self) -> str:
        """Name, version and content hash, as journals cite the flow."""
        content = sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:16]
        return f"{self.name}:{self.version}@{content}"


class Prompt(NamedTuple):
    """One text of a flow; as a message's name it is ``FLOW/STATE/LANGUAGE``."""

    flow: str
    state: str
    language: Language

    @property
    def message(self) -> str:
        """The name by which a telephone system knows it."""
        return "/".join(self)

    @property
    def file(self) -> str:
        """Where its sound is, in the folder with the texts of flows and without an ending: ``FLOW/STATE-LANGUAGE``."""
        return f"{self.flow.partition(':')[0]}/{self.state}-{self.language}"

    @classmethod
    def of(cls, message: str) -> Prompt:
        """Return the prompt that a message's name means."""
        flow, state, language = message.split("/")
        return cls(flow, state, "zh" if language == "zh" else "en")


class Step(msgspec.Struct, frozen=True, array_like=True):
    """A text that was said, and the answer: keys, an intent, empty for silence, ``?`` for words nobody understood."""

    state: str
    language: Language
    heard: str


class Position(msgspec.Struct, frozen=True):
    """Where a call is.

    Attributes
    ----------
    state, language : str
        What is said.
    party : str | None
        Who is on the line, as far as that was said.
    missed : int
        How often the state was said again.
    digits : str
        What has been pressed of a number.
    numbers : dict
        The numbers entered, by what they are.
    steps : tuple of Step
        The way so far.
    """

    state: str
    language: Language
    party: Hearer | None = None
    missed: int = 0
    digits: str = ""
    numbers: dict[str, int] = {}
    steps: tuple[Step, ...] = ()
