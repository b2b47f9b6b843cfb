"""The strategy's own limits as rules of the gate, so that one mechanism counts for law, house and strategy."""

from __future__ import annotations

from typing import get_args

from strategies.compiled import Cap, CompiledStrategy
from strategies.compliance.records import Reach
from strategies.compliance.rulebook import Applies, ConsecutiveDays, Frequency, Words

_MEDIA = {"voice": "电话", "sms": "短信", "email": "电子邮件"}
_PER = {"person": "每人", "account": "每个账户", "number": "每个号码", "campaign": "每个活动"}

_MADE = tuple(reach for reach in get_args(Reach) if reach != "none")
"""Whatever left counts, even what only met a busy line: a cap of the house errs on the quiet side."""


def cap_rules(strategy: CompiledStrategy) -> tuple[Frequency, ...]:
    """Return the caps of `strategy` as rules, named ``CAP-1`` and so on in the order of the file."""
    return tuple(_rule(strategy, cap, number) for number, cap in enumerate(strategy.caps, 1))


def _rule(strategy: CompiledStrategy, cap: Cap, number: int) -> Frequency:
    what = " or ".join(cap.media) or "any"
    return Frequency(
        id=f"CAP-{number}",
        pack=strategy.name,
        says=f"At most {cap.limit} {what} contacts per {cap.per} in {cap.days} consecutive local days.",
        source=f"strategy {strategy.name}",
        zh=Words(_says_in_chinese(cap), f"策略 {strategy.name}"),
        status="H",
        applies=Applies(channel=cap.media),
        key=(cap.per,),
        counts=_MADE,
        limit=cap.limit,
        window=ConsecutiveDays(cap.days),
        any_medium=not cap.media,
    )


def _says_in_chinese(cap: Cap) -> str:
    media = "或".join(_MEDIA[medium] for medium in cap.media)
    return f"{_PER[cap.per]}当地连续 {cap.days} 天内，{media}联系至多 {cap.limit} 次。"
