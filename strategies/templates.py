"""Texts with fields: what may stand in them, and what they read like for one account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from strategies.compiled import Template
from strategies.document import Document
from strategies.errors import ConfigError
from strategies.fields import AccountField, Language, Reader
from strategies.schema import StrategySpec, TemplateSpec
from strategies.writing import placeholders, written

_DEBT_WORDS: dict[Language, tuple[str, ...]] = {
    "en": (
        "debt",
        "owe",
        "overdue",
        "past due",
        "arrears",
        "collect",
        "repay",
        "payment",
        "balance",
        "loan",
        "default",
    ),
    "zh": ("欠", "逾期", "催收", "还款", "还清", "债", "贷款", "账单", "金额", "违约", "透支"),
}
"""What tells a third party that there is a debt. House list; a script review should know more."""


def debt_words(text: str, language: Language) -> list[str]:
    """Return the words of `text` that tell whoever hears it of a debt."""
    folded = text.casefold()
    return [word for word in _DEBT_WORDS[language] if word in folded]


def template_faults(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    """Yield every fault of the templates of `spec`, which is what `document` says."""
    languages = sorted({language for template in spec.templates.values() for language in template.text})
    for name in spec.constants:
        if name in spec.fields:
            hint = "give the constant another name"
            yield document.fault(("constants", name), "there is an account field of this name", hint)
    for name, template in spec.templates.items():
        for language in languages:
            if language not in template.text:
                hint = f"write the text in {language} too, as the other templates do"
                yield document.fault(("templates", name, "text"), f"there is no text in {language}", hint)
        for language, text in template.text.items():
            place = ("templates", name, "text", language)
            for message, hint in _text_faults(spec, template, language, text):
                yield document.fault(place, message, hint)


def render(
    template: Template,
    language: Language,
    values: Mapping[str, object],
    fields: Mapping[str, AccountField],
    constants: Mapping[str, str],
) -> str:
    """Return the text that one person reads.

    Parameters
    ----------
    values : Mapping
        The account's fields by name: `Decimal` for money, `datetime.date` for dates.
    fields, constants : Mapping
        Of the strategy, by name.

    Raises
    ------
    ValueError
        When a value is missing or is not exact; the message names the field and never the value.
    """
    words = dict(constants)
    for name in placeholders(template.text[language]):
        if name not in constants:
            words[name] = written(fields[name], values.get(name), language)
    return template.text[language].format_map(words)


def _text_faults(
    spec: StrategySpec, template: TemplateSpec, language: Language, text: str
) -> Iterator[tuple[str, str]]:
    try:
        names = placeholders(text)
    except ValueError as error:
        yield f"the braces cannot be read: {error}", "write {name} for a field, and {{ for a brace"
        return
    for name in dict.fromkeys(names):
        yield from _field_faults(spec, template.reader, name)
    if template.reader == "third_party":
        for word in debt_words(text, language):
            hint = "ask only how to reach the person, or to pass on a request to call back"
            yield f"a third party would read `{word}`, which tells of a debt", hint


def _field_faults(spec: StrategySpec, reader: Reader, name: str) -> Iterator[tuple[str, str]]:
    field = spec.fields.get(name)
    if name in spec.constants:
        return
    if field is None:
        known = [*spec.fields, *spec.constants]
        near = get_close_matches(name, known, n=1)
        meant = f"did you mean `{near[0]}`? " if near else ""
        yield f"`{name}` is neither a declared field nor a constant", f"{meant}known: {', '.join(known)}"
    elif reader == "third_party" and field.type != "name":
        yield f"a third party must not learn `{name}`", "only names and constants may stand in this text"
    elif field.type == "number":
        hint = f"declare it as `{name}: {{type: money, currency: CNY}}`, or as integer"
        yield f"`{name}` is a number, which need not be exact to the cent", hint
    elif field.type == "boolean":
        yield f"`{name}` is true or false, which nobody can read", "write two templates"
    elif field.type == "money" and not field.currency:
        yield f"`{name}` has no currency", f"declare it as `{name}: {{type: money, currency: CNY}}`"
