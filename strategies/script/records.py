"""A script without a doubt left in it, and what a desktop receives of it: frozen records."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

from strategies.fields import AccountField, Language, Reader

Hearer = Literal["person", "third_party"]
"""Who is on the line, as far as that was said: the person who owes, or somebody else."""

Outcome = Literal[
    "promise", "contact", "refusal", "dispute", "callback", "do_not_call", "third_party", "unverified", "wrong_number"
]
"""How an agent's call can end."""

MATCH = "match"
"""The answer of a comparing state that proves the fact: what was said is what is on the screen."""


class Answer(msgspec.Struct, frozen=True):
    """A button: its name, its text by language, the next state, and who is on the line from now on."""

    name: str
    label: dict[Language, str]
    to: str
    party: Hearer | None = None


class State(msgspec.Struct, frozen=True):
    """A screen; see `strategies.script.schema.StateSpec`."""

    name: str
    say: dict[Language, str]
    compare: str | None = None
    show: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    end: Outcome | None = None


class Script(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call script, proven by `strategies.script.proof`.

    Attributes
    ----------
    name, version : str
        As in the file.
    fields : dict
        The account fields that it uses, by name.
    constants : dict
        By name, then by language.
    identity_facts : tuple of str
        The facts by which a person is confirmed; empty where nobody can be.
    needed : int
        How many of them must match.
    start : str
        The first state.
    states : dict
        By name.
    reader : str
        Whom it speaks to. A third party can never be confirmed.
    """

    name: str
    version: str
    fields: dict[str, AccountField]
    constants: dict[str, dict[Language, str]]
    identity_facts: tuple[str, ...] = ()
    needed: int = 0
    start: str
    states: dict[str, State]
    reader: Reader = "person"

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages in which everything is written."""
        return tuple(self.states[self.start].say)

    @property
    def identity(self) -> str:
        """Name, version and content hash, as journals and desktops cite the script."""
        content = sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:16]
        return f"{self.name}:{self.version}@{content}"


class Position(msgspec.Struct, frozen=True):
    """Where a call is: the state, who is on the line, and which identity facts matched, in alphabetical order."""

    state: str
    party: Hearer | None = None
    matched: tuple[str, ...] = ()


class Fact(msgspec.Struct, frozen=True):
    """A field on the screen as people read it; `value` is None when the account has none."""

    field: str
    value: str | None


class Choice(msgspec.Struct, frozen=True):
    """A button on the screen."""

    answer: str
    label: str


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A screen whose account fields are still blank: nothing in it says anything of an account.

    Attributes
    ----------
    script : str
        Name, version and hash of the script.
    state : str
        The state's name.
    language : str
        The language of its texts.
    confirmed : bool
        Whether the person has been confirmed; until then every text is one that a third party may hear.
    say : str
        What the agent reads out; ``{name}`` stands for a field, constants are filled in.
    fields : tuple of AccountField
        The fields in `say`.
    compare : AccountField | None
        What the person's answer is compared with.
    show : tuple of AccountField
        What else is on the screen.
    choices : tuple of Choice
        The buttons.
    end : str | None
        The disposition that is entered here; the conversation is over.
    """

    script: str
    state: str
    language: Language
    confirmed: bool
    say: str
    fields: tuple[AccountField, ...]
    compare: AccountField | None
    show: tuple[AccountField, ...]
    choices: tuple[Choice, ...]
    end: Outcome | None


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """What a desktop receives in one state, and all that it receives.

    Attributes
    ----------
    script : str
        Name, version and hash of the script.
    state : str
        The state's name.
    confirmed : bool
        Whether the person has been confirmed.
    say : str
        What the agent reads out.
    compare : Fact | None
        What the person's answer is compared with.
    facts : tuple of Fact
        What else is on the screen.
    choices : tuple of Choice
        The buttons.
    end : str | None
        The disposition that is entered here; the call is over.
    """

    script: str
    state: str
    confirmed: bool
    say: str
    compare: Fact | None
    facts: tuple[Fact, ...]
    choices: tuple[Choice, ...]
    end: Outcome | None
