"""The contract between Paceline and whoever knows the telephone numbers.

The kernel, the journal and the logs hold keyed references (``p17/0``: the first number of person
``p17``); a telephony adapter asks for the number at the last moment and keeps it nowhere.
"""

from __future__ import annotations

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
