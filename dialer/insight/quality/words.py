"""What is said of the figures of call quality: in the report, on the terminal, in alerts."""

from __future__ import annotations

from typing import Literal

from dialer.insight.figures import NOTHING, number, percent
from dialer.insight.language import Language, say
from dialer.insight.quality.counts import Counts, Group

_KINDS: dict[str, tuple[str, str]] = {
    "insult": ("insult", "辱骂"),
    "threat": ("threat", "威胁"),
    "impersonation": ("impersonation of an authority", "冒充公检法"),
    "third_party_disclosure": ("disclosure to a third party", "向第三方泄露债务"),
    "missing_identification": ("did not say who is calling", "未表明身份"),
    "missing_identity_check": ("spoke of the debt unchecked", "未核实身份即谈债务"),
}
"""Kinds of violation that the shipped phrase packs find."""


def kind_of(violation: str, language: Language) -> str:
    """Return the name of a kind of violation; one that only others know is its own word."""
    return _KINDS[violation][language == "zh"] if violation in _KINDS else violation


def figures(counts: Counts, language: Language) -> list[tuple[str, str]]:
    """Return the key figures as pairs of label and value."""
    total = counts.total
    rows = [
        (say(language, "quality_calls"), number(total.calls)),
        (say(language, "quality_bad_calls"), _bad(total)),
    ]
    if total.main is not None:
        times = say(language, "quality_times", kind_of(total.main, language), number(total.by_kind[total.main]))
        rows.append((say(language, "quality_main"), times))
    return rows


def group_rows(counts: Counts, who: Literal["agent", "team"], language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table of agents or teams; no row where nobody is known by name.

    After the name stand the calls, those with a violation, and a column for each kind.
    """
    groups, kinds = counts.by_agent if who == "agent" else counts.by_team, list(counts.total.by_kind)
    head = [say(language, f"quality_{key}") for key in (who, "calls", "bad_calls")]
    rows = [
        [name or NOTHING, number(one.calls), _bad(one), *(_times(one.by_kind.get(kind, 0)) for kind in kinds)]
        for name, one in groups.items()
        if set(groups) != {""}
    ]
    return head + [kind_of(kind, language) for kind in kinds], rows


def _times(times: int) -> str:
    return number(times) if times else ""


def _bad(group: Group) -> str:
    return f"{number(group.bad_calls)} ({percent(group.bad_calls / group.calls if group.calls else None)})"
