"""What a script file may say: states, what is said in them, and where each answer leads."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from strategies.document import Section, fault
from strategies.fields import Language, Reader
from strategies.schema import FieldName, FieldSpec, Name
from strategies.script.records import Hearer, Outcome

Words = dict[Language, Annotated[str, Field(min_length=1, max_length=4000)]]


def _field(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


class AnswerSpec(Section):
    """One button of the agent.

    Attributes
    ----------
    label : dict
        What stands on it, by language.
    to : str
        The next state.
    party : str | None
        Who is on the line from now on, where the answer says so. It makes earlier matches void: they
        were made by another voice.
    """

    label: Words = Field(min_length=1)
    to: Name
    party: Hearer | None = None


class StateSpec(Section):
    """One screen.

    Attributes
    ----------
    say : dict
        What the agent reads out, by language; ``{field}`` stands for a field or a constant.
    compare : str | None
        An identity fact, shown to the agent and compared with what the person says. The answer
        ``match`` proves it.
    show : tuple
        Further fields on the screen.
    answers : dict
        The buttons, by name.
    end : str | None
        The disposition with which the call ends here, instead of `answers`.
    """

    say: Words = Field(min_length=1)
    compare: FieldName | None = None
    show: tuple[FieldName, ...] = ()
    answers: dict[Name, AnswerSpec] = Field({})
    end: Outcome | None = None

    @model_validator(mode="after")
    def _goes_on_or_ends(self) -> Self:
        if bool(self.answers) == (self.end is not None):
            raise fault(
                "a state has answers or an end, one of the two", "write `answers:`, or `end:` and a disposition"
            )
        return self


class IdentitySpec(Section):
    """How a person is confirmed: so many of these facts must match. No other field may be compared."""

    facts: tuple[FieldName, ...] = Field(min_length=1)
    needed: int = Field(ge=1)


class ScriptSpec(Section):
    """A script file.

    Attributes
    ----------
    name, version : str
        Its name and version in journals and on desktops.
    about, source, limits : str
        What it is for, where it comes from, what it is not fit for.
    reader : str
        Whom it speaks to, as of a template: the ``person`` who owes, a ``guarantor``, or a ``third_party``, who
        hears nothing of the debt.
    fields : dict
        The account fields that it uses, with their types. A ``name`` may be said to anybody, identity
        facts are compared, and every other field is a debt fact.
    constants : dict
        Texts that stand in what is said under a name, by language.
    identity : IdentitySpec | None
        How the reader is confirmed. Without it nobody is, and nothing of the debt can be said; a third party has
        none, the person always one.
    start : str
        The first state.
    states : dict
        The screens, by name.
    """

    name: Name
    version: Name = "1"
    about: str = ""
    source: str = ""
    limits: str = ""
    reader: Reader = "person"
    fields: dict[FieldName, Annotated[FieldSpec, BeforeValidator(_field)]]
    constants: dict[FieldName, Words] = Field({})
    identity: IdentitySpec | None = None
    start: Name
    states: dict[Name, StateSpec] = Field(min_length=1)
