"""Whether a step's window is ever open, given the calling hours of the rule packs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from strategies.compiled import Hours, medium_of
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import Hours as HoursRule
from strategies.compliance.rulebook import Purpose, Rulebook
from strategies.compliance.scope import is_about, may_be_in
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


def _opens(weeks: Sequence[Hours]) -> bool:
    return any(
        max(start for start, _ in spans) < min(end for _, end in spans)
        for day in range(7)
        for spans in product(*(week[day] for week in weeks))
    )
