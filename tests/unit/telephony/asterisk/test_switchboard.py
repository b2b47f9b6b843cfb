"""What Asterisk's switchboard makes of events and answers."""

from __future__ import annotations

import pytest

from adapters.telephony.asterisk import parse as p
from adapters.telephony.asterisk.lines import Listing
from dialer.core.effects import PlayMessage
from dialer.core.events import (
    CallAnswered,
    CallBridged,
    CallEnded,
    CallRecorded,
    CallRinging,
    IntentHeard,
    MessageFinished,
)
from strategies.flow.records import Prompt
from tests.unit.telephony.asterisk.parts import VOICE, Board
from tests.unit.telephony.parts import NAMES, placement


def test_numbers_travel_in_the_body_only() -> None:
    board = Board()
    board.place(number="+12025550199")
    (request,) = board.sent
    assert "5550199" in str(request.body) and "5550199" not in request.path


def test_an_early_stasis_start_answers_once_and_a_late_ring_says_nothing() -> None:
    board = Board()
    channel = board.place()
    board.say("ChannelStateChange", channel, state="Ringing")
    board.say("Dial", peer={"id": channel}, dialstatus="RINGING")
    board.say("ChannelStateChange", channel)
    board.say("StasisStart", channel, args=[])
    board.say("ChannelStateChange", channel, state="Ringing")
    board.say("StasisStart", channel, args=[])
    assert [type(event) for event in board.heard] == [CallRinging, CallAnswered]


def test_an_answer_that_nobody_waits_for_is_hung_up() -> None:
    board = Board()
    channel = NAMES.call("c/l/1")
    board.say("StasisStart", channel, args=[])
    assert board.purposes() == ["hang_up"] and not board.heard
    board.board.strangers_end = False  # after a restart the kernel is asked first
    board.say("StasisStart", NAMES.call("c/l/2"), args=[])
    assert board.purposes() == ["hang_up"]


def test_an_agent_without_a_name_is_nobody() -> None:
    board, leg = Board(), "paceline.leg.~0A.1"
    board.board.resume("asterisk", Listing({leg: p.Channel(leg, "Up")}, {leg: NAMES.desk("\n")}))
    assert not board.sent and not board.heard


def test_a_request_without_an_answer_is_never_sent_again() -> None:
    board = Board()
    board.place()
    board.board.answer(board.sent[0], 0)
    board.clock.pass_s(4)
    assert board.purposes() == ["dial", "hang_up"]
    assert [event.cause for event in board.heard if isinstance(event, CallEnded)] == ["lost"]
    board.clock.pass_s(60)
    assert len(board.heard) == 1


def test_events_make_up_for_a_request_without_an_answer() -> None:
    board = Board()
    channel = board.place()
    board.board.answer(board.sent[0], 0)
    board.say("ChannelStateChange", channel, state="Ringing")
    board.clock.pass_s(4)
    assert [type(event) for event in board.heard] == [CallRinging]


def test_a_message_that_failed_is_not_finished() -> None:
    for state, kinds in (("done", [CallAnswered, MessageFinished]), ("failed", [CallAnswered])):
        board = Board()
        channel = board.place()
        board.say("StasisStart", channel, args=[])
        board.board.play(PlayMessage("c/l/1", "safe_harbour", "safe_harbour"))
        playback = NAMES.playback("c/l/1", "safe_harbour-1")
        board.say("PlaybackFinished", playback={"id": playback, "state": state})
        assert [type(event) for event in board.heard] == kinds
        assert board.purposes()[2:] == (["hang_up"] if state == "failed" else [])


def test_the_texts_of_a_flow_are_found_by_their_names_and_a_stopped_one_never_ends() -> None:
    board = Board(flows="/flows")
    channel = board.place()
    board.say("StasisStart", channel, args=[])
    for state in ("greeting", "amount"):
        board.board.play(PlayMessage("c/l/1", f"promise:1@abc/{state}/zh", "flow"))
        board.board.hush("c/l/1")
    assert board.purposes()[1:] == ["play", "hush", "play", "hush"]
    media = [request.body["media"] for request in board.sent if request.purpose == "play" and request.body]
    assert media == ["sound:/flows/promise/greeting-zh", "sound:/flows/promise/amount-zh"]
    board.board.play(PlayMessage("c/l/1", "promise:1@abc/days/zh", "flow"))
    for number in (1, 2, 3):
        board.say("PlaybackFinished", playback={"id": NAMES.playback("c/l/1", f"flow-{number}"), "state": "done"})
    assert [type(event) for event in board.heard] == [CallAnswered, MessageFinished]
    board.board.hush("c/l/1")
    assert board.purposes()[-1] == "play", "nothing plays any more"


