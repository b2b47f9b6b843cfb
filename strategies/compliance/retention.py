"""How long the rules want records to be kept."""

from __future__ import annotations

from collections.abc import Iterable

from strategies.compliance.localtime import NS_PER_DAY
from strategies.compliance.rulebook import Duty, Rule


def kept_until_ns(rules: Iterable[Rule], last_contact_ns: int) -> list[tuple[Duty, int]]:
    """Return the duties to keep records, each with the instant until which it binds, the longest first.

    Days are counted from the last contact in full days of 24 hours; years in the packs have a day to spare.
    """
    duties = [rule for rule in rules if isinstance(rule, Duty) and rule.keep_days is not None]
    kept = [(duty, last_contact_ns + (duty.keep_days or 0) * NS_PER_DAY) for duty in duties]
    return sorted(kept, key=lambda item: (-item[1], item[0].id))
