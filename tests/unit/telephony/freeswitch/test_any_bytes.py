"""Any bytes at all give events or a `PortError`, and a call ends once."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.telephony.causes import SIP
from adapters.telephony.freeswitch import parse as p
from adapters.telephony.freeswitch.commands import wire
from adapters.telephony.freeswitch.esl import Connection
from dialer.core.errors import PortError
from dialer.core.events import CallEnded
from tests.unit.telephony.freeswitch.parts import Board, block
from tests.unit.telephony.parts import NAMES

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
