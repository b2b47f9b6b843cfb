"""From a strategy file to the frozen record that the planner and the run's settings are made of."""

from __future__ import annotations

import re
from hashlib import sha256
from importlib import resources
from pathlib import Path

import msgspec

from strategies.compliance.packs import ACCEPT_HINT, read_pack, shipped, unreviewed
from strategies.compliance.rulebook import PackChoice, Purpose
from strategies.conditions import ConditionError, Conditions
from strategies.document import Document, load
from strategies.errors import ConfigError, ConfigErrors
from strategies.schema import Channel, Mode, SegmentSpec, StrategySpec

RESERVED = ("account_id", "person_id", "name", "phones", "zones", "today", "endpoints", "source_row")
"""Columns with a meaning of their own; conditions may use ``today`` and none of the others."""


class AccountField(msgspec.Struct, frozen=True):
    """A column that the portfolio must have. `min` and `max` are allowed values."""

    name: str
    type: str
    min: float | None = None
    max: float | None = None


class Segment(msgspec.Struct, frozen=True):
    """A group of accounts; `channel` is empty when these accounts are left alone today."""

    name: str
    when: str
    channel: str
    priority: int
    answer_share: float


class RedialRule(msgspec.Struct, frozen=True):
    """Another attempt after `delay_s` seconds, at most `limit` times."""

    delay_s: float
    limit: int


class Calls(msgspec.Struct, frozen=True):
    """How calls of one channel are made; see `strategies.schema.CallsSpec`."""

    channel: Channel
    mode: Mode
    max_attempts: int
    redial: dict[str, RedialRule]


class CompiledStrategy(msgspec.Struct, frozen=True):
    """A strategy without a doubt left in it.

    Attributes
    ----------
    name, purpose : str
        As in the file.
    fields : tuple of AccountField
        What the portfolio must have.
    segments : tuple of Segment
        In order; the first whose condition is true takes the account.
    calls : tuple of Calls
        One for every channel in use.
    packs : tuple of PackChoice
        The rule packs.
    """

    name: str
    purpose: Purpose
    fields: tuple[AccountField, ...]
    segments: tuple[Segment, ...]
    calls: tuple[Calls, ...]
    packs: tuple[PackChoice, ...]

    @property
    def content_hash(self) -> str:
        """The first 16 hexadecimal digits of the content's SHA-256; comments and layout do not count."""
        return sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:16]

    @property
    def identity(self) -> str:
        """Name and content hash, as journals and reports cite it."""
        return f"{self.name}@{self.content_hash}"


def library() -> dict[str, Path]:
    """Return the strategies that come with Paceline, by name."""
    folder = Path(str(resources.files("strategies"))) / "library"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def compile_strategy(path: Path) -> CompiledStrategy:
    """Return the strategy in the file at `path`.

    Raises
    ------
    ConfigErrors
        Every fault, with its file, line, column and what to write instead.
    """
    return compile_document(load(path))


def compile_document(document: Document) -> CompiledStrategy:
    """Return the strategy in `document`; see `compile_strategy`."""
    spec = document.validate(StrategySpec)
    faults = [fault for check in _CHECKS for fault in check(document, spec)]
    if faults:
        raise ConfigErrors(faults)
    return CompiledStrategy(
        name=spec.name,
        purpose=spec.purpose,
        fields=tuple(AccountField(name, field.type, field.min, field.max) for name, field in spec.fields.items()),
        segments=tuple(map(_segment, spec.segments)),
        calls=tuple(
            Calls(
                channel,
                calls.mode,
                calls.max_attempts,
                {name: RedialRule(rule.delay_min * 60, rule.limit) for name, rule in calls.redial.items()},
            )
            for channel, calls in spec.calls.items()
        ),
        packs=tuple(choice.build() for choice in spec.packs),
    )


def _segment(spec: SegmentSpec) -> Segment:
    channel, priority = (spec.today.channel, spec.today.priority) if spec.today else ("", 0)
    return Segment(spec.name, spec.when.strip(), channel, priority, spec.answer_share)


def _check_fields(document: Document, spec: StrategySpec) -> list[ConfigError]:
    faults = []
    for name, field in spec.fields.items():
        if name in RESERVED or re.fullmatch("phone_[0-9]+", name):
            hint = f"choose a name other than {', '.join(RESERVED)}"
            faults.append(document.fault(("fields", name), "this name has a meaning of its own", hint))
        if (field.min is not None or field.max is not None) and field.type not in ("integer", "number"):
            faults.append(document.fault(("fields", name), "only numbers have bounds", "leave min and max out"))
    return faults


def _check_segments(document: Document, spec: StrategySpec) -> list[ConfigError]:
    faults = []
    types = {name: field.type for name, field in spec.fields.items() if name not in RESERVED}
    conditions = Conditions({**types, "today": "date"})
    for name in types:
        try:
            conditions.check(f"{name} IS NULL")
        except ConditionError:
            hint = "choose a name that is no word of SQL"
            faults.append(document.fault(("fields", name), "this name is a word of SQL", hint))
    seen: dict[str, int] = {}
    for index, segment in enumerate(spec.segments):
        place = ("segments", index)
        if seen.setdefault(segment.name, index) != index:
            message = f"segments[{seen[segment.name]}] has the same name"
            faults.append(document.fault((*place, "name"), message, "give every segment a name of its own"))
        try:
            conditions.check(segment.when)
        except ConditionError as error:
            faults.append(document.fault((*place, "when"), error.message, error.hint))
        if segment.today and segment.today.channel not in spec.calls:
            hint = f"write `{segment.today.channel}:` with a mode under `calls`"
            message = f"`calls` says nothing about {segment.today.channel}"
            faults.append(document.fault((*place, "today", "channel"), message, hint))
    return faults


def _check_calls(document: Document, spec: StrategySpec) -> list[ConfigError]:
    faults = []
    used = {segment.today.channel for segment in spec.segments if segment.today}
    for channel, calls in spec.calls.items():
        if (channel == "robot_call") != (calls.mode == "robot"):
            hint = "robot_call has the mode robot; agent_call has every other one, as progressive or predictive"
            message = f"{channel} cannot be made in the mode {calls.mode}"
            faults.append(document.fault(("calls", channel, "mode"), message, hint))
        if channel not in used:
            hint = "leave it out, or give a segment this channel under `today`"
            faults.append(document.fault(("calls", channel), "no segment uses this channel", hint))
    return faults


def _check_packs(document: Document, spec: StrategySpec) -> list[ConfigError]:
    faults = []
    names = shipped()
    for index, choice in enumerate(spec.packs):
        if choice.name not in names:
            hint = f"write some of {', '.join(names)}"
            faults.append(document.fault(("packs", index), "there is no such rule pack", hint))
        elif unreviewed(choice.build(), read_pack(choice.name)[2]):
            hint = ACCEPT_HINT.format(choice.name)
            faults.append(document.fault(("packs", index), "nobody has reviewed this rule pack", hint))
    return faults


_CHECKS = (_check_fields, _check_segments, _check_calls, _check_packs)
