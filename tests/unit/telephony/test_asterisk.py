"""The Asterisk adapter's pure parts: names, causes, configuration, the switchboard; and any bytes at all."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.telephony.asterisk import AsteriskTelephony
from adapters.telephony.asterisk import parse as p
from adapters.telephony.asterisk.lines import Listing
from adapters.telephony.causes import Q850, SIP, cause_of
from adapters.telephony.group import MOST_REFUSALS, Group
from adapters.telephony.memory import Memory
from adapters.telephony.names import LONGEST, Names, decode, encode
from dialer.core.call import CAUSES
from dialer.core.effects import PlaceCall, PlayMessage, Why
from dialer.core.errors import ConfigErrors, PortError
from dialer.core.events import (
    CallAnswered,
    CallBridged,
    CallEnded,
    CallRecorded,
    CallRinging,
    IntentHeard,
    KeyPressed,
    MessageFinished,
)
from strategies.flow.records import Prompt
from tests.unit.telephony.parts import NODE, VOICE, Board, HandClock, section

NAMES = Names("paceline")


@given(st.text())
def test_a_name_is_decoded_to_what_was_encoded(text: str) -> None:
    try:
        coded = encode(text)
    except UnicodeEncodeError:  # half of a surrogate pair is no text
        return
    assert decode(coded) == (text or None)
    assert all(letter.isascii() and (letter.isalnum() or letter in "_@-~") for letter in coded)


@given(st.text(alphabet="abc~0A9F/.@\n"))
def test_what_was_not_encoded_is_nobodys_name(text: str) -> None:
    decoded = decode(text)
    assert decoded is None or encode(decoded) == text or "~" in text


def test_ids_tell_calls_agents_and_others_apart() -> None:
    call, leg = NAMES.call("floor/a.1@2026-11-22/1"), NAMES.leg("a.01", 7)
    assert NAMES.call_of(call) == "floor/a.1@2026-11-22/1"
    assert NAMES.is_call(call) and not NAMES.is_leg(call) and NAMES.agent_of(call) is None
    assert NAMES.agent_of(leg) == NAMES.agent_of(NAMES.desk("a.01")) == "a.01"
    assert NAMES.is_leg(leg) and not NAMES.is_leg(f"{leg};2") and NAMES.call_of(leg) is None
    assert Names("other").call_of(call) is None and not Names("other").is_call(call)


def test_a_name_that_asterisk_would_cut_is_refused() -> None:
    NAMES.call("x" * 100)
    with pytest.raises(PortError, match="too long"):
        NAMES.call("x" * LONGEST)


def test_every_cause_is_a_word_of_the_kernel() -> None:
    assert {*Q850.values(), *SIP.values()} <= set(CAUSES)


@pytest.mark.parametrize(("q850", "sip", "rang", "said_so", "cause"), [
    (17, 486, True, True, "busy"),
    (34, 503, False, True, "congestion"),
    (1, 404, False, True, "not_in_service"),
    (21, 603, True, True, "rejected"),
    (21, 403, False, True, "congestion"),
    (19, 480, True, False, "no_answer"),
    (19, 480, False, False, "congestion"),  # not even a ring: the trunk is dead
    (19, 480, False, True, "no_answer"),  # the telephone is switched off
    (127, None, False, True, "unknown"),
    (0, None, False, False, "unknown"),
    (77, None, True, True, "unknown"),
    (17, None, True, True, "busy"),
    (16, 699, True, True, "normal"),
])  # fmt: skip
def test_causes(q850: int, sip: int | None, *, rang: bool, said_so: bool, cause: str) -> None:
    assert cause_of(q850, sip, rang=rang, said_so=said_so) == cause


@pytest.mark.parametrize(("change", "place", "says"), [
    ({"nodes": [NODE | {"url": "http://u:p@host:8088"}]}, "nodes[0].url", "not the address of a server"),
    ({"nodes": [NODE | {"url": "http://host:8088/ari?api_key=u:p"}]}, "nodes[0].url", "not the address of a server"),
    ({"nodes": [NODE | {"password": ""}]}, "nodes[0].password", "the password is empty"),
    ({"nodes": [NODE, NODE]}, "nodes", "two nodes have one name"),
    ({"nodes": [NODE, NODE | {"name": "b"}]}, "", "connected to one node"),
    ({"endpoint": "PJSIP/carrier"}, "endpoint", "must have {number} once"),
    ({"endpoint": "PJSIP/{number}@a\r\nb"}, "endpoint", "must not reach"),
    ({"caller_id": "Acme <1>"}, "caller_id", "match"),
    ({"app": "a/b"}, "app", "match"),
    ({"sounds": {"safe_harbour": "/tmp/x.wav"}}, "sounds", "no recording"),
    ({"agents": {"endpoint": "PJSIP/1001"}}, "agents.endpoint", "must have {agent} once"),
    ({"detection": {"limit_s": 3.0}}, "detection.limit_s", "less than or equal to 1.8"),
])  # fmt: skip
def test_a_bad_configuration_is_refused_at_its_place(change: dict[str, Any], place: str, says: str) -> None:
    with pytest.raises(ConfigErrors) as refused:
        section(**change)
    (error,) = refused.value.errors
    assert says in str(error) and place in str(error)
    assert "run.yaml:1:" in str(error)
    assert "secret-word" not in str(error)


def test_the_password_is_in_no_text() -> None:
    assert "secret-word" not in repr(section()) + str(section())


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
    effect = PlaceCall("c/l/1", "c", "l", "p", "p/0", 1, 20.0, None, Why("s", 0, 1, "", 0))
    board.board.place(effect, "asterisk", "+12025550101", board.clock.now_ns() + 10**9)
    if hung_up:
        board.board.hang_up("c/l/1")
    board.clock.pass_s(1.0)
    assert board.purposes() == (["hang_up"] if hung_up else ["dial"])
    assert [event.cause for event in board.heard if isinstance(event, CallEnded)] == ["cancelled"] * hung_up


def test_calls_go_to_the_emptier_node_within_its_pace() -> None:
    nodes = section(
        nodes=[NODE | {"name": "a", "lines": 10, "calls_per_s": 10.0}, NODE | {"name": "b", "lines": 20}],
        agents={"legs": "per_call"},
    ).nodes
    group = Group(nodes)
    assert group.choose(0, {"a": 5, "b": 2}) == ("b", 0)
    assert group.choose(0, {"a": 0}) == ("a", 0)
    assert group.choose(0, {"a": 1}) == ("a", 100_000_000)
    assert group.choose(0, {"a": 10, "b": 20}) is None
    group.came("a", 7)
    assert group.state("a", 8) == ("up", 7)
    for _ in range(MOST_REFUSALS):
        group.dialled("a", 9, failed=True)
    assert group.choose(10, {"a": 0}) is None
    assert group.state("a", 10) == ("draining", 9)
    assert group.choose(11 * 10**9, {"a": 0}) is not None
    assert group.state("a", 11 * 10**9) == ("up", 10 * 10**9 + 9)


def test_the_ledger_outlives_a_torn_line(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "calls")
    memory.add("c/l 1/1", "a")
    memory.close()
    with (tmp_path / "calls").open("a") as file:
        file.write("\nc~2Fl2~2F1 nod")
    memory = Memory(tmp_path / "calls")
    assert memory.node_of == {"c/l 1/1": "a"}
    memory.add("c/l3/1", "b")
    memory.close()
    memory = Memory(tmp_path / "calls")
    assert memory.node_of == {"c/l 1/1": "a", "c/l3/1": "b"}
    memory.close()


# Whatever arrives ----------------------------------------------------------------------------------

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


@pytest.mark.parametrize("number", ["+1202\r\nX: y", "12025550101", "+1202555010a", "", "+1 202 555 0101"])
def test_what_is_no_number_is_refused_before_anything_is_sent(number: str, tmp_path: Path) -> None:
    port = AsteriskTelephony(section(), lambda _: number, HandClock())
    port._memory = Memory(tmp_path / "calls")
    placement = PlaceCall("c/l/1", "c", "l", "p", "p/0", 1, 20.0, None, Why("s", 0, 1, "", 0))
    with pytest.raises(PortError, match=r"the number of p/0 is not in E\.164 form") as refused:
        asyncio.run(port.apply(placement))
    assert not number or number not in str(refused.value)
    assert not port._switchboard.lines and not port._memory.node_of
    port._memory.close()
