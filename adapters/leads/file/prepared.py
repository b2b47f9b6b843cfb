"""Portfolios that were prepared for planning: Parquet with endpoints in place of numbers, left where they are.

Columns: ``account_id``, ``person_id``, ``endpoints``, ``zones`` and ``places`` (lists of texts), ``emails`` and
``post`` where there are such addresses (lists of endpoints such as ``p17/e0`` and ``p17/p0``), and every field that
the strategy declares, in its own type. Nothing is copied, so that tens of millions of accounts can be planned; and
nobody can be called from it, because there is no address book.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from adapters.leads.file.addresses import KINDS
from adapters.leads.file.faults import nothing_usable, write_faults
from adapters.leads.file.parse import ID_PATTERN, PLACE_ALLOWED, ZONE_ALLOWED, Check, add_faults, id_checks
from adapters.leads.file.zones import is_zone
from strategies.compiled import AccountField
from strategies.compliance.whereabouts import is_place
from strategies.errors import ConfigError

_TYPES = {
    "integer": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
    "number": ("FLOAT", "DOUBLE", "DECIMAL", "INTEGER", "BIGINT"),
    "money": ("DECIMAL", "INTEGER", "BIGINT"),
    "text": ("VARCHAR",),
    "name": ("VARCHAR",),
    "last_four": ("VARCHAR",),
    "boolean": ("BOOLEAN",),
    "date": ("DATE",),
}
"""Parquet types that a field may have."""

KEYED = {
    "account_id": ("VARCHAR",),
    "person_id": ("VARCHAR",),
    "endpoints": ("VARCHAR[]",),
    "zones": ("VARCHAR[]",),
    "places": ("VARCHAR[]",),
}
"""Columns of every file with endpoints in place of numbers, with their Parquet types."""


def is_prepared(path: Path) -> bool:
    """Tell whether `path` is a Parquet file with endpoints."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        return "endpoints" in types_of(duckdb.connect(), path)
    except duckdb.Error:
        return False  # whoever reads it will say what is wrong


def view_prepared(
    path: Path, fields: Sequence[AccountField], database: duckdb.DuckDBPyConnection, side_file: Path
) -> tuple[int, int]:
    """Make ``accounts`` a view of the file; return the number of accounts and of rejected rows.

    Raises
    ------
    ConfigError
        When a column is missing or has another type, or no row is good.
    """
    types = types_of(database, path)
    addresses = {column: kind for column, kind in KINDS.items() if column in types}
    wanted = KEYED | dict.fromkeys(addresses, ("VARCHAR[]",)) | {field.name: _TYPES[field.type] for field in fields}
    check_columns(path, wanted, types)
    written = f"SELECT file_row_number + 1 AS source_row, {', '.join(wanted)} FROM {source_of(path)}"
    database.execute(f"CREATE VIEW raw AS {written}").fetchall()
    database.execute(
        "CREATE TABLE fault (source_row BIGINT, field VARCHAR, reason VARCHAR, allowed VARCHAR)"
    ).fetchall()
    _find_faults(database, addresses, fields)
    database.execute("CREATE TABLE rejected_account AS SELECT DISTINCT source_row FROM fault").fetchall()
    ((rows, rejected),) = database.execute(
        "SELECT (SELECT count(*) FROM raw), (SELECT count(*) FROM rejected_account)"
    ).fetchall()
    good = " WHERE source_row NOT IN (SELECT source_row FROM rejected_account)" if rejected else ""
    database.execute(f"CREATE VIEW accounts AS SELECT * FROM ({written}){good}").fetchall()
    write_faults(database, side_file)
    if rows == rejected:
        raise nothing_usable(database, path, side_file)
    return rows - rejected, rejected


def source_of(path: Path) -> str:
    """Return SQL for the rows of the Parquet file at `path`."""
    quoted = str(path).replace("'", "''")
    return f"read_parquet('{quoted}', file_row_number = true)"


