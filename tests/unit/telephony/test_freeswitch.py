"""The FreeSWITCH adapter's parts: frames, events, causes, commands, the switchboard; and any bytes at all."""

from __future__ import annotations

import asyncio
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.telephony.causes import SIP
from adapters.telephony.freeswitch import FreeswitchSection, FreeswitchTelephony
from adapters.telephony.freeswitch import parse as p
from adapters.telephony.freeswitch.causes import OTHERS, OURS, Q850, cause_of
from adapters.telephony.freeswitch.commands import NO_ANSWER, NOT_SENT, Command, wire
from adapters.telephony.freeswitch.esl import Connection
from adapters.telephony.freeswitch.translate import Listing, Switchboard
from adapters.telephony.memory import Memory
from adapters.telephony.names import Names
from dialer.core.call import CAUSES
from dialer.core.effects import PlaceCall, PlayMessage, Why
from dialer.core.errors import PortError
from dialer.core.events import AnyEvent, CallAnswered, CallBridged, CallEnded, CallRinging, KeyPressed, MessageFinished
from strategies.document import Document
from tests.conformance.telephony.event_socket import EventSocket
from tests.conformance.telephony.test_freeswitch import PASSWORD, telephony
from tests.unit.telephony.parts import HandClock

NAMES = Names("paceline")
RECORDED = Path(__file__).with_name("freeswitch.esl")
"""A conversation as it comes over the wire, written after the sources of FreeSWITCH 1.10."""


def section(**more: Any) -> FreeswitchSection:
    data = telephony(8021, Path("calls"), **more)
    return Document("run.yaml", json.dumps(data)).validate(FreeswitchSection)


class Board:
    """A switchboard whose commands and reports are remembered, on a clock that is set by hand."""

    def __init__(self, **more: Any) -> None:
        self.clock = HandClock()
        self.sent: list[Command] = []
        self.heard: list[AnyEvent] = []
        self.board = Switchboard(
            section(**more), self.clock, self.heard.append, lambda _, command: self.sent.append(command)
        )

    def place(self, call: str = "c/l/1", number: str = "+12025550101") -> str:
        effect = PlaceCall(call, "c", "l", "p", "p/0", 1, 20.0, None, Why("s", 0, 1, "", 0))
        self.board.place(effect, "freeswitch", number, 0)
        return self.board.lines[call].channel

    def say(self, name: str, channel: str, body: str = "", **more: str) -> None:
        event = p.parse_event(block(name, channel, body, **more))
        assert event is not None
        self.board.take("freeswitch", event)

    def answered(self, call: str = "c/l/1") -> str:
        channel = self.place(call)
        self.say("CHANNEL_PARK", channel, Answer_State="answered")
        return channel

    def purposes(self) -> list[str]:
        return [command.purpose for command in self.sent]

    def causes(self) -> list[str]:
        return [event.cause for event in self.heard if isinstance(event, CallEnded)]


def block(name: str, channel: str, body: str = "", **more: str) -> bytes:
    headers = {"Event-Name": name, "Unique-ID": channel} | {key.replace("_", "-"): more[key] for key in more}
    return "".join(f"{key}: {quote(value)}\n" for key, value in headers.items()).encode() + f"\n{body}".encode()


# Bytes ---------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, len(RECORDED.read_bytes()))))
def test_frames_do_not_depend_on_how_the_bytes_arrive(cuts: list[int]) -> None:
    text = RECORDED.read_bytes()
    framer, whole = p.Framer(), p.Framer().feed(text)
    ends = [0, *sorted(cuts), len(text)]
    assert [frame for a, b in pairwise(ends) for frame in framer.feed(text[a:b])] == whole


def test_a_recorded_conversation_is_understood() -> None:
    frames = p.Framer().feed(RECORDED.read_bytes())
    assert [frame.kind for frame in frames[:4]] == ["auth/request", "command/reply", "command/reply", "command/reply"]
    events = [p.parse_event(frame.body) for frame in frames if frame.kind == "text/event-plain"]
    call = NAMES.call("floor/a.1@2026-11-22/1")
    assert events == [
        p.Progress(call),
        p.Originated(call, ""),
        p.Parked(call, answered=True),
        p.Key(call, "9"),
        p.Executed(call, "paceline.safe_harbour.floor~2Fa~2E1@2026-11-22~2F1", "FILE PLAYED", up=True),
        p.HungUp(call, "NORMAL_CLEARING", None),
    ]
    assert frames[-1].kind == "text/disconnect-notice"


def test_a_line_feed_in_a_name_forges_no_header() -> None:
    forged = "Ann\nHangup-Cause: USER_BUSY\nUnique-ID: other\n\n-ERR"
    text = b"Caller-Caller-ID-Name: " + quote(forged).encode() + b"\n" + block(
        "CHANNEL_HANGUP_COMPLETE", "mine", Hangup_Cause="NO_ANSWER"
    )  # fmt: skip
    assert p.parse_event(text) == p.HungUp("mine", "NO_ANSWER")


