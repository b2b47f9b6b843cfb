"""The rules that bind a run, as plain data. They stand in the journal's manifest.

A rulebook holds everything that decides a verdict except the time-zone tables: holiday dates are
written out when a pack is loaded, so that a later release of a calendar library changes no replay.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from strategies.compliance.records import Reach, Topic

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
CampaignSetting = Literal["abandon_limit_share", "answer_grace_s", "ring_timeout_s"]


class PackChoice(msgspec.Struct, frozen=True):
    """A pack as a strategy names it.

    `name` is that of a shipped pack or the path of a YAML file. In the mode ``warn`` its rules only warn.
    A pack that nobody has reviewed denies only when `accept_unreviewed` says that this is known.
    """

    name: str
    mode: Literal["enforce", "warn"] = "enforce"
    accept_unreviewed: bool = False


class PackRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which pack was loaded. `sha256` is of the file's bytes; `reviewed_by` is None until a person signs."""

    name: str
    layer: Layer
    jurisdiction: str
    version: str
    reviewed_by: str | None
    sha256: str
    mode: Literal["enforce", "warn"] = "enforce"


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


class Words(msgspec.Struct, frozen=True):
    """A rule's texts in another language; an empty one is that of the rule itself."""

    says: str
    source: str = ""
    pending: str = ""


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
    zh : Words or None
        These texts in Chinese.
    status : str
        See `Status`.
    valid_from, valid_to : date or None
        First and last local date on which it binds. It binds as soon as one place on Earth has the
        first date, and until no place has the last.
    applies : Applies
        Which contacts it is about.
    place : str
        Where it is law, as an ISO 3166 code; empty means everywhere. It binds whoever may be there.
    unless_in : tuple of str
        Places in which it does not bind; whoever may be elsewhere too is bound.
    warns : bool
        Whether it only warns: its status is M or C, or its pack is on trial.
    pending : str
        A change of it that is under way, in a sentence.
    unless_agreed : bool
        Whether it steps back for a contact that the person asked for. Such contacts still count.
    unless_consent : str or None
        The consent before which it steps back. Such contacts still count.
    consent_days : int or None
        How many times 24 hours such a consent lasts; None: until its own end.
    """

    id: str
    pack: str
    says: str
    source: str
    zh: Words | None = None
    status: Status
    valid_from: date | None = None
    valid_to: date | None = None
    applies: Applies = Applies()
    place: str = ""
    unless_in: tuple[str, ...] = ()
    warns: bool = False
    pending: str = ""
    unless_agreed: bool = False
    unless_consent: Topic | None = None
    consent_days: int | None = None


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
    """At most `limit` contacts whose reach is in `counts` per `key` and `window`, in every candidate zone.

    `any_medium`: contacts by every channel count, whichever the rule limits. `inbound`: contacts that the
    person began count too.
    """

    key: tuple[Scope, ...]
    counts: tuple[Reach, ...]
    limit: int
    window: Window
    any_medium: bool = False
    inbound: bool = False


class Lockout(RuleHead, frozen=True, tag="lockout", tag_field="kind"):
    """No contact per `key` for a while after one ended with a reach in `after`.

    The while is a `Rolling` period, or `ConsecutiveDays` of which the day of the event is the first.
    `inbound`: a contact that the person began starts it too.
    """

    key: tuple[Scope, ...]
    after: tuple[Reach, ...]
    window: Rolling | ConsecutiveDays
    inbound: bool = False


class ConsentNeeded(RuleHead, frozen=True, tag="consent", tag_field="kind"):
    """No contact unless the person has agreed to `topic`."""

    topic: Topic


class LastResort(RuleHead, frozen=True, tag="last_resort", tag_field="kind"):
    """No contact about an account before its debtor was tried in vain on `days` days of `zone` in a row.

    Days without an attempt neither count nor interrupt. An attempt that is not settled may yet succeed.
    """

    days: int
    zone: str


class Setting(RuleHead, frozen=True, tag="setting", tag_field="kind"):
    """A bound on a setting of every campaign that the rule is about. Kept when a run is configured, not by the gate."""

    setting: CampaignSetting
    at_least: float | None = None
    at_most: float | None = None


class Duty(RuleHead, frozen=True, tag="duty", tag_field="kind"):
    """What the source asks for and the gate does not check: people and procedures keep it.

    `keep_days`: where it is about records, for how many days after the last contact they are kept; None otherwise.
    """

    keep_days: int | None = None


ContactRule: TypeAlias = Hours | Holidays | Frequency | Lockout | ConsentNeeded | LastResort
"""What the gate is asked about."""

Rule: TypeAlias = ContactRule | Setting | Duty


class Rulebook(msgspec.Struct, frozen=True):
    """All rules of a run. `tzdata` is the release of the time-zone tables that the packs were loaded with."""

    packs: tuple[PackRef, ...] = ()
    rules: tuple[Rule, ...] = ()
    tzdata: str = ""
