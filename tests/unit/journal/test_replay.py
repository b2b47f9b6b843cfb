from __future__ import annotations

import msgspec
import pytest

from dialer.core import events as e
from dialer.core.errors import InvariantError, JournalError
from dialer.core.kernel import Kernel, pacer_of
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.entry import Chain, genesis, link
from dialer.journal.manifest import Manifest
from dialer.journal.recorder import Recorder
from dialer.journal.replay import Divergence, replay
from dialer.journal.verify import BrokenChainError, verify
from strategies.compliance.rulebook import Rulebook
from tests.unit.journal.stand_in import MANIFEST, SETTINGS, MemoryLog, StandIn, log


def test_the_same_kernel_agrees():
    seen: list[RunSettings] = []

    def make(settings: RunSettings) -> StandIn:
        seen.append(settings)
        return StandIn(settings)

    report = replay(log(50), make)
    assert (report.entries, report.divergence) == (50, None)
    assert seen == [SETTINGS]


@pytest.mark.parametrize(
    ("plant", "lines"),
    [
        ("term", ["number 1, pace", "    terms.up\n      recorded  1.0\n      replayed  2.0"]),
        ("fewer", ["3 recorded, 2 replayed", "number 3\n", "    recorded  {", "    replayed  nothing"]),
        ("swap", ["number 1\n", '    recorded  {"kind":"pace"', '    replayed  {"kind":"set_timer"']),
        ("kind", ["number 2\n", '    recorded  {"kind":"set_timer"', '    replayed  {"kind":"hang_up"']),
        ("refuse", ["replayed  refused: this must not be"]),
    ],
)
def test_a_planted_change_is_caught_at_its_first_effect(plant: str, lines: list[str]):
    report = replay(log(20), lambda settings: StandIn(settings, planted_at=1, plant=plant))
    assert report.divergence is not None
    assert (report.entries, report.divergence.seq) == (0, 1)
    shown = str(report.divergence)
    assert shown.startswith('entry 1 at 0 ns: {"kind":"call_ringing","t_ns":0,"call":"c0"}')
    for line in lines:
        assert line in shown


def test_the_place_is_exact():
    report = replay(log(20), lambda settings: StandIn(settings, planted_at=10, plant="term"))
    assert report.divergence is None  # the tenth event finds all lines taken, so that nothing is planted there
    report = replay(log(20), lambda settings: StandIn(settings, planted_at=5, plant="term"))
    assert report.divergence is not None
    assert (report.entries, report.divergence.seq) == (4, 5)


def test_long_values_are_cut_and_many_fields_counted():
    journal = log(1)
    effects = msgspec.json.decode(journal.records[0].effects)
    effects[0] |= {"policy": "p" * 5000, "terms": {f"t{n}": n for n in range(40)}}
    changed = Divergence(1, e.CallRinging(0, "c" * 9000), journal.records[0].effects, msgspec.json.encode(effects))
    shown = str(changed)
    assert "terms.t3" in shown
    assert "more fields" in shown
    assert "(5002 characters)" in shown
    assert max(map(len, shown.splitlines())) < 200
    assert len(shown.splitlines()) < 50


def test_progress():
    told: list[int] = []
    replay(log(2500), StandIn, told.append)
    assert told == [1000, 2000]


def test_a_changed_journal_is_not_replayed_beyond_the_change():
    journal = log(9)
    journal.records[4] = journal.records[4]._replace(effects=b"[]")
    with pytest.raises(BrokenChainError, match="entry 5 does not follow entry 4") as caught:
        replay(journal, StandIn)
    assert caught.value.fault.seq == 5


def test_manifests_that_cannot_be_replayed():
    manifest = Manifest(version="9", started_ns=0, settings=msgspec.structs.replace(SETTINGS, flags=("1", "99")))
    for text, said in [
        (manifest.encode(), "does not know: 99;"),
        (b'{"format":2,"whatever":"a later version says"}', "format 2, this version reads format 1"),
        (b'{"format":1,"version":"1"}', "cannot be read.*missing required field"),
        (b'{"format":1,"ver', "cannot be read"),
    ]:
        with pytest.raises(JournalError, match=said):
            replay(MemoryLog(text, []), StandIn)
    assert Manifest.decode(MANIFEST).settings == SETTINGS


def test_an_event_of_another_version():
    journal = log(2)
    head = journal.records[-1].hash
    record = Chain(head, 2).seal(e.CallRinging(9, "c"), ())
    event = record.event.replace(b"call_ringing", b"call_beamed_up")
    unknown = record._replace(event=event, hash=link(head, 3, event, record.effects))
    with pytest.raises(JournalError, match="entry 3 holds no event that this version knows"):
        replay(MemoryLog(MANIFEST, [*journal.records, unknown]), StandIn)


# With the real kernel -------------------------------------------------------------------------------

REAL = RunSettings(
    campaigns=(CampaignSettings("main", "ratio", lines_per_agent=2.0),), rulebook=Rulebook(tzdata="2026a")
)


def shift() -> list[e.AnyEvent]:
    second = 1_000_000_000
    start = 1_780_000_000 * second
    leads = tuple(Lead(f"l{n}", f"p{n}", f"a{n}", "m1", 10, (f"p{n}/0",), ("America/New_York",)) for n in range(20))
    return [
        e.EngineStarted(start, recovered=False),
        e.LeadsAdded(start, "main", leads),
        e.AgentLoggedIn(start, "ann", ("main",)),
        e.AgentLoggedIn(start, "bob", ("main",)),
        e.AgentReady(start + second, "ann"),
        e.AgentReady(start + 2 * second, "bob"),
        e.DrainRequested(start + 9 * second),
    ]


def test_the_real_kernel():
    manifest = Manifest(version="0.1.0", started_ns=0, settings=REAL).encode()
    recorder = Recorder(Kernel(REAL), Chain(genesis(manifest)))
    taken = [recorder.take(event) for event in shift()]
    assert any(effects for _, effects in taken)
    journal = MemoryLog(manifest, [record for record, _ in taken])
    assert verify(journal).fault is None
    assert replay(journal, Kernel).divergence is None

    def other_policy(settings: RunSettings) -> Kernel:
        return Kernel(settings, lambda campaign: pacer_of(msgspec.structs.replace(campaign, lines_per_agent=3.0)))

    first = next(record.seq for record in journal.records if b'"pace"' in record.effects)
    report = replay(journal, other_policy)
    assert report.divergence is not None
    assert report.divergence.seq == first
    assert "recorded" in str(report.divergence)


def test_time_never_goes_back():
    recorder = Recorder(Kernel(REAL), Chain(genesis(b"")))
    recorder.take(e.EngineStarted(5, recovered=False))
    with pytest.raises(InvariantError):
        recorder.take(e.DrainRequested(4))
    record, _ = recorder.take(e.DrainRequested(5))
    assert record.seq == 2
