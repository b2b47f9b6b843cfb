"""Is a text for Chinese readers Chinese? Ids, citations, names of places and what stands in backticks are left out."""

from __future__ import annotations

import re

_NO_PROSE = re.compile(
    r"`[^`]*`|\([ivx]+\)|\S+\.(?:ca|yaml|yml|csv|parquet|sqlite)\b|[A-Z]\w+/[A-Z]\w+|\w*[-_/]\w[-_/\w]*"
)


def english_in(text: str) -> list[str]:
    """Return the English words of `text`: runs of three small letters or more that are no citation, id or name."""
    return re.findall(r"\b[a-z]{3,}\b", _NO_PROSE.sub(" ", text))
