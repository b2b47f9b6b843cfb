"""On how many days in a row the debtor of an account was tried in vain: what opens the way to other persons."""

from __future__ import annotations

from typing import NamedTuple

from strategies.compliance.localtime import LocalTime, local_time
from strategies.compliance.records import Contact, Reach

FAILED: tuple[Reach, ...] = ("busy", "not_in_service", "ring", "machine", "message")
"""After these the debtor was not reached. Whom an abandoned call reached is not known, so it is no failure."""


class Row(NamedTuple):
    """Days in vain since the last success, the latest of them, and attempts that are not settled."""

    days: int = 0
    latest_day: int = 0
    pending: int = 0


class Misses:
    """Days in vain by account, by the calendar of one zone. Only calls to debtors count.

    Parameters
    ----------
    zone : str
        An IANA name.
    """

    def __init__(self, zone: str) -> None:
        clock = local_time(zone)
        if clock is None:
            raise ValueError(f"there is no time zone {zone}")
        self._clock: LocalTime = clock
        self.rows: dict[str, Row] = {}

    def days(self, account: str) -> int:
        """Return the days in vain; 0 while an attempt is not settled, for it may reach the debtor."""
        row = self.rows.get(account)
        return 0 if row is None or row.pending else row.days

    def reserve(self, contact: Contact) -> None:
        """An attempt begins."""
        if _is_try(contact):
            row = self.rows.get(contact.account, Row())
            self.rows[contact.account] = row._replace(pending=row.pending + 1)

    def settle(self, contact: Contact, reach: Reach, t_ns: int) -> None:
        """An attempt has ended."""
        if not _is_try(contact):
            return
        row = self.rows.get(contact.account, Row(pending=1))
        row = row._replace(pending=row.pending - 1)
        if reach in FAILED:
            today = self._clock.day(t_ns)
            if today > row.latest_day:
                row = row._replace(days=row.days + 1, latest_day=today)
        elif reach != "none":
            row = Row(pending=row.pending)
        if row == Row():
            self.rows.pop(contact.account, None)
        else:
            self.rows[contact.account] = row

    def record(self, contact: Contact, reach: Reach) -> None:
        """The debtor got in touch: whoever writes or calls can be reached."""
        if contact.party == "debtor" and reach != "none":
            row = Row(pending=self.rows.get(contact.account, Row()).pending)
            if row.pending:
                self.rows[contact.account] = row
            else:
                self.rows.pop(contact.account, None)


def _is_try(contact: Contact) -> bool:
    return contact.party == "debtor" and contact.channel == "voice"
