"""Start-up is recovery, from a snapshot or without one, of this run and no other."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dialer.core import events as e
from dialer.core.call import Call
from dialer.core.effects import HangUp, Reconcile
from dialer.core.errors import JournalError
from dialer.core.flags import FLAGS
from dialer.core.kernel import Kernel
from dialer.core.units import ns
from dialer.journal.entry import decode_event
from dialer.journal.manifest import Manifest
from dialer.journal.replay import replay
from dialer.journal.verify import verify
from dialer.runtime import driver
from dialer.runtime.recovery import recover
from tests.crash.scenario import START_NS, run_settings
from tests.unit.core.floors import HandFloor
from tests.unit.runtime.parts import MemoryStore, manifest, run_a_while

SETTINGS = run_settings("ratio")


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    """Return the journal of a run that was stopped in the middle of things, with a snapshot before its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver, "SNAPSHOT_EVERY", 150)
        store = MemoryStore(manifest())
        run_a_while(store, 1.0)
    store.snapshots.pop()  # the one of its end
    assert store.snapshots
    assert 0 < store.snapshots[-1][0] < len(store.records) - 10
    return store


def test_a_new_journal_has_an_empty_past() -> None:
    recovered = recover(MemoryStore(manifest()), SETTINGS)
    assert (recovered.entries, recovered.last_ns) == (0, 0)
    assert recovered.kernel.snapshot() == Kernel(SETTINGS).snapshot()


def test_with_a_snapshot_or_without_it_is_the_same_kernel(store: MemoryStore) -> None:
    bare = MemoryStore(store.manifest)
    bare.appends = store.appends
    quick, slow = recover(store, SETTINGS), recover(bare, SETTINGS)
    assert quick.kernel.calls
    assert quick.kernel.snapshot() == slow.kernel.snapshot()
    assert (
        (quick.entries, quick.last_ns) == (slow.entries, slow.last_ns) == (len(store.records), store.records[-1].t_ns)
    )
    events = [e.EngineStarted(quick.last_ns, recovered=True), e.AgentLoggedIn(quick.last_ns + 1, "a01", ("ratio",))]
    events += [e.CallReported(quick.last_ns + 2, call, "gone") for call in quick.kernel.calls]
    assert [quick.recorder.take(event) for event in events] == [slow.recorder.take(event) for event in events]


def test_a_run_goes_on_as_it_began_also_under_a_version_that_would_begin_it_otherwise(store: MemoryStore) -> None:
    assert SETTINGS.flags == ()
    flagged = msgspec.structs.replace(SETTINGS, flags=tuple(FLAGS))
    newer = recover(store, flagged).kernel
    assert (newer.flags, newer.snapshot()) == ((), recover(store, SETTINGS).kernel.snapshot())
    begun = MemoryStore(Manifest(version="9", started_ns=0, settings=flagged).encode())
    assert recover(begun, flagged).kernel.flags == tuple(FLAGS)


def test_a_snapshot_of_the_very_end_needs_no_tail(store: MemoryStore) -> None:
    full = MemoryStore(store.manifest)
    full.appends = store.appends
    expected = recover(full, SETTINGS)
    full.save_snapshot(expected.entries, expected.kernel.snapshot())
    again = recover(full, SETTINGS)
    assert (again.entries, again.last_ns) == (expected.entries, expected.last_ns)
    event = e.EngineStarted(again.last_ns, recovered=True)
    assert again.recorder.take(event) == expected.recorder.take(event)


def test_other_settings_are_refused(store: MemoryStore) -> None:
    campaign = msgspec.structs.replace(SETTINGS.campaigns[0], max_attempts=8)
    other = msgspec.structs.replace(SETTINGS, campaigns=(campaign,))
    with pytest.raises(JournalError, match=r"begun with other settings.*name a new journal file"):
        recover(store, other)


@pytest.mark.parametrize("with_snapshot", [True, False])
def test_a_broken_chain_is_refused(store: MemoryStore, with_snapshot: bool) -> None:
    forged = MemoryStore(store.manifest)
    if with_snapshot:
        forged.snapshots = store.snapshots
    records = list(store.records)
    records[-3] = records[-3]._replace(effects=b"[]" if records[-3].effects != b"[]" else b"[ ]")
    forged.appends = [records]
    with pytest.raises(JournalError, match=rf"entry {records[-3].seq} is not the one.*paceline journal verify"):
        recover(forged, SETTINGS)


def test_a_second_run_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    store, ledger = MemoryStore(manifest()), tmp_path / "ledger"
    run_a_while(store, 0.6, ledger=ledger)
    first = len(store.records)
    run_a_while(store, 0.6, ledger=ledger, start_ns=START_NS + ns(1))
    assert decode_event(store.records[first]) == e.EngineStarted(START_NS + ns(1), recovered=True)
    assert len(store.records) > first + 50
    assert verify(store).fault is None
    assert replay(store, Kernel).divergence is None


