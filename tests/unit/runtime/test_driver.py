"""Nothing leaves before it is durable."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.errors import JournalError
from dialer.core.kernel import Kernel
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.entry import Chain, Record, decode_event, genesis
from dialer.journal.recorder import Recorder
from dialer.runtime import driver
from dialer.runtime.clock import VirtualClock
from dialer.runtime.dispatch import Dispatcher
from dialer.runtime.driver import Driver
from dialer.runtime.inbox import Inbox
from strategies.compliance.rulebook import Rulebook
from tests.unit.core.floors import lead
from tests.unit.runtime.parts import MemoryStore, Port, in_virtual_time

SETTINGS = RunSettings((CampaignSettings("c", "progressive"),), Rulebook())


class Rig:
    """A driver whose every step is written down in `story`."""

    def __init__(self, *, fails: bool = False) -> None:
        self.store, self.port, self.story = MemoryStore(), Port(), list[str]()
        self.store.broken = fails
        self.inbox, self.kernel = Inbox(), Kernel(SETTINGS)
        clock = VirtualClock(0)
        dispatcher = Dispatcher(self.port, self.port, clock, self.inbox)
        recorder = Recorder(self.kernel, Chain(genesis(b"")))
        saved = self.store.save_snapshot
        self.driver = Driver(self.kernel, recorder, self.commit, saved, self.inbox, dispatcher, [self.see])
        apply = self.port.apply

        async def told(effect: f.AnyEffect) -> None:
            self.story.append(type(effect).__name__)
            await apply(effect)

        self.port.apply = told

    async def commit(self, records: Sequence[Record]) -> None:
        self.story.append(f"commit {len(records)}")
        await asyncio.sleep(0.1)
        self.store.append(records)
        self.story.append("durable")

    def see(self, event: e.AnyEvent, effects: tuple[f.AnyEffect, ...]) -> None:
        self.story.append(f"seen {type(event).__name__}")

    def put(self, *events: e.AnyEvent) -> None:
        for event in events:
            self.inbox.put(event)

    def kernel_after(self, seq: int) -> Kernel:
        kernel = Kernel(SETTINGS)
        for record in self.store.records[:seq]:
            kernel.step(decode_event(record))
        return kernel


AGENT_READY = (
    e.LeadsAdded(1, "c", (lead(0),)),
    e.AgentLoggedIn(2, "a", ("c",)),
    e.AgentReady(3, "a"),
)


def test_effects_leave_after_their_whole_batch_is_durable() -> None:
    async def go() -> Rig:
        rig = Rig()
        rig.put(*AGENT_READY)
        rig.inbox.close()
        await rig.driver.run()
        return rig

    rig = in_virtual_time(go())
    assert rig.story == [
        "commit 3",
        "durable",
        "seen LeadsAdded",
        "seen AgentLoggedIn",
        *("SetAgentState",) * 2,  # for the desktop and for the telephone
        "seen AgentReady",
        *("SetAgentState",) * 4,
        "PlaceCall",
    ]
    assert rig.driver.newest_seq == 3


def test_when_the_commit_fails_nothing_is_done_or_shown() -> None:
    async def go() -> Rig:
        rig = Rig(fails=True)
        rig.put(*AGENT_READY)
        with pytest.raises(JournalError, match="disk is full"):
            await rig.driver.run()
        return rig

    rig = in_virtual_time(go())
    assert rig.story == ["commit 3"]
    assert not rig.port.applied
    assert rig.driver.newest_seq == 0


def test_what_arrives_during_a_commit_is_the_next_batch() -> None:
    async def go() -> Rig:
        rig = Rig()
        rig.put(e.AgentLoggedIn(1, "a", ("c",)))
        running = asyncio.create_task(rig.driver.run())
        await asyncio.sleep(0.05)
        rig.put(e.AgentLoggedIn(3, "b", ("c",)), e.AgentLoggedIn(2, "d", ("c",)))
        rig.inbox.close()
        await running
        return rig

    rig = in_virtual_time(go())
    assert [len(records) for records in rig.store.appends] == [1, 2]
    assert [decode_event(record).t_ns for record in rig.store.records] == [1, 2, 3]


def test_a_fact_stamped_before_the_last_batch_gets_its_time() -> None:
    async def go() -> Rig:
        rig = Rig()
        rig.put(e.AgentLoggedIn(50, "a", ("c",)))
        running = asyncio.create_task(rig.driver.run())
        await asyncio.sleep(0.05)
        rig.put(e.AgentLoggedIn(40, "b", ("c",)))
        rig.inbox.close()
        await running
        return rig

    records = in_virtual_time(go()).store.records
    assert [record.t_ns for record in records] == [50, 50]
    assert decode_event(records[1]) == e.AgentLoggedIn(50, "b", ("c",))


def test_a_snapshot_is_taken_when_a_batch_passes_the_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "SNAPSHOT_EVERY", 4)

    async def go() -> Rig:
        rig = Rig()
        running = asyncio.create_task(rig.driver.run())
        for size in (3, 2, 1, 6, 3):
            rig.put(*(e.AgentLoggedIn(1, f"a{number}", ("c",)) for number in range(size)))
            await asyncio.sleep(0.2)
        rig.inbox.close()
        await running
        assert rig.store.snapshots[-1] == (12, rig.kernel_after(12).snapshot())
        return rig

    rig = in_virtual_time(go())
    assert [seq for seq, _ in rig.store.snapshots] == [5, 12]
