"""What a strategy file may say: whom to contact, by what, and how hard to try."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from strategies.compliance.rulebook import Purpose
from strategies.compliance.schema import PackChoiceSection
from strategies.document import Section, fault

FieldType = Literal["integer", "number", "text", "boolean", "date"]

Channel = Literal["agent_call", "robot_call"]

Mode = Literal["preview", "progressive", "ratio", "predictive", "robot", "robot_then_human"]

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
    "callback",
]
"""Dispositions after which another attempt makes sense."""


def _name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", value):
        raise fault("this cannot be a name", "write up to 64 letters, digits, `_`, `.` or `-`, without spaces")
    return value


def _field_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value):
        raise fault("this cannot be a field's name", "write a small letter, then small letters, digits or `_`")
    return value


Name = Annotated[str, AfterValidator(_name)]
"""A name that stands in ids and file names: letters, digits, ``_``, ``.``, ``-``."""

FieldName = Annotated[str, AfterValidator(_field_name)]
"""A column of the portfolio."""


class FieldSpec(Section):
    """One field of an account that conditions may use.

    Attributes
    ----------
    type : str
        ``integer``, ``number``, ``text``, ``boolean`` or ``date``.
    min, max : float | None
        Bounds of a number, both allowed values; a row outside of them is rejected.
    """

    type: FieldType
    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _some_value_fits(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise fault("min is above max, so that no value fits", "write the smaller one as min")
        return self


class TodaySpec(Section):
    """The contact of today for the accounts of a segment.

    `channel`: who speaks. `priority`: 0 to 65535, higher goes first.
    """

    channel: Channel
    priority: int = Field(0, ge=0, le=65535)


class SegmentSpec(Section):
    """A group of accounts.

    Attributes
    ----------
    name : str
        As people write it: ``M3+ (High Potential)``.
    when : str
        A boolean SQL expression over the declared fields and ``today``. The first segment whose
        condition is true takes the account; an unknown value makes no condition true.
    today : TodaySpec | None
        None: these accounts are left alone today.
    answer_share : float
        The chance that a person answers one attempt, as far as is known before the shift.
    """

    name: str = Field(min_length=1, max_length=64)
    when: str = Field(min_length=1, max_length=4000)
    today: TodaySpec | None = None
    answer_share: float = Field(0.2, gt=0, lt=1)


class RedialSpec(Section):
    """Another attempt after `delay_min` minutes, at most `limit` times; 0 times means never."""

    delay_min: float = Field(ge=0)
    limit: int = Field(ge=0, le=50)


class CallsSpec(Section):
    """How calls of one channel are made.

    Attributes
    ----------
    mode : str
        ``preview``, ``progressive``, ``ratio``, ``predictive``, ``robot_then_human`` for agents; ``robot``
        for robot calls.
    max_attempts : int
        Calls per account.
    redial : dict
        By disposition; what is absent follows the house values.
    """

    mode: Mode
    max_attempts: int = Field(7, ge=1, le=50)
    redial: dict[Redialled, RedialSpec] = Field({})


def _field(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


class StrategySpec(Section):
    """A strategy file.

    Attributes
    ----------
    name : str
        Its name in reports and journals.
    purpose : str
        What the calls are for; selects the rules that apply.
    about, source, limits : str
        What it does, where it comes from, what it is not fit for.
    fields : dict
        The account fields that the portfolio must have, with their types.
    segments : list
        In order; the first that fits takes the account.
    calls : dict
        Settings by channel, for every channel that a segment uses.
    packs : list
        The rule packs that bind every contact: names, or mappings with name, mode and accept_unreviewed.
    """

    name: Name
    purpose: Purpose
    about: str = ""
    source: str = ""
    limits: str = ""
    fields: dict[FieldName, Annotated[FieldSpec, BeforeValidator(_field)]]
    segments: tuple[SegmentSpec, ...] = Field(min_length=1)
    calls: dict[Channel, CallsSpec]
    packs: tuple[Annotated[PackChoiceSection, BeforeValidator(PackChoiceSection.of)], ...] = Field(min_length=1)
