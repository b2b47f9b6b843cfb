"""What is wrong with which row of a portfolio: every check is one columnar query.

All checks read the table ``raw``, whose columns are texts: ``source_row``, the canonical columns and
the strategy's fields; empty cells are NULL. A reason never repeats a cell, because cells hold numbers
and names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import duckdb

from strategies.compiled import AccountField
from strategies.conditions import MAX_INTEGER, SQL_TYPES

ID_PATTERN = "[A-Za-z0-9][A-Za-z0-9._:#-]{0,63}"
"""Ids are joined with slashes into keys, and stand in logs."""

_ID_ALLOWED = "1 to 64 letters, digits and . _ : # - without spaces or slashes"

PHONE_ALLOWED = "numbers in international form such as +12125550123, separated by semicolons"

ZONE_ALLOWED = "IANA names of places such as America/New_York, separated by semicolons"

PLACE_ALLOWED = "ISO 3166 codes such as GB, US-FL or US-NY-NYC, separated by semicolons"

UNKNOWN = ""
"""The zone or the place of a number that can end anywhere. It makes those of the person unknown."""

_NUMBER_PATTERN = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"

_WORDS = {
    "integer": (r"[+-]?[0-9]{1,13}(\.0*)?", "is not a whole number", f"a whole number up to {MAX_INTEGER}"),
    "number": (_NUMBER_PATTERN, "is not a number", "a number such as 1234.56, without separators or units"),
    "money": (
        r"[+-]?[0-9]{1,13}(\.[0-9]{0,2}0*)?",
        "is not an amount exact to the cent",
        f"an amount up to {MAX_INTEGER} such as 1234.56, without separators or units",
    ),
    "last_four": ("[0-9]{4}", "is not four digits", "the last four digits, and never more of them"),
    "boolean": ("(?i)true|false|1|0", "is not true or false", "true or false"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00)?", "is not a date", "year, month and day such as 2026-11-30"),
}


class Check(NamedTuple):
    """Rows of ``raw`` for which the SQL `condition` is true have this fault in this field."""

    field: str
    reason: str
    allowed: str
    condition: str


def checks(columns: Iterable[str], fields: Iterable[AccountField]) -> Iterator[Check]:
    """Yield the checks of ids and fields. `columns`: those that the file has."""
    yield from id_checks()
    for column in columns:
        yield Check(column, "holds bytes that are not UTF-8", "text in UTF-8", f"contains({column}, chr(65533))")
    for field in fields:
        yield from _field_checks(field)


def id_checks() -> Iterator[Check]:
    """Yield the checks of ids."""
    for column in ("account_id", "person_id"):
        yield Check(column, "is missing", _ID_ALLOWED, f"{column} IS NULL")
        yield Check(column, "cannot be an id", _ID_ALLOWED, f"NOT regexp_full_match({column}, '{ID_PATTERN}')")


def typed(field: AccountField) -> str:
    """Return SQL for the value of `field`, NULL where it cannot be read."""
    if field.type == "integer":
        return f"TRY_CAST(regexp_replace({field.name}, '[.]0*$', '') AS BIGINT)"
    return f"TRY_CAST({field.name} AS {SQL_TYPES[field.type]})"


def add_faults(database: duckdb.DuckDBPyConnection, check: Check, source: str = "raw") -> None:
    """Note the rows of `source` in which `check` finds its fault."""
    database.execute(
        f"INSERT INTO fault SELECT DISTINCT source_row, ?, ?, ? FROM {source} WHERE {check.condition}", list(check[:3])
    ).fetchall()


def _field_checks(field: AccountField) -> Iterator[Check]:
    if field.type in ("text", "name"):
        return
    pattern, reason, allowed = _WORDS[field.type]
    bounds = [
        f"{word} {bound:g}" for word, bound in (("at least", field.min), ("at most", field.max)) if bound is not None
    ]
    allowed = ", ".join([allowed, *bounds])
    value, spelt = typed(field), f"regexp_full_match({field.name}, '{pattern}')"
    if field.type == "number":
        special = f"(regexp_full_match({field.name}, '(?i)[+-]?(nan|inf|infinity)') OR coalesce(isinf({value}), false))"
        yield Check(field.name, "is not a finite number", allowed, special)
        yield Check(field.name, reason, allowed, f"NOT {spelt} AND NOT {special}")
    else:
        yield Check(field.name, reason, allowed, f"NOT {spelt} OR {field.name} IS NOT NULL AND {value} IS NULL")
    if field.type in ("integer", "money"):
        yield Check(field.name, "is too large", allowed, f"{spelt} AND abs({value}) > {MAX_INTEGER}")
    if field.min is not None:
        yield Check(field.name, "is too small", allowed, f"{spelt} AND {value} < {field.min!r}")
    if field.max is not None:
        finite = f"{spelt} AND NOT isinf({value})" if field.type == "number" else spelt
        yield Check(field.name, "is too large", allowed, f"{finite} AND {value} > {field.max!r}")
