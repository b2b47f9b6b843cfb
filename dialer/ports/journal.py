"""The contract of a journal's store.

Durability. When `append` returns, the records survive the death of the process and of the machine.
All records of one `append` become durable together or not at all.

One writer. Opening a journal for writing while another process has it open raises `JournalError`.

Errors. `JournalError`, naming the file and the remedy. After a failed `append` nothing of it is
stored, and the same records may be appended again.

Threading. Blocking calls, made by one thread at a time; not necessarily the thread that opened it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from dialer.journal.entry import Record


class JournalStore(Protocol):
    """An append-only log of sealed records, with a manifest and snapshots beside it."""

    @property
    def manifest(self) -> bytes:
        """The run's identity, as written when the journal was made."""
        ...

    def append(self, records: Sequence[Record]) -> None:
        """Store `records`, whose numbers follow the last one, durably."""
        ...

    def read(self, after: int = 0) -> Iterator[Record]:
        """Yield the records with numbers greater than `after`, in order."""
        ...

    def last(self) -> Record | None:
        """Return the newest record, None in an empty journal."""
        ...

    def save_snapshot(self, seq: int, state: bytes) -> None:
        """Keep the kernel's state after record `seq`; only the newest needs to be kept."""
        ...

    def snapshot(self) -> tuple[int, bytes] | None:
        """Return the newest snapshot with its record number."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...
