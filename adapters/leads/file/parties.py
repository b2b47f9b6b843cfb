"""Who else may be reached about an account, from CSV, Parquet and SQLite files.

Columns: ``account_id``; ``party``, which is ``guarantor`` or ``contact`` (an emergency contact); ``person_id``, a key
of that person; ``phones``, or ``phone_1``, ``phone_2`` and so on; ``zones`` and ``places``. Numbers, zones and places
are read as those of a portfolio, and belong to that person alone: a guarantor is called at the guarantor's hours. One
row is one person for one account.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb

from adapters.leads.file.client import Portfolio
from adapters.leads.file.columns import PHONE, wanted
from adapters.leads.file.faults import Rejected, tell_faults
from adapters.leads.file.numbers import find_bad_numbers, make_people, split_numbers, split_zones
from adapters.leads.file.parse import Check, add_faults, checks
from adapters.leads.file.places import split_places
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
        When the file cannot be read or lacks a column, or the portfolio has endpoints in place of numbers.
    """
    database = portfolio.database
    if portfolio.is_prepared:
        hint = "plan with a portfolio that has telephone numbers, or leave the file out"
        raise ConfigError("nobody can be called from this portfolio, so nor can others", file=str(path), hint=hint)
    columns = read_raw(path, partial(wanted, fields=["party"]), database, "parties")
    phones = [name for name in columns if PHONE.fullmatch(name)]
    for check in checks(columns, ()):
        add_faults(database, check)
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
