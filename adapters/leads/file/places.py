"""Places of a portfolio's rows, in columnar queries: those of the numbers always, and those that are stated."""

from __future__ import annotations

import duckdb

from adapters.leads.file.parse import PLACE_ALLOWED, UNKNOWN, Check, add_faults
from strategies.compliance.whereabouts import AREA_CODE_LENGTH, is_place, places_of_number

_KEY_LENGTH = len("+1") + AREA_CODE_LENGTH
"""Signs of a number, at most, that decide its places: a calling code has three digits, or is 1 with an area code."""


def split_places(database: duckdb.DuckDBPyConnection, *, has_places: bool) -> None:
    """Make ``address`` (source_row, place), as stated, and ``located``: the same and what the numbers say.

    A place of `UNKNOWN` is that of a number that can end anywhere.
    """
    stated = "places" if has_places else "NULL::VARCHAR"
    database.execute(
        f"""
        CREATE TABLE address AS SELECT DISTINCT source_row, trim(place) AS place FROM (
            SELECT source_row, unnest(string_split({stated}, ';')) AS place FROM raw WHERE {stated} IS NOT NULL
        ) WHERE trim(place) <> ''
        """
    ).fetchall()
    written = database.execute("SELECT DISTINCT place FROM address").fetchall()
    if bad := [place for (place,) in written if not is_place(place)]:
        database.execute(
            "CREATE OR REPLACE TEMP TABLE bad_place AS SELECT unnest(?::VARCHAR[]) AS place", [bad]
        ).fetchall()
        condition = "place IN (SELECT place FROM bad_place)"
        add_faults(database, Check("places", "is not a place", PLACE_ALLOWED, condition), "address")
    numbers = (
        f"(SELECT source_row, left(number, {_KEY_LENGTH}) AS key FROM phone "
        "WHERE source_row NOT IN (SELECT source_row FROM fault))"
    )
    keys = [key for (key,) in database.execute(f"SELECT DISTINCT key FROM {numbers}").fetchall()]
    found = [list(places_of_number(key)) or [UNKNOWN] for key in keys]
    database.execute(
        f"""
        CREATE TABLE located AS SELECT source_row, place FROM address UNION
        SELECT source_row, unnest(places) FROM {numbers}
        JOIN (SELECT unnest(?::VARCHAR[]) AS key, unnest(?::VARCHAR[][]) AS places) USING (key)
        """,
        [keys, found],
    ).fetchall()
