"""A process that uses a journal, to be killed, starved of disk or deprived of rights: ``child.py WHAT PATH [N]``."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator

from adapters.journal.sqlite import SqliteJournal
from dialer.core.errors import JournalError
from dialer.core.events import CallRinging
from dialer.journal.entry import Chain, Record, genesis
from dialer.journal.verify import verify

BATCH = 3
NOBODY = 65534


def batches(journal: SqliteJournal) -> Iterator[list[Record]]:
    """Yield batches that go on where the journal ends, for ever."""
    last = journal.last()
    chain = Chain(last.hash, last.seq) if last else Chain(genesis(journal.manifest))
    while True:
        yield [chain.seal(CallRinging(chain.seq, f"call/{chain.seq}"), ()) for _ in range(BATCH)]


def write(path: str, count: int) -> None:
    """Append `count` batches, saying each number once it is durable; then die without a word."""
    journal = SqliteJournal.open(path)
    print("ready", flush=True)
    for _, batch in zip(range(count), batches(journal), strict=False):
        journal.append(batch)
        print(batch[-1].seq, flush=True)
        if batch[-1].seq % 30 == 0:
            journal.save_snapshot(batch[-1].seq, b"state")
    os.kill(os.getpid(), signal.SIGKILL)


def starve(path: str, limit_bytes: int) -> None:
    """Append until files may not grow any more; then lift the limit and append the same again."""
    journal = SqliteJournal.open(path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
    kept = 0
    for batch in batches(journal):
        try:
            journal.append(batch)
        except JournalError as error:
            print(error)
            break
        kept = batch[-1].seq
    last = journal.last()
    assert last is not None
    assert last.seq == kept > 0
    assert SqliteJournal.reader(path).last() == last
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    journal.append(batch)
    journal.close()
    print(batch[-1].seq)


def look(path: str, _: int) -> None:
    """Open a journal for writing and for reading, as somebody who may only read."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for opening in (SqliteJournal.open, SqliteJournal.reader):
        try:
            found = verify(opening(path))
            print(f"{found.entries} entries, fault {found.fault}")
        except JournalError as error:
            print(error)


if __name__ == "__main__":
    {"write": write, "starve": starve, "look": look}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