def types_of(database: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Return the types of the columns of the Parquet file at `path`."""
    return {name: str(kind) for name, kind, *_ in database.execute(f"DESCRIBE FROM {source_of(path)}").fetchall()}


def check_columns(path: Path, wanted: Mapping[str, Sequence[str]], types: Mapping[str, str]) -> None:
    """Refuse a file whose column `types` are not among the `wanted` ones.

    Raises
    ------
    ConfigError
        When a column is missing or has another type.
    """
    for name, allowed in wanted.items():
        if name not in types:
            hint = f"expected: {', '.join(wanted)}"
            raise ConfigError(f"the column {name} is missing", file=str(path), hint=hint)
        if types[name].partition("(")[0] not in allowed:
            hint = f"store it as {' or '.join(allowed)}"
            raise ConfigError(f"the column {name} has the type {types[name]}", file=str(path), hint=hint)


def _find_faults(
    database: duckdb.DuckDBPyConnection, addresses: Mapping[str, str], fields: Sequence[AccountField]
) -> None:
    found = [*id_checks(), *list_checks(database, addresses), *_field_checks(fields)]
    # One pass over the file tells which checks find anything; only these are looked at again.
    counts = ", ".join(f"count(*) FILTER (WHERE {check.condition})" for check in found)
    (numbers,) = database.execute(f"SELECT {counts} FROM raw").fetchall()
    for check, number in zip(found, numbers, strict=True):
        if number:
            add_faults(database, check)
    database.execute(
        """
        INSERT INTO fault
        SELECT source_row, 'account_id', 'is the same as in row ' || first, 'an id of its own for every account'
        FROM raw JOIN (SELECT account_id, min(source_row) AS first FROM raw GROUP BY 1 HAVING count(*) > 1)
            USING (account_id)
        WHERE source_row <> first
        """
    ).fetchall()


def list_checks(database: duckdb.DuckDBPyConnection, addresses: Mapping[str, str]) -> Iterator[Check]:
    """Yield the checks of ``zones``, ``places`` and ``endpoints`` of the table ``raw``, and of its `addresses`.

    `addresses`: the letter that the endpoints of such a column have.
    """
    for name, reason, allowed, is_known in (
        ("zones", "is not a time zone", ZONE_ALLOWED, is_zone),
        ("places", "is not a place", PLACE_ALLOWED, is_place),
    ):
        written = database.execute(f"SELECT DISTINCT unnest({name}) FROM raw").fetchall()
        if bad := [one for (one,) in written if one is None or not is_known(one)]:
            listed = ", ".join("'" + str(one).replace("'", "''") + "'" for one in bad)
            yield Check(name, reason, allowed, f"list_has_any({name}, [{listed}]) OR list_contains({name}, NULL)")
    yield Check("zones", "is missing", "a list of time zones, empty where none is known", "zones IS NULL")
    yield Check("places", "is missing", "a list of places, empty where none is known", "places IS NULL")
    for name, kind in {"endpoints": "", **addresses}.items():
        yield Check(name, "is missing", "a list of endpoints, empty where there is none", f"{name} IS NULL")
        is_one = f"coalesce(regexp_full_match(one, '{ID_PATTERN}/{kind}[0-9]+'), FALSE)"
        wrong = f"len(list_filter({name}, lambda one: NOT {is_one})) > 0"
        allowed = "a person's id, a slash and a number, such as p17/0"
        if kind:
            allowed = f"a person's id, a slash, the letter {kind} and a number, such as p17/{kind}0"
        yield Check(name, "is not an endpoint", allowed, wrong)


def _field_checks(fields: Sequence[AccountField]) -> Iterator[Check]:
    for field in fields:
        if field.type == "number":
            yield Check(
                field.name, "is not a finite number", "a finite number", f"NOT isfinite(CAST({field.name} AS DOUBLE))"
            )
        if field.min is not None:
            yield Check(field.name, "is too small", f"at least {field.min:g}", f"{field.name} < {field.min!r}")
        if field.max is not None:
            yield Check(field.name, "is too large", f"at most {field.max:g}", f"{field.name} > {field.max!r}")
