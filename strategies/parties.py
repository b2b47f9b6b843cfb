"""Who else may be contacted about an account: an emergency contact only where a rule pack says when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from strategies.compiled import CompiledStrategy, Step
from strategies.compliance.rulebook import Applies, Duty, Hours, Rule, RuleHead, Setting, Words

SILENCE = "THIRD-PARTY-SILENCE"
"""The rule id of a denial where no pack says when an emergency contact may be contacted."""

_SAYS = "No pack that binds here says when an emergency contact may be contacted, so nobody contacts them."
_SAYS_ZH = "此处生效的规则包均未说明何时可以联系紧急联系人，因此不得联系。"


def calls_others(step: Step) -> bool:
    """Tell whether `step` may reach somebody else than the person.

    Only an agent can: a robot says the same to whoever picks up. A step that passes a stop condition is
    about what the person has done, and stays with the person.
    """
    return step.channel == "agent_call" and step.mode != "robot_then_human" and not step.even_if


def silence_rules(strategy: CompiledStrategy, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the rules that keep emergency contacts from being called where `rules` do not speak of them.

    Rules that only warn, and duties, allow nothing by speaking; nor does a rule before its first day, or one
    that has a last day.
    """
    if not any(party.party == "contact" for party in strategy.parties):
        return ()
    spoken = _spoken(rules)
    found = [] if "" in spoken else [_never(strategy, unless_in=tuple(spoken))]
    found += [
        _never(strategy, place=place, valid_to=first - timedelta(days=1)) for place, first in spoken.items() if first
    ]
    return tuple(found)


def _spoken(rules: Iterable[Rule]) -> dict[str, date | None]:
    """Return the places whose rules speak of emergency contacts, with the first day on which one does."""
    spoken: dict[str, date | None] = {}
    for rule in _speaking(rules):
        known = spoken.setdefault(rule.place, rule.valid_from)
        if known is not None and (rule.valid_from is None or rule.valid_from < known):
            spoken[rule.place] = rule.valid_from
    return spoken


def _speaking(rules: Iterable[Rule]) -> Iterator[RuleHead]:
    for rule in rules:
        if isinstance(rule, Setting | Duty) or rule.warns or rule.valid_to is not None:
            continue
        if "contact" in rule.applies.party:
            yield rule


def _never(
    strategy: CompiledStrategy, *, place: str = "", unless_in: tuple[str, ...] = (), valid_to: date | None = None
) -> Hours:
    return Hours(
        id=f"{SILENCE}-{place}" if place else SILENCE,
        pack=strategy.name,
        says=_SAYS,
        source=f"strategy {strategy.name}",
        zh=Words(_SAYS_ZH, f"策略 {strategy.name}"),
        status="H",
        applies=Applies(party=("contact",)),
        place=place,
        unless_in=unless_in,
        valid_to=valid_to,
        open=((),) * 7,
    )
