from __future__ import annotations

from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core.events import CallRinging
from dialer.journal.entry import Chain, Record, genesis, link
from dialer.journal.verify import Verification, verify
from tests.unit.journal.stand_in import MANIFEST, MemoryLog, log

COUNT = 8
WHOLE = log(COUNT)
PLACES = range(COUNT)


def check(records: list[Record], renumber: bool = False) -> Verification:
    if renumber:
        records = [record._replace(seq=seq) for seq, record in enumerate(records, start=1)]
    return verify(MemoryLog(MANIFEST, records))


def fault(records: list[Record], renumber: bool = False) -> tuple[int, str]:
    found = check(records, renumber)
    assert found.fault is not None
    assert found.entries == found.fault.seq - 1
    assert str(found.fault.seq) in found.fault.detail or "end" in found.fault.detail
    return found.fault.seq, found.fault.what


def test_sound():
    assert check(WHOLE.records) == Verification(COUNT, 0, WHOLE.records[-1].t_ns, WHOLE.records[-1].hash, None)
    assert check([]) == Verification(0, None, None, genesis(MANIFEST), None)


@settings(deadline=None)
@given(place=st.sampled_from(PLACES), column=st.sampled_from(["event", "effects", "hash"]), data=st.data())
def test_any_changed_byte_is_found(place: int, column: str, data: st.DataObject):
    record = WHOLE.records[place]
    old = getattr(record, column)
    index = data.draw(st.integers(0, len(old) - 1))
    new = old[:index] + bytes([old[index] ^ data.draw(st.integers(1, 255))]) + old[index + 1 :]
    records = [*WHOLE.records[:place], record._replace(**{column: new}), *WHOLE.records[place + 1 :]]
    assert fault(records) == (place + 1, "changed")


@settings(deadline=None)
@given(place=st.sampled_from(PLACES), shift=st.integers(-30, 30).filter(bool))
def test_text_moved_between_the_columns_is_found(place: int, shift: int):
    record = WHOLE.records[place]
    text, middle = record.event + record.effects, len(record.event) + max(shift, -len(record.event))
    moved = record._replace(event=text[:middle], effects=text[middle:])
    assert fault([*WHOLE.records[:place], moved, *WHOLE.records[place + 1 :]]) == (place + 1, "changed")


@pytest.mark.parametrize("place", PLACES)
def test_changed_time_column(place: int):
    records = list(WHOLE.records)
    records[place] = records[place]._replace(t_ns=records[place].t_ns + 1)
    assert fault(records) == (place + 1, "changed")


@pytest.mark.parametrize("number", [-1, 0, 1, 5, 100])
@pytest.mark.parametrize("place", [1, 5, COUNT - 1])
def test_changed_number(place: int, number: int):
    records = list(WHOLE.records)
    records[place] = records[place]._replace(seq=number)
    assert fault(records) == (place + 1, "changed")


def test_forged_entry_without_an_event():
    head = WHOLE.records[-1].hash
    forged = Record(COUNT + 1, 10**9, b"no JSON", b"[]", link(head, COUNT + 1, b"no JSON", b"[]"))
    assert fault([*WHOLE.records, forged]) == (COUNT + 1, "changed")


@pytest.mark.parametrize("place", PLACES)
def test_forged_entry_breaks_the_next_one(place: int):
    """Who changes an entry can compute its hash, but not keep the next entry following it."""
    records = list(WHOLE.records)
    chain = Chain(records[place - 1].hash if place else genesis(MANIFEST), place)
    records[place] = chain.seal(CallRinging(records[place].t_ns, "forged"), ())
    if place < COUNT - 1:
        assert fault(records) == (place + 2, "changed")
    else:
        assert check(records).head != check(WHOLE.records).head  # as the module says: only the head's hash shows it


@pytest.mark.parametrize(("first", "after"), [*combinations(PLACES, 2)])
def test_removed(first: int, after: int):
    assert fault(WHOLE.records[:first] + WHOLE.records[after:]) == (first + 1, "removed")


@pytest.mark.parametrize("place", range(COUNT - 1))
def test_removed_and_numbered_anew(place: int):
    records = WHOLE.records[:place] + WHOLE.records[place + 1 :]
    # Of the last entry alone it cannot be said whether it was changed or moved up.
    assert fault(records, renumber=True) == (place + 1, "removed" if place < COUNT - 2 else "changed")


