"""What texts with fields read like for one account.

``{balance}`` stands for an account field or a constant of the strategy, and is written by the field's
type: money to the cent with its currency, dates in words, names as they are. ``{{`` is a brace.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from string import Formatter

from strategies.fields import AccountField, Language

CENT = Decimal("0.01")

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_CURRENCY_ZH = {"CNY": "元", "USD": "美元", "EUR": "欧元", "HKD": "港元", "TWD": "新台币元", "GBP": "英镑"}


def placeholders(text: str) -> list[str]:
    """Return the names in braces, in order.

    Raises
    ------
    ValueError
        When the braces cannot be read, or hold more than a name.
    """
    found = []
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise ValueError(f"`{{{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}`")
        found.append(name)
    return found


def written(field: AccountField, value: object, language: Language) -> str:
    """Return a value as people read it; see `strategies.templates.render`."""
    if value is None or value == "":
        raise ValueError(f"{field.name} is missing")
    match field.type, value:
        case "money", Decimal():
            if not value.is_finite() or value != value.quantize(CENT):
                raise ValueError(f"{field.name} is not exact to the cent")
            return _money(value, field.currency or "", language)
        case "date", dt.date():
            if language == "zh":
                return f"{value.year}年{value.month}月{value.day}日"
            return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
        case "integer", int() if not isinstance(value, bool):
            return str(value)
        case "text" | "name" | "last_four", str():
            return value
        case _:
            raise ValueError(f"{field.name} is no {field.type}")


def _money(value: Decimal, currency: str, language: Language) -> str:
    if language == "zh":
        return f"{value:,.2f}{_CURRENCY_ZH.get(currency, currency)}"
    return f"{currency} {value:,.2f}".strip()
