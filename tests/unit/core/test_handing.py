"""Conversations that somebody outside takes over: who has the call, and what the agent is told."""

from __future__ import annotations

from dialer.core import effects as f
from dialer.core import events as e
from tests.unit.core.floors import HandFloor


def talking(*agents: str) -> tuple[HandFloor, str]:
    floor = HandFloor("progressive", leads=1).ready(*agents)
    call = floor.all(f.PlaceCall)[0].call
    floor.do(e.CallAnswered, call=call, by="person")
    floor.do(e.CallBridged, call=call, agent=agents[0])
    return floor, call


def test_whoever_is_handed_over_is_over_for_us_and_the_agent_wraps_up() -> None:
    floor, call = talking("ann")
    floor.do(e.HandOverRequested, call=call, to="legal")
    assert floor.got(f.HandOver) == [f.HandOver(call, "legal")]
    assert floor.agent_state("ann") == "in_call", "they talk on until somebody picks up"
    floor.do(e.CallEnded, call=call, cause="handed_over")
    assert floor.agent_state("ann") == "wrap"
    floor.do(e.CallDispositioned, call=call, disposition="contact")
    (closed,) = floor.all(f.CloseAttempt)
    assert (closed.disposition, closed.agent) == ("contact", "ann")


def test_the_agent_is_told_why_nobody_took_the_call_and_still_has_it() -> None:
    floor, call = talking("ann")
    floor.do(e.HandOverRequested, call=call, to="legal")
    floor.do(e.HandOverFailed, call=call, reason="busy")
    assert floor.got(f.SetAgentState) == [f.SetAgentState("ann", "in_call", "transfer failed: busy", call)]
    floor.do(e.HandOverRequested, call=call, to="complaints")
    assert floor.got(f.HandOver) == [f.HandOver(call, "complaints")]
    floor.do(e.CallEnded, call=call, cause="normal")
    floor.do(e.HandOverFailed, call=call, reason="no_answer")
    assert floor.out == (), "the conversation is over"


def test_only_a_conversation_is_handed_over() -> None:
    floor = HandFloor("progressive", leads=1).ready("ann")
    call = floor.all(f.PlaceCall)[0].call
    floor.do(e.HandOverRequested, call=call, to="legal")
    assert floor.out == ()
    floor.do(e.CallAnswered, call=call, by="person")
    floor.do(e.HandOverRequested, call=call, to="legal")
    assert not floor.got(f.HandOver)
    floor.do(e.CallBridged, call=call, agent="ann").do(e.AgentLoggedOut, agent="ann")
    floor.do(e.HandOverRequested, call=call, to="legal")
    assert floor.out == (), "its end was asked for"
