"""A live run on a full disk, on a journal that another engine has, and after a torn write."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from adapters.journal.sqlite import SqliteJournal
from dialer.core.effects import HangUp
from dialer.core.errors import JournalError
from dialer.core.kernel import Kernel
from dialer.core.units import ns
from dialer.journal.replay import replay
from dialer.journal.verify import verify
from dialer.runtime.engine import Engine
from tests.crash.checks import check_journal, check_ledger
from tests.crash.scenario import START_NS
from tests.unit.runtime.parts import MemoryStore, journal, manifest, run_a_while


def in_child(action: Callable[[], None]) -> int:
    """Run `action` in a process of its own, since it changes what the process may do; return how it ended."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            action()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_full_disk_stops_the_run_and_nothing_is_lost(tmp_path: Path) -> None:
    path, ledger = tmp_path / "run.journal", tmp_path / "ledger"
    with closing(journal(path)) as store:
        run_a_while(store, 0.4, ledger=ledger)
    before = path.stat().st_size

    def starve() -> None:
        store = journal(path)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (before + 200_000, resource.RLIM_INFINITY))
        with pytest.raises(JournalError, match=r"run\.journal: the disk"):
            run_a_while(store, 60.0, ledger=ledger, start_ns=START_NS + ns(1))
        os._exit(7)

    assert in_child(starve) == 7
    with closing(journal(path)) as store:
        kept = verify(store)
        assert kept.fault is None
        run_a_while(store, 0.4, ledger=ledger, start_ns=START_NS + ns(100))
        run_a_while(store, 5.0, ledger=ledger, start_ns=START_NS + ns(200), meddle=Engine.drain)
    found = check_journal("ratio", tmp_path, clean_end=True)
    assert found.entries > kept.entries
    assert found.starts >= 3
    assert check_ledger(tmp_path)[0] <= found.placed


def test_when_the_journal_fails_nobody_is_kept_on_the_line() -> None:
    """Calls without an agent are hung up, the others are left alone, and nothing else is done."""
    store, told = MemoryStore(manifest()), list[HangUp]()

    def meddle(engine: Engine) -> None:
        apply = engine._telephony.apply

        async def watched(effect: object) -> None:
            if store.broken:
                told.append(effect)
            await apply(effect)

        engine._telephony.apply = watched
        engine._clock.call_at(START_NS + ns(0.4), lambda: setattr(store, "broken", True))
        left.append(engine)

    left: list[Engine] = []
    with pytest.raises(JournalError, match="disk is full"):
        run_a_while(store, 5.0, meddle=meddle)
    calls = left[0].kernel.view.calls.values()
    alone = [call.id for call in calls if call.state != "bridged"]
    assert told == [HangUp(call, "the journal failed") for call in alone]
    assert len(alone) > 3
    assert len(calls) > len(alone), "nobody was talking: the test shows nothing"


def test_a_second_engine_is_told_who_has_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "run.journal"
    with closing(journal(path)), pytest.raises(JournalError, match=f"process {os.getpid()} is writing this journal"):
        journal(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.77, 0.999])
def test_a_torn_write_leaves_a_clean_beginning(tmp_path: Path, share: float) -> None:
    """The log beside the file is cut off anywhere, as by the death of the machine; the run goes on from there."""
    path, ledger = tmp_path / "run.journal", tmp_path / "ledger"
    SqliteJournal.create(path, manifest()).close()

    def die() -> None:
        run_a_while(journal(path), 0.5, ledger=ledger)
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(die) == -signal.SIGKILL
    log = Path(f"{path}-wal")
    whole = log.read_bytes()
    log.write_bytes(whole[: int(len(whole) * share)])
    # The carrier's file would have lost more than the journal; a call that it alone knows is hung up.
    with closing(journal(path)) as store:
        kept = verify(store)
        assert kept.fault is None
        assert kept.entries > 0 or share < 0.5
        run_a_while(store, 0.5, ledger=tmp_path / "another ledger", start_ns=START_NS + ns(5))
        found = verify(store)
        assert found.fault is None
        assert found.entries > kept.entries + 20
        assert replay(store, Kernel).divergence is None
