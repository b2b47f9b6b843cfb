"""Which contacts a rule is about: by purpose, channel, mode and party, and by place."""

from __future__ import annotations

from typing import get_args

from strategies.compliance.records import Contact
from strategies.compliance.rulebook import Applies, Channel, Mode, Party, Purpose, RuleHead

_WORDS = {
    "purpose": frozenset(get_args(Purpose)),
    "channel": frozenset(get_args(Channel)),
    "mode": frozenset(get_args(Mode)),
    "party": frozenset(get_args(Party)),
}
"""The fields by which a rule says whom it is about, and all that may stand there."""


def is_about(applies: Applies, contact: Contact) -> bool:
    """Tell whether a rule is about `contact`. A word that nobody knows may mean anything, so the rule is."""
    asked = ((getattr(applies, field), getattr(contact, field), known) for field, known in _WORDS.items())
    return all(not words or word in words or word not in known for words, word, known in asked)


def binds(rule: RuleHead, contact: Contact) -> bool:
    """Tell whether `rule` has a say about `contact`, whatever the time."""
    return (
        is_about(rule.applies, contact) and not (rule.unless_agreed and contact.agreed) and covers(rule, contact.places)
    )


def covers(rule: RuleHead, places: tuple[str, ...]) -> bool:
    """Tell whether `rule` binds somebody who may be in `places`."""
    return rules_over(rule.place, places) and not (
        places and rule.unless_in and all(any(is_in(one, other) for other in rule.unless_in) for one in places)
    )


def rules_over(place: str, places: tuple[str, ...]) -> bool:
    """Tell whether the rules of `place` bind somebody who may be in `places`; empty: everywhere, and not known."""
    return not place or not places or any(may_be_in(one, place) for one in places)


def may_be_in(place: str, other: str) -> bool:
    """Tell whether somebody in `place` may be in `other`: one of the two contains the other.

    Who is known to be in ``US`` may be in ``US-FL``; who is in ``US-FL`` is in ``US``.
    """
    return is_in(place, other) or is_in(other, place)


def is_in(place: str, other: str) -> bool:
    """Tell whether somebody in `place` is surely in `other`."""
    return place == other or place.startswith(f"{other}-")
