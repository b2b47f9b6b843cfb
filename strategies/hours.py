"""Whether a step's window is ever open, given the calling hours of the rule packs, and hours as text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, product

from strategies.compiled import Hours, medium_of
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import Hours as HoursRule
from strategies.compliance.rulebook import Purpose, Rulebook
from strategies.compliance.scope import is_about, may_be_in
from strategies.compliance.terms import WEEKDAYS
from strategies.schema import Channel


def closing_rules(window: Hours, channel: Channel, purpose: Purpose, rulebook: Rulebook) -> list[HoursRule]:
    """Return the rules because of which `window` never opens; none when it opens somewhere at some time."""
    medium, mode = medium_of(channel)
    contact = Contact("", "", "", "", (), channel=medium, mode=mode, purpose=purpose)
    rules = [
        rule
        for rule in rulebook.rules
        if isinstance(rule, HoursRule) and not rule.warns and is_about(rule.applies, contact)
    ]
    binding: list[HoursRule] = []
    for place in sorted({rule.place for rule in rules if rule.place}) or [""]:
        binding = [rule for rule in rules if not rule.place or may_be_in(place, rule.place)]
        if _opens([window, *(rule.open for rule in binding)]):
            return []
    return [rule for rule in binding if not _opens([window, rule.open])] or binding


def written(hours: Hours) -> str:
    """Return hours as a file writes them, such as ``mon-fri 07:30-21:00, sat-sun 09:00-21:00``; a dash for none."""
    parts = []
    for spans, run in groupby(zip(WEEKDAYS, hours, strict=True), key=lambda day: day[1]):
        days = [name for name, _ in run]
        named = days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"
        parts += [f"{named} {_clock(start)}-{_clock(end)}" for start, end in spans]
    return ", ".join(parts) or "-"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _opens(weeks: Sequence[Hours]) -> bool:
    return any(
        max(start for start, _ in spans) < min(end for _, end in spans)
        for day in range(7)
        for spans in product(*(week[day] for week in weeks))
    )
