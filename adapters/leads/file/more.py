"""The files beside a portfolio: other parties, do-not-contact lists and consents."""

from __future__ import annotations

from pathlib import Path

from adapters.leads.file.client import Portfolio
from adapters.leads.file.faults import Rejected
from adapters.leads.file.parties import read_parties
from adapters.leads.file.wishes import read_consents, read_suppressed


def read_more(
    portfolio: Portfolio, parties: Path | None, suppressed: Path | None, consent: Path | None
) -> tuple[Rejected, ...]:
    """Read those of the files that there are into the portfolio's database; return what was rejected.

    The parties come first: a do-not-contact list may name their numbers.

    Raises
    ------
    ConfigError
        When a file cannot be read or lacks a column.
    """
    found = []
    if parties is not None:
        found.append(read_parties(parties, portfolio))
    if suppressed is not None:
        found.append(read_suppressed(suppressed, portfolio.database, has_numbers=not portfolio.is_prepared))
    if consent is not None:
        found.append(read_consents(consent, portfolio.database))
    return tuple(found)
