"""What must be true of a run, read from outside: its journal, the carrier's ledger, and what the run said was durable.

Nothing here asks the kernel, except that strict replay steps a fresh one.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec

from adapters.journal.sqlite import SqliteJournal
from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.agent import AGENT
from dialer.core.ids import call_id
from dialer.core.kernel import Kernel
from dialer.journal.entry import decode_effects, decode_event
from dialer.journal.replay import replay
from dialer.journal.verify import verify
from simulator import ledger
from tests.crash.nursery import Said
from tests.crash.scenario import CAP, CAP_MINUTES, CAP_RULE, leads

Entry = tuple[e.AnyEvent, tuple[f.AnyEffect, ...]]

FROM_CARRIER = (
    e.CallRinging,
    e.CallAnswered,
    e.CallBridged,
    e.CallEnded,
    e.CallReported,
    e.MessageFinished,
    e.TransferRequested,
)
MOVES = {(state, following) for (state, _), following in AGENT.table.items()}


class Found(NamedTuple):
    """How much happened in a run, for those who want to know whether the test was worth it."""

    entries: int
    starts: int
    placed: int
    closed: Counter[str]
    capped: int
    asked: int
    transferred: int


def entries_of(place: Path) -> list[Entry]:
    """Return the whole journal."""
    with closing(SqliteJournal.reader(place / "run.journal")) as journal:
        return [(decode_event(record), decode_effects(record)) for record in journal.read()]


def check_dead(place: Path) -> None:
    """Check what a dead run left behind, before the next one begins."""
    path = place / "run.journal"
    records = []
    if path.exists():
        with closing(SqliteJournal.reader(path)) as journal:
            records = list(journal.read())
    said_path = place / "said"
    lines = said_path.read_bytes().splitlines() if said_path.exists() else []
    for line in filter(None, lines):
        try:
            said = msgspec.json.decode(line, type=Said)
        except msgspec.MsgspecError:
            continue  # torn by the kill
        assert said.seq <= len(records), f"entry {said.seq} was acknowledged and is lost"
        assert records[said.seq - 1].event == bytes(said.event), (
            f"entry {said.seq} is not the one that was acknowledged"
        )
    journaled = {
        effect.call: effect
        for record in records
        if b"place_call" in record.effects
        for effect in decode_effects(record)
        if isinstance(effect, f.PlaceCall)
    }
    for line in ledger.read(place / "ledger"):
        if isinstance(line, ledger.Placed):
            call = line.placement.call
            assert journaled.get(call) == line.placement, f"{call} was dialled without an entry"


def check_ledger(place: Path) -> tuple[int, dict[str, str]]:
    """Check what the carrier saw; return how many calls it was asked for, and which are up, with the person."""
    placed: set[str] = set()
    up: dict[str, str] = {}
    times: dict[str, deque[int]] = defaultdict(deque)
    for line in ledger.read(place / "ledger"):
        match line:
            case ledger.Duplicate():
                raise AssertionError(f"{line.call} was dialled again")
            case ledger.Placed(t_ns=t_ns, placement=placement):
                call, person = placement.call, placement.person
                assert call not in placed, f"{call} was placed twice"
                placed.add(call)
                assert person not in up.values(), f"{call}: the person is on another call"
                up[call] = person
                recent = times[person]
                recent.append(t_ns)
                while recent[0] <= t_ns - CAP_MINUTES * 60_000_000_000:
                    recent.popleft()
                assert len(recent) <= CAP, f"{call} breaks the cap"
            case ledger.Ended():
                up.pop(line.call, None)
    return len(placed), up


def check_journal(name: str, place: Path, *, clean_end: bool) -> Found:
    """Check a journal as a whole; `clean_end`: the last run came to its own end."""
    with closing(SqliteJournal.reader(place / "run.journal")) as journal:
        found = verify(journal)
        assert found.fault is None
        report = replay(journal, Kernel)
        assert report.divergence is None, str(report.divergence)
        assert report.entries == found.entries
    entries = entries_of(place)
    assert len(entries) == found.entries
    starts = _check_starts(entries)
    _check_leads(name, entries)
    placed, closed = _check_calls(entries, clean_end=clean_end)
    states = _check_agents(entries)
    if clean_end:
        busy = {agent: state for agent, state in states.items() if state in ("reserved", "in_call")}
        assert not busy, f"agents without a call are not free: {busy}"
    effects = [effect for _, out in entries for effect in out]
    capped = sum(
        any(reason.rule == CAP_RULE for reason in effect.reasons) for effect in effects if isinstance(effect, f.Defer)
    )
    asked = sum(len(effect.calls) for effect in effects if isinstance(effect, f.Reconcile))
    transferred = sum(isinstance(event, e.TransferRequested) for event, _ in entries)
    return Found(len(entries), starts, placed, closed, capped, asked, transferred)


def _check_starts(entries: list[Entry]) -> int:
    starts = [(number, event) for number, (event, _) in enumerate(entries) if isinstance(event, e.EngineStarted)]
    assert [event.recovered for _, event in starts] == [number > 0 for number in range(len(starts))]
    assert starts[0][0] == 0
    return len(starts)


def _check_leads(name: str, entries: list[Entry]) -> None:
    """Every lead was given once, whatever was killed while they were loaded."""
    given = [(event.campaign, lead) for event, _ in entries if isinstance(event, e.LeadsAdded) for lead in event.leads]
    assert sorted(given, key=lambda pair: pair[1].id) == sorted(leads(name), key=lambda pair: pair[1].id)


def _check_calls(entries: list[Entry], *, clean_end: bool) -> tuple[int, Counter[str]]:
    """One life per attempt: placed once, numbered without a gap, answered before bridged, closed once."""
    attempts: Counter[tuple[str, str]] = Counter()
    live: dict[str, f.PlaceCall] = {}
    answered: set[str] = set()
    asked: set[str] = set()
    bridged: dict[str, str] = {}
    unheard: set[str] = set()
    dispositions: Counter[str] = Counter()
    draining = False
    for event, effects in entries:
        match event:
            case e.EngineStarted():
                draining, bridged = False, {}
            case e.DrainRequested():
                draining = True
            case e.CallAnswered():
                answered.add(event.call)
            case e.TransferRequested():
                asked.add(event.call)
            case _:
                pass
        if isinstance(event, FROM_CARRIER):
            unheard.discard(event.call)
        for effect in effects:
            match effect:
                case f.Reconcile():
                    assert set(effect.calls) <= set(live)
                    if isinstance(event, e.EngineStarted):
                        assert set(effect.calls) == set(live), "a call that may be up is not asked for"
                    unheard = set(effect.calls)
                case f.PlaceCall():
                    assert not draining, f"{effect.call} was placed while draining"
                    assert not unheard, f"{effect.call} was placed before the carrier answered for {unheard}"
                    lead = effect.campaign, effect.lead
                    attempts[lead] += 1
                    assert effect.attempt == attempts[lead], f"{effect.call} is attempt {attempts[lead]}"
                    assert effect.call == call_id(*lead, effect.attempt)
                    assert effect.person not in {other.person for other in live.values()}
                    live[effect.call] = effect
                case f.Bridge():
                    assert effect.call in live and effect.call in answered
                    robot_first = live[effect.call].campaign == "robot_then_human"
                    assert not robot_first or effect.call in asked, f"{effect.call} was never asked an agent for"
                    assert effect.agent not in bridged.values(), f"{effect.agent} has two calls"
                    bridged[effect.call] = effect.agent
                case f.PlayMessage():
                    assert effect.call in live
                case f.CloseAttempt():
                    placement = live.pop(effect.call)  # a second end raises KeyError
                    assert (placement.lead, placement.attempt) == (effect.lead, effect.attempt)
                    bridged.pop(effect.call, None)
                    unheard.discard(effect.call)
                    dispositions[effect.disposition] += 1
                case _:
                    pass
    assert not clean_end or not live, f"attempts without an end: {sorted(live)}"
    return sum(attempts.values()), dispositions


def _check_agents(entries: list[Entry]) -> dict[str, str]:
    """Every change of an agent's state is one of the table's, and a restart begins with nobody there."""
    states: dict[str, str] = {}
    for event, effects in entries:
        if isinstance(event, e.EngineStarted):
            states = {}
        for effect in effects:
            if isinstance(effect, f.SetAgentState):
                before = states.get(effect.agent, AGENT.initial)
                allowed = (before, effect.state) in MOVES or effect.reason == "logged in already"
                assert allowed, f"{effect.agent} went from {before} to {effect.state}"
                states[effect.agent] = effect.state
    return states


def has_capped(place: Path) -> bool:
    """Return whether the cap has denied a contact already; the run may still be going on."""
    return _has_effect(place, CAP_RULE.encode())


def has_asked(place: Path) -> bool:
    """Return whether the carrier was asked already which calls exist, after a start that had lost some."""
    return _has_effect(place, b'"kind":"reconcile","calls":["')


def _has_effect(place: Path, text: bytes) -> bool:
    with closing(SqliteJournal.reader(place / "run.journal")) as journal:
        return any(text in record.effects for record in journal.read())
