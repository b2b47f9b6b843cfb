"""What is wrong with a file, told in the reader's language; a text that is not in the catalogue stays in English.

Faults are found in `strategies`, the adapters and the configuration, which write them in English;
`dialer.insight.texts.faults` has them in Chinese.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dialer.insight.language import Language
from dialer.insight.texts.faults import CHINESE
from strategies.errors import ConfigError, ConfigErrors, PacelineError

_MEANT = re.compile(r"did you mean `([^`]*)`\? ")
_WAY = re.compile(r" \(the way there: (.*)\)$")
_BOUND = re.compile(r"(.+), at (least|most) ([-+.0-9e]+)")
_CHOICES = re.compile(r"'[^']*'(, '[^']*')* or '[^']*'")
_BLANK = re.compile(r"\{(text)?([0-9])?\}")


def fault_text(language: Language, text: str) -> str:
    """Return a fault's message or hint in `language`; what it quotes, and where it stands, are left as they are."""
    if language == "en":
        return text
    if meant := _MEANT.match(text):
        return f"是否想写 `{meant[1]}`？{fault_text(language, text[meant.end() :])}"
    if way := _WAY.search(text):
        return f"{fault_text(language, text[: way.start()])}（路径：{way[1]}）"
    if bound := _BOUND.fullmatch(text):
        return f"{fault_text(language, bound[1])}，{'不小于' if bound[2] == 'least' else '不大于'} {bound[3]}"
    if (found := _lookup(text, quotes_first=False)) is not None:
        return found
    place, colon, rest = text.partition(": ")
    if colon and " " not in place:
        return f"{place}: {fault_text(language, rest)}"
    return _lookup(text, quotes_first=True) or text


def told(language: Language, error: PacelineError) -> str:
    """Return an error as people read it: a line for each fault, with its place and what to write instead."""
    match error:
        case ConfigErrors():
            return "\n".join(told(language, one) for one in error.errors)
        case ConfigError():
            return str(
                ConfigError(
                    fault_text(language, error.message),
                    file=error.file,
                    line=error.line,
                    column=error.column,
                    hint=fault_text(language, error.hint),
                )
            )
        case _:
            return fault_text(language, str(error))


def _lookup(text: str, *, quotes_first: bool) -> str | None:
    """Return the Chinese of `text`, by the texts of the catalogue that begin with what they quote, or by the others."""
    for pattern, chinese in _patterns(quotes_first):
        if found := pattern.fullmatch(text):
            return _filled(chinese, found.groups())
    return None


def _filled(chinese: str, quoted: tuple[str, ...]) -> str:
    """Return a text with its blanks filled, in order or by number; ``{text}`` with what is a text of its own."""
    rest = iter(quoted)

    def fill(blank: re.Match[str]) -> str:
        value = quoted[int(blank[2])] if blank[2] else next(rest)
        if blank[1]:
            return fault_text("zh", value)
        return value.replace(", ", "、").replace(" or ", " 或 ") if _CHOICES.fullmatch(value) else value

    return _BLANK.sub(fill, chinese)


@lru_cache(maxsize=2)
def _patterns(quotes_first: bool) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the texts as patterns, those with the most words of their own first."""
    own = [text for text in CHINESE if text.startswith("{}") == quotes_first]
    texts = sorted(own, key=lambda text: (text.count("{}") > 0, -len(text.replace("{}", ""))))
    shapes = ("(.*?)".join(map(re.escape, text.split("{}"))) for text in texts)
    return tuple((re.compile(shape, re.DOTALL), CHINESE[text]) for shape, text in zip(shapes, texts, strict=True))
