"""Fields of an account as texts and numbers for a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from dialer.core.errors import PortError
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


class AccountFacts:
    """The fields of a portfolio's accounts as call scripts need them; see `dialer.ports.leads.AccountBook`."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database.cursor()

    def facts(self, account: str, fields: Sequence[str]) -> Mapping[str, object]:
        """Return these fields of `account` by name.

        Raises
        ------
        PortError
            When the portfolio has no such account, or no such field.
        """
        if not fields:
            return {}
        question = f"SELECT {', '.join(fields)} FROM accounts WHERE account_id = ?"
        try:
            row = self._database.execute(question, [account]).fetchone()
        except duckdb.BinderException:
            raise PortError(f"the portfolio lacks one of {', '.join(fields)}", retryable=False) from None
        if row is None:
            raise PortError("the portfolio no longer has this account", retryable=False)
        return dict(zip(fields, row, strict=True))


def _shown(value: object) -> Shown:
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
