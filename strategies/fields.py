"""A field of an account, as strategies and call scripts declare it."""

from __future__ import annotations

from typing import Literal

import msgspec

FieldType = Literal["integer", "number", "money", "text", "boolean", "date", "name", "last_four"]

Language = Literal["en", "zh"]
"""A language that texts are written in."""

Reader = Literal["person", "guarantor", "third_party"]
"""Who may read or hear a text. A third party must not learn of the debt."""


class AccountField(msgspec.Struct, frozen=True):
    """A column that the portfolio must have. `min` and `max` are allowed values; `currency` is money's."""

    name: str
    type: FieldType
    min: float | None = None
    max: float | None = None
    currency: str | None = None