def test_time_does_not_go_back_when_the_wall_clock_does(tmp_path: Path) -> None:
    """The journal's last entry is in the future of the clock with which the second run begins."""
    store, ledger = MemoryStore(manifest()), tmp_path / "ledger"
    run_a_while(store, 0.6, ledger=ledger)
    last_ns = store.records[-1].t_ns
    first = len(store.records)
    run_a_while(store, 0.6, ledger=ledger, start_ns=START_NS - ns(3600))
    assert store.records[first].t_ns == last_ns
    assert store.records[-1].t_ns > last_ns + ns(0.5)
    assert verify(store).fault is None
    assert replay(store, Kernel).divergence is None


# What the carrier says of calls after a restart, beyond what the embedded one can say ---------------


def connected() -> HandFloor:
    """A floor that died while a01 and somebody were talking."""
    floor = HandFloor("progressive").ready("a01")
    return floor.talk("c/l0/1", "a01").do(e.EngineStarted, recovered=True)


def call_of(floor: HandFloor, call: str = "c/l0/1") -> Call:
    return floor.kernel.view.calls[call]


def test_an_agent_joins_the_call_that_went_on() -> None:
    floor = connected().do(e.AgentLoggedIn, agent="a01", campaigns=("c",))
    assert floor.agent_state("a01") == "in_call"
    floor.do(e.CallReported, call="c/l0/1", state="bridged", agent="a01")
    assert (floor.agent_state("a01"), call_of(floor).state) == ("in_call", "bridged")


def test_the_end_of_a_call_is_an_answer_for_it_too() -> None:
    """It ends after the carrier was asked and before it answers; its agent is back already, and wraps up."""
    floor = (
        connected().do(e.AgentLoggedIn, agent="a01", campaigns=("c",)).do(e.CallEnded, call="c/l0/1", cause="normal")
    )
    assert floor.agent_state("a01") == "wrap"
    floor.do(e.CallReported, call="c/l0/1", state="gone")
    assert not floor.out
    floor.do(e.CallDispositioned, call="c/l0/1", disposition="contact").do(e.AgentReady, agent="a01")
    assert floor.agent_state("a01") == "reserved"
    assert "c/l0/1" not in floor.kernel.view.calls


def test_an_agent_whose_call_is_gone_wraps_it_up() -> None:
    floor = (
        connected().do(e.AgentLoggedIn, agent="a01", campaigns=("c",)).do(e.CallReported, call="c/l0/1", state="gone")
    )
    assert floor.agent_state("a01") == "wrap"
    floor.do(e.AgentReady, agent="a01")
    assert floor.agent_state("a01") == "reserved"


def test_a_bridge_that_went_through_unheard_brings_its_agent_back() -> None:
    floor = HandFloor("progressive").ready("a01").do(e.CallAnswered, call="c/l0/1", by="person")
    floor.do(e.EngineStarted, recovered=True).ready("a01")
    assert floor.agent_state("a01") == "ready"
    floor.do(e.CallReported, call="c/l0/1", state="bridged", agent="a01")
    assert (floor.agent_state("a01"), call_of(floor).state) == ("in_call", "bridged")
    floor.do(e.CallEnded, call="c/l0/1", cause="normal")
    assert floor.agent_state("a01") == "wrap"


def test_an_answer_after_the_restart_is_not_abandoned_by_the_report_of_it() -> None:
    floor = HandFloor("ratio").ready("a01").do(e.CallRinging, call="c/l0/1")
    floor.do(e.EngineStarted, recovered=True).ready("a01").do(e.CallAnswered, call="c/l0/1", by="person")
    assert (call_of(floor).state, floor.agent_state("a01")) == ("connecting", "reserved")
    floor.do(e.CallReported, call="c/l0/1", state="answered")
    assert (call_of(floor).state, floor.agent_state("a01")) == ("connecting", "reserved")


def test_a_call_that_nobody_here_knows_is_hung_up() -> None:
    floor = HandFloor("ratio").do(e.EngineStarted, recovered=True)
    assert floor.got(Reconcile) == [Reconcile(())]
    floor.do(e.CallReported, call="c/x/1", state="ringing")
    assert floor.got(HangUp) == [HangUp("c/x/1", "no such call here")]


def test_a_simulated_run_is_not_gone_on_with_live() -> None:
    simulated = Manifest(version="test", started_ns=0, settings=SETTINGS, simulated=True).encode()
    with pytest.raises(JournalError, match="of a simulated run; name a new journal"):
        recover(MemoryStore(simulated), SETTINGS)