def test_removed_end_is_seen_when_a_snapshot_stands_behind_it():
    found = verify(MemoryLog(MANIFEST, WHOLE.records[:5], snapshot=(6, b"")))
    assert found.fault is not None
    assert (found.entries, found.fault.seq, found.fault.what) == (5, 6, "removed")
    assert verify(MemoryLog(MANIFEST, WHOLE.records, snapshot=(COUNT, b""))).fault is None


@pytest.mark.parametrize("left", range(COUNT))
def test_a_cut_off_end_is_seen_by_the_known_head_or_count(left: int):
    cut = MemoryLog(MANIFEST, WHOLE.records[:left])
    assert verify(cut).fault is None  # as the module says: the chain alone does not prove it
    for found in (verify(cut, known_head=WHOLE.records[-1].hash), verify(cut, known_entries=COUNT)):
        assert found.fault is not None
        assert (found.entries, found.fault.seq, found.fault.what) == (left, left + 1, "removed")


@pytest.mark.parametrize("place", PLACES)
def test_a_known_head_is_found_in_a_journal_that_has_grown(place: int):
    found = verify(MemoryLog(MANIFEST, WHOLE.records), WHOLE.records[place].hash, place + 1)
    assert (found.fault, found.known_at) == (None, place + 1)
    assert verify(MemoryLog(MANIFEST, WHOLE.records), genesis(MANIFEST)).known_at == 0


def test_a_chain_computed_anew_is_seen_by_the_known_head():
    chain = Chain(genesis(MANIFEST))
    records = [chain.seal(CallRinging(record.t_ns, "forged"), ()) for record in WHOLE.records]
    assert verify(MemoryLog(MANIFEST, records)).fault is None
    assert verify(MemoryLog(MANIFEST, records), WHOLE.records[2].hash).fault is not None


@pytest.mark.parametrize("renumber", [False, True])
@pytest.mark.parametrize(("first", "second"), [*combinations(PLACES, 2)])
def test_swapped(first: int, second: int, renumber: bool):
    records = list(WHOLE.records)
    records[first], records[second] = records[second], records[first]
    assert fault(records, renumber) == (first + 1, "reordered")


@pytest.mark.parametrize("renumber", [False, True])
@pytest.mark.parametrize(("source", "target"), [*permutations(PLACES, 2)])
def test_moved(source: int, target: int, renumber: bool):
    records = list(WHOLE.records)
    records.insert(target, records.pop(source))
    assert fault(records, renumber) == (min(source, target) + 1, "reordered")


@pytest.mark.parametrize("renumber", [False, True])
@pytest.mark.parametrize("place", PLACES)
def test_inserted(place: int, renumber: bool):
    stranger = Chain(b"elsewhere", place).seal(CallRinging(WHOLE.records[place].t_ns, "stranger"), ())
    records = [*WHOLE.records[:place], stranger, *WHOLE.records[place:]]
    assert fault(records, renumber) == (place + 1, "inserted")


@pytest.mark.parametrize("renumber", [False, True])
@pytest.mark.parametrize("place", PLACES)
def test_repeated(place: int, renumber: bool):
    records = [*WHOLE.records[: place + 1], *WHOLE.records[place:]]
    what = "inserted" if place < COUNT - 1 or not renumber else "changed"  # a last one may be either
    assert fault(records, renumber) == (place + 2, what)


def test_other_manifest():
    found = verify(MemoryLog(MANIFEST.replace(b"0.1.0", b"0.1.1"), WHOLE.records))
    assert found.fault is not None
    assert (found.fault.seq, found.fault.what) == (1, "changed")
    assert "manifest" in found.fault.detail


def test_time_that_goes_back():
    chain = Chain(genesis(MANIFEST))
    records = [chain.seal(CallRinging(t_ns, "c"), ()) for t_ns in (5, 5, 7, 6, 8)]
    assert fault(records) == (4, "time")


def test_sound_journal_is_a_chain():
    """The stand-in's journal really has what the tests above disturb: different hashes, times that repeat."""
    assert len({record.hash for record in WHOLE.records}) == COUNT
    assert all(one.t_ns <= two.t_ns for one, two in pairwise(WHOLE.records))
