"""The terms of a pack's file: ids, places, hours, events and windows, each with what to write instead."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Literal, Self, TypeVar, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from strategies.compliance.calendars import COUNTRIES
from strategies.compliance.localtime import local_time
from strategies.compliance.records import Reach
from strategies.compliance.rulebook import Calendar, ConsecutiveDays, Period, Rolling, Scope, Status, Tumbling
from strategies.document import Date, Section, fault

Item = TypeVar("Item")

_REACHES: tuple[Reach, ...] = get_args(Reach)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS_HINT = 'write "08:00-21:00": hours and minutes with two digits, in quotes, up to "24:00"'
_DAYS_HINT = "write mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri"


def is_zone(name: str) -> bool:
    """Tell whether `name` is a time zone of the IANA database."""
    return local_time(name) is not None


def _zone(name: str) -> str:
    if not is_zone(name):
        raise fault("there is no such time zone", "write an IANA name such as America/New_York")
    return name


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise fault("the holidays of this country are not known", "write an ISO 3166 code such as US or CN")
    return code


def hours_text(text: object) -> str:
    """Return `text` when it is a part of a day such as ``08:00-21:00``; a fault otherwise."""
    if not (isinstance(text, str) and re.fullmatch(r"[0-9]{2}:[0-5][0-9]-[0-9]{2}:[0-5][0-9]", text, re.ASCII)):
        raise fault("these are not calling hours", _HOURS_HINT)
    opens, closes = minutes_of(text)
    if closes > 24 * 60:
        raise fault("a day has 24 hours", _HOURS_HINT)
    if opens >= closes:
        raise fault("it ends before it begins", "split hours that go past midnight: one part per day")
    return text


def minutes_of(text: str) -> tuple[int, int]:
    """Return from and to of such a text, in minutes of the day."""
    opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("-"))
    return opens, closes


def _week(week: dict[str, list[str]]) -> dict[str, list[str]]:
    days = [day for days in week for day in _days(days)]
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        raise fault(f"{', '.join(twice)} is here twice", "give each day once; a day that is left out is closed")
    for hours in week.values():
        windows = sorted(minutes_of(text) for text in hours)
        if any(closes > opens for (_, closes), (opens, _) in pairwise(windows)):
            raise fault("hours of one day overlap", "join them")
    return week


def _days(text: str) -> list[str]:
    first, _, last = text.partition("-")
    if (
        first not in WEEKDAYS
        or (last or first) not in WEEKDAYS
        or WEEKDAYS.index(first) > WEEKDAYS.index(last or first)
    ):
        raise fault(f"{text} are not weekdays", _DAYS_HINT)
    return list(WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1])


def _rule_id(text: str) -> str:
    if not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", text, re.ASCII):
        raise fault("this is not a rule id", "write capitals and digits joined by dashes, such as HOUSE-HOURS")
    return text


def _pack_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text, re.ASCII):
        raise fault("this is not a pack's name", "write small letters and digits joined by dashes, such as us-reg-f")
    return text


def is_place(code: str) -> bool:
    """Tell whether `code` has the form of a country, a part of one, or a city there."""
    return bool(re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}", code, re.ASCII))


def _place(code: str) -> str:
    if code != ANYWHERE and not is_place(code):
        raise fault("this is no place", "write an ISO 3166 code such as GB or US-FL, US-NY-NYC for a city, or any")
    return code


def _contact_made(reach: Reach) -> Reach:
    if reach == "none":
        raise fault("what never left counts nowhere", "start from busy")
    return reach


def _some(items: tuple[Item, ...]) -> tuple[Item, ...]:
    if not items:  # min_length would complain a second time about a list whose items are wrong
        raise fault("the list is empty", "write at least one")
    return items


Event = Literal["attempt", "connected", "answered", "conversation"]
"""``attempt``: whatever left. ``connected``: it was picked up, or a message arrived. ``answered``: by a person."""

_EVENTS: dict[Event, Reach] = {
    "attempt": "busy",
    "connected": "machine",
    "answered": "abandoned",
    "conversation": "conversation",
}

UNVERIFIED: tuple[Status, ...] = ("M", "C")
"""Rules of such a status only warn."""

ANYWHERE = "any"
"""The jurisdiction of what is no law."""

Zone = Annotated[str, AfterValidator(_zone)]
Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=100_000)]
Made = Annotated[Reach, AfterValidator(_contact_made)]
Key = Annotated[tuple[Scope, ...], AfterValidator(_some)]


RuleId = Annotated[str, AfterValidator(_rule_id)]
PackName = Annotated[str, AfterValidator(_pack_name)]
Place = Annotated[str, AfterValidator(_place)]
Country = Annotated[str, AfterValidator(_country)]
Week = Annotated[dict[str, list[Annotated[str, BeforeValidator(hours_text)]]], AfterValidator(_week)]
Years = Annotated[tuple[Annotated[int, Field(ge=2000, le=2100)], ...], AfterValidator(_some)]
Reaches = Annotated[tuple[Made, ...], AfterValidator(_some)]


def check_inbound(key: tuple[Scope, ...], *, inbound: bool) -> None:
    """Refuse a rule that would look for what the person began under a number or campaign of ours."""
    ours = [scope for scope in key if scope in ("number", "campaign")]
    if inbound and ours:
        raise fault(f"what the person began has no {ours[0]}", "count it per person, account or both")


def minutes_by_day(week: dict[str, list[str]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the hours of seven days from Monday, in minutes since 00:00; a day that is left out has none."""
    hours = {day: texts for days, texts in week.items() for day in _days(days)}
    return tuple(tuple(sorted(minutes_of(text) for text in hours.get(day, []))) for day in WEEKDAYS)


class CalendarSection(Section):
    """The local day, week or month."""

    kind: Literal["calendar"]
    period: Period
    zone: Zone | None = None

    def build(self) -> Calendar:
        """Return the window."""
        return Calendar(self.period, self.zone)


class RollingSection(Section):
    """The trailing hours and minutes."""

    kind: Literal["rolling"]
    hours: Annotated[int, Field(ge=0, le=100_000)] = 0
    minutes: Annotated[int, Field(ge=0, le=100_000)] = 0

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.hours + self.minutes == 0:
            raise fault("the window has no length", "write `hours: 24` or `minutes: 90`")
        return self

    def build(self) -> Rolling:
        """Return the window."""
        return Rolling(self.hours * 60 + self.minutes)


class ConsecutiveDaysSection(Section):
    """A number of local dates, of which the event's is the first."""

    kind: Literal["consecutive_days"]
    days: Count
    zone: Zone | None = None

    def build(self) -> ConsecutiveDays:
        """Return the window."""
        return ConsecutiveDays(self.days, self.zone)


class TumblingSection(Section):
    """Successive periods from a date."""

    kind: Literal["tumbling"]
    days: Count
    anchor: Date
    zone: Zone | None = None

    def build(self) -> Tumbling:
        """Return the window."""
        return Tumbling(self.days, self.anchor, self.zone)


class CountsSection(Section):
    """Which contacts count: an event, which is how far they got at the least, and what does not count though."""

    event: Event
    exclude: tuple[Reach, ...] = ()

    @model_validator(mode="after")
    def _counts_something(self) -> Self:
        if not self.build():
            raise fault("nothing is left to count", "exclude less")
        return self

    def build(self) -> tuple[Reach, ...]:
        """Return every reach that counts."""
        first = _REACHES.index(_EVENTS[self.event])
        return tuple(reach for reach in _REACHES[first:] if reach not in self.exclude)