@pytest.mark.parametrize("head", [
    b"Content-Length: -1\n\n", b"Content-Length: 1e3\n\n", b"Content-Length: 9999999999\n\n",
    b"Content-Length: 999999999\n\n", "Content-Length: ١\n\n".encode(), b"x" * (p.LARGEST_HEAD + 1),
])  # fmt: skip
def test_what_is_no_frame_is_a_port_error(head: bytes) -> None:
    with pytest.raises(PortError):
        p.Framer().feed(head)


# Causes --------------------------------------------------------------------------------------------


def test_every_cause_is_a_word_of_the_kernel() -> None:
    names = [*Q850, *OTHERS]
    assert len(names) == len(set(names)) == 82  # as many as switch_types.h has
    for name in names:
        assert cause_of(name, None, rang=True) in CAUSES


@pytest.mark.parametrize(("name", "sip", "rang", "cause"), [
    ("USER_BUSY", 486, True, "busy"),
    ("USER_BUSY", None, True, "busy"),
    ("UNALLOCATED_NUMBER", 404, False, "not_in_service"),
    ("CALL_REJECTED", 603, True, "rejected"),
    ("CALL_REJECTED", 403, False, "congestion"),
    ("NO_ANSWER", None, True, "no_answer"),
    ("NO_ANSWER", None, False, "congestion"),  # not even a ring: the trunk is dead
    ("NO_USER_RESPONSE", 480, False, "no_answer"),
    ("GATEWAY_DOWN", None, False, "congestion"),
    ("ORIGINATOR_CANCEL", None, True, "cancelled"),
    ("UNWANTED", 607, True, "rejected"),
    ("INTERWORKING", None, True, "unknown"),
    ("SOMETHING_NEW", None, True, "unknown"),
    ("", None, False, "unknown"),
])  # fmt: skip
def test_causes(name: str, sip: int | None, *, rang: bool, cause: str) -> None:
    assert cause_of(name, sip, rang=rang) == cause


def test_what_freeswitch_says_when_it_cancels_is_not_the_far_ends_word() -> None:
    more = {"Hangup_Cause": "NO_ANSWER"}
    lines = b"variable_sip_hangup_disposition: send_cancel\nvariable_sip_invite_failure_status: 487\n"
    assert p.parse_event(lines + block("CHANNEL_HANGUP_COMPLETE", "x", **more)) == p.HungUp("x", "NO_ANSWER", None)
    lines = lines.replace(b"send_cancel", b"recv_refuse").replace(b"487", b"486")
    assert p.parse_event(lines + block("CHANNEL_HANGUP_COMPLETE", "x", **more)) == p.HungUp("x", "NO_ANSWER", 486)


# Commands ------------------------------------------------------------------------------------------


@given(st.text())
def test_a_command_is_one_command_or_refused(value: str) -> None:
    try:
        text = wire(f"api echo {value}")
    except PortError as error:
        assert not re.fullmatch(r"[\x20-\x7e]*", value) and (not value or value not in str(error))
    else:
        assert text.count(b"\n") == 2 and text.endswith(b"\n\n")


def test_a_call_is_dialled_under_its_own_name() -> None:
    board = Board()
    channel = board.place("floor/a,1}/1", "+12025550199")
    (command,) = board.sent
    assert command.lines[0].startswith(f"bgapi originate {{origination_uuid={channel},originate_timeout=20,")
    assert command.lines[0].endswith("}sofia/gateway/carrier/+12025550199 &park()")
    assert command.lines[1] == f"Job-UUID: {channel}"
    assert channel == "paceline.call.floor~2Fa~2C1~7D~2F1"


# The switchboard -----------------------------------------------------------------------------------


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
    effect = PlaceCall("c/l/1", "c", "l", "p", "p/0", 1, 20.0, None, Why("s", 0, 1, "", 0))
    board.board.place(effect, "freeswitch", "+12025550101", board.clock.now_ns() + 10**9)
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


# Refusals ------------------------------------------------------------------------------------------


def test_the_password_is_in_no_text() -> None:
    assert PASSWORD not in repr(section()) + str(section())


def test_a_wrong_password_is_refused_without_naming_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        socket = EventSocket("another")
        await socket.start()
        data = telephony(socket.port, tmp_path / "calls")
        port = FreeswitchTelephony(
            Document("run.yaml", json.dumps(data)).validate(FreeswitchSection), lambda _: "", HandClock()
        )
        try:
            with pytest.raises(PortError, match="the password is wrong") as refused:
                await port.start(lambda _: None)
        finally:
            await socket.die()
        assert PASSWORD not in str(refused.value) and not refused.value.retryable

    asyncio.run(main())
    assert PASSWORD not in "".join(capsys.readouterr())


@pytest.mark.parametrize("number", ["+1202\n\napi fsctl shutdown", "12025550101", "+1202555010a", "", "+1,user/1"])
def test_what_is_no_number_is_refused_before_anything_is_sent(number: str, tmp_path: Path) -> None:
    port = FreeswitchTelephony(section(), lambda _: number, HandClock())
    port._memory = Memory(tmp_path / "calls")
    placement = PlaceCall("c/l/1", "c", "l", "p", "p/0", 1, 20.0, None, Why("s", 0, 1, "", 0))
    with pytest.raises(PortError, match=r"the number of p/0 is not in E\.164 form") as refused:
        asyncio.run(port.apply(placement))
    assert not number or number not in str(refused.value)
    assert not port._switchboard.lines and not port._memory.node_of
    port._memory.close()


