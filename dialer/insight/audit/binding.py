"""Which rules have a say about which contacts: yes, no, or the log does not tell."""

from __future__ import annotations

from typing import NamedTuple, get_args

from dialer.insight.audit.facts import Facts, Kind, listed
from strategies.compliance.judges import bounds_ns
from strategies.compliance.rulebook import Applies, Channel, Mode, Party, Purpose, RuleHead
from strategies.compliance.scope import covers

_WORDS = {
    "purpose": frozenset(get_args(Purpose)),
    "channel": frozenset((*get_args(Channel), "letter", "push", "visit")),
    "mode": frozenset(get_args(Mode)),
    "party": frozenset(get_args(Party)),
}


def about(applies: Applies, kind: Kind) -> tuple[bool, str]:
    """Tell whether a rule may be about contacts of `kind`, and which word is missing to be sure; empty: none is."""
    missing = ""
    for field, known in _WORDS.items():
        words, word = getattr(applies, field), getattr(kind, field)
        if not words or word in words:
            continue
        if word in known:
            return False, ""
        missing = missing or field
    return True, missing


class Binding(NamedTuple):
    """SQL conditions over ``event`` for one rule.

    `may` holds for the contacts that the rule is about or may be about; `ever` is the same but for the instants from
    and until which the rule holds. `missing` is what the log would have
    to say to be sure, empty when it says it. `any` is false where there can be no such contact.
    """

    may: str
    ever: str
    missing: str
    any: bool


def binding(rule: RuleHead, facts: Facts) -> Binding:
    """Return for which contacts `rule` has a say, when they were made."""
    found = [about(rule.applies, kind) if kind.judged else (False, "") for kind in facts.kinds]
    here = [covers(rule, places) for places in facts.places]
    start_ns, end_ns = bounds_ns(rule)
    ever = [
        "NOT inbound",
        _among("kind", [may for may, _ in found]),
        _among("places", here),
        "NOT agreed" if rule.unless_agreed else "TRUE",
    ]
    holds = [
        "TRUE" if rule.valid_from is None else f"t >= {start_ns // 1000}",
        "TRUE" if rule.valid_to is None else f"t < {end_ns // 1000}",
    ]
    words = " ".join(f"WHEN {kind} THEN '{missing}'" for kind, (_, missing) in enumerate(found) if missing)
    unplaced = [index for index, places in enumerate(facts.places) if (rule.place or rule.unless_in) and not places]
    missing = f"CASE kind {words} ELSE '' END" if words else "''"
    if unplaced:
        missing = f"CASE WHEN places IN ({listed(unplaced)}) THEN 'places' ELSE {missing} END"
    some = any(may for may, _ in found) and any(here)
    return Binding(_all([*ever, *holds]), _all(ever), missing, some)


def judged(facts: Facts) -> str:
    """Return the SQL condition over ``event`` for the contacts that are judged: ours, of this log."""
    return _all(["NOT inbound", _among("kind", [kind.judged for kind in facts.kinds])])


def counted(applies: Applies, inbound: bool, facts: Facts) -> tuple[str, str]:
    """Return SQL conditions for the events that a rule may count, and for those that it surely does."""
    found = [about(applies, kind) for kind in facts.kinds]
    ours = "TRUE" if inbound else "NOT inbound"
    may = _among("kind", [may for may, _ in found])
    # Of what a person began the purpose and the mode are never known, and every rule that may count it does.
    sure = [
        may and (not missing or kind.purpose == "") for (may, missing), kind in zip(found, facts.kinds, strict=True)
    ]
    return f"{ours} AND {may}", f"{ours} AND {_among('kind', sure)}"


def _among(column: str, wanted: list[bool]) -> str:
    if all(wanted):
        return "TRUE"
    return f"{column} IN ({listed(index for index, one in enumerate(wanted) if one)})"


def _all(conditions: list[str]) -> str:
    return " AND ".join(condition for condition in conditions if condition != "TRUE")
