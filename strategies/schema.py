"""What a strategy file may say: whom to contact, by what, when, with which words, and when to stop."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic.fields import FieldInfo

from strategies.compliance.rulebook import Channel as Medium
from strategies.compliance.rulebook import Purpose
from strategies.compliance.schema import PackChoiceSection
from strategies.compliance.terms import Week
from strategies.document import Section, fault
from strategies.fields import FieldType, Language, Reader

Channel = Literal["agent_call", "robot_call", "ivr", "sms", "email", "push", "letter", "hand_over"]

Mode = Literal["preview", "progressive", "ratio", "predictive", "robot", "robot_then_human"]

StopReason = Literal["paid", "promise_running", "dispute", "complaint", "opt_out", "bankrupt", "deceased"]
"""Why an account is left alone whatever its cadence says."""

Redialled = Literal[
    "no_answer",
    "cancelled",
    "busy",
    "rejected",
    "congestion",
    "failed",
    "lost",
    "machine",
    "abandoned",
    "early_hangup",
    "not_in_service",
    "wrong_number",
    "third_party",
    "unverified",
    "callback",
]
"""Dispositions after which another attempt makes sense."""


_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
_FIELD_NAME = r"[a-z][a-z0-9_]{0,62}"
_CURRENCY = "[A-Z]{3}"


def _name(value: str) -> str:
    if not re.fullmatch(_NAME, value):
        raise fault("this cannot be a name", "write up to 64 letters, digits, `_`, `.` or `-`, without spaces")
    return value


def _field_name(value: str) -> str:
    if not re.fullmatch(_FIELD_NAME, value):
        raise fault("this cannot be a field's name", "write a small letter, then small letters, digits or `_`")
    return value


def _currency(value: str) -> str:
    if not re.fullmatch(_CURRENCY, value):
        raise fault("this is not a currency", "write three capitals of ISO 4217, such as CNY or USD")
    return value


def _spelt(pattern: str) -> FieldInfo:
    """Tell editors how a text is spelt; the validators say it to people."""
    return Field(json_schema_extra={"pattern": f"^{pattern}$"})


Name = Annotated[str, AfterValidator(_name), _spelt(_NAME)]
"""A name that stands in ids and file names: letters, digits, ``_``, ``.``, ``-``."""

FieldName = Annotated[str, AfterValidator(_field_name), _spelt(_FIELD_NAME)]
"""A column of the portfolio."""

Currency = Annotated[str, AfterValidator(_currency), _spelt(_CURRENCY)]

Condition = Annotated[str, Field(min_length=1, max_length=4000)]
"""A boolean SQL expression over the declared fields and ``today``."""


class FieldSpec(Section):
    """One field of an account.

    Attributes
    ----------
    type : str
        ``integer``, ``number``, ``money`` (exact to the cent), ``text``, ``boolean``, ``date``, ``name``
        (of a person) or ``last_four`` (digits of a card or contract).
    min, max : float | None
        Bounds of a number, both allowed values; a row outside of them is rejected.
    currency : str | None
        Of money, by ISO 4217; a text that shows the amount needs it.
    """

    type: FieldType
    min: float | None = None
    max: float | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _some_value_fits(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise fault("min is above max, so that no value fits", "write the smaller one as min")
        return self


class RedialSpec(Section):
    """Another attempt after `delay_min` minutes, at most `limit` times; 0 times means never."""

    delay_min: float = Field(ge=0)
    limit: int = Field(ge=0, le=50)


class StepSpec(Section):
    """One contact of a cadence.

    Attributes
    ----------
    on : dict
        The days: ``{days_past_due: [1, 7]}`` for a field that counts days, ``{promise_due: [-1, 0]}`` for a
        date (days since then; negative is before). Left out: every day. Several fields: all must fit.
    when : str | None
        A condition that must also be true.
    channel : str
        By what.
    mode : str | None
        How calls are dialled; may be left out when `calls` has one mode for the channel.
    template : str | None
        What is written or said: a name under `templates`.
    window : dict | None
        Hours at the person's place in which the contact may be made, within those of the rule packs.
    priority : int
        0 to 65535, higher goes first.
    even_if : tuple
        Stop conditions that do not stop this step, as a reminder on the day of a promise.
    to : str | None
        Who takes the account over, for ``hand_over``.
    script : str | None
        For agents' calls, what leads the agent: a call script that comes with Paceline, or a path relative to
        this file.
    redial : dict
        By disposition, where this step is tried again otherwise than `calls` says for its mode.
    """

    on: dict[FieldName, Annotated[tuple[int, ...], Field(min_length=1)]] = Field({})
    when: Condition | None = None
    channel: Channel
    mode: Mode | None = None
    template: Name | None = None
    window: Week | None = None
    priority: int = Field(0, ge=0, le=65535)
    even_if: tuple[Literal["paid", "promise_running"], ...] = ()
    to: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    script: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    redial: dict[Redialled, RedialSpec] = Field({})


class CadenceSpec(Section):
    """Which steps are taken: written out as `steps`, or the name of steps under `cadences`."""

    steps: tuple[StepSpec, ...] | None = None
    cadence: Name | None = None

    @model_validator(mode="after")
    def _once(self) -> Self:
        if self.steps is not None and self.cadence is not None:
            raise fault("`steps` and `cadence` are both here", "keep one of the two")
        return self


class SegmentSpec(CadenceSpec):
    """A group of accounts.

    Attributes
    ----------
    name : str
        As people write it: ``M3+ (High Potential)``.
    when : str
        A boolean SQL expression over the declared fields and ``today``. The first segment whose
        condition is true takes the account; an unknown value makes no condition true.
    steps, cadence
        What is done; neither of them: these accounts are left alone.
    answer_share : float
        The chance that a person answers one attempt, as far as is known before the shift.
    """

    name: str = Field(min_length=1, max_length=64)
    when: Condition
    answer_share: float = Field(0.2, gt=0, lt=1)


class ArmSpec(CadenceSpec):
    """One side of an experiment.

    `share`: of the persons. Without `steps` and `cadence` it does what the segment says; with ``steps: []``
    it does nothing, which is how the cure without contact is measured.
    """

    share: float = Field(gt=0, le=1)


class ExperimentSpec(Section):
    """Champion and challengers in some segments; the arms' shares add up to 1."""

    segments: tuple[str, ...] = Field(min_length=1)
    arms: dict[Name, ArmSpec] = Field(min_length=2)


