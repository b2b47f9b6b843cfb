"""Packs, rules and verdicts in the words of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dialer.insight.language import Language, say
from strategies.compliance.records import Verdict
from strategies.compliance.rulebook import Duty, Rule, Rulebook, Setting, Words


class PackRow(NamedTuple):
    """One pack as a reader sees it."""

    name: str
    layer: str
    place: str
    rules: int
    warning: int
    reviewed: str


def pack_rows(rulebook: Rulebook, language: Language) -> list[PackRow]:
    """Return a row for every pack of `rulebook`."""
    rows = []
    for pack in rulebook.packs:
        own = [rule for rule in rulebook.rules if rule.pack == pack.name]
        rows.append(
            PackRow(
                pack.name,
                say(language, f"layer_{pack.layer}"),
                say(language, "rules_anywhere") if pack.jurisdiction == "any" else pack.jurisdiction,
                len(own),
                sum(rule.warns for rule in own),
                pack.reviewed_by or say(language, "rules_nobody"),
            )
        )
    return rows


def words_of(rule: Rule, language: Language) -> Words:
    """Return a rule's texts in `language`; where its pack does not have them, in English."""
    told = rule.zh if language == "zh" and rule.zh else Words(rule.says)
    return Words(told.says, told.source or rule.source, told.pending or rule.pending)


class Sources:
    """What `rules` cite, in the language of whoever reads a reason that one of them gave."""

    def __init__(self, rules: Iterable[Rule], language: Language) -> None:
        self._by_rule = {rule.id: words_of(rule, language).source for rule in rules}
        self._own = {name: say(language, f"source_{name}") for name in ("house", "strategy")}

    def of(self, rule: str, source: str) -> str:
        """Return the source of `rule`; where it is none of the rules, `source`, which the reason states."""
        return self._by_rule.get(rule) or self._own.get(source, source)


def rule_lines(rule: Rule, language: Language) -> list[str]:
    """Return a rule as lines: its id with effect and status, what it says, since when, what it cites."""
    effect, status = say(language, f"effect_{effect_of(rule)}"), say(language, f"status_{rule.status}")
    words = words_of(rule, language)
    lines = [say(language, "rules_head", rule.id, effect, status), words.says, *_dates(rule, language)]
    if words.pending:
        lines.append(words.pending)
    return [*lines, say(language, "rules_source", words.source)]


def verdict_lines(verdict: Verdict, next_allowed: str, rules: Iterable[Rule], language: Language) -> list[str]:
    """Return a verdict of `rules` as sentences; `next_allowed` is its `until_ns` as the reader's clock shows it."""
    sources = Sources(rules, language)
    lines = []
    if not verdict.reasons:
        # What no rule knows, no rule has allowed.
        lines = [say(language, "rules_allowed", verdict.checked) if verdict.checked else say(language, "rules_silent")]
    for heading, reasons in (("denied", verdict.reasons), ("warned", verdict.warnings)):
        said = say(language, f"rules_{heading}")
        for reason in reasons:
            why, source = say(language, f"detail_{reason.detail}"), sources.of(reason.rule, reason.source)
            lines.append(say(language, "rules_reason", said, reason.rule, why, source))
    if verdict.reasons:
        known = verdict.until_ns is not None
        lines.append(say(language, "rules_next", next_allowed) if known else say(language, "rules_never"))
    return lines


def effect_of(rule: Rule) -> str:
    """Return what a rule does: ``denies``, ``warns``, bounds a ``setting``, or is a ``duty`` of people."""
    if isinstance(rule, Duty):
        return "duty"
    if rule.warns:
        return "warns"
    return "setting" if isinstance(rule, Setting) else "denies"


def _dates(rule: Rule, language: Language) -> list[str]:
    if rule.valid_from is None and rule.valid_to is None:
        return []
    return [say(language, "rules_binds", rule.valid_from or "…", rule.valid_to or "…")]
