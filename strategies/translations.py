"""Files whose texts stand in several languages: every text in each of them, or it is a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from strategies.document import Document, Place
from strategies.errors import ConfigError
from strategies.fields import Language


def languages_of(texts: Iterable[Mapping[Language, str]]) -> list[Language]:
    """Return the languages in which any of `texts` is written, in the order of their names."""
    return sorted({language for text in texts for language in text})


def untranslated(
    document: Document, texts: Iterable[tuple[Place, Mapping[Language, str]]], languages: Iterable[Language]
) -> Iterator[ConfigError]:
    """Yield a fault for each of `texts`, named by its place, that lacks one of `languages`."""
    for place, text in texts:
        for language in languages:
            if language not in text:
                hint = f"write the text in {language} too, as elsewhere in the file"
                yield document.fault(place, f"there is no text in {language}", hint)
