"""Which columns of a file are read: those of a portfolio."""

from __future__ import annotations

import re
from collections.abc import Sequence

from strategies.errors import ConfigError

PHONE = re.compile(r"phones|phone_[0-9]+")
"""Columns of numbers."""

_EXPECTED = "account_id, person_id, phones (or phone_1, phone_2, ...), emails, post, zones and places (optional)"


def wanted(header: Sequence[str], file: str, fields: Sequence[str]) -> list[str]:
    """Return the columns to be read, in the file's order.

    Raises
    ------
    ConfigError
        When a column is missing or there twice.
    """
    known = {"account_id", "person_id", "emails", "post", "zones", "places", *fields}
    found = [name for name in header if name in known or PHONE.fullmatch(name)]
    for name in found:
        if found.count(name) > 1:
            raise ConfigError(f"the column {name} is there twice", file=file, line=1, hint="keep one of the two")
    for name in ("account_id", "person_id", *fields):
        if name not in found:
            hint = f"expected: {', '.join([_EXPECTED, *fields])}; separated by commas, names in the first line"
            raise ConfigError(f"the column {name} is missing", file=file, line=1, hint=hint)
    if not any(map(PHONE.fullmatch, found)):
        hint = "numbers such as +12125550123, separated by semicolons, or in columns phone_1, phone_2, ..."
        raise ConfigError("the column phones is missing", file=file, line=1, hint=hint)
    return found
