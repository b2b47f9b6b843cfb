"""Portfolios from CSV and Parquet files: good rows are loaded, bad ones go to a side file with the reason.

Columns: ``account_id``; ``person_id``; ``phones``, or ``phone_1``, ``phone_2`` and so on, in E.164
form; ``zones``, IANA names, which are taken from the numbers where they are absent; and every field
that the strategy declares. Other columns are passed over.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import duckdb

from adapters.leads.file.numbers import find_bad_numbers, make_people, split_numbers, split_zones
from adapters.leads.file.parse import add_faults, checks, typed
from adapters.leads.file.source import PHONE, read_raw
from dialer.core.errors import PortError
from strategies.compiled import AccountField
from strategies.errors import ConfigError


class FileAddressBook:
    """The numbers of a portfolio; see `dialer.ports.leads.AddressBook`."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database.cursor()

    def number(self, endpoint: str) -> str:
        """Return the number of `endpoint` in E.164 form."""
        person, _, index = endpoint.rpartition("/")
        rows = self._database.execute("SELECT numbers FROM person WHERE person_id = ?", [person]).fetchall()
        if not rows or not index.isdecimal() or int(index) >= len(rows[0][0]):
            raise PortError(f"the address book has no endpoint {endpoint}", retryable=False)
        return rows[0][0][int(index)]


class Portfolio:
    """Accounts that can be worked.

    Attributes
    ----------
    database : duckdb.DuckDBPyConnection
        Has the table ``accounts`` in the form that `strategies.planner` reads.
    accounts, rejected : int
        Rows that were loaded, and rows that were not.
    rejected_file : Path | None
        Where the rejected rows are explained; None when there are none.
    book : FileAddressBook
        The numbers behind the endpoints.
    """

    def __init__(
        self, database: duckdb.DuckDBPyConnection, accounts: int, rejected: int, rejected_file: Path | None
    ) -> None:
        self.database, self.accounts, self.rejected, self.rejected_file = database, accounts, rejected, rejected_file
        self.book = FileAddressBook(database)


def read_portfolio(path: Path, fields: Sequence[AccountField], *, rejected_file: Path | None = None) -> Portfolio:
    """Load the portfolio at `path`.

    Parameters
    ----------
    path : Path
        A ``.csv`` or ``.parquet`` file.
    fields : sequence of AccountField
        What the strategy declares.
    rejected_file : Path | None
        Where rejected rows are explained; by default ``<name>.rejected.csv`` beside the portfolio.

    Raises
    ------
    ConfigError
        When the file cannot be read, lacks a column, or has no good row.
    """
    database = duckdb.connect()
    columns = read_raw(path, [field.name for field in fields], database)
    phones = [name for name in columns if PHONE.fullmatch(name)]
    _find_faults(database, columns, fields)
    split_numbers(database, phones)
    find_bad_numbers(database, ", ".join(phones))
    split_zones(database, has_zones="zones" in columns)
    database.execute("CREATE TABLE bad AS SELECT DISTINCT source_row FROM fault").fetchall()
    make_people(database)
    _make_accounts(database, fields)
    ((accounts,),) = database.execute("SELECT count(*) FROM accounts").fetchall()
    ((rejected,),) = database.execute("SELECT count(*) FROM bad").fetchall()
    side_file = rejected_file or path.with_name(f"{path.stem}.rejected.csv")
    _write_faults(database, side_file)
    if not accounts:
        raise ConfigError("no row can be used", file=str(path), hint=_first_fault(database, side_file))
    for table in ("raw", "bad", "fault", "phone", "zone"):
        database.execute(f"DROP TABLE {table}").fetchall()
    return Portfolio(database, accounts, rejected, side_file if rejected else None)


def _find_faults(database: duckdb.DuckDBPyConnection, columns: Sequence[str], fields: Sequence[AccountField]) -> None:
    for check in checks(columns, fields):
        add_faults(database, check)
    database.execute(
        """
        INSERT INTO fault
        SELECT source_row, 'account_id', 'is the same as in row ' || first, 'an id of its own for every account'
        FROM (SELECT source_row, min(source_row) OVER (PARTITION BY account_id) AS first FROM raw
              WHERE account_id IS NOT NULL)
        WHERE source_row <> first
        """
    ).fetchall()


def _make_accounts(database: duckdb.DuckDBPyConnection, fields: Sequence[AccountField]) -> None:
    values = "".join(f", {typed(field)} AS {field.name}" for field in fields)
    database.execute(
        f"""
        CREATE TABLE accounts AS
        WITH own AS (
            SELECT source_row, [found[2] FOR found IN list_sort(list((place, number)))] AS own
            FROM phone GROUP BY source_row
        )
        SELECT source_row, account_id, person_id, coalesce(person.zones, []) AS zones,
            [person_id || '/' || (list_position(numbers, number) - 1)
                FOR number, place IN coalesce(own, []) IF list_position(own, number) = place] AS endpoints{values}
        FROM raw LEFT JOIN own USING (source_row) LEFT JOIN person USING (person_id)
        WHERE source_row NOT IN (SELECT source_row FROM bad) ORDER BY source_row
        """
    ).fetchall()
    database.execute("CREATE UNIQUE INDEX by_person ON person (person_id)").fetchall()


def _write_faults(database: duckdb.DuckDBPyConnection, side_file: Path) -> None:
    """Explain the rejected rows in `side_file`; remove what an earlier run left there if there are none."""
    faults = database.execute("SELECT * FROM fault ORDER BY ALL").fetchall()
    try:
        if not faults:
            if side_file.exists():  # on read-only media even the removal of nothing is an error
                side_file.unlink()
            return
        with side_file.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("row", "field", "reason", "allowed"))
            writer.writerows(faults)
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise ConfigError(
            f"the rejected rows cannot be written: {reason}", file=str(side_file), hint="make its folder writable"
        ) from None


def _first_fault(database: duckdb.DuckDBPyConnection, side_file: Path) -> str:
    rows = database.execute("SELECT source_row, field, reason, allowed FROM fault ORDER BY ALL LIMIT 1").fetchall()
    if not rows:
        return "write accounts below the first line"
    row, field, reason, allowed = rows[0]
    return f"row {row}: {' '.join(filter(None, (field, reason)))}; allowed: {allowed}; all of them are in {side_file}"
