"""The contract of telephony, kept by the simulated carrier."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.call import CAUSES
from dialer.core.units import ns
from simulator.world.laws import Constant
from tests.unit.simulator.bench import (
    MESSAGE_S,
    NINE_NS,
    PATIENCE_S,
    RING_S,
    SET_UP_S,
    Bench,
    names,
    network,
    people,
    placement,
)

RINGS_NS = NINE_NS + ns(SET_UP_S)
PICKS_NS = RINGS_NS + ns(RING_S)
CALL = placement().call
NOBODY_ON_DUTY = {"agents": 0}


def bench(**parts: object) -> Bench:
    return Bench(floor=NOBODY_ON_DUTY, **parts)


def up_to_answer(**parts: object) -> Bench:
    own = bench(**parts)
    own.world.carrier.apply(placement())
    assert own.after(SET_UP_S + RING_S) == [
        e.CallRinging(RINGS_NS, CALL),
        e.CallAnswered(PICKS_NS, CALL, "person"),
    ]
    return own


@pytest.mark.parametrize(("taken_share", "told"), [(0.0, "person"), (1.0, "machine")])
def test_detection_takes_its_time_and_may_take_a_person_for_a_machine(taken_share: float, told: str) -> None:
    slow = network(detection=Constant(value_s=3.0), taken_for_machine_share=taken_share)
    own = bench(carrier=slow)
    own.world.carrier.apply(placement())
    assert own.after(SET_UP_S + RING_S) == [e.CallRinging(RINGS_NS, CALL)]
    assert own.after(3.0) == [e.CallAnswered(PICKS_NS + ns(3.0), CALL, told, picked_up_ns=PICKS_NS)]
    assert own.after(3600) == [e.CallEnded(PICKS_NS + ns(3.0 + PATIENCE_S), CALL, "normal")]


def test_hanging_up_while_detection_listens_ends_the_call() -> None:
    own = bench(carrier=network(detection=Constant(value_s=3.0)))
    own.world.carrier.apply(placement())
    own.after(SET_UP_S + RING_S + 1.0)
    own.world.carrier.apply(f.HangUp(CALL, "test"))
    assert names(own.after(3600)) == ["CallEnded"]


def test_an_answered_person_hangs_up_when_nobody_speaks() -> None:
    assert up_to_answer().after(3600) == [e.CallEnded(PICKS_NS + ns(PATIENCE_S), CALL, "normal")]


def test_a_talk_belongs_to_the_call() -> None:
    own = up_to_answer()
    own.world.carrier.apply(f.Bridge(CALL, "a01"))
    talk_ns = own.world.carrier._people.talk_ns(placement(), "a01")
    bridged_ns = PICKS_NS + 1
    assert own.after(7200) == [
        e.CallBridged(bridged_ns, CALL, "a01"),
        e.CallEnded(bridged_ns + talk_ns, CALL, "normal"),
    ]
    assert own.world.carrier.last_talk == {"a01": placement()}


def test_a_message_is_played_to_its_end_and_the_line_stays_open() -> None:
    own = up_to_answer()
    own.world.carrier.apply(f.PlayMessage(CALL, "safe_harbour", "safe_harbour"))
    own.world.carrier.apply(f.PlayMessage(CALL, "safe_harbour", "safe_harbour"))
    finished_ns = PICKS_NS + ns(MESSAGE_S)
    assert own.after(3600) == [
        e.MessageFinished(finished_ns, CALL),
        e.CallEnded(finished_ns + ns(PATIENCE_S), CALL, "normal"),
    ]


@pytest.mark.parametrize(("share", "said"), [(0.0, e.MessageFinished), (1.0, e.TransferRequested)])
def test_a_robot_is_done_or_asked_for_an_agent(share: float, said: type[e.Event]) -> None:
    talk = {"law": "uniform", "low_s": 20.0, "high_s": 60.0}
    own = up_to_answer(people=people(robot_talk=talk, transfer_share=share))
    own.world.carrier.apply(f.PlayMessage(CALL, "reminder", "robot_then_human"))
    (done,) = own.after(PATIENCE_S)
    assert done == said(done.t_ns, CALL)
    assert ns(20) <= done.t_ns - PICKS_NS <= ns(60)
    own.world.carrier.apply(f.Bridge(CALL, "a01"))
    ended = own.after(7200)
    assert names(ended) == (["CallBridged", "CallEnded"] if share else ["CallEnded"])


@pytest.mark.parametrize(("waited_s", "cause"), [(0, "cancelled"), (3, "cancelled"), (8, "normal")])
def test_hanging_up(waited_s: float, cause: str) -> None:
    own = bench()
    own.world.carrier.apply(placement())
    own.clock.advance(waited_s)
    own.world.carrier.apply(f.HangUp(CALL, "test"))
    own.world.carrier.apply(f.HangUp(CALL, "again"))
    assert own.after(3600) == [e.CallEnded(NINE_NS + ns(waited_s) + 1, CALL, cause)]
    own.world.carrier.apply(f.HangUp(CALL, "too late"))
    assert own.after(3600) == []


def test_nobody_answers_until_the_time_out() -> None:
    own = bench(people=people(answer_share_by_hour=(0.0,) * 24, machine_share=0.0, busy_share=0.0, rejected_share=0.0))
    own.world.carrier.apply(placement(timeout_s=20))
    assert own.after(3600) == [
        e.CallRinging(RINGS_NS, CALL),
        e.CallEnded(RINGS_NS + ns(20), CALL, "no_answer"),
    ]


def test_a_machine_records_for_a_while() -> None:
    own = bench(people=people(answer_share_by_hour=(0.0,) * 24, machine_share=1.0, busy_share=0.0, rejected_share=0.0))
    own.world.carrier.apply(placement(timeout_s=60))
    ringing, answered, ended = own.after(3600)
    assert isinstance(ringing, e.CallRinging)
    assert answered == e.CallAnswered(answered.t_ns, CALL, "machine")
    assert ended == e.CallEnded(answered.t_ns + ns(120), CALL, "normal")


@pytest.mark.parametrize(
    ("parts", "cause"),
    [
        ({"carrier": network(not_in_service_share=1.0)}, "not_in_service"),
        ({"carrier": network(congestion_share=1.0)}, "congestion"),
        (
            {"people": people(answer_share_by_hour=(0.0,) * 24, machine_share=0.0, busy_share=1.0, rejected_share=0.0)},
            "busy",
        ),
    ],
)
def test_some_calls_never_ring(parts: dict, cause: str) -> None:
    own = bench(**parts)
    own.world.carrier.apply(placement())
    assert own.after(3600) == [e.CallEnded(RINGS_NS, CALL, cause)]


def test_a_placement_is_known_by_its_call_for_ever() -> None:
    own = bench()
    own.world.carrier.apply(placement())
    own.world.carrier.apply(placement())
    assert names(own.after(3600)) == ["CallRinging", "CallAnswered", "CallEnded"]
    own.world.carrier.apply(placement())
    assert own.after(3600) == []


def test_asking_is_answered_for_every_call_and_for_those_not_asked_about() -> None:
    own = bench()
    for number in (1, 2):
        own.world.carrier.apply(placement(number))
    own.clock.advance(SET_UP_S + RING_S)
    own.world.carrier.apply(f.Bridge("c/l1/1", "a01"))
    own.world.carrier.apply(placement(3))
    own.clock.advance(0.001)
    own.heard.clear()
    own.world.carrier.which_exist(("c/l1/1", "c/l9/1", "c/l1/1"))
    now_ns = own.clock.now_ns()
    assert own.heard == [
        e.CallReported(now_ns, "c/l1/1", "bridged", "a01"),
        e.CallReported(now_ns, "c/l9/1", "gone"),
        e.CallReported(now_ns, "c/l2/1", "answered"),
        e.CallReported(now_ns, "c/l3/1", "ringing"),
    ]


def test_everything_happens_on_the_grid() -> None:
    own = bench(grid_s=0.25, people=people(ring={"law": "exponential", "mean_s": 5.0}))
    for number in range(20):
        own.world.carrier.apply(placement(number))
        own.clock.advance(0.0371)
    assert {event.t_ns % ns(0.25) for event in own.after(600)} == {0}


ORDER = ("CallRinging", "CallAnswered", "CallBridged", "MessageFinished", "CallEnded")
STEPS = st.one_of(
    st.tuples(st.just("place"), st.integers(0, 3)),
    st.tuples(st.sampled_from(["bridge", "play", "talk", "hang up"]), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.integers(0, 40)),
)


@given(st.lists(STEPS, max_size=25), st.sampled_from([0.0, 1.0]))
def test_whatever_is_asked_every_call_ends_once_and_nothing_follows(steps: list, grid_s: float) -> None:
    own = bench(grid_s=grid_s, people=people(answer_share_by_hour=(0.6,) * 24))
    placed = set()
    for step, number in steps:
        call = placement(number).call
        match step:
            case "place":
                own.world.carrier.apply(placement(number))
                placed.add(call)
            case "bridge":
                own.world.carrier.apply(f.Bridge(call, "a01"))
            case "play":
                own.world.carrier.apply(f.PlayMessage(call, "m", "robot"))
            case "talk":
                own.world.carrier.apply(f.PlayMessage(call, "m", "robot_then_human"))
            case "hang up":
                own.world.carrier.apply(f.HangUp(call, "test"))
            case _:
                own.clock.advance(number / 2)
    own.clock.advance(24 * 3600)
    assert own.world.carrier.lines == {}
    ends = Counter(event.call for event in own.heard if isinstance(event, e.CallEnded))
    assert ends == dict.fromkeys(placed, 1)
    for call in placed:
        life = [event for event in own.heard if event.call == call]
        assert isinstance(life[-1], e.CallEnded)
        assert life[-1].cause in CAUSES
        ranks = [ORDER.index(name) for name in names(life) if name not in ("MessageFinished", "TransferRequested")]
        assert ranks == sorted(set(ranks))
    assert [event.t_ns for event in own.heard] == sorted(event.t_ns for event in own.heard)
