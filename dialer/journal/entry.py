"""An entry is one event with its effects; a record is its durable form, sealed into the chain.

The hash of a record covers its number, the event, the effects and the hash before it, and the first
one covers the manifest. So nothing can be changed, removed, inserted or moved without breaking the
chain from there on.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

import msgspec

from dialer.core.effects import AnyEffect
from dialer.core.errors import JournalError
from dialer.core.events import AnyEvent


class Record(NamedTuple):
    """One sealed line of the journal. `event` and `effects` are JSON text in UTF-8."""

    seq: int
    t_ns: int
    event: bytes
    effects: bytes
    hash: bytes


_encoder = msgspec.json.Encoder()
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_effects_decoder: msgspec.json.Decoder[tuple[AnyEffect, ...]] = msgspec.json.Decoder(tuple[AnyEffect, ...])


def genesis(manifest: bytes) -> bytes:
    """Return the hash that the first record follows."""
    return sha256(manifest).digest()


def link(previous: bytes, seq: int, event: bytes, effects: bytes) -> bytes:
    """Return the hash of a record that follows the one with hash `previous`."""
    digest = sha256(previous)
    digest.update(b"%d %d %d\n" % (seq, len(event), len(effects)))
    digest.update(event)
    digest.update(effects)
    return digest.digest()


def decode_event(record: Record) -> AnyEvent:
    """Return the event of a record; raise `JournalError` when it is not one."""
    try:
        return _event_decoder.decode(record.event)
    except msgspec.MsgspecError as error:
        raise JournalError(f"entry {record.seq} holds no event that this version knows: {error}") from error


def decode_effects(record: Record) -> tuple[AnyEffect, ...]:
    """Return the effects of a record; raise `JournalError` when they are none."""
    try:
        return _effects_decoder.decode(record.effects)
    except msgspec.MsgspecError as error:
        raise JournalError(f"entry {record.seq} holds effects that this version does not know: {error}") from error


class Chain:
    """Seals entries into records, one after the other.

    Parameters
    ----------
    previous : bytes
        Hash of the last record, or `genesis(manifest)`.
    seq : int
        Number of the last record, 0 when there is none.
    """

    def __init__(self, previous: bytes, seq: int = 0) -> None:
        self.previous, self.seq = previous, seq

    def seal(self, event: AnyEvent, effects: tuple[AnyEffect, ...]) -> Record:
        """Return the next record of the chain."""
        event_json, effects_json = _encoder.encode(event), _encoder.encode(effects)
        self.seq += 1
        self.previous = link(self.previous, self.seq, event_json, effects_json)
        return Record(self.seq, event.t_ns, event_json, effects_json, self.previous)
