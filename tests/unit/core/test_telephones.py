"""What real telephones add: a desk that does not answer, keys, recordings, and calls that nobody can account for."""

from __future__ import annotations

import msgspec
import pytest

from dialer.core import effects as f
from dialer.core import events as e
from tests.unit.core.floors import HandFloor


def placed(mode: str = "progressive", *agents: str, **settings: object) -> tuple[HandFloor, str]:
    floor = HandFloor(mode, leads=1, **settings).ready(*agents)  # type: ignore[arg-type]
    return floor, floor.all(f.PlaceCall)[0].call


def closed(floor: HandFloor) -> list[str]:
    return [effect.disposition for effect in floor.all(f.CloseAttempt)]


def test_an_agent_whose_telephone_fails_is_paused_and_another_serves() -> None:
    floor, call = placed("ratio", "ann", "bob")
    floor.do(e.CallAnswered, call=call, by="unknown")
    (first,) = floor.got(f.Bridge)
    floor.do(e.BridgeFailed, call=call, agent=first.agent)
    (second,) = floor.got(f.Bridge)
    assert {first.agent, second.agent} == {"ann", "bob"}
    assert floor.agent_state(first.agent) == "paused"
    floor.do(e.CallBridged, call=call, agent=second.agent)
    assert floor.agent_state(second.agent) == "in_call"


def test_without_another_agent_the_person_is_abandoned_in_time() -> None:
    floor, call = placed("progressive", "ann")
    floor.do(e.CallAnswered, call=call, by="unknown")
    floor.do(e.BridgeFailed, call=call, agent="ann")
    floor.fire(f"grace/{call}")
    assert [message.purpose for message in floor.got(f.PlayMessage)] == ["safe_harbour"]


def test_a_failure_of_somebody_elses_bridge_changes_nothing() -> None:
    floor, call = placed("progressive", "ann")
    floor.do(e.CallAnswered, call=call, by="unknown")
    floor.do(e.BridgeFailed, call=call, agent="bob")
    assert floor.out == ()
    floor.do(e.CallBridged, call=call, agent="ann")
    floor.do(e.BridgeFailed, call=call, agent="ann")
    assert floor.out == ()


def test_the_recording_is_in_the_attempt() -> None:
    floor, call = placed("progressive", "ann")
    floor.talk(call, "ann").do(e.CallRecorded, call=call, recording="r-1")
    floor.do(e.CallEnded, call=call, cause="normal").do(e.CallDispositioned, call=call, disposition="contact")
    assert [effect.recording for effect in floor.all(f.CloseAttempt)] == ["r-1"]


@pytest.mark.parametrize(("key", "stopped"), [("9", True), ("1", False)])
def test_who_presses_the_opt_out_key_is_called_no_more(key: str, *, stopped: bool) -> None:
    floor, call = placed("progressive", "ann", redial={})
    floor.do(e.CallAnswered, call=call, by="unknown").do(e.BridgeFailed, call=call, agent="ann")
    floor.fire(f"grace/{call}").do(e.KeyPressed, call=call, key=key)
    assert bool(floor.got(f.HangUp)) is stopped
    floor.do(e.CallEnded, call=call, cause="normal")
    assert closed(floor) == ["abandoned"]
    person = floor.all(f.PlaceCall)[0].person
    assert (("person", person, "") in floor.kernel._floor.gate._suppressed) is stopped


def test_a_key_in_a_conversation_means_nothing_here() -> None:
    floor, call = placed("progressive", "ann")
    floor.talk(call, "ann").do(e.KeyPressed, call=call, key="9")
    assert floor.out == ()


@pytest.mark.parametrize(("after_s", "cause", "disposition"), [
    (1.0, "normal", "early_hangup"),
    (3.0, "normal", "abandoned"),
    (1.0, "lost", "abandoned"),
])  # fmt: skip
def test_who_waits_too_long_for_a_telephone_was_abandoned(after_s: float, cause: str, disposition: str) -> None:
    floor, call = placed("progressive", "ann")
    floor.do(e.CallAnswered, call=call, by="unknown")
    floor.do(e.CallEnded, at_s=floor.t_s + after_s, call=call, cause=cause)
    assert closed(floor) == [disposition]
    assert floor.agent_state("ann") == "ready"


def test_the_whisper_of_a_campaign_goes_with_the_bridge() -> None:
    floor, call = placed("progressive", "ann", whisper="late-stage")
    floor.do(e.CallAnswered, call=call, by="unknown")
    assert floor.got(f.Bridge) == [f.Bridge(call, "ann", "late-stage")]


def test_what_is_not_used_is_not_in_the_journal() -> None:
    """Journals from before whispers and recordings replay as they were."""
    assert msgspec.json.encode(f.Bridge("c/l/1", "ann")) == b'{"kind":"bridge","call":"c/l/1","agent":"ann"}'
    floor, call = placed("progressive", "ann")
    floor.talk(call, "ann").do(e.CallEnded, call=call, cause="normal")
    floor.do(e.CallDispositioned, call=call, disposition="contact")
    assert b"recording" not in msgspec.json.encode(floor.all(f.CloseAttempt)[0])
