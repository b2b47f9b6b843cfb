"""What FreeSWITCH sends and is sent: frames, events, causes, commands."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telephony.freeswitch import parse as p
from adapters.telephony.freeswitch.causes import OTHERS, Q850, cause_of
from adapters.telephony.freeswitch.commands import wire
from dialer.core.call import CAUSES
from dialer.core.errors import PortError
from tests.unit.telephony.freeswitch.parts import Board, block
from tests.unit.telephony.parts import NAMES

RECORDED = Path(__file__).with_name("conversation.esl")
"""A conversation as it comes over the wire, written after the sources of FreeSWITCH 1.10."""


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
