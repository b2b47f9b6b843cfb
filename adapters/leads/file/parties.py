"""Who else may be reached about an account, from CSV, Parquet and SQLite files.

Columns: ``account_id``; ``party``, which is ``guarantor`` or ``contact`` (an emergency contact); ``person_id``, a key
of that person; ``phones``, or ``phone_1``, ``phone_2`` and so on; ``zones`` and ``places``. Numbers, zones and places
are read as those of a portfolio, and belong to that person alone: a guarantor is called at the guarantor's hours. One
row is one person for one account.

A portfolio with endpoints in place of numbers has such parties too: a Parquet file with the lists ``endpoints``,
``zones`` and ``places``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb

from adapters.leads.file.client import Portfolio
from adapters.leads.file.columns import PHONE, wanted
from adapters.leads.file.faults import Rejected, tell_faults
from adapters.leads.file.numbers import find_bad_numbers, make_people, split_numbers, split_zones
from adapters.leads.file.parse import Check, add_faults, checks, id_checks
from adapters.leads.file.places import split_places
from adapters.leads.file.prepared import KEYED, check_columns, is_prepared, list_checks, source_of, types_of
from adapters.leads.file.source import read_raw
from strategies.errors import ConfigError

_NO_ACCOUNT = "account_id NOT IN (SELECT account_id FROM accounts)"
_OWES = "(account_id, person_id) IN (SELECT (account_id, person_id) FROM accounts)"


def read_parties(path: Path, portfolio: Portfolio) -> Rejected:
    """Make the table ``party`` of the portfolio's database from the file at `path`; return what was rejected.

    Rejected rows are explained in ``<name>.rejected.csv`` beside the file. Somebody who owes on another account
    of the portfolio stays one person: with the numbers, time zones and places of both files.

    Raises
    ------
    ConfigError
        When the file cannot be read or lacks a column.
    """
    database = portfolio.database
    if portfolio.is_prepared:
        return _read_prepared(path, database)
    columns = read_raw(path, partial(wanted, fields=["party"]), database, "parties")
    phones = [name for name in columns if PHONE.fullmatch(name)]
    for check in checks(columns, ()):
        add_faults(database, check)
    _find_bad_parties(database)
    split_numbers(database, phones)
    find_bad_numbers(database, ", ".join(phones))
    split_places(database, has_places="places" in columns)
    split_zones(database, has_zones="zones" in columns)
    database.execute("CREATE OR REPLACE TABLE bad AS SELECT DISTINCT source_row FROM fault").fetchall()
    make_people(database, "other_person")
    _join_people(database)
    _make_parties(database)
    rejected = tell_faults(database, path)
    for table in ("raw", "bad", "fault", "phone", "zone", "address", "located", "other_person"):
        database.execute(f"DROP TABLE {table}").fetchall()
    return rejected


def _find_bad_parties(database: duckdb.DuckDBPyConnection) -> None:
    """Note the rows of nobody who may be called about that account, and those that are there twice."""
    for check in (
        Check("party", "is nobody who may be called", "guarantor or contact", "party NOT IN ('guarantor', 'contact')"),
        Check("party", "is missing", "guarantor or contact", "party IS NULL"),
        Check("account_id", "is no account of the portfolio", "the id of a row that was not rejected", _NO_ACCOUNT),
        Check("person_id", "owes on this account", "somebody else than the person who owes", _OWES),
    ):
        add_faults(database, check)
    database.execute(
        """
        INSERT INTO fault
        SELECT source_row, 'person_id', 'is there for this account in row ' || first, 'one row for each account'
        FROM (SELECT source_row, min(source_row) OVER (PARTITION BY account_id, person_id) AS first FROM raw)
        WHERE source_row <> first
        """
    ).fetchall()


def _read_prepared(path: Path, database: duckdb.DuckDBPyConnection) -> Rejected:
    """Make ``party`` from a file with endpoints, beside accounts that have them."""
    if not is_prepared(path):
        hint = "write a Parquet file with the lists endpoints, zones and places, or plan with telephone numbers"
        raise ConfigError("the accounts have endpoints and these persons do not", file=str(path), hint=hint)
    wanted = {**KEYED, "party": ("VARCHAR",)}
    check_columns(path, wanted, types_of(database, path))
    database.execute(
        f"CREATE TABLE raw AS SELECT file_row_number + 1 AS source_row, {', '.join(wanted)} FROM {source_of(path)}"
    ).fetchall()
    database.execute(
        "CREATE TABLE fault (source_row BIGINT, field VARCHAR, reason VARCHAR, allowed VARCHAR)"
    ).fetchall()
    for check in (*id_checks(), *list_checks(database, {})):
        add_faults(database, check)
    _find_bad_parties(database)
    _join_prepared(database)
    rejected = tell_faults(database, path)
    for table in ("raw", "fault"):
        database.execute(f"DROP TABLE {table}").fetchall()
    return rejected


def _join_prepared(database: duckdb.DuckDBPyConnection) -> None:
    """Make ``party``. Whoever has several rows, here or among the accounts, may be wherever one of them says."""
    where = ", ".join(
        f"CASE WHEN min(len({column})) = 0 THEN [] "
        f"ELSE list_sort(list_distinct(flatten(list({column})))) END AS {column}"
        for column in ("zones", "places")
    )
    database.execute(
        f"""
        CREATE TABLE other_person AS SELECT person_id, {where} FROM (
            SELECT person_id, zones, places FROM raw WHERE source_row NOT IN (SELECT source_row FROM fault)
            UNION ALL
            SELECT person_id, zones, places FROM accounts WHERE person_id IN (
                SELECT person_id FROM raw WHERE source_row NOT IN (SELECT source_row FROM fault))
        ) GROUP BY person_id
        """
    ).fetchall()
    database.execute(
        """
        CREATE OR REPLACE TABLE party AS
        SELECT account_id, party AS role, person_id, endpoints, other_person.zones, other_person.places
        FROM raw JOIN other_person USING (person_id)
        WHERE source_row NOT IN (SELECT source_row FROM fault) ORDER BY source_row
        """
    ).fetchall()
    # Few of the others owe themselves, mostly none: then the accounts stay a plain view of their file.
    database.execute("DELETE FROM other_person WHERE person_id NOT IN (SELECT person_id FROM accounts)").fetchall()
    if database.execute("SELECT 1 FROM other_person LIMIT 1").fetchall():
        database.execute("ALTER VIEW accounts RENAME TO own_accounts").fetchall()
        database.execute(
            """
            CREATE VIEW accounts AS
            SELECT own.* REPLACE (
                coalesce(other.zones, own.zones) AS zones, coalesce(other.places, own.places) AS places)
            FROM own_accounts AS own LEFT JOIN other_person AS other USING (person_id)
            """
        ).fetchall()


def _join_people(database: duckdb.DuckDBPyConnection) -> None:
    """Add the others to ``person``. Who is in both files may be wherever one of them says, unless one is silent."""
    both = {
        column: f"CASE WHEN a.person_id IS NULL OR b.person_id IS NULL THEN coalesce(a.{column}, b.{column}) "
        f"WHEN len(a.{column}) = 0 OR len(b.{column}) = 0 THEN [] "
        f"ELSE list_sort(list_distinct(a.{column} || b.{column})) END AS {column}"
        for column in ("zones", "places")
    }
    database.execute(
        f"""
        CREATE TABLE joined AS
        SELECT coalesce(a.person_id, b.person_id) AS person_id, {both["zones"]}, {both["places"]},
            coalesce(a.numbers, []) ||
                [number FOR number IN coalesce(b.numbers, []) IF NOT list_contains(coalesce(a.numbers, []), number)]
                AS numbers
        FROM person AS a FULL JOIN other_person AS b ON a.person_id = b.person_id
        """
    ).fetchall()
    database.execute(
        "UPDATE accounts SET zones = joined.zones, places = joined.places FROM joined "
        "WHERE joined.person_id = accounts.person_id AND joined.person_id IN (SELECT person_id FROM other_person)"
    ).fetchall()
    database.execute("DROP TABLE person").fetchall()
    database.execute("ALTER TABLE joined RENAME TO person").fetchall()
    database.execute("CREATE UNIQUE INDEX by_person ON person (person_id)").fetchall()


def _make_parties(database: duckdb.DuckDBPyConnection) -> None:
    database.execute(
        """
        CREATE OR REPLACE TABLE party AS
        WITH own AS (
            SELECT source_row, [found[2] FOR found IN list_sort(list((place, number)))] AS own
            FROM phone GROUP BY source_row
        )
        SELECT account_id, party AS role, person_id,
            [person_id || '/' || (list_position(numbers, number) - 1)
                FOR number, place IN coalesce(own, []) IF list_position(own, number) = place] AS endpoints,
            coalesce(person.zones, []) AS zones, coalesce(person.places, []) AS places
        FROM raw LEFT JOIN own USING (source_row) LEFT JOIN person USING (person_id)
        WHERE source_row NOT IN (SELECT source_row FROM bad) ORDER BY source_row
        """
    ).fetchall()