class PartySpec(Section):
    """Somebody besides the person who owes, called only after so many failures to reach that person.

    What the agent says is a `template`, or a call `script` that leads the agent, as of a step.
    """

    party: Literal["guarantor", "contact"]
    after_failed_attempts: int = Field(ge=1, le=100)
    template: Name | None = None
    script: Annotated[str, Field(min_length=1, max_length=4000)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.template is None) == (self.script is None):
            raise fault("a party has a template or a script, one of the two", "write `template:`, or `script:`")
        return self


class CapSpec(Section):
    """A limit of the house: at most `limit` contacts in `days` consecutive local days, today included.

    `media`: voice, sms, email; left out: all together. `per`: of one person, account or number.
    """

    media: tuple[Medium, ...] = ()
    per: Literal["person", "account", "number"] = "person"
    limit: int = Field(ge=1, le=1000)
    days: int = Field(ge=1, le=366)


class CallsSpec(Section):
    """How calls of one mode are tried again.

    Attributes
    ----------
    max_attempts : int
        Calls per account.
    redial : dict
        By disposition; what is absent follows the house values.
    """

    max_attempts: int = Field(7, ge=1, le=50)
    redial: dict[Redialled, RedialSpec] = Field({})


class TemplateSpec(Section):
    """What is written to or said to somebody.

    Attributes
    ----------
    channels : tuple
        By what it may be sent; for calls it is the script.
    reader : str
        Who may read it. What a ``third_party`` reads says nothing of a debt.
    text : dict
        By language; ``{field}`` stands for a field of the account or a constant.
    """

    channels: tuple[Channel, ...] = Field(min_length=1)
    reader: Reader = "person"
    text: dict[Language, Annotated[str, Field(min_length=1, max_length=4000)]] = Field(min_length=1)


