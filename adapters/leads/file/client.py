"""Portfolios from CSV, Parquet and SQLite files: good rows are loaded, bad ones go to a side file with the reason.

Columns: ``account_id``; ``person_id``; ``phones``, or ``phone_1``, ``phone_2`` and so on, in E.164 form; ``emails``
and ``post`` (one postal address), for the channels that need them; ``zones``, IANA names, and ``places``, ISO
3166 codes of addresses; and every field that the strategy declares. Other columns are passed over. The places of
the numbers are always added to those that are stated; time zones that are stated are somebody's knowledge and stand
alone, and where there are none, those of all numbers and stated places are taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import duckdb

from adapters.leads.file.addresses import KINDS, make_addresses, split_addresses
from adapters.leads.file.columns import PHONE, wanted
from adapters.leads.file.faults import first_faults, nothing_usable, write_faults
from adapters.leads.file.numbers import find_bad_numbers, make_people, split_numbers, split_zones
from adapters.leads.file.parse import ID_PATTERN, add_faults, checks, typed
from adapters.leads.file.places import split_places
from adapters.leads.file.prepared import is_prepared, view_prepared
from adapters.leads.file.source import read_raw
from dialer.core.errors import PortError
from strategies.compiled import AccountField
from strategies.errors import ConfigError

_ENDPOINT = re.compile(f"({ID_PATTERN})/([ep]?)([0-9]+)")
"""Person, kind (none for a number) and index."""


class FileAddressBook:
    """The numbers of a portfolio; see `dialer.ports.leads.AddressBook`."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database.cursor()

    def number(self, endpoint: str) -> str:
        """Return the number of `endpoint` in E.164 form, or the address that it is."""
        known = _ENDPOINT.fullmatch(endpoint)
        rows = []
        if known is not None:
            person, kind, _ = known.groups()
            query = "SELECT numbers FROM person WHERE person_id = ?"
            if kind:
                query = f"SELECT addresses FROM reachable WHERE person_id = ? AND kind = '{kind}'"
            rows = self._database.execute(query, [person]).fetchall()
        if known is None or not rows or int(known[3]) >= len(rows[0][0]):
            raise PortError(f"the address book has no endpoint {endpoint}", retryable=False)
        return rows[0][0][int(known[3])]

    def endpoints(self, number: str) -> list[str]:
        """Return every endpoint that has this number, in E.164 form."""
        rows = self._database.execute(
            "SELECT person_id || '/' || (list_position(numbers, $1) - 1) FROM person "
            "WHERE list_contains(numbers, $1) ORDER BY 1",
            [number],
        ).fetchall()
        return [endpoint for (endpoint,) in rows]


