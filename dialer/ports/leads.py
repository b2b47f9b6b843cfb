"""The contract between Paceline and whoever knows the telephone numbers and the accounts.

The kernel, the journal and the logs hold keyed references (``p17/0``: the first number of person
``p17``); a telephony adapter asks for the number at the last moment and keeps it nowhere. A desktop adapter
does the same with the facts of an account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class AddressBook(Protocol):
    """From references to numbers."""

    def number(self, endpoint: str) -> str:
        """Return the number of `endpoint` in E.164 form.

        Raises
        ------
        PortError
            When nobody knows this reference; trying again does not help.
        """
        ...


class AccountBook(Protocol):
    """From an account's reference to its fields."""

    def facts(self, account: str, fields: Sequence[str]) -> Mapping[str, object]:
        """Return these fields of `account` by name: `Decimal` for money, `datetime.date` for dates, None for empty.

        Raises
        ------
        PortError
            When nobody knows this account or one of the fields; trying again does not help.
        """
        ...
