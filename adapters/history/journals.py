"""From our own journals."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from adapters.history.writer import HistoryWriter, Rejected
from dialer.core.errors import JournalError
from dialer.journal.entry import decode_effects, decode_event
from dialer.journal.history import HistoryRows
from dialer.journal.manifest import Manifest
from dialer.journal.verify import Log, proven

PROGRESS_EVERY = 10_000
"""Entries between two calls of `progress`."""


def import_journal(
    log: Log, source: str, writer: HistoryWriter, progress: Callable[[int], None] = lambda _: None
) -> None:
    """Add the history in a journal; what follows a break of its chain is not believed, and that is listed.

    Parameters
    ----------
    source : str
        The journal's name for people.

    Raises
    ------
    JournalError
        When its manifest cannot be read.
    """
    settings = Manifest.decode(log.manifest).settings
    writer.settings = msgspec.json.encode(settings)
    rows, seq = HistoryRows(settings), 0
    try:
        for record in proven(log):
            for table, row in rows.take(decode_event(record), decode_effects(record)):
                writer.add(table, row)
            seq = record.seq
            if seq % PROGRESS_EVERY == 0:
                progress(seq)
    except JournalError as error:
        writer.reject(Rejected(source, seq + 1, "", str(error), "an entry as it was written"))
    for table, row in rows.finish():
        writer.add(table, row)
