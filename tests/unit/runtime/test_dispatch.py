"""Effects go to their ports; a port that fails never stops the run."""

from __future__ import annotations

from typing import get_args

import pytest
import structlog

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.units import NS_PER_S
from dialer.ports.telephony import Report
from dialer.runtime.clock import VirtualClock
from dialer.runtime.dispatch import Dispatcher
from dialer.runtime.inbox import Inbox
from strategies.script.compile import compile_script, scripts
from strategies.script.machine import begin, form
from tests.unit.runtime.parts import Port, in_virtual_time

WHY = f.Why("all", 1, 1, "", 3)
PLACE = f.PlaceCall("c/l/1", "c", "l", "p", "p/0", 1, 20.0, None, WHY)
TELEPHONY = (
    PLACE,
    f.HandOver("c/l/1", "legal"),
    f.Bridge("c/l/1", "a"),
    f.PlayMessage("c/l/1", "m", "robot"),
    f.StopMessage("c/l/1"),
    f.RecordPerson("c/l/1", 30.0),
    f.HangUp("c/l/1", "r"),
)
FORM = form(SCRIPT := compile_script(scripts()["two-checks"]), begin(SCRIPT), "en")
DESK = (
    f.SetAgentState("a", "ready", "r"),
    f.OfferLead("a", "l", 5, WHY),
    f.WithdrawOffer("a", "l", "r"),
    f.SetLease("a", "a1", 5, ""),
    f.ShowScreen("a", "c/l/1", "a1", FORM),
)
TOLD_TO_NOBODY = (
    f.Pace("c", "ratio", 1, "", {}),
    f.Defer("c", "l", (), None),
    f.CloseAttempt("c/l/1", "c", "l", "p", "a", "all", 1, "busy", None, 1, None, None, None, None, None, None, None),
)


def send(*effects: f.AnyEffect, telephony: Port, desk: Port, wait_ns: int = 0) -> list[e.AnyEvent]:
    """Return what is in the inbox after dispatch and `wait_ns`."""

    async def go() -> list[e.AnyEvent]:
        clock, inbox = VirtualClock(100), Inbox()
        dispatcher = Dispatcher(telephony, desk, clock, inbox)
        for effect in effects:
            await dispatcher.send(effect)
        clock.call_at(100 + wait_ns, inbox.close)
        batches = []
        while batch := await inbox.batch():
            batches += batch
        return batches

    return in_virtual_time(go())


def test_every_effect_goes_to_its_port() -> None:
    telephony, desk = Port(), Port()
    reconcile, timer = f.Reconcile(("c/l/1",)), f.SetTimer("t", 100)
    everything = (*TELEPHONY, *DESK, *TOLD_TO_NOBODY, reconcile, timer)
    assert {type(effect) for effect in everything} == set(get_args(f.AnyEffect))
    assert send(*everything, telephony=telephony, desk=desk, wait_ns=5) == [e.TimerFired(100, "t", 100)]
    assert telephony.applied == [*TELEPHONY, DESK[0]]
    assert telephony.asked == [("c/l/1",)]
    assert desk.applied == list(DESK)


def test_a_call_that_cannot_be_placed_has_ended_in_congestion() -> None:
    with structlog.testing.capture_logs() as lines:
        events = send(PLACE, telephony=Port(f.PlaceCall), desk=Port())
    assert events == [e.CallEnded(100, "c/l/1", "congestion")]
    assert lines == [
        {"event": "call could not be placed", "call": "c/l/1", "error": "the trunk is down", "log_level": "warning"}
    ]


def test_a_call_that_cannot_be_handed_over_stays_with_its_agent() -> None:
    with structlog.testing.capture_logs() as lines:
        events = send(TELEPHONY[1], telephony=Port(f.HandOver), desk=Port())
    assert events == [e.HandOverFailed(100, "c/l/1", "no_destination")]
    assert [line["event"] for line in lines] == ["call could not be handed over"]


@pytest.mark.parametrize("effect", [*TELEPHONY[2:], *DESK, f.Reconcile(("c/l/1",))])
def test_other_failures_are_logged_and_no_more(effect: f.AnyEffect) -> None:
    with structlog.testing.capture_logs() as lines:
        assert send(effect, telephony=Port(type(effect), Report), desk=Port(type(effect))) == []
    ports = 2 if isinstance(effect, f.SetAgentState) else 1
    assert [line["log_level"] for line in lines] == ["warning"] * ports


def test_timers_fire_when_due_and_say_what_for() -> None:
    due_ns = 100 + 3 * NS_PER_S + 1
    events = send(
        f.SetTimer("b", due_ns), f.SetTimer("a", due_ns), f.SetTimer("past", 7), telephony=Port(), desk=Port(),
        wait_ns=4 * NS_PER_S,
    )  # fmt: skip
    assert events == [
        e.TimerFired(100, "past", 7),
        e.TimerFired(due_ns, "a", due_ns),
        e.TimerFired(due_ns, "b", due_ns),
    ]
