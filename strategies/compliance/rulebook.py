"""The rules that bind a run, as plain data. They stand in the journal's manifest.

A rulebook holds everything that decides a verdict except the time-zone tables: holiday dates are
written out when a pack is loaded, so that a later release of a calendar library changes no replay.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from strategies.compliance.records import Reach

Layer = Literal["law", "regulator_guidance", "industry_code", "principal", "house"]
Status = Literal["P", "S", "M", "C", "H"]
"""How well a rule's source is known.

``P`` primary text read, ``S`` secondary source read, ``M`` from memory and unverified, ``C`` sources
conflict, ``H`` the house's own policy, which no law asks for.
"""

Purpose = Literal["collections", "telemarketing", "informational"]
Channel = Literal["voice", "sms", "email"]
Mode = Literal["agent", "robot"]
Party = Literal["debtor", "guarantor", "contact"]
Scope = Literal["person", "account", "number", "campaign"]
Period = Literal["day", "week", "month"]


class PackRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which pack was loaded. `sha256` is of the file's bytes; `reviewed_by` is None until a person signs."""

    name: str
    layer: Layer
    jurisdiction: str
    version: str
    reviewed_by: str | None
    sha256: str


class Applies(msgspec.Struct, frozen=True):
    """Which contacts a rule is about; an empty tuple means all. The same contacts are those it counts."""

    purpose: tuple[Purpose, ...] = ()
    channel: tuple[Channel, ...] = ()
    mode: tuple[Mode, ...] = ()
    party: tuple[Party, ...] = ()


class Calendar(msgspec.Struct, frozen=True, tag="calendar", tag_field="kind"):
    """The current local day, week (from Monday) or month; `zone` None means every candidate zone."""

    period: Period
    zone: str | None = None


class Rolling(msgspec.Struct, frozen=True, tag="rolling", tag_field="kind"):
    """The trailing `minutes`; an event exactly that long ago no longer counts."""

    minutes: int


class ConsecutiveDays(msgspec.Struct, frozen=True, tag="consecutive_days", tag_field="kind"):
    """The last `days` local dates; the date of the event is day 1."""

    days: int
    zone: str | None = None


class Tumbling(msgspec.Struct, frozen=True, tag="tumbling", tag_field="kind"):
    """Successive periods of `days` local dates from `anchor`; the unfinished last one counts by itself."""

    days: int
    anchor: date
    zone: str | None = None


Window: TypeAlias = Calendar | Rolling | ConsecutiveDays | Tumbling


class RuleHead(msgspec.Struct, frozen=True, kw_only=True):
    """What every rule says of itself.

    Attributes
    ----------
    id : str
        Unique in the rulebook.
    pack : str
        The pack it came from, which has the layer.
    says : str
        The rule in one sentence.
    source : str
        What it cites.
    status : str
        See `Status`.
    valid_from, valid_to : date or None
        First and last local date on which it binds. It binds as soon as one place on Earth has the
        first date, and until no place has the last.
    applies : Applies
        Which contacts it is about.
    unless_agreed : bool
        Whether it steps back for a contact that the person asked for. Such contacts still count.
    """

    id: str
    pack: str
    says: str
    source: str
    status: Status
    valid_from: date | None = None
    valid_to: date | None = None
    applies: Applies = Applies()
    unless_agreed: bool = False


class Hours(RuleHead, frozen=True, tag="hours", tag_field="kind"):
    """Contact only while every candidate zone's wall clock is in a window.

    `open` has seven entries from Monday; each holds ``(from, to)`` in minutes since 00:00, `to` excluded.
    """

    open: tuple[tuple[tuple[int, int], ...], ...]


class Holidays(RuleHead, frozen=True, tag="holidays", tag_field="kind"):
    """No contact on `dates` by the local date of any of `zones`, nor in a year outside `published`."""

    country: str
    published: tuple[int, ...]
    dates: tuple[date, ...]
    zones: tuple[str, ...]


class Frequency(RuleHead, frozen=True, tag="frequency", tag_field="kind"):
    """At most `limit` contacts whose reach is in `counts` per `key` and `window`, in every candidate zone."""

    key: tuple[Scope, ...]
    counts: tuple[Reach, ...]
    limit: int
    window: Window


class Lockout(RuleHead, frozen=True, tag="lockout", tag_field="kind"):
    """No contact per `key` for a while after one ended with a reach in `after`.

    The while is a `Rolling` period, or `ConsecutiveDays` of which the day of the event is the first.
    """

    key: tuple[Scope, ...]
    after: tuple[Reach, ...]
    window: Rolling | ConsecutiveDays


Rule: TypeAlias = Hours | Holidays | Frequency | Lockout


class Rulebook(msgspec.Struct, frozen=True):
    """All rules of a run. `tzdata` is the release of the time-zone tables that the packs were loaded with."""

    packs: tuple[PackRef, ...] = ()
    rules: tuple[Rule, ...] = ()
    tzdata: str = ""
