"""Fields of an account as texts and numbers for a screen."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dialer.ports.presence import Shown


class AccountFields:
    """Some fields of a portfolio's accounts.

    Parameters
    ----------
    database : duckdb.DuckDBPyConnection
        With the table ``accounts`` of `adapters.leads.file.client.Portfolio`.
    names : sequence of str
        Which fields; none, and nothing is asked.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
        self._database, self._names = database.cursor(), tuple(names)
        self._question = f"SELECT {', '.join(self._names)} FROM accounts WHERE account_id = ?"

    def of(self, account: str) -> dict[str, Shown]:
        """Return the fields of `account` by name; nothing for an account that the portfolio no longer has."""
        if not self._names:
            return {}
        row = self._database.execute(self._question, [account]).fetchone()
        return {} if row is None else {name: _shown(value) for name, value in zip(self._names, row, strict=True)}


def _shown(value: object) -> Shown:
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
