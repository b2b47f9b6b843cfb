"""Any bytes on any topic are events or a counted refusal, and never an exception; schemas and parser agree."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from adapters.conformance.presence_far_end import CALL, OTHER_CALL, ConformanceAccounts, ConformancePops
from adapters.presence.mqtt.document import asyncapi
from adapters.presence.mqtt.parse import Heard, Refusal, parse
from adapters.presence.mqtt.topics import ACT, EVERY, PRESENCE, TO_ENGINE
from adapters.presence.mqtt.translate import ACTS_REMEMBERED, Desks, Say
from dialer.core import events as e
from dialer.core.call import AGENT_DISPOSITIONS
from dialer.core.effects import SetAgentState
from dialer.core.order import order_key

NOW_NS = 1_800_000_000_000_000_000

texts = st.text(max_size=12) | st.sampled_from(
    [CALL, OTHER_CALL, "c", "s1", "a01", "m1", "+", "#", "a/b", "a\n", "\x7f"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
near = st.fixed_dictionaries(
    {
        "do": st.sampled_from(
            ["ready", "pause", "leave", "accept", "skip", "result", "transfer", "answer", "claim", "renew", "return"]
        ),
        "id": st.sampled_from("abc") | texts,
    },
    optional={
        "reason": texts,
        "lead": texts,
        "to": st.just("legal") | texts,
        "account": texts,
        "state": texts,
        "answer": texts,
        "call": st.sampled_from([CALL, OTHER_CALL]) | texts,
        "at": st.none() | st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat) | values,
        "disposition": st.sampled_from(AGENT_DISPOSITIONS) | texts,
        "callback_at": st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat) | values,
        "promise": st.fixed_dictionaries({"amount": st.sampled_from(["1", "2.50", "0", "-1"]) | texts, "due": texts})
        | values,
    },
) | st.fixed_dictionaries(
    {"state": st.sampled_from(["here", "gone", "lost"]), "session": st.sampled_from(["s1", "s2"]) | texts},
    optional={
        "campaigns": st.lists(texts, max_size=3),
        "ready": st.booleans() | values,
        "via": texts,
        "language": texts,
        "skills": st.lists(texts),
    },
)
payloads = st.binary(max_size=60) | (values | near).map(lambda value: json.dumps(value).encode())
topics = st.text(max_size=30) | st.builds(
    "paceline/{}/{}/{}".format,
    st.sampled_from(["desk", "acd", "agent"]),
    st.sampled_from(["a01", "a02"]) | st.text(max_size=8),
    st.sampled_from(["act", "presence", "state"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(topics, payloads), max_size=12))
def test_any_bytes_on_any_topic(said: list[tuple[str, bytes]]) -> None:
    hear(said)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None)
@given(st.lists(st.tuples(topics, payloads), max_size=12))
def test_many_bytes_on_any_topic(said: list[tuple[str, bytes]]) -> None:
    hear(said)


def hear(said: list[tuple[str, bytes]]) -> None:
    """Take whatever was said, and check what comes of it."""
    desks = Desks(ConformancePops(), ConformanceAccounts())
    for topic, payload in said:
        heard = parse("paceline", topic, payload, TO_ENGINE)
        for step in (heard,) if isinstance(heard, Refusal) else desks.take(heard, NOW_NS):
            match step:
                case Refusal():
                    assert step.kind.isascii() and step.reason.isprintable()
                    assert step.who == "" or topic.startswith(f"paceline/desk/{step.who}/")
                    msgspec.json.encode(step.reason)
                case Say():
                    msgspec.json.encode(step.message)
                case _:
                    # What the kernel and the journal ask of an event.
                    assert msgspec.json.decode(msgspec.json.encode(step), type=type(step)) == step
                    assert -(2**63) <= (getattr(step, "at_ns", 0) or getattr(step, "callback_ns", 0) or 0) < 2**63
                    assert order_key(step, 0)


@settings(max_examples=150, deadline=None)
@given(near)
def test_the_schemas_say_what_the_parser_takes(message: dict[str, Any]) -> None:
    topic = ACT if "do" in message else PRESENCE
    heard = parse("paceline", topic.at("paceline", "a01"), json.dumps(message).encode(), TO_ENGINE)
    if isinstance(heard, Heard):
        assert schema_of(type(heard.message).__name__).is_valid(json.loads(json.dumps(message)))


def schema_of(name: str) -> Draft202012Validator:
    document = asyncapi()
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": document["components"]}, format_checker=FormatChecker()
    )


def test_every_schema_is_one() -> None:
    document = asyncapi()
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema.get("additionalProperties") is False or name in ("Choice", "Fact", "Turn")
    assert {channel["address"] for channel in document["channels"].values()} == {
        f"paceline/{topic.path}" for topic in EVERY
    }


def say(desks: Desks, who: str, topic: Any, **message: object) -> list[Any]:
    heard = parse("paceline", topic.at("paceline", who), json.dumps(message).encode(), TO_ENGINE)
    assert isinstance(heard, Heard), heard
    return list(desks.take(heard, NOW_NS))


def here(desks: Desks, who: str, session: str = "s1", **more: object) -> list[Any]:
    return say(desks, who, PRESENCE, state="here", session=session, campaigns=["c"], **more)


def test_a_session_that_logged_out_is_over() -> None:
    desks = Desks(ConformancePops(), ConformanceAccounts())
    assert here(desks, "a01") == [e.AgentLoggedIn(NOW_NS, "a01", ("c",))]
    assert say(desks, "a01", PRESENCE, state="gone", session="s1") == [e.AgentLoggedOut(NOW_NS, "a01")]
    assert here(desks, "a01") == []  # a message that came late
    assert here(desks, "a01", "s2") == [e.AgentLoggedIn(NOW_NS, "a01", ("c",))]


def test_the_will_of_an_earlier_start_means_nothing() -> None:
    desks = Desks(ConformancePops(), ConformanceAccounts())
    here(desks, "a01")
    assert here(desks, "a01", "s2") == []
    assert say(desks, "a01", PRESENCE, state="lost", session="s1") == []
    assert say(desks, "a01", PRESENCE, state="lost", session="s2") == [e.AgentLoggedOut(NOW_NS, "a01")]


def test_an_acd_that_is_lost_takes_its_desktops_along() -> None:
    desks = Desks(ConformancePops(), ConformanceAccounts())
    here(desks, "a01", via="acd-1")
    here(desks, "a02", via="acd-1")
    here(desks, "a03")
    list(desks.show(SetAgentState("a02", "in_call", "test", OTHER_CALL), NOW_NS))
    heard = parse("paceline", "paceline/acd/acd-1/presence", b'{"state":"lost"}', TO_ENGINE)
    assert isinstance(heard, Heard)
    assert list(desks.take(heard, NOW_NS)) == [e.AgentLoggedOut(NOW_NS, "a01")]


def test_ready_with_the_log_in_is_ready() -> None:
    desks = Desks(ConformancePops(), ConformanceAccounts())
    assert [type(event) for event in here(desks, "a01", ready=True)] == [e.AgentLoggedIn, e.AgentReady]


def test_language_and_skills_with_the_log_in() -> None:
    desks = Desks(ConformancePops(), ConformanceAccounts())
    assert here(desks, "a01", language="zh", skills=["legal"]) == [
        e.AgentLoggedIn(NOW_NS, "a01", ("c",), "zh", ("legal",))
    ]


def test_so_many_acts_are_known_again() -> None:
    desks = Desks(ConformancePops(), ConformanceAccounts())
    here(desks, "a01")
    for number in range(ACTS_REMEMBERED + 5):
        assert len(say(desks, "a01", ACT, do="ready", id=f"n{number}")) == 1
    assert say(desks, "a01", ACT, do="ready", id="n5") == []


@pytest.mark.parametrize("amount", ["1", "1.5", "1.05", "999999999999.99"])
def test_a_promise_is_exact(amount: str) -> None:
    promise = {"amount": amount, "due": "2026-12-01"}
    (event,) = say(
        Desks(ConformancePops(), ConformanceAccounts()),
        "a01",
        ACT,
        do="result",
        id="x",
        call=CALL,
        disposition="promise",
        promise=promise,
    )
    whole, _, part = amount.partition(".")
    assert event.promise_cents == int(whole) * 100 + int(part.ljust(2, "0"))
    assert event.promise_due == "2026-12-01"
