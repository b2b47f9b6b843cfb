"""The embedded ports: the world behind `dialer.ports`, and a carrier that outlives the process."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from dialer.core import events as e
from dialer.core.effects import Bridge, HangUp, PlaceCall
from dialer.core.errors import PortError
from dialer.core.units import ns
from simulator.fake_ports import EmbeddedPresence, EmbeddedTelephony
from simulator.ledger import Duplicate, Ended, Placed, read
from tests.unit.simulator.bench import PATIENCE_S, RING_S, SET_UP_S, Bench, HandClock, names, network, placement, shown

T = TypeVar("T")


def done(step: Awaitable[T]) -> T:
    async def wait() -> T:
        return await step

    return asyncio.run(wait())


class Process:
    """One life of a process with an embedded carrier; `clock` and the ledger go on after it."""

    def __init__(self, clock: HandClock, ledger: Path | None, **parts: object) -> None:
        self.bench = Bench(clock, open_both=False, **parts)
        self.port = EmbeddedTelephony(self.bench.world, clock, ledger)
        self.heard: list[e.AnyEvent] = []
        done(self.port.start(self.heard.append))

    def place(self, *calls: PlaceCall) -> None:
        for call in calls:
            done(self.port.apply(call))

    def ask(self, calls: Sequence[str]) -> list[e.AnyEvent]:
        self.heard.clear()
        done(self.port.which_exist(calls))
        return list(self.heard)

    def killed(self) -> None:
        """Its timers never fire; the file descriptor goes."""
        done(self.port.stop())
        self.bench.clock._due.clear()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "carrier.jsonl"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def test_a_call_through_the_port(clock: HandClock) -> None:
    process = Process(clock, None)
    process.place(placement())
    clock.advance(3600)
    assert names(process.heard) == ["CallRinging", "CallAnswered", "CallEnded"]


def test_only_with_a_ledger_calls_outlive_the_process(clock: HandClock, ledger: Path) -> None:
    assert not Process(clock, None).port.capabilities.survives_restart
    assert Process(clock, ledger).port.capabilities.survives_restart


def test_a_stopped_port_is_silent(clock: HandClock) -> None:
    process = Process(clock, None)
    process.place(placement())
    done(process.port.stop())
    clock.advance(3600)
    assert process.heard == []


def test_the_ledger_tells_every_call_and_every_second_try(clock: HandClock, ledger: Path) -> None:
    process = Process(clock, ledger)
    process.place(placement(1), placement(2), placement(1))
    start_ns = clock.now_ns()
    clock.advance(3600)
    process.place(placement(2))
    ends = SET_UP_S + RING_S + PATIENCE_S
    assert list(read(ledger)) == [
        Placed(start_ns, placement(1)),
        Placed(start_ns, placement(2)),
        Duplicate(start_ns, placement(1).call),
        Ended(start_ns + ns(ends), placement(1).call),
        Ended(start_ns + ns(ends), placement(2).call),
        Duplicate(start_ns + ns(3600), placement(2).call),
    ]


def test_after_a_restart_calls_are_where_they_would_be(clock: HandClock, ledger: Path) -> None:
    """Placed long, middling and shortly before the crash: answered, ringing, being set up; and one ended."""
    first = Process(clock, ledger)
    first.place(placement(1), placement(4))
    done(first.port.apply(HangUp(placement(4).call, "test")))
    clock.advance(4)
    first.place(placement(2))
    clock.advance(3)
    first.place(placement(3))
    clock.advance(1)
    first.killed()

    again = Process(clock, ledger)
    states = again.ask([placement(number).call for number in (1, 2, 3, 4, 5)])
    assert [event.state for event in states] == ["answered", "ringing", "ringing", "gone", "gone"]
    again.heard.clear()
    now_ns = clock.now_ns()
    clock.advance(3600)
    lives = {number: [x for x in again.heard if x.call == placement(number).call] for number in (1, 2, 3)}
    assert lives[1] == [e.CallEnded(now_ns + ns(PATIENCE_S), placement(1).call, "normal")]
    assert names(lives[2]) == ["CallAnswered", "CallEnded"]
    assert lives[2][0].t_ns == now_ns + ns(SET_UP_S + RING_S - 4)
    assert names(lives[3]) == ["CallRinging", "CallAnswered", "CallEnded"]


def test_a_call_that_ended_meanwhile_is_gone_and_written_off(clock: HandClock, ledger: Path) -> None:
    first = Process(clock, ledger, carrier=network(congestion_share=1.0))
    first.place(placement())
    clock.advance(1)
    first.killed()
    clock.advance(60)
    again = Process(clock, ledger, carrier=network(congestion_share=1.0))
    assert again.ask([placement().call]) == [e.CallReported(clock.now_ns(), placement().call, "gone")]
    assert list(read(ledger))[-1] == Ended(clock.now_ns(), placement().call)


def test_whoever_talked_at_the_crash_is_left_on_the_line(clock: HandClock, ledger: Path) -> None:
    first = Process(clock, ledger)
    first.place(placement())
    clock.advance(SET_UP_S + RING_S)
    done(first.port.apply(Bridge(placement().call, "a01")))
    clock.advance(1)
    first.killed()
    again = Process(clock, ledger)
    (state,) = again.ask([placement().call])
    assert state == e.CallReported(clock.now_ns(), placement().call, "answered")


def test_what_was_dialled_before_the_crash_is_not_dialled_after_it(clock: HandClock, ledger: Path) -> None:
    first = Process(clock, ledger)
    first.place(placement(1), placement(2))
    clock.advance(3600)
    first.place(placement(3))
    first.killed()
    again = Process(clock, ledger)
    again.place(placement(1), placement(3))
    lines = list(read(ledger))
    assert [line for line in lines if isinstance(line, Duplicate)] == [
        Duplicate(clock.now_ns(), placement(1).call),
        Duplicate(clock.now_ns(), placement(3).call),
    ]
    assert len([line for line in lines if isinstance(line, Placed)]) == 3


def test_a_torn_line_is_a_call_that_was_not_started(clock: HandClock, ledger: Path) -> None:
    Process(clock, ledger).place(placement(1), placement(2))
    ledger.write_bytes(ledger.read_bytes()[:-7])
    again = Process(clock, ledger)
    again.place(placement(2), placement(3))
    assert [line.placement for line in read(ledger)] == [placement(1), placement(2), placement(3)]


def test_on_a_full_disk_nothing_is_dialled(clock: HandClock, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = Process(clock, ledger)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(PortError, match="No space left") as caught:
            process.place(placement())
    assert caught.value.retryable
    clock.advance(3600)
    assert process.heard == []
    process.place(placement())
    clock.advance(3600)
    assert names(process.heard) == ["CallRinging", "CallAnswered", "CallEnded"]


def test_a_disk_that_fills_up_stops_no_report(clock: HandClock, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = Process(clock, ledger)
    process.place(placement())

    def half(file: int, text: bytes) -> int:
        return len(text) // 2

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(PortError, match="disk is full"):
        process.place(placement(2))
    clock.advance(3600)
    assert names(process.heard) == ["CallRinging", "CallAnswered", "CallEnded"]


def test_a_ledger_that_cannot_be_opened(clock: HandClock, tmp_path: Path) -> None:
    with pytest.raises(PortError, match="cannot be opened"):
        Process(clock, tmp_path / "nowhere" / "carrier.jsonl")


def test_agents_through_the_port(clock: HandClock) -> None:
    own = Bench(clock, open_both=False, floor={"agents": 2, "log_in_spread_s": 0, "breaks": []})
    port, heard = EmbeddedPresence(own.world), []
    done(port.start(heard.append))
    clock.advance(1)
    assert names(heard) == ["AgentLoggedIn", "AgentLoggedIn"]
    done(port.apply(shown("a02", "paused")))
    clock.advance(10)
    assert heard[-1] == e.AgentReady(heard[-1].t_ns, "a02")
    done(port.apply(shown("a01", "paused")))
    done(port.stop())
    clock.advance(10)
    assert len(heard) == 3
