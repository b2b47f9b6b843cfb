"""A strategy without a doubt left in it: the frozen records that planning and running are made from."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

from strategies.compliance.rulebook import Channel as Medium
from strategies.compliance.rulebook import PackChoice, Party, Purpose, Scope
from strategies.fields import AccountField, Language, Reader
from strategies.schema import Channel, Mode, Redialled, StopReason
from strategies.script.records import Script

VOICE: tuple[Channel, ...] = ("agent_call", "robot_call", "ivr")
"""Channels that are calls; the others are messages, or the account goes elsewhere."""


def medium_of(channel: Channel) -> tuple[str, str]:
    """Return what `channel` is to the rules: `Contact.channel` and `Contact.mode`; a message has no mode."""
    if channel in VOICE:
        return "voice", "agent" if channel == "agent_call" else "robot"
    return channel, ""


Hours = tuple[tuple[tuple[int, int], ...], ...]
"""Seven entries from Monday; each holds ``(from, to)`` in minutes since 00:00, `to` excluded."""


class RedialRule(msgspec.Struct, frozen=True):
    """Another attempt after `delay_s` seconds, at most `limit` times."""

    delay_s: float
    limit: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One contact of a cadence.

    Attributes
    ----------
    id : str
        Unique in the strategy: where the step stands, such as ``M1/2`` or ``M1:challenger/1``.
    due : str
        Boolean SQL over the account's fields and ``today``: whether it is made today.
    channel : str
        By what.
    mode : str | None
        How calls are dialled; None for what is no call.
    template : str | None
        Name of what is written or said.
    window : Hours | None
        When, at the person's place; None: whenever the rules allow.
    priority : int
        Higher goes first.
    even_if : tuple of str
        Stop conditions that do not stop it.
    to : str | None
        Who takes the account over, for ``hand_over``.
    script : str | None
        What the agent is led by: a key of `CompiledStrategy.scripts`.
    redial : dict
        By disposition, where this step is tried again otherwise than its mode says.
    """

    id: str
    due: str
    channel: Channel
    mode: Mode | None = None
    template: str | None = None
    window: Hours | None = None
    priority: int = 0
    even_if: tuple[StopReason, ...] = ()
    to: str | None = None
    script: str | None = None
    redial: dict[Redialled, RedialRule] = {}


class Arm(msgspec.Struct, frozen=True):
    """One side of an experiment, or all of a segment that is in none; without steps it is left alone."""

    name: str
    share: float
    steps: tuple[Step, ...]


class Segment(msgspec.Struct, frozen=True):
    """A group of accounts.

    Attributes
    ----------
    name : str
        As people write it.
    when : str
        Boolean SQL; the first segment for which it is true takes the account.
    answer_share : float
        The chance that a person answers one attempt.
    arms : tuple of Arm
        Their shares add up to 1; `strategies.experiments` says who belongs to which.
    experiment : str
        Its name, which keys the arms; empty when there is one arm.
    """

    name: str
    when: str
    answer_share: float
    arms: tuple[Arm, ...]
    experiment: str = ""


class Stop(msgspec.Struct, frozen=True):
    """A reason to leave an account alone: unless `when` (boolean SQL) is false, unknown included."""

    reason: StopReason
    when: str


FAILED_ATTEMPTS = "failed_attempts"
"""The field that counts attempts since the person was last reached; other parties wait for it."""


class PartyRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody else who may be called, once ``failed_attempts`` of the account has reached the number.

    What the agent says: `template`, or what leads the agent: `script`, a key of `CompiledStrategy.scripts`.
    """

    party: Party
    after_failed_attempts: int
    template: str | None = None
    script: str | None = None


class Cap(msgspec.Struct, frozen=True):
    """At most `limit` contacts by `media` (empty: all together) per `per` in `days` consecutive local days."""

    media: tuple[Medium, ...]
    per: Scope
    limit: int
    days: int


class Calls(msgspec.Struct, frozen=True):
    """How calls of one channel and mode are tried again; see `strategies.schema.CallsSpec`."""

    channel: Channel
    mode: Mode
    max_attempts: int
    redial: dict[Redialled, RedialRule]


class Template(msgspec.Struct, frozen=True):
    """What is written to or said to a `reader`; `text` by language, rendered by `strategies.templates`."""

    name: str
    channels: tuple[Channel, ...]
    reader: Reader
    text: dict[Language, str]


class Need(msgspec.Struct, frozen=True):
    """A skill that the agent must have for accounts for which `when` (boolean SQL) is true."""

    skill: str
    when: str


class Grab(msgspec.Struct, frozen=True):
    """Accounts for which `when` is true are claimed: `limit` at a time by one agent, for `lease_s` seconds."""

    when: str
    limit: int
    lease_s: float


class AssignmentRules(msgspec.Struct, frozen=True):
    """Who works on an account: its worth (SQL number), the skills it needs, and whether it is claimed.

    `dispatched`: whether an account that is not is called for its agent alone, or for others too.
    """

    value: str = "1"
    needs: tuple[Need, ...] = ()
    grab: Grab | None = None
    dispatched: Literal["prefer", "require"] = "prefer"


class CompiledStrategy(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy.

    Attributes
    ----------
    name, version, purpose : str
        As in the file.
    fields : tuple of AccountField
        What the portfolio must have.
    segments : tuple of Segment
        In order; the first whose condition is true takes the account.
    calls : tuple of Calls
        One for every channel and mode that a step uses.
    packs : tuple of PackChoice
        The rule packs.
    stops : tuple of Stop
        When an account is left alone, except by steps that say otherwise.
    parties : tuple of PartyRule
        Who else may be called, in order.
    caps : tuple of Cap
        The house's own limits.
    assignment : AssignmentRules
        Who works on which account.
    templates : tuple of Template
        Texts and scripts.
    constants : dict
        Texts that templates use.
    scripts : dict
        Call scripts that steps and parties name, by their identity.
    """

    name: str
    version: str
    purpose: Purpose
    fields: tuple[AccountField, ...]
    segments: tuple[Segment, ...]
    calls: tuple[Calls, ...]
    packs: tuple[PackChoice, ...]
    stops: tuple[Stop, ...] = ()
    parties: tuple[PartyRule, ...] = ()
    caps: tuple[Cap, ...] = ()
    assignment: AssignmentRules = AssignmentRules()
    templates: tuple[Template, ...] = ()
    constants: dict[str, str] = {}
    scripts: dict[str, Script] = {}

    @property
    def content_hash(self) -> str:
        """The first 16 hexadecimal digits of the content's SHA-256; comments and layout do not count."""
        return sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:16]

    @property
    def identity(self) -> str:
        """Name, version and content hash, as journals, contacts and reports cite them."""
        return f"{self.name}:{self.version}@{self.content_hash}"
