"""E-mail and postal addresses of a portfolio's rows, in columnar queries.

They are keyed as numbers are: ``p17/e0`` is the first e-mail address of the person p17, and ``p17/p0`` the first
postal one.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from adapters.leads.file.parse import Check, add_faults

KINDS = {"emails": "e", "post": "p"}
"""Columns of addresses, with the letter that their endpoints have."""

_EMAIL = r"[^@\s;,<>]+@[^@\s;,<>]+\.[^@\s;,<>]+"


def split_addresses(database: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> None:
    """Make ``written`` (source_row, person_id, kind, place, address); note what is no e-mail address."""
    database.execute(
        "CREATE OR REPLACE TABLE written "
        "(source_row BIGINT, person_id VARCHAR, kind VARCHAR, place BIGINT, address VARCHAR)"
    ).fetchall()
    for column, kind in KINDS.items():
        if column in columns:  # a postal address may hold any sign, so there is one
            cells = f"string_split({column}, ';')" if column == "emails" else f"[{column}]"
            database.execute(
                f"""
                INSERT INTO written SELECT source_row, person_id, '{kind}', place, trim(cell) FROM (
                    SELECT source_row, person_id, unnest(cells) AS cell, generate_subscripts(cells, 1) AS place
                    FROM (SELECT source_row, person_id, {cells} AS cells FROM raw WHERE {column} IS NOT NULL)
                ) WHERE trim(cell) <> ''
                """
            ).fetchall()
    allowed = "addresses such as name@example.org, separated by semicolons"
    wrong = f"kind = 'e' AND NOT regexp_full_match(address, '{_EMAIL}')"
    add_faults(database, Check("emails", "is not an e-mail address", allowed, wrong), "written")


def make_addresses(database: duckdb.DuckDBPyConnection) -> None:
    """Make ``reachable`` (person_id, kind, addresses) and, by row, ``own_address`` (source_row, kind, endpoints)."""
    database.execute(
        """
        CREATE TABLE reachable AS
        SELECT person_id, kind,
            [address FOR address, spot IN found IF list_position(found, address) = spot] AS addresses
        FROM (
            SELECT person_id, kind, [one[3] FOR one IN list_sort(list((source_row, place, address)))] AS found
            FROM written WHERE source_row NOT IN (SELECT source_row FROM bad) GROUP BY person_id, kind
        )
        """
    ).fetchall()
    database.execute(
        """
        CREATE TABLE own_address AS
        SELECT source_row, kind,
            list(person_id || '/' || kind || (list_position(addresses, address) - 1) ORDER BY place) AS endpoints
        FROM (SELECT source_row, person_id, kind, address, min(place) AS place FROM written GROUP BY ALL)
            JOIN reachable USING (person_id, kind)
        GROUP BY source_row, kind
        """
    ).fetchall()