class FileAccountBook:
    """The accounts of a portfolio; see `dialer.ports.leads.AccountBook`."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database.cursor()
        self._known = {str(name) for name, *_ in self._database.execute("DESCRIBE accounts").fetchall()}

    def facts(self, account: str, fields: Sequence[str]) -> dict[str, object]:
        """Return these fields of `account`."""
        if unknown := sorted(set(fields) - self._known):
            raise PortError(f"the portfolio has no field {unknown[0]}", retryable=False)
        columns = ", ".join(("account_id", *fields))
        rows = self._database.execute(f"SELECT {columns} FROM accounts WHERE account_id = ?", [account]).fetchall()
        if not rows:
            raise PortError(f"the portfolio has no account {account}", retryable=False)
        return dict(zip(fields, rows[0][1:], strict=True))


class Portfolio:
    """Accounts that can be worked.

    Attributes
    ----------
    database : duckdb.DuckDBPyConnection
        Has the table ``accounts`` in the form that `strategies.planning.planner` reads.
    accounts, rejected : int
        Rows that were loaded, and rows that were not.
    rejected_file : Path | None
        Where the rejected rows are explained; None when there are none.
    first_faults : tuple of ConfigError
        Some of what was wrong, each with file and line, and what is allowed there.
    is_prepared : bool
        Whether it has endpoints in place of numbers.
    book : FileAddressBook
        The numbers behind the endpoints.
    account_book : FileAccountBook
        The facts behind the accounts' references.
    """

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        accounts: int,
        rejected: int,
        rejected_file: Path | None,
        faults: tuple[ConfigError, ...],
        *,
        is_prepared: bool = False,
    ) -> None:
        self.database, self.accounts, self.rejected, self.rejected_file = database, accounts, rejected, rejected_file
        self.first_faults, self.is_prepared = faults, is_prepared
        self.book = FileAddressBook(database)
        self.account_book = FileAccountBook(database)

    def has_account(self, account: str) -> bool:
        """Tell whether there is such an account."""
        return self._has("accounts WHERE account_id = ?", account)

    def has_person(self, person: str) -> bool:
        """Tell whether somebody has this id, who owes or is another party."""
        return any(self._has(f"{table} WHERE person_id = ?", person) for table in ("accounts", "party"))

    def _has(self, where: str, key: str) -> bool:
        return bool(self.database.cursor().execute(f"SELECT 1 FROM {where} LIMIT 1", [key]).fetchall())


def read_portfolio(path: Path, fields: Sequence[AccountField], *, rejected_file: Path | None = None) -> Portfolio:
    """Load the portfolio at `path`.

    Parameters
    ----------
    path : Path
        A ``.csv`` or ``.parquet`` file, or a ``.sqlite`` one with the table ``accounts``.
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
    side_file = rejected_file or path.parent / f"{path.stem}.rejected.csv"
    if is_prepared(path):
        accounts, rejected = view_prepared(path, fields, database, side_file)
        database.execute("CREATE TABLE person (person_id VARCHAR, numbers VARCHAR[])").fetchall()
        database.execute("CREATE TABLE reachable (person_id VARCHAR, kind VARCHAR, addresses VARCHAR[])").fetchall()
        faults = first_faults(database, path)
        database.execute("DROP VIEW raw").fetchall()
        database.execute("DROP TABLE fault").fetchall()
        return Portfolio(database, accounts, rejected, side_file if rejected else None, faults, is_prepared=True)
    columns = read_raw(path, partial(wanted, fields=[field.name for field in fields]), database, "accounts")
    phones = [name for name in columns if PHONE.fullmatch(name)]
    _find_faults(database, columns, fields)
    split_numbers(database, phones)
    find_bad_numbers(database, ", ".join(phones))
    split_places(database, has_places="places" in columns)
    split_zones(database, has_zones="zones" in columns)
    split_addresses(database, columns)
    database.execute("CREATE TABLE bad AS SELECT DISTINCT source_row FROM fault").fetchall()
    make_people(database)
    make_addresses(database)
    _make_accounts(database, columns, fields)
    ((accounts,),) = database.execute("SELECT count(*) FROM accounts").fetchall()
    ((rejected,),) = database.execute("SELECT count(*) FROM bad").fetchall()
    write_faults(database, side_file)
    if not accounts:
        raise nothing_usable(database, path, side_file)
    faults = first_faults(database, path)
    for table in ("raw", "bad", "fault", "phone", "zone", "address", "located", "written", "own_address"):
        database.execute(f"DROP TABLE {table}").fetchall()
    return Portfolio(database, accounts, rejected, side_file if rejected else None, faults)


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


def _make_accounts(database: duckdb.DuckDBPyConnection, columns: Sequence[str], fields: Sequence[AccountField]) -> None:
    written = "".join(
        f", coalesce((SELECT endpoints FROM own_address WHERE kind = '{kind}' "
        f"AND own_address.source_row = raw.source_row), []) AS {column}"
        for column, kind in KINDS.items()
        if column in columns
    )
    values = "".join(f", {typed(field)} AS {field.name}" for field in fields)
    database.execute(
        f"""
        CREATE TABLE accounts AS
        WITH own AS (
            SELECT source_row, [found[2] FOR found IN list_sort(list((place, number)))] AS own
            FROM phone GROUP BY source_row
        )
        SELECT source_row, account_id, person_id, coalesce(person.zones, []) AS zones,
            coalesce(person.places, []) AS places,
            [person_id || '/' || (list_position(numbers, number) - 1)
                FOR number, place IN coalesce(own, []) IF list_position(own, number) = place] AS endpoints
            {written}{values}
        FROM raw LEFT JOIN own USING (source_row) LEFT JOIN person USING (person_id)
        WHERE source_row NOT IN (SELECT source_row FROM bad) ORDER BY source_row
        """
    ).fetchall()
    database.execute("CREATE UNIQUE INDEX by_person ON person (person_id)").fetchall()
