"""What a rule pack's file looks like, and the rules that it becomes."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from strategies.compliance.calendars import public_holidays, regions_of, zones_of
from strategies.compliance.records import Topic
from strategies.compliance.rulebook import (
    Applies,
    CampaignSetting,
    Channel,
    ConsentNeeded,
    Duty,
    Frequency,
    Holidays,
    Hours,
    LastResort,
    Layer,
    Lockout,
    Mode,
    PackChoice,
    Party,
    Purpose,
    Setting,
    Status,
    Words,
)
from strategies.compliance.terms import (
    ANYWHERE,
    UNVERIFIED,
    CalendarSection,
    ConsecutiveDaysSection,
    Count,
    Country,
    CountsSection,
    Key,
    PackName,
    Place,
    Reaches,
    RollingSection,
    RuleId,
    Text,
    TumblingSection,
    Week,
    Years,
    Zone,
    check_inbound,
    minutes_by_day,
)
from strategies.document import Date, Section, fault

_HEAD = (
    "id", "says", "source", "status", "valid_from", "valid_to", "pending",
    "unless_agreed", "unless_consent", "consent_days",
)  # fmt: skip


class AppliesSection(Section):
    """Which contacts a rule is about; a field that is left out means all."""

    purpose: tuple[Purpose, ...] = ()
    channel: tuple[Channel, ...] = ()
    mode: tuple[Mode, ...] = ()
    party: tuple[Party, ...] = ()


class WordsSection(Section):
    """A rule's texts in Chinese; a source that only cites may be left out, and is then written as it is."""

    says: Text
    source: str = ""
    pending: str = ""


class RuleSection(Section):
    """What every rule says. Its texts are English; `zh` has them in Chinese."""

    id: RuleId
    says: Text
    source: Text
    zh: WordsSection | None = None
    status: Status
    valid_from: Date | None = None
    valid_to: Date | None = None
    pending: str = ""
    applies: AppliesSection = AppliesSection()
    unless_agreed: bool = False
    unless_consent: Topic | None = None
    consent_days: Count | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise fault("the rule ends before it begins", "let valid_from be no later than valid_to")
        return self

    def head(self, pack: PackSection, *, warns: bool) -> dict[str, Any]:
        """Return the fields that all rules share; `warns`: the whole pack only warns."""
        own = {name: getattr(self, name) for name in _HEAD}
        return own | {
            "pack": pack.pack,
            "zh": Words(**dict(self.zh)) if self.zh else None,
            "place": "" if pack.jurisdiction == ANYWHERE else pack.jurisdiction,
            "warns": warns or self.status in UNVERIFIED,
            "applies": Applies(**dict(self.applies)),
        }


class HoursSection(RuleSection):
    """Calling hours by weekday; a day that is left out is closed."""

    kind: Literal["hours"]
    open: Week

    def build(self, pack: PackSection, *, warns: bool) -> Hours:
        """Return the rule."""
        return Hours(open=minutes_by_day(self.open), **self.head(pack, warns=warns))


class HolidaysSection(RuleSection):
    """Public holidays of a country, in the years that somebody has compared with the publication."""

    kind: Literal["holidays"]
    country: Country
    region: str | None = None
    published: Years
    adjoining_weekends: bool = False

    @model_validator(mode="after")
    def _has_this_region(self) -> Self:
        regions = regions_of(self.country)
        if self.region is not None and self.region not in regions:
            raise fault(f"{self.country} has no such region", f"write one of {', '.join(regions)}, or leave it out")
        return self

    def build(self, pack: PackSection, *, warns: bool) -> Holidays:
        """Return the rule with its dates written out."""
        years = tuple(sorted(set(self.published)))
        dates = public_holidays(self.country, years, region=self.region, adjoining_weekends=self.adjoining_weekends)
        zones = zones_of(self.country)
        return Holidays(country=self.country, published=years, dates=dates, zones=zones, **self.head(pack, warns=warns))