class NeedSpec(Section):
    """A skill that the agent must have when the condition is true, as ``specialist`` after many failures."""

    skill: Name
    when: Condition


class GrabSpec(Section):
    """Cases that agents claim for themselves: which, how many at a time, and for how long."""

    when: Condition = "TRUE"
    limit: int = Field(ge=1, le=1000)
    lease_min: float = Field(gt=0, le=60 * 24 * 31)


class AssignmentSpec(Section):
    """Who works on an account.

    Attributes
    ----------
    value : str
        An SQL number over the declared fields: what it is worth to have an able agent on the account.
    needs : tuple
        Skills that accounts need; an account needs all whose condition is true.
    dispatched : str
        Whether an account is called for its agent alone (``require``), or for another when that one is not free
        (``prefer``).
    grab : GrabSpec | None
        Accounts that agents claim; all others are dispatched.
    """

    value: Condition = "1"
    needs: tuple[NeedSpec, ...] = ()
    dispatched: Literal["prefer", "require"] = "prefer"
    grab: GrabSpec | None = None


def _field(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


DeclaredField = Annotated[FieldSpec, BeforeValidator(_field, json_schema_input_type=FieldType | FieldSpec)]
"""A field, or its type alone."""

Pack = Annotated[
    PackChoiceSection, BeforeValidator(PackChoiceSection.of, json_schema_input_type=str | PackChoiceSection)
]
"""A rule pack, or its name alone."""


class StrategySpec(Section):
    """A strategy file.

    Attributes
    ----------
    name, version : str
        Its name and version in reports and journals.
    purpose : str
        What the contacts are for; selects the rules that apply.
    about, source, limits : str
        What it does, where it comes from, what it is not fit for.
    include : tuple
        Other files that this one is put on top of: paths relative to it, or names of the library.
    fields : dict
        The account fields that the portfolio must have, with their types.
    segments : tuple
        In order; the first that fits takes the account.
    cadences : dict
        Steps that several segments or arms share, by name.
    experiments : dict
        Champions and challengers, by name. The name keys who belongs to which arm.
    stop : dict
        Conditions under which an account is left alone. An unknown value stops.
    parties : tuple
        Who else may be called when the person cannot be reached, in order.
    calls : dict
        How calls are tried again, for every mode that a step uses.
    caps : tuple
        The house's own limits, besides the rule packs.
    assignment : AssignmentSpec | None
        Which agents may work on which accounts.
    templates : dict
        Texts and scripts, by name.
    constants : dict
        Texts that stand in templates under a name, such as the house's telephone number.
    packs : tuple
        The rule packs that bind every contact: names, or mappings with name, mode and accept_unreviewed.
    """

    name: Name
    version: Name = "1"
    purpose: Purpose
    about: str = ""
    source: str = ""
    limits: str = ""
    include: tuple[str, ...] = ()
    fields: dict[FieldName, DeclaredField]
    segments: tuple[SegmentSpec, ...] = Field(min_length=1)
    cadences: dict[Name, Annotated[tuple[StepSpec, ...], Field(min_length=1)]] = Field({})
    experiments: dict[Name, ExperimentSpec] = Field({})
    stop: dict[StopReason, Condition] = Field({})
    parties: tuple[PartySpec, ...] = ()
    calls: dict[Mode, CallsSpec] = Field({})
    caps: tuple[CapSpec, ...] = ()
    assignment: AssignmentSpec | None = None
    templates: dict[Name, TemplateSpec] = Field({})
    constants: dict[FieldName, str] = Field({})
    packs: tuple[Pack, ...] = Field(min_length=1)
