"""What is said of the figures of call quality: in the report, on the terminal, in alerts."""

from __future__ import annotations

from dialer.insight.figures import number, percent
from dialer.insight.language import Language, say
from dialer.insight.quality.counts import Counts

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
    bad_share = percent(counts.bad_calls / counts.calls if counts.calls else None)
    rows = [
        (say(language, "quality_calls"), number(counts.calls)),
        (say(language, "quality_bad_calls"), f"{number(counts.bad_calls)} ({bad_share})"),
    ]
    if counts.main is not None:
        times = say(language, "quality_times", kind_of(counts.main, language), counts.by_kind[counts.main])
        rows.append((say(language, "quality_main"), times))
    return rows
