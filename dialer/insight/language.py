"""What people read, in English and Chinese: one catalogue for terminals and reports, kept by topic in `texts`."""

from __future__ import annotations

from typing import Literal

from dialer.insight.texts import (
    audit,
    desk,
    engine,
    evidence,
    flow,
    laboratory,
    months,
    outcomes,
    pacing,
    pyramid,
    quality,
    rules,
    shift,
    strategies,
    tables,
    timeline,
)

Language = Literal["en", "zh"]

_TEXTS: dict[str, tuple[str, str]] = {
    **shift.TEXTS,
    **pacing.TEXTS,
    **tables.TEXTS,
    **strategies.TEXTS,
    **engine.TEXTS,
    **rules.TEXTS,
    **audit.TEXTS,
    **evidence.TEXTS,
    **laboratory.TEXTS,
    **months.TEXTS,
    **outcomes.TEXTS,
    **pyramid.TEXTS,
    **quality.TEXTS,
    **desk.TEXTS,
    **flow.TEXTS,
    **timeline.TEXTS,
}


def say(language: Language, key: str, *values: object) -> str:
    """Return the text of `key` in `language`; a key that the catalogue lacks reads as its own words."""
    texts = _TEXTS.get(key)
    text = key.replace("_", " ") if texts is None else texts[language == "zh"]
    return text.format(*values) if values else text
