"""All rules that bind what a strategy does: its packs, its own caps, and silence about third parties."""

from __future__ import annotations

import msgspec

from strategies.caps import cap_rules
from strategies.compiled import CompiledStrategy
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import Rulebook
from strategies.parties import silence_rules


def rulebook_of(strategy: CompiledStrategy) -> Rulebook:
    """Return the rulebook of `strategy`.

    Raises
    ------
    ConfigError
        When a pack cannot be used.
    """
    rulebook = load_packs(strategy.packs)
    silence = silence_rules(strategy, rulebook.rules)
    return msgspec.structs.replace(rulebook, rules=(*rulebook.rules, *cap_rules(strategy), *silence))
