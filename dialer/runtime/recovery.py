"""Start-up is recovery: a new journal has a past of length nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from dialer.core.errors import JournalError
from dialer.core.events import LeadsAdded
from dialer.core.kernel import Kernel
from dialer.core.settings import RunSettings
from dialer.journal.entry import Chain, Record, decode_event, genesis, link
from dialer.journal.manifest import Manifest
from dialer.journal.recorder import Recorder
from dialer.ports.journal import JournalStore


class Recovered(NamedTuple):
    """A kernel with its past, ready to go on. `last_ns` is the time of the newest entry, 0 without one."""

    kernel: Kernel
    recorder: Recorder
    last_ns: int
    entries: int


def recover(store: JournalStore, settings: RunSettings) -> Recovered:
    """Build the kernel that wrote `store`: the newest snapshot, then every entry after it.

    Raises
    ------
    JournalError
        When the journal belongs to a run with other settings, or its chain is broken.
    """
    manifest = store.manifest
    identity = Manifest.decode(manifest)
    if identity.simulated:
        raise JournalError("this journal is of a simulated run; name a new journal file in the configuration")
    # A run goes on as it began, also under a version that would begin it otherwise.
    settings = msgspec.structs.replace(settings, flags=identity.settings.flags)
    if identity.settings != settings:
        raise JournalError(
            "this journal was begun with other settings (campaign, strategy or rules); "
            "name a new journal file in the configuration, or put the old settings back"
        )
    kernel, after = Kernel(settings), 0
    if (kept := store.snapshot()) is not None:
        after, memory = kept
        kernel = Kernel.restore(settings, memory, _leads_added(store, after))
    previous: bytes | None = genesis(manifest) if after == 0 else None
    last: Record | None = None
    # One entry earlier than needed, for its hash.
    for record in store.read(max(0, after - 1)):
        if previous is not None:
            if record.hash != link(previous, record.seq, record.event, record.effects):
                raise JournalError(f"entry {record.seq} is not the one that was written; run: paceline journal verify")
            kernel.step(decode_event(record))
        previous, last = record.hash, record
    seq, t_ns = (last.seq, last.t_ns) if last is not None else (0, 0)
    chain = Chain(previous if previous is not None else genesis(manifest), seq)
    return Recovered(kernel, Recorder(kernel, chain), t_ns, seq)


def _leads_added(store: JournalStore, until: int) -> Iterator[LeadsAdded]:
    """Yield the entries with which leads came, up to number `until`; only those are decoded."""
    for record in store.read():
        if record.seq > until:
            return
        if record.event.startswith(b'{"kind":"leads_added"'):
            event = decode_event(record)
            assert isinstance(event, LeadsAdded)
            yield event
