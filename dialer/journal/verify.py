"""Verification tells whether the journal is still what was written.

The chain proves that, up to two things which it cannot prove alone: that the end was not cut off, and
that nobody computed the whole chain anew. Both show when the head's hash is compared with a copy kept
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

import msgspec

from dialer.core.errors import JournalError
from dialer.journal.entry import Record, genesis, link


class Log(Protocol):
    """The reading half of a journal's store."""

    @property
    def manifest(self) -> bytes:
        """The run's identity, as written."""
        ...

    def read(self, after: int = 0) -> Iterator[Record]:
        """Yield the records with numbers greater than `after`, in order."""
        ...

    def snapshot(self) -> tuple[int, bytes] | None:
        """Return the newest snapshot with its record number."""
        ...


class Fault(msgspec.Struct, frozen=True):
    """The first place where the journal is not what was written.

    Attributes
    ----------
    seq : int
        The entry that should stand there, following the one before.
    what : str
        What was done to the journal: the reading that explains it by one single change.
    detail : str
        The same in a sentence.
    """

    seq: int
    what: Literal["changed", "removed", "inserted", "reordered", "time"]
    detail: str


class Verification(msgspec.Struct, frozen=True):
    """What `verify` found.

    Attributes
    ----------
    entries : int
        Entries proven, from the first up to the fault.
    first_ns, last_ns : int or None
        Times of the first and the last of them; None when there are none.
    head : bytes
        Hash of the last of them.
    fault : Fault or None
        None when the whole journal is sound.
    known_at : int or None
        The entry whose hash was known from elsewhere: what stands up to it is what stood there then.
    """

    entries: int
    first_ns: int | None
    last_ns: int | None
    head: bytes
    fault: Fault | None
    known_at: int | None = None


class BrokenChainError(JournalError):
    """The journal was changed after it was written; `fault` says where."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(f"{fault.detail}; nothing from entry {fault.seq} on can be trusted")


class _Dated(msgspec.Struct):
    t_ns: int


_date_decoder = msgspec.json.Decoder(_Dated)


def verify(log: Log, known_head: bytes | None = None, known_entries: int | None = None) -> Verification:
    """Walk the whole chain, one record at a time, and report what it proves.

    Parameters
    ----------
    log : Log
        The journal.
    known_head : bytes or None
        The hash of an entry that was kept elsewhere, as the head at the time: it must still be in the chain.
    known_entries : int or None
        How many entries there were then: there must be as many at least.
    """
    entries, first_ns, last_ns, head = 0, None, None, genesis(log.manifest)
    known_at = 0 if head == known_head else None
    try:
        for record in proven(log):
            entries, last_ns, head = record.seq, record.t_ns, record.hash
            if first_ns is None:
                first_ns = record.t_ns
            if head == known_head:
                known_at = entries
    except BrokenChainError as error:
        return Verification(entries, first_ns, last_ns, head, error.fault, known_at)
    return Verification(
        entries, first_ns, last_ns, head, _cut(log, entries, known_head, known_at, known_entries), known_at
    )


def _cut(
    log: Log, entries: int, known_head: bytes | None, known_at: int | None, known_entries: int | None
) -> Fault | None:
    """Return what shows that a chain which is whole in itself does not end where it should."""
    snapshot = log.snapshot()
    if snapshot and snapshot[0] > entries:
        detail = f"the journal ends with entry {entries}, but a snapshot was taken after entry {snapshot[0]}"
        return Fault(entries + 1, "removed", detail)
    if known_entries is not None and entries < known_entries:
        detail = f"the journal ends with entry {entries}, but it had {known_entries}: its end was cut off"
        return Fault(entries + 1, "removed", detail)
    if known_head is not None and known_at is None:
        detail = (
            f"no entry up to the last, {entries}, has the hash that is known: "
            "the end was cut off, or the whole chain was computed anew"
        )
        return Fault(entries + 1, "removed", detail)
    return None


def proven(log: Log) -> Iterator[Record]:
    """Yield the records of `log` as long as the chain proves them; then raise `BrokenChainError`."""
    seq, t_ns, head = 1, 0, genesis(log.manifest)
    records = iter(log.read())
    for record in records:
        if record.seq != seq or not _fits(head, seq, record):
            raise BrokenChainError(_explain(head, seq, record, records))
        if record.t_ns != _date_of(record):
            raise BrokenChainError(Fault(seq, "changed", f"the time beside entry {seq} is not the time of its event"))
        if record.t_ns < t_ns:
            raise BrokenChainError(Fault(seq, "time", f"entry {seq} is older than the one before it"))
        yield record
        seq, t_ns, head = seq + 1, record.t_ns, record.hash


def _date_of(record: Record) -> int | None:
    try:
        return _date_decoder.decode(record.event).t_ns
    except msgspec.MsgspecError:  # a forged entry may hold anything
        return None


def _fits(previous: bytes, seq: int, record: Record) -> bool:
    """Whether `record` was sealed as number `seq`, after the record with hash `previous`."""
    return link(previous, seq, record.event, record.effects) == record.hash


def _explain(head: bytes, seq: int, found: Record, rest: Iterator[Record]) -> Fault:
    """Say why `found` stands where the entry `seq`, which follows the hash `head`, should stand."""
    if _fits(head, seq, found):
        return Fault(seq, "changed", f"entry {seq} has the number {found.seq}")
    follower = next(rest, None)
    if follower and _fits(head, seq, follower):
        if _belongs_later(follower.hash, seq + 1, found, rest):
            return Fault(seq, "reordered", f"a later entry was moved to the place of entry {seq}")
        return Fault(seq, "inserted", f"an entry that was never written stands before entry {seq}")
    if any(_fits(head, seq, record) for record in rest):
        return Fault(seq, "reordered", f"entry {seq} stands further on than it should")
    if found.seq > seq:
        last = found.seq - 1
        missing = f"entry {seq} is" if last == seq else f"entries {seq} to {last} are"
        return Fault(seq, "removed", f"{missing} missing")
    if found.seq < seq:
        return Fault(seq, "inserted", f"the number {found.seq} is there twice, before entry {seq}")
    if follower and _fits(found.hash, seq + 2, follower):
        return Fault(seq, "removed", f"entry {seq} is missing and the later ones were numbered anew")
    before = f"entry {seq - 1}" if seq > 1 else "the manifest"
    return Fault(seq, "changed", f"entry {seq} does not follow {before}: one of them was changed")


def _belongs_later(head: bytes, seq: int, found: Record, rest: Iterator[Record]) -> bool:
    while not _fits(head, seq, found):
        record = next(rest, None)
        if record is None or not _fits(head, seq, record):
            return False
        head, seq = record.hash, seq + 1
    return True
