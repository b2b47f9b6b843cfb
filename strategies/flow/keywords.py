"""What somebody means, by the words in what they say: pure, and unsure rather than wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from strategies.fields import Language
from strategies.flow.records import Flow, Phrases, Prompt


def plain(text: str) -> str:
    """Return `text` in small letters and one width, with a blank where there is anything but words."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(re.findall(r"[\w']+", folded))


def meaning(phrases: Phrases, language: Language, text: str) -> str:
    """Return the intent of which `text` has a phrase; empty when it has none, several, or one that is denied.

    A phrase inside a longer one does not count: who says ``not me`` has not said ``me``. English phrases are whole
    words; Chinese ones may stand anywhere.
    """
    said = plain(text)
    found = [
        (*match.span(), intent)
        for intent, listed in phrases.intents.items()
        for phrase in listed[language]
        for match in re.finditer(_pattern(phrase, language), said)
    ]
    longest = [it for it in found if not any(_inside(it, other) for other in found)]
    intents = {intent for _, _, intent in longest}
    denied = any(
        not any(begin <= match.start() and match.end() <= end for begin, end, _ in longest)
        for word in phrases.negations[language]
        for match in re.finditer(_pattern(word, language), said)
    )
    return intents.pop() if len(intents) == 1 and not denied else ""


def _pattern(phrase: str, language: Language) -> str:
    words = re.escape(plain(phrase))
    return words if language == "zh" else rf"(?<![\w']){words}(?![\w'])"


def _inside(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return other[0] <= one[0] and one[1] <= other[1] and one[1] - one[0] < other[1] - other[0]


class KeywordIntents:
    """The intents that the flows' own phrases mean, known at once; see `dialer.ports.intents`."""

    def __init__(self, flows: Mapping[str, Flow]) -> None:
        self._flows = flows

    async def start(self) -> None:
        """Nothing is needed."""

    def classify(self, message: str, text: str, answer: Callable[[str], None]) -> None:
        """Answer at once."""
        prompt = Prompt.of(message)
        flow = self._flows[prompt.flow]
        intent = meaning(flow.phrases, prompt.language, text) if flow.phrases is not None else ""
        answer(intent if intent in flow.states[prompt.state].intents else "")

    async def stop(self) -> None:
        """Nothing is left."""


NOBODY_LISTENS = KeywordIntents({})
"""For whoever plays no flows."""
