"""Telephone numbers and time zones of a portfolio's rows, in columnar queries."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import phonenumbers

from adapters.leads.file.parse import PHONE_ALLOWED, UNKNOWN, ZONE_ALLOWED, Check, add_faults
from adapters.leads.file.zones import is_zone, zone_key
from strategies.compliance.whereabouts import zones_of_number, zones_of_place

_E164 = r"[+](1[2-9][0-9]{2}[2-9][0-9]{6}|[2-9][0-9]{6,14})"


def split_numbers(database: duckdb.DuckDBPyConnection, phones: Sequence[str]) -> None:
    """Make ``phone`` (source_row, person_id, place, number) from the columns `phones`."""
    cells = f"string_split(concat_ws(';', {', '.join(phones)}), ';')"
    database.execute(
        f"""
        CREATE TABLE phone AS
        SELECT source_row, person_id, place, regexp_replace(cell, '[ ().-]', '', 'g') AS number FROM (
            SELECT source_row, person_id, unnest(cells) AS cell, generate_subscripts(cells, 1) AS place
            FROM (SELECT source_row, person_id, {cells} AS cells FROM raw)
        ) WHERE trim(cell) <> ''
        """
    ).fetchall()


def find_bad_numbers(database: duckdb.DuckDBPyConnection, field: str) -> None:
    """Note the rows with a number that cannot exist, as faults of the column `field`."""
    shapes = database.execute(
        f"""
        SELECT left(number, 5) AS start, length(number) AS length, min(number) FROM phone
        WHERE regexp_full_match(number, '{_E164}') GROUP BY ALL
        """
    ).fetchall()
    # The calling code, at most four signs, and the length decide whether a number can exist.
    possible = [(start, length) for start, length, sample in shapes if _possible(sample)]
    database.execute("CREATE OR REPLACE TEMP TABLE possible (start VARCHAR, length BIGINT)").fetchall()
    if possible:
        database.executemany("INSERT INTO possible VALUES (?, ?)", possible).fetchall()
    condition = (
        f"NOT regexp_full_match(number, '{_E164}') "
        "OR (left(number, 5), length(number)) NOT IN (SELECT (start, length) FROM possible)"
    )
    add_faults(database, Check(field, "is not a telephone number", PHONE_ALLOWED, condition), "phone")


def _possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def split_zones(database: duckdb.DuckDBPyConnection, *, has_zones: bool) -> None:
    """Make ``zone`` (source_row, zone): as stated; else as the numbers and stated places say, or `UNKNOWN`."""
    stated = "zones" if has_zones else "NULL::VARCHAR"
    database.execute(
        f"""
        CREATE TABLE zone AS SELECT DISTINCT source_row, trim(zone) AS zone FROM (
            SELECT source_row, unnest(string_split({stated}, ';')) AS zone FROM raw WHERE {stated} IS NOT NULL
        ) WHERE trim(zone) <> ''
        """
    ).fetchall()
    bad = [(zone,) for (zone,) in database.execute("SELECT DISTINCT zone FROM zone").fetchall() if not is_zone(zone)]
    if bad:
        database.execute("CREATE OR REPLACE TEMP TABLE bad_zone (zone VARCHAR)").fetchall()
        database.executemany("INSERT INTO bad_zone VALUES (?)", bad).fetchall()
        condition = "zone IN (SELECT zone FROM bad_zone)"
        add_faults(database, Check("zones", "is not a time zone", ZONE_ALLOWED, condition), "zone")
    database.execute("CREATE OR REPLACE TEMP TABLE stated AS SELECT DISTINCT source_row FROM zone").fetchall()
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE silent AS SELECT * FROM (
            SELECT source_row, {zone_key("number")} AS key FROM phone
            UNION SELECT source_row, place FROM address
        ) WHERE source_row NOT IN (FROM stated)
        """
    ).fetchall()
    keys = [key for (key,) in database.execute("SELECT DISTINCT key FROM silent").fetchall()]
    zones = [list((zones_of_number if key.startswith("+") else zones_of_place)(key)) or [UNKNOWN] for key in keys]
    database.execute(
        """
        INSERT INTO zone SELECT DISTINCT source_row, unnest(zones) FROM silent
        JOIN (SELECT unnest(?::VARCHAR[]) AS key, unnest(?::VARCHAR[][]) AS zones) USING (key)
        """,
        [keys, zones],
    ).fetchall()


def make_people(database: duckdb.DuckDBPyConnection, table: str = "person") -> None:
    """Make `table` (person_id, numbers, zones, places): all that the person's good rows say.

    Number 0 of the person p17 is the endpoint ``p17/0``, and so on, in the order of their appearance.
    """
    database.execute(
        f"""
        CREATE TABLE {table} AS
        WITH owned AS (
            SELECT person_id, [found[3] FOR found IN list_sort(list((source_row, place, number)))] AS numbers FROM phone
            WHERE source_row NOT IN (SELECT source_row FROM bad) GROUP BY person_id
        ), lived AS (
            SELECT person_id, list_sort(list_distinct(list(zone))) AS zones FROM zone JOIN raw USING (source_row)
            WHERE source_row NOT IN (SELECT source_row FROM bad) GROUP BY person_id
        ), found AS (
            SELECT person_id, list_sort(list_distinct(list(place))) AS places FROM located JOIN raw USING (source_row)
            WHERE source_row NOT IN (SELECT source_row FROM bad) GROUP BY person_id
        )
        SELECT person_id, CASE WHEN list_contains(zones, $unknown) THEN [] ELSE coalesce(zones, []) END AS zones,
            CASE WHEN list_contains(places, $unknown) THEN [] ELSE coalesce(places, []) END AS places,
            [number FOR number, place IN coalesce(numbers, []) IF list_position(numbers, number) = place] AS numbers
        FROM owned FULL JOIN lived USING (person_id) FULL JOIN found USING (person_id)
        """,
        {"unknown": UNKNOWN},
    ).fetchall()
