"""The live loop: take a batch, step the kernel, make it durable, act.

Nothing leaves before it is durable. While the journal is slow the inbox grows and the next batch is
larger (group commit); while the journal stands still nothing is dialled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from dialer.core.effects import AnyEffect
from dialer.core.events import AnyEvent
from dialer.core.kernel import Kernel
from dialer.journal.entry import Record
from dialer.journal.recorder import Recorder
from dialer.ports.journal import JournalStore
from dialer.runtime.dispatch import Dispatcher
from dialer.runtime.inbox import Inbox

SNAPSHOT_EVERY = 100_000
"""Entries between snapshots: recovery replays some three seconds' worth of them at most."""

Commit = Callable[[Sequence[Record]], Awaitable[None]]
"""Returns when the records are durable; raises `JournalError` when they cannot be."""

Observer = Callable[[AnyEvent, tuple[AnyEffect, ...]], None]
"""Is shown every entry once it is durable."""


def commit_in_thread(store: JournalStore, worker: ThreadPoolExecutor) -> Commit:
    """Return a commit that lets the loop go on while the disk works. `worker` has one thread."""

    async def commit(records: Sequence[Record]) -> None:
        await asyncio.get_running_loop().run_in_executor(worker, store.append, records)

    return commit


def commit_at_once(store: JournalStore) -> Commit:
    """Return a commit for virtual time, which must not pass while the disk works."""

    async def commit(records: Sequence[Record]) -> None:
        store.append(records)

    return commit


class Driver:
    """Drives one kernel.

    Parameters
    ----------
    kernel, recorder
        The kernel and its recorder, in the same state.
    commit
        Makes records durable.
    save_snapshot
        Called with a record number and the kernel's memory every `SNAPSHOT_EVERY` entries.
    inbox, dispatcher
        Where events come from and effects go to.
    observers
        Are shown every durable entry.
    """

    def __init__(
        self,
        kernel: Kernel,
        recorder: Recorder,
        commit: Commit,
        save_snapshot: Callable[[int, bytes], None],
        inbox: Inbox,
        dispatcher: Dispatcher,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.kernel, self.recorder = kernel, recorder
        self._commit, self._save_snapshot = commit, save_snapshot
        self._inbox, self._dispatcher, self._observers = inbox, dispatcher, observers
        self.newest_seq = 0

    async def run(self) -> None:
        """Work until the inbox is closed and empty.

        Raises
        ------
        JournalError
            When a batch cannot be made durable; nothing of it has been acted on.
        """
        while batch := await self._inbox.batch():
            entries = [self._take(event) for event in batch]
            records = [record for _, record, _ in entries]
            await self._commit(records)
            for event, _, effects in entries:
                for observer in self._observers:
                    observer(event, effects)
                for effect in effects:
                    await self._dispatcher.send(effect)
            self.newest_seq = records[-1].seq
            if self.newest_seq // SNAPSHOT_EVERY > (records[0].seq - 1) // SNAPSHOT_EVERY:
                self._save_snapshot(self.newest_seq, self.kernel.snapshot())

    def _take(self, event: AnyEvent) -> tuple[AnyEvent, Record, tuple[AnyEffect, ...]]:
        # A fact may have been stamped before the batch that went before it was taken.
        if event.t_ns < self.kernel.now_ns:
            event = msgspec.structs.replace(event, t_ns=self.kernel.now_ns)
        record, effects = self.recorder.take(event)
        return event, record, effects