class FrequencySection(RuleSection):
    """At most so many contacts in a window."""

    kind: Literal["frequency"]
    key: Key
    counts: CountsSection
    limit: Count
    any_medium: bool = False
    inbound: bool = False
    window: Annotated[
        CalendarSection | RollingSection | ConsecutiveDaysSection | TumblingSection, Field(discriminator="kind")
    ]

    @model_validator(mode="after")
    def _knows_what_it_counts(self) -> Self:
        check_inbound(self.key, inbound=self.inbound)
        return self

    def build(self, pack: PackSection, *, warns: bool) -> Frequency:
        """Return the rule."""
        return Frequency(
            key=self.key,
            counts=self.counts.build(),
            limit=self.limit,
            any_medium=self.any_medium,
            inbound=self.inbound,
            window=self.window.build(),
            **self.head(pack, warns=warns),
        )


class LockoutSection(RuleSection):
    """Nothing for a while after something."""

    kind: Literal["lockout"]
    key: Key
    after: Reaches
    inbound: bool = False
    window: Annotated[RollingSection | ConsecutiveDaysSection, Field(discriminator="kind")]

    @model_validator(mode="after")
    def _knows_what_it_counts(self) -> Self:
        check_inbound(self.key, inbound=self.inbound)
        return self

    def build(self, pack: PackSection, *, warns: bool) -> Lockout:
        """Return the rule."""
        return Lockout(
            key=self.key,
            after=self.after,
            inbound=self.inbound,
            window=self.window.build(),
            **self.head(pack, warns=warns),
        )


class ConsentSection(RuleSection):
    """Nothing without the person's consent."""

    kind: Literal["consent"]
    topic: Topic

    def build(self, pack: PackSection, *, warns: bool) -> ConsentNeeded:
        """Return the rule."""
        return ConsentNeeded(topic=self.topic, **self.head(pack, warns=warns))


class LastResortSection(RuleSection):
    """Nothing to others before the debtor was tried in vain on so many days in a row."""

    kind: Literal["last_resort"]
    days: Count
    zone: Zone

    def build(self, pack: PackSection, *, warns: bool) -> LastResort:
        """Return the rule."""
        return LastResort(days=self.days, zone=self.zone, **self.head(pack, warns=warns))


class SettingSection(RuleSection):
    """A bound on a campaign's setting."""

    kind: Literal["setting"]
    setting: CampaignSetting
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise fault("the setting has no bound", "write at_least or at_most")
        return self

    def build(self, pack: PackSection, *, warns: bool) -> Setting:
        """Return the rule."""
        bounds = {"at_least": self.at_least, "at_most": self.at_most}
        return Setting(setting=self.setting, **bounds, **self.head(pack, warns=warns))


class DutySection(RuleSection):
    """What people and procedures keep; `keep_days`: so long records are kept after the last contact."""

    kind: Literal["duty"]
    keep_days: int | None = Field(default=None, ge=1, le=36_500)

    def build(self, pack: PackSection, *, warns: bool) -> Duty:
        """Return the rule."""
        return Duty(keep_days=self.keep_days, **self.head(pack, warns=warns))


class PackSection(Section):
    """A whole pack."""

    pack: PackName
    layer: Layer
    jurisdiction: Place
    version: Text
    reviewed_by: str | None
    notice: Text
    rules: tuple[
        Annotated[
            HoursSection
            | HolidaysSection
            | FrequencySection
            | LockoutSection
            | ConsentSection
            | LastResortSection
            | SettingSection
            | DutySection,
            Field(discriminator="kind"),
        ],
        ...,
    ]


class PackChoiceSection(Section):
    """A pack where a strategy names it: the name by itself, or a mapping with these keys.

    Attributes
    ----------
    name : str
        Name of a shipped pack.
    mode : str
        ``enforce``, or ``warn``: its rules are asked and reported, and deny nothing.
    accept_unreviewed : bool
        Let it deny although nobody has reviewed it.
    """

    name: PackName
    mode: Literal["enforce", "warn"] = "enforce"
    accept_unreviewed: bool = False

    @classmethod
    def of(cls, value: object) -> object:
        """Return the mapping that a name by itself stands for."""
        return {"name": value} if isinstance(value, str) else value

    def build(self) -> PackChoice:
        """Return the choice."""
        return PackChoice(self.name, self.mode, self.accept_unreviewed)