# Whatever arrives ----------------------------------------------------------------------------------

CHANNELS = st.sampled_from([
    NAMES.call("c/l/1"), NAMES.call("c/l/2"), NAMES.leg("a01", 1_000), "paceline.call.~ZZ", "paceline.leg..", "",
    "paceline.leg.~0A.1",
])  # fmt: skip
VALUES = CHANNELS | st.text(max_size=8) | st.sampled_from([
    *SIP, "answered", "hangup", "NO_ANSWER", "USER_BUSY", "FILE PLAYED", "9", NAMES.playback("c/l/1", "safe_harbour-1"),
]).map(str)  # fmt: skip
HEADERS = st.sampled_from([
    "Unique-ID", "Answer-State", "Bridge-A-Unique-ID", "Bridge-B-Unique-ID", "Hangup-Cause", "Application-UUID",
    "Application-Response", "DTMF-Digit", "Record-File-Path", "Job-UUID", "variable_sip_term_status", "Content-Length",
])  # fmt: skip
CHANNEL_BLOCKS = st.builds(
    block, st.sampled_from([*p.EVENTS, "HEARTBEAT", ""]), CHANNELS, st.sampled_from(["", "+OK\n", "-ERR NO_ANSWER\n"])
)
ANY_BLOCKS = st.dictionaries(HEADERS | st.just("Event-Name"), VALUES, max_size=6).map(
    lambda said: "".join(f"{name}: {quote(value, errors='replace')}\n" for name, value in said.items()).encode()
)
FRAMES = st.one_of(
    (CHANNEL_BLOCKS | ANY_BLOCKS).map(
        lambda text: b"Content-Length: %d\nContent-Type: text/event-plain\n\n%s" % (len(text), text)
    ),
    st.sampled_from([
        b"Content-Type: auth/request\n\n",
        b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n",
        b"Content-Type: command/reply\nReply-Text: -ERR invalid\n\n",
        b"Content-Type: api/response\nContent-Length: 4\n\ntrue",
        b'Content-Type: api/response\nContent-Length: 16\n\n{"row_count": 0}',
        b"Content-Type: text/rude-rejection\nContent-Length: 3\n\nno\n",
        b"Content-Type: text/disconnect-notice\nContent-Length: 99\n\n",
        b"Content-Length: 5\n\n",
    ]),
    st.binary(max_size=30),
)  # fmt: skip
LET_IN = [b"Content-Type: auth/request\n\n", *[b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n"] * 2]
STREAMS = st.lists(FRAMES, max_size=12) | st.lists(FRAMES, max_size=12).map(lambda more: [*LET_IN, *more])


class NoWriter:
    """Takes whatever is written."""

    def write(self, text: bytes) -> None: ...
    def close(self) -> None: ...
    async def wait_closed(self) -> None: ...


async def _hear(stream: list[bytes], board: Board) -> None:
    def heard(text: bytes) -> None:
        try:
            event = p.parse_event(text)
        except PortError:
            return
        if event is not None:
            board.board.take("freeswitch", event)
            board.board.bridge("c/l/1", "a01")

    reader = asyncio.StreamReader()
    connection = Connection(reader, NoWriter(), heard)  # type: ignore[arg-type]
    for text in stream:
        reader.feed_data(text)
    reader.feed_eof()
    try:
        await connection.log_in("sesame")
        p.parse_table(await connection.ask("api show channels as json"), p.Channels)
        await connection.stay()
    except PortError as error:
        assert len(str(error)) < 200
    finally:
        await connection.close()


def hear(stream: list[bytes]) -> None:
    """Let a connection and a switchboard hear a stream; anything but events and a `PortError` fails."""
    board = Board(recording={"folder": "/recordings"})
    board.place()
    asyncio.run(asyncio.wait_for(_hear(stream, board), 20))
    board.clock.pass_s(60)
    ended = [event.call for event in board.heard if isinstance(event, CallEnded)]
    assert len(ended) == len(set(ended)) <= 1
    for command in board.sent:
        wire(*command.lines)


@settings(deadline=None)
@given(STREAMS)
@example([*LET_IN, block("CHANNEL_PARK", NAMES.call("c/l/1"))])
def test_any_bytes_give_events_or_a_port_error(stream: list[bytes]) -> None:
    hear(stream)


@pytest.mark.soak
@settings(deadline=None, max_examples=10_000)
@given(STREAMS)
def test_many_streams_of_bytes_give_events_or_a_port_error(stream: list[bytes]) -> None:
    hear(stream)


@given(st.text() | st.sampled_from(['{"row_count": 1, "rows": [{}]}', '{"row_count": "1"}', "[" * 5000]))
def test_any_text_is_a_table_or_a_port_error(text: str) -> None:
    for kind in (p.Channels, p.Pairs):
        try:
            p.parse_table(text, kind)
        except PortError as error:
            assert len(str(error)) < 200
