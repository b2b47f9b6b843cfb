"""Whatever Asterisk sends gives events or a `PortError`, and a call ends once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.telephony.asterisk import parse as p
from dialer.core.errors import PortError
from dialer.core.events import (
    CallAnswered,
    CallEnded,
    KeyPressed,
)
from tests.unit.telephony.asterisk.parts import Board
from tests.unit.telephony.parts import NAMES

IDS = st.sampled_from([
    NAMES.call("c/l/1"), NAMES.call("c/l/2"), NAMES.leg("a01", 1), NAMES.desk("a01"),
    NAMES.playback("c/l/1", "safe_harbour"), "paceline.call.~ZZ", "paceline.leg..", "", "x;2",
])  # fmt: skip


CHANNEL = st.fixed_dictionaries({"id": IDS}, optional={"state": st.sampled_from(["Up", "Ringing", "Down", ""])})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


MESSAGE = st.fixed_dictionaries(
    {"type": st.sampled_from([kind.__name__ for kind in p.KINDS])},
    optional={
        "channel": CHANNEL | JSON,
        "peer": CHANNEL,
        "bridge": st.fixed_dictionaries({"id": IDS}) | JSON,
        "playback": st.fixed_dictionaries({"id": IDS, "state": st.sampled_from(["done", "failed"])}),
        "recording": st.fixed_dictionaries({"name": IDS}) | JSON,
        "args": st.lists(st.sampled_from(["amd", "MACHINE", "HUMAN", "MAXWORDS-1-2", ""]), max_size=4) | JSON,
        "digit": st.text(max_size=2),
        "dialstatus": st.sampled_from(["RINGING", "PROGRESS", "ANSWER", ""]),
        "soft": st.booleans(),
        "cause": st.integers() | JSON,
        "tech_cause": st.integers() | st.none(),
    },
)


@given(st.binary())
def test_any_bytes_are_an_event_or_a_port_error(text: bytes) -> None:
    read(text)


def read(text: bytes) -> None:
    for parse in (p.parse_event, lambda body: p.parse_answer(body, tuple[p.Channel, ...])):
        try:
            parse(text)
        except PortError as error:
            assert len(str(error)) < 200


@given(st.lists(MESSAGE, max_size=12))
def test_any_story_is_taken_and_a_call_ends_once(story: list[dict[str, Any]]) -> None:
    tell(story)


@pytest.mark.soak
@settings(max_examples=10_000)
@given(st.binary() | MESSAGE.map(lambda message: json.dumps(message).encode()), st.lists(MESSAGE, max_size=12))
def test_many_bytes_and_stories(text: bytes, story: list[dict[str, Any]]) -> None:
    read(text)
    tell(story)


def tell(story: list[dict[str, Any]]) -> None:
    """Tell a story to a switchboard with one call, and check what comes of it."""
    board = Board(detection={}, recording={})
    board.place()
    for message in story:
        try:
            event = p.parse_event(json.dumps(message).encode())
        except PortError:
            continue
        if event is not None:
            board.board.take("asterisk", event)
            board.board.bridge("c/l/1", "a01")
    board.clock.pass_s(60)
    ends = [event.call for event in board.heard if isinstance(event, CallEnded)]
    assert len(ends) == len(set(ends)) <= 1
    assert [event for event in board.heard if isinstance(event, KeyPressed | CallAnswered)] or len(board.heard) <= 3
