"""The rules of the gate written a second time, slowly and obviously, with `datetime` and `zoneinfo`.

It knows no caches, no releases and no bisection: it looks at every contact that ever was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from strategies.compliance.records import Consent, Contact, Reach
from strategies.compliance.rulebook import (
    Applies,
    Calendar,
    ConsecutiveDays,
    ConsentNeeded,
    Duty,
    Frequency,
    Holidays,
    Hours,
    LastResort,
    Lockout,
    Rolling,
    Rule,
    Setting,
    Tumbling,
    Window,
)

S = 1_000_000_000
DAY = 86_400 * S


class Past(NamedTuple):
    """A contact that was made; `reach` and `settled_ns` are None while it is not settled.

    `inbound`: the person began it, and both times are the same.
    """

    contact: Contact
    reserved_ns: int
    reach: Reach | None
    settled_ns: int | None
    inbound: bool = False


@cache
def table(zone: str) -> ZoneInfo:
    """Return a zone of the `tzdata` package, since the machine's own tables may be older."""
    with files("tzdata").joinpath("zoneinfo", *zone.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=zone)


def wall(t_ns: int, zone: str) -> datetime:
    """Return what calendar and clock show in `zone`, to the second."""
    return datetime.fromtimestamp(t_ns // S, UTC).astimezone(table(zone))


def denies(rule: Rule, contact: Contact, past: list[Past], t_ns: int, consents: Sequence[Consent] = ()) -> bool:
    """Tell whether `rule` denies `contact` at `t_ns`. All zones are known; validity is left to the cases."""
    if not about(rule.applies, contact) or not _in_place(rule.place, contact.places):
        return False
    if rule.unless_in and contact.places and all(_surely_in(place, rule.unless_in) for place in contact.places):
        return False
    if rule.unless_agreed and contact.agreed:
        return False
    if rule.unless_consent and _agreed(rule.unless_consent, rule.consent_days, contact, consents, t_ns):
        return False
    match rule:
        case Hours():
            return any(not _open(rule, wall(t_ns, zone)) for zone in contact.zones)
        case Holidays():
            here = [zone for zone in contact.zones if zone in rule.zones]
            days = [wall(t_ns, zone).date() for zone in here]
            return any(day in rule.dates or day.year not in rule.published for day in days)
        case Frequency():
            times = [
                one.reserved_ns for one in _same(rule, contact, past) if one.reach is None or one.reach in rule.counts
            ]
            return _reached(rule.window, rule.limit, contact, times, t_ns)
        case Lockout():
            times = [
                one.reserved_ns if one.settled_ns is None else one.settled_ns
                for one in _same(rule, contact, past)
                if one.reach is None or one.reach in rule.after
            ]
            return _reached(rule.window, 1, contact, times, t_ns)
        case ConsentNeeded():
            return not _agreed(rule.topic, rule.consent_days, contact, consents, t_ns)
        case LastResort():
            return _days_in_vain(rule, contact, past) < rule.days
        case Setting() | Duty():
            return False


def _in_place(place: str, places: tuple[str, ...]) -> bool:
    """Whether the shorter code is the beginning of the longer one, part by part."""
    pairs = ((place.split("-"), other.split("-")) for other in places)
    return not place or not places or any(all(a == b for a, b in zip(*pair, strict=False)) for pair in pairs)


def _surely_in(place: str, others: tuple[str, ...]) -> bool:
    return any(place.split("-")[: len(other.split("-"))] == other.split("-") for other in others)


def _agreed(topic: str, days: int | None, contact: Contact, consents: Sequence[Consent], t_ns: int) -> bool:
    for one in consents:
        end_ns = min(
            t_ns + 1 if one.until_ns is None else one.until_ns, t_ns + 1 if days is None else one.given_ns + days * DAY
        )
        mine = one.person == contact.person and one.topic == topic
        wide = one.account in ("", contact.account) and one.channel in ("", contact.channel)
        if mine and wide and one.given_ns <= t_ns < end_ns:
            return True
    return False


def _days_in_vain(rule: LastResort, contact: Contact, past: list[Past]) -> int:
    """Go through the ends of all contacts about the account; zero while a call to the debtor is up."""
    days: set[date] = set()
    own = [one for one in past if one.contact.account == contact.account and one.contact.party == "debtor"]
    calls = [one for one in own if one.contact.channel == "voice" and not one.inbound]
    if any(one.reach is None for one in calls):
        return 0
    for one in sorted(own, key=lambda one: one.settled_ns or 0):
        if one.reach == "none" or (one not in calls and not one.inbound):
            continue
        if one.inbound or one.reach in ("abandoned", "person", "conversation"):
            days.clear()
        else:
            days.add(wall(one.settled_ns or 0, rule.zone).date())
    return len(days)


def about(applies: Applies, contact: Contact) -> bool:
    """Tell whether a rule is about `contact`, whose words are all known."""
    return all(
        not words or word in words
        for words, word in (
            (applies.purpose, contact.purpose),
            (applies.channel, contact.channel),
            (applies.mode, contact.mode),
            (applies.party, contact.party),
        )
    )


def _open(rule: Hours, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in rule.open[local.weekday()])


def _same(rule: Frequency | Lockout, contact: Contact, past: list[Past]) -> list[Past]:
    return [
        one
        for one in past
        if about(_counted(rule), one.contact)
        and (rule.inbound or not one.inbound)
        and all(getattr(one.contact, field) == getattr(contact, field) for field in rule.key)
    ]


def _counted(rule: Frequency | Lockout) -> Applies:
    everything = isinstance(rule, Frequency) and rule.any_medium
    return msgspec.structs.replace(rule.applies, channel=()) if everything else rule.applies


def _reached(window: Window, limit: int, contact: Contact, times: list[int], t_ns: int) -> bool:
    named = None if isinstance(window, Rolling) else window.zone
    zones = (named,) if named else contact.zones
    return any(sum(_inside(window, event, t_ns, zone) for event in times) >= limit for zone in zones)


def _inside(window: Window, event_ns: int, t_ns: int, zone: str) -> bool:
    then, now = wall(event_ns, zone).date(), wall(t_ns, zone).date()
    match window:
        case Rolling(minutes=minutes):
            return t_ns - event_ns < minutes * 60 * S
        case Calendar(period="day"):
            return then == now
        case Calendar(period="week"):
            return then.isocalendar()[:2] == now.isocalendar()[:2]
        case Calendar():
            return (then.year, then.month) == (now.year, now.month)
        case ConsecutiveDays(days=days):
            return now < then + timedelta(days=days)
        case Tumbling(days=days, anchor=anchor):
            return _period(then, anchor, days) == _period(now, anchor, days)


def _period(day: date, anchor: date, days: int) -> int:
    return (day - anchor).days // days