def test_what_a_recogniser_beside_asterisk_hears_is_an_intent() -> None:
    board = Board(flows="/flows")
    channel = board.place()
    board.say("ChannelUserevent", channel, eventname="paceline_speech", userevent={"text": "是的"})
    board.say("StasisStart", channel, args=[])
    message = Prompt(VOICE.identity, "greeting", "zh").message
    board.board.play(PlayMessage("c/l/1", "safe_harbour", "safe_harbour"))
    board.say("ChannelUserevent", channel, eventname="paceline_speech", userevent={"text": "是的"})
    assert [type(event) for event in board.heard] == [CallAnswered], "nothing was asked"
    board.board.play(PlayMessage("c/l/1", message, "flow"))
    board.say("ChannelUserevent", channel, eventname="another", userevent={"text": "是的"})
    board.say("ChannelUserevent", channel, eventname="paceline_speech", userevent={"text": "是的，我是"})
    board.say("ChannelUserevent", channel, eventname="paceline_speech", userevent={"text": "今天天气"})
    board.say("ChannelUserevent", channel, eventname="paceline_speech", userevent={"text": " "})
    heard = [event for event in board.heard if isinstance(event, IntentHeard)]
    assert [(event.message, event.intent) for event in heard] == [(message, "yes"), (message, "")]


def test_a_person_is_recorded_until_the_next_message() -> None:
    board = Board(flows="/flows", recording={})
    channel = board.place()
    board.say("StasisStart", channel, args=[])
    board.board.record("c/l/1", 29.5)
    name = NAMES.recording("c/l/1")
    board.say("RecordingStarted", recording={"name": name})
    assert board.heard[-1] == CallRecorded(board.clock.t_ns, "c/l/1", name)
    board.board.play(PlayMessage("c/l/1", Prompt(VOICE.identity, "noted", "zh").message, "flow"))
    assert board.purposes()[1:] == ["record", "stop", "play"]
    assert board.sent[1].body is not None and board.sent[1].body["maxDurationSeconds"] == 30
    assert len({request.queue for request in board.sent[1:]}) == 1, "they are sent in this order"


def test_a_silence_is_settled_by_what_the_node_still_has() -> None:
    board = Board()
    ringing, talking, gone = (board.place(f"c/{name}/1") for name in ("ringing", "talking", "gone"))
    board.say("StasisStart", talking, args=[])
    board.board.bridge("c/talking/1", "a01")
    leg, bridge = board.board.desks.of["a01"].leg, NAMES.desk("a01")
    board.say("StasisStart", leg, args=[])
    board.say("ChannelEnteredBridge", talking, bridge={"id": bridge})
    assert isinstance(board.heard[-1], CallBridged)
    said = len(board.heard)
    channels = {name: p.Channel(name, "Ringing" if name == ringing else "Up") for name in (ringing, talking, leg)}
    board.board.resume("asterisk", Listing(channels, {talking: bridge, leg: bridge}))
    assert [(type(event), event.call) for event in board.heard[said:]] == [
        (CallRinging, "c/ringing/1"),
        (CallEnded, "c/gone/1"),
    ]
    assert gone not in channels and set(board.board.lines) == {"c/ringing/1", "c/talking/1"}


def test_machines_are_believed_with_proof_only() -> None:
    for args, by in (
        (["amd", "MACHINE", "MAXWORDS-3-2"], "machine"),
        (["amd", "MACHINE", "INITIALSILENCE-2000-2000"], "unknown"),
        (["amd", "HUMAN", "HUMAN-600-600"], "person"),
        (["amd", "NOTSURE", "TOOLONG-1500"], "unknown"),
        (["amd"], "unknown"),
    ):
        board = Board(detection={})
        channel = board.place()
        board.say("StasisStart", channel, args=[])
        board.clock.pass_s(1.0)
        board.say("StasisEnd", channel)
        board.say("StasisStart", channel, args=args)
        (answered,) = board.heard
        assert isinstance(answered, CallAnswered)
        assert (answered.by, answered.picked_up_ns) == (by, answered.t_ns - 10**9)


def test_who_hangs_up_during_detection_had_answered() -> None:
    board = Board(detection={})
    channel = board.place()
    board.say("StasisStart", channel, args=[])
    board.say("StasisEnd", channel)
    board.say("ChannelDestroyed", channel, cause=16)
    answered, ended = board.heard
    assert isinstance(answered, CallAnswered) and answered.by == "unknown"
    assert isinstance(ended, CallEnded) and ended.cause == "normal"


@pytest.mark.parametrize("hung_up", [True, False])
def test_a_call_that_waits_for_its_turn_is_dialled_unless_it_was_hung_up(*, hung_up: bool) -> None:
    board = Board()
    board.board.place(placement(), "asterisk", "+12025550101", board.clock.now_ns() + 10**9)
    if hung_up:
        board.board.hang_up("c/l/1")
    board.clock.pass_s(1.0)
    assert board.purposes() == (["hang_up"] if hung_up else ["dial"])
    assert [event.cause for event in board.heard if isinstance(event, CallEnded)] == ["cancelled"] * hung_up
