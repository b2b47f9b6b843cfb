"""The contract of a journal's store as tests; `dialer.ports.journal` says it in words.

 1. A new journal has its manifest and no entry.
 2. What was appended is read back unchanged and in order; `read(after=n)` begins behind entry n.
 3. Entries, manifest and snapshot survive closing and opening.
 4. Records whose numbers do not follow the last one are refused.
 5. All records of one append are stored, or none; afterwards the sound ones can be appended.
 6. An append of nothing does nothing.
 7. There is one writer: a second one gets an error at once, and can open once the first has closed.
 8. A reader reads while the journal is written, sees what was appended meanwhile, and can write nothing.
 9. Reading goes on undisturbed by appends of the same store, and reaches what they added.
10. The newest snapshot is kept; one behind the last entry is refused.
11. A journal is never made over another one, and never made by opening it.
12. Every method may be called from another thread than the one that opened the store.
13. Errors are `JournalError` and name the journal.

To bind it, derive a test class and say how a store is made::

    class TestMyStore(JournalConformance):
        def create(self, place, manifest): return MyStore.create(place / "journal", manifest)
        def open(self, place): return MyStore.open(place / "journal")
        def reader(self, place): return MyStore.reader(place / "journal")
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

from dialer.core.effects import HangUp, SetTimer
from dialer.core.errors import JournalError
from dialer.core.events import CallRinging
from dialer.journal.entry import Chain, Record, genesis
from dialer.ports.journal import JournalStore

MANIFEST = '{"version":"1.0","settings":{"name":"Zoë’s \\"floor\\""}}'.encode()


def records(count: int) -> list[Record]:
    """Return the first `count` records of a run, with texts that a careless store would spoil."""
    chain = Chain(genesis(MANIFEST))
    return [
        chain.seal(
            CallRinging(t_ns=1_700_000_000_000_000_000 + n, call=f"c'\"\\\x00\n—🤙/{n}"),
            (HangUp(call="ÿ" * (n % 5), reason="%s ; --"), SetTimer(timer="t", due_ns=2**63 - 1))[: n % 3],
        )
        for n in range(1, count + 1)
    ]


class JournalConformance(ABC):
    """The suite. `place` is an empty directory for one journal."""

    @abstractmethod
    def create(self, place: Path, manifest: bytes) -> JournalStore:
        """Make a new journal at `place` and open it for writing."""

    @abstractmethod
    def open(self, place: Path) -> JournalStore:
        """Open the journal at `place` for writing."""

    @abstractmethod
    def reader(self, place: Path) -> JournalStore:
        """Open the journal at `place` for reading."""

    def test_01_new(self, tmp_path: Path) -> None:
        store = self.create(tmp_path, MANIFEST)
        assert (store.manifest, list(store.read()), store.last(), store.snapshot()) == (MANIFEST, [], None, None)
        store.close()

    def test_02_read_back(self, tmp_path: Path) -> None:
        store, written = self.create(tmp_path, MANIFEST), records(600)
        store.append(written[:1])
        store.append(written[1:])
        assert list(store.read()) == written
        assert list(store.read(after=598)) == written[598:]
        assert list(store.read(after=600)) == []
        assert store.last() == written[-1]
        store.close()

    def test_03_survives_closing(self, tmp_path: Path) -> None:
        store, written = self.create(tmp_path, MANIFEST), records(5)
        store.append(written)
        store.save_snapshot(4, b"\x00state\xff")
        store.close()
        for again in (self.open(tmp_path), self.reader(tmp_path)):
            assert (again.manifest, list(again.read()), again.last()) == (MANIFEST, written, written[-1])
            assert again.snapshot() == (4, b"\x00state\xff")
            again.close()

    @pytest.mark.parametrize("numbers", [(4, 5), (2,), (3, 3), (3, 5), (4, 3), (0,), (-1,)], ids=str)
    def test_04_must_follow(self, tmp_path: Path, numbers: tuple[int, ...]) -> None:
        store, written = self.create(tmp_path, MANIFEST), records(2)
        store.append(written)
        with pytest.raises(JournalError):
            store.append([written[0]._replace(seq=number) for number in numbers])
        assert list(store.read()) == written
        store.close()

    def test_05_all_or_nothing(self, tmp_path: Path) -> None:
        store, written = self.create(tmp_path, MANIFEST), records(300)
        with pytest.raises(JournalError):
            store.append([*written[:299], written[0]])
        assert list(store.read()) == []
        store.append(written)
        assert list(store.read()) == written
        store.close()

    def test_06_nothing(self, tmp_path: Path) -> None:
        store = self.create(tmp_path, MANIFEST)
        store.append([])
        assert list(store.read()) == []
        store.close()

    def test_07_one_writer(self, tmp_path: Path) -> None:
        store, written = self.create(tmp_path, MANIFEST), records(2)
        with pytest.raises(JournalError):
            self.open(tmp_path)
        store.append(written[:1])  # the first writer takes no harm
        store.close()
        store = self.open(tmp_path)
        with pytest.raises(JournalError):
            self.open(tmp_path)
        store.append(written[1:])
        assert list(store.read()) == written
        store.close()

    def test_08_reader(self, tmp_path: Path) -> None:
        store, written = self.create(tmp_path, MANIFEST), records(4)
        reader = self.reader(tmp_path)
        for n, record in enumerate(written, start=1):
            store.append([record])
            assert list(reader.read()) == written[:n]
        with pytest.raises(JournalError):
            reader.append(written[:1])
        with pytest.raises(JournalError):
            reader.save_snapshot(1, b"")
        store.close()
        assert reader.last() == written[-1]
        reader.close()

    def test_09_reading_while_appending(self, tmp_path: Path) -> None:
        store, written = self.create(tmp_path, MANIFEST), records(700)
        store.append(written[:500])
        reading = store.read()
        seen = list(islice(reading, 3))
        store.append(written[500:])
        store.save_snapshot(700, b"state")
        assert [*seen, *reading] == written
        store.close()

    def test_10_snapshot(self, tmp_path: Path) -> None:
        store = self.create(tmp_path, MANIFEST)
        store.append(records(9))
        for seq, state in ((2, b"a"), (4, b"b"), (4, b"c"), (6, b"d"), (9, b"")):
            store.save_snapshot(seq, state)
            assert store.snapshot() == (seq, state)
        with pytest.raises(JournalError):
            store.save_snapshot(10, b"too early")
        assert store.snapshot() == (9, b"")
        store.close()

    def test_11_making_and_opening(self, tmp_path: Path) -> None:
        for opening in (self.open, self.reader):
            with pytest.raises(JournalError):
                opening(tmp_path)
        store, written = self.create(tmp_path, MANIFEST), records(1)
        store.append(written)
        store.close()
        with pytest.raises(JournalError):
            self.create(tmp_path, MANIFEST)
        store = self.open(tmp_path)  # the refused attempt left no lock behind
        assert list(store.read()) == written
        store.close()

    def test_12_threads(self, tmp_path: Path) -> None:
        store, written = self.create(tmp_path, MANIFEST), records(3)
        with ThreadPoolExecutor(1) as worker:
            worker.submit(store.append, written).result()
            worker.submit(store.save_snapshot, 3, b"state").result()
            assert worker.submit(store.last).result() == written[-1]
        assert list(store.read()) == written
        with ThreadPoolExecutor(1) as worker:
            worker.submit(store.close).result()
        self.open(tmp_path).close()

    def test_13_errors_name_the_journal(self, tmp_path: Path) -> None:
        with pytest.raises(JournalError, match=str(tmp_path)):
            self.open(tmp_path)
        store = self.create(tmp_path, MANIFEST)
        for act in (lambda: store.append(records(3)[2:]), lambda: self.open(tmp_path)):
            with pytest.raises(JournalError, match=str(tmp_path)):
                act()
        store.close()
