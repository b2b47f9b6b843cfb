"""A field of an account, as strategies and call scripts declare it."""

from __future__ import annotations

from typing import Literal

import msgspec

FieldType = Literal["integer", "number", "money", "text", "boolean", "date", "name", "last_four"]

Language = Literal["en", "zh"]
"""A language that texts are written in."""


class AccountField(msgspec.Struct, frozen=True):
    """A column that the portfolio must have. `min` and `max` are allowed values; `currency` is money's."""

    name: str
    type: FieldType
    min: float | None = None
    max: float | None = None
    currency: str | None = None
