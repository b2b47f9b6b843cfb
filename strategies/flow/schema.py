"""What a flow file may say: states, what the robot says in them, and what follows."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from strategies.document import Section, fault
from strategies.flow.records import Hearer, Key, Number, Outcome
from strategies.schema import FieldName, Language, Name

Words = dict[Language, Annotated[str, Field(min_length=1, max_length=1000)]]


Said = dict[Language, tuple[Annotated[str, Field(min_length=1, max_length=100)], ...]]
"""By language, phrases."""


class PhrasesSpec(Section):
    """The file of phrases that comes with Paceline."""

    intents: dict[Name, Said]
    negations: Said


class MoveSpec(Section):
    """Where a key or an intent leads.

    `party`: who says by it that they are on the line; `language`: spoken from now on.
    """

    to: Name
    party: Hearer | None = None
    language: Language | None = None


class NumberSpec(Section):
    """A number of whole units, ended by ``#``; ``*`` begins it anew.

    `of`: what it is, see `strategies.flow.records.Number`; `min`, `max`: allowed values; `to`: the next state.
    """

    of: Number
    min: int = Field(ge=0, le=999_999_999)
    max: int = Field(ge=0, le=999_999_999)
    to: Name

    @model_validator(mode="after")
    def _some_number_fits(self) -> Self:
        if self.min > self.max:
            raise fault("min is above max, so that no number fits", "write the smaller one as min")
        return self


class RecordSpec(Section):
    """What the person says after the text is recorded, until they press ``#`` or for `limit_s`; then comes `to`."""

    limit_s: float = Field(30.0, ge=1, le=300)
    to: Name


class OtherwiseSpec(Section):
    """What follows silence, or what the state does not know: the same `again` times, then the state `to`."""

    again: int = Field(1, ge=0, le=5)
    to: Name


class StateSpec(Section):
    """What is said, and one way on: `keys` or `intents` or both, `number`, `record`, `to`, `transfer` or `end`.

    Attributes
    ----------
    say : dict
        The text, by language; ``{name}`` stands for a constant. No account's field: nobody knows who listens.
    keys : dict
        By key, where it leads; it may be pressed before the text is over.
    intents : dict
        By intent, where it leads; see ``strategies/flow/phrases.yaml``, and `phrases` of the flow.
    number : NumberSpec | None
        A number that is asked for.
    record : RecordSpec | None
        A recording that is made.
    otherwise : OtherwiseSpec | None
        Belongs to `keys`, `intents` and `number`.
    wait_s : float
        How long the robot waits for a key or a word, from the end of the text or the key before.
    to : str | None
        The next state, when the text is over.
    transfer : bool
        Whether the person gets an agent, when the text is over.
    end : str | None
        The disposition with which the call ends, when the text is over.
    """

    say: Words = Field(min_length=1)
    keys: dict[Key, MoveSpec] = Field({})
    intents: dict[Name, MoveSpec] = Field({})
    number: NumberSpec | None = None
    record: RecordSpec | None = None
    otherwise: OtherwiseSpec | None = None
    wait_s: float = Field(6.0, ge=1, le=30)
    to: Name | None = None
    transfer: bool = False
    end: Outcome | None = None

    @model_validator(mode="after")
    def _one_way_on(self) -> Self:
        asks = bool(self.keys or self.intents) or self.number is not None
        ways = [
            bool(self.keys or self.intents),
            self.number is not None,
            self.record is not None,
            self.to is not None,
            self.transfer,
            self.end is not None,
        ]
        if sum(ways) != 1:
            hint = "write one of `keys:` and `intents:`, `number:`, `record:`, `to:`, `transfer: true` and `end:`"
            raise fault("a state has one way on", hint)
        if asks != (self.otherwise is not None):
            hint = "write `otherwise: {again: 1, to: STATE}` beside `keys:`, `intents:` or `number:`, and nowhere else"
            raise fault("what follows silence is said where something is asked for", hint)
        return self


class FlowSpec(Section):
    """A flow file.

    Attributes
    ----------
    name, version : str
        Its name and version in journals.
    about, source, limits : str
        What it is for, where it comes from, what it is not fit for.
    language : str
        The language in which it begins.
    constants : dict
        Texts that stand in what is said under a name, by language.
    phrases : dict
        By intent and language, phrases of the house's own, beside those that come with Paceline.
    start : str
        The first state.
    states : dict
        By name.
    """

    name: Name
    version: Name = "1"
    about: str = ""
    source: str = ""
    limits: str = ""
    language: Language
    constants: dict[FieldName, Words] = Field({})
    phrases: dict[Name, Said] = Field({})
    start: Name
    states: dict[Name, StateSpec] = Field(min_length=1)
