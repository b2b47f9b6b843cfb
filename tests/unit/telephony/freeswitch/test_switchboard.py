"""What FreeSWITCH's switchboard makes of events and answers."""

from __future__ import annotations

import pytest

from adapters.telephony.freeswitch.causes import OURS
from adapters.telephony.freeswitch.commands import NO_ANSWER, NOT_SENT
from adapters.telephony.freeswitch.translate import Listing
from dialer.core.effects import PlayMessage
from dialer.core.events import CallAnswered, CallBridged, CallRinging, KeyPressed, MessageFinished
from tests.unit.telephony.freeswitch.parts import Board
from tests.unit.telephony.parts import NAMES, placement


def test_a_call_is_answered_once_when_it_is_parked() -> None:
    board = Board()
    channel = board.place()
    board.say("CHANNEL_PROGRESS", channel)
    board.say("CHANNEL_PROGRESS_MEDIA", channel)
    board.say("CHANNEL_PARK", channel, Answer_State="early")
    board.say("CHANNEL_PARK", channel, Answer_State="answered")
    board.say("CHANNEL_PARK", channel, Answer_State="answered")
    board.say("DTMF", channel, DTMF_Digit="9")
    assert [type(event) for event in board.heard] == [CallRinging, CallAnswered, KeyPressed]


def test_dialling_that_made_no_channel_ends_the_call() -> None:
    board = Board()
    channel = board.place()
    board.say("BACKGROUND_JOB", "", "-ERR GATEWAY_DOWN\n", Job_UUID=channel)
    assert not board.heard
    board.clock.pass_s(1)
    assert board.causes() == ["congestion"] and "GATEWAY_DOWN" in OURS


def test_a_hang_up_before_there_is_a_channel_is_tried_again() -> None:
    board = Board()
    channel = board.place()
    board.board.hang_up("c/l/1")
    board.board.answer(board.sent[1], "-ERR No such channel!\n")
    board.clock.pass_s(1)
    assert board.purposes() == ["dial", "hang_up", "hang_up"]
    board.say("CHANNEL_HANGUP_COMPLETE", channel, Hangup_Cause="NORMAL_CLEARING")
    assert board.causes() == ["cancelled"]


@pytest.mark.parametrize("hung_up", [True, False])
def test_a_call_that_waits_for_its_turn_is_dialled_unless_it_was_hung_up(*, hung_up: bool) -> None:
    board = Board()
    board.board.place(placement(), "freeswitch", "+12025550101", board.clock.now_ns() + 10**9)
    if hung_up:
        board.board.hang_up("c/l/1")
    board.clock.pass_s(1.0)
    assert board.purposes() == (["hang_up"] if hung_up else ["dial"])
    assert board.causes() == ["cancelled"] * hung_up


@pytest.mark.parametrize(("answer", "cause"), [(NOT_SENT, "congestion"), ("-ERR x", "congestion"), (NO_ANSWER, "lost")])
def test_dialling_is_never_repeated(answer: str, cause: str) -> None:
    board = Board()
    board.place()
    board.board.answer(board.sent[0], answer)
    board.clock.pass_s(4)
    board.clock.pass_s(60)
    assert board.causes() == [cause] and board.purposes().count("dial") == 1


@pytest.mark.parametrize(("response", "state", "finished"), [
    ("FILE PLAYED", "answered", True),
    ("FILE PLAYED", "hangup", False),
    ("FILE NOT FOUND", "answered", False),
    ("PLAYBACK ERROR", "answered", False),
])  # fmt: skip
def test_a_message_counts_as_heard_when_it_was(response: str, state: str, *, finished: bool) -> None:
    board = Board()
    channel = board.answered()
    board.board.play(PlayMessage("c/l/1", "safe_harbour", "safe_harbour"))
    playback = NAMES.playback("c/l/1", "safe_harbour-1")
    more = {"Application_Response": response, "Answer_State": state}
    board.say("CHANNEL_EXECUTE_COMPLETE", channel, Application_UUID="somebody's", **more)
    assert board.purposes() == ["dial", "play"]
    board.say("CHANNEL_EXECUTE_COMPLETE", channel, Application_UUID=playback, **more)
    assert isinstance(board.heard[-1], MessageFinished) == finished
    assert board.purposes()[2:] == ([] if finished else ["hang_up"])


def test_a_silence_is_settled_by_what_the_node_still_has() -> None:
    board = Board()
    ringing, unheard = board.place("c/ringing/1"), board.place("c/unheard/1")
    talking, _ = board.answered("c/talking/1"), board.place("c/gone/1")
    board.board.bridge("c/talking/1", "a01")
    leg = board.board.desks.of["a01"].leg
    board.say("CHANNEL_PARK", leg, Answer_State="answered")
    board.say("CHANNEL_BRIDGE", talking, Bridge_A_Unique_ID=talking, Bridge_B_Unique_ID=leg)
    assert isinstance(board.heard[-1], CallBridged)
    said = len(board.heard)
    channels = {ringing: "RINGING", unheard: "ACTIVE", talking: "ACTIVE", leg: "ACTIVE"}
    board.board.resume("freeswitch", Listing(channels, {talking: leg, leg: talking}))
    assert {(type(event).__name__, event.call) for event in board.heard[said:]} == {  # type: ignore[union-attr]
        ("CallRinging", "c/ringing/1"), ("CallEnded", "c/unheard/1"), ("CallEnded", "c/gone/1")
    }  # fmt: skip
    assert set(board.board.lines) == {"c/ringing/1", "c/talking/1"}
    assert board.sent[-1].purpose == "hang_up" and board.sent[-1].channel == unheard


def test_a_stranger_is_hung_up_and_an_agent_without_a_name_is_nobody() -> None:
    board = Board()
    board.say("CHANNEL_PARK", NAMES.call("c/l/2"), Answer_State="answered")
    assert board.purposes() == ["hang_up"] and not board.heard
    board.board.resume("freeswitch", Listing({"paceline.leg.~0A.1": "ACTIVE"}))
    assert board.purposes() == ["hang_up"]
