"""Who answers, and what is said."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from statistics import fmean

import pytest

from dialer.core.units import ns
from simulator.world.people import Fate, People
from simulator.world.settings import PeopleSettings, WorldSettings
from tests.unit.simulator.bench import NINE_NS, RING_S, network, people, placement

HOUR_NS = ns(3600)


def those(zones: dict[str, str] | None = None, seed: int = 0, carrier: object = None, **changes: object) -> People:
    settings = {"seed": seed, "people": people(**changes), "carrier": carrier or network()}
    return People(WorldSettings.model_validate(settings), zones or {})


def test_the_hour_is_the_persons_own() -> None:
    by_hour = tuple(hour / 24 for hour in range(24))
    world = those({"p1": "Asia/Taipei", "p2": "America/New_York"}, answer_share_by_hour=by_hour)
    assert world.answer_share("p1", "all", NINE_NS) == pytest.approx(17 / 24)
    assert world.answer_share("p2", "all", NINE_NS) == pytest.approx(4 / 24)
    assert world.answer_share("p3", "all", NINE_NS) == pytest.approx(9 / 24)
    assert world.answer_share("p3", "all", NINE_NS + HOUR_NS - 1) == pytest.approx(9 / 24)
    assert world.answer_share("p3", "all", NINE_NS + HOUR_NS) == pytest.approx(10 / 24)


def test_persons_differ_around_the_mean_and_stay_as_they_are() -> None:
    world = those(answer_share_by_hour=(0.1,) * 9 + (0.2,) + (0.3,) * 14, reachability_concentration=6.9)
    shares = [world.answer_share(f"p{number}", "all", NINE_NS) for number in range(4000)]
    assert fmean(shares) == pytest.approx(0.2, abs=0.006)
    assert len({round(share, 9) for share in shares}) > 1500
    assert world.answer_share("p7", "all", NINE_NS) == shares[7]
    assert world.answer_share("p7", "all", NINE_NS + HOUR_NS) == pytest.approx(1.5 * shares[7])


def test_segments_have_a_factor() -> None:
    world = those(answer_share_by_hour=(0.4,) * 24, segment_factor={"late": 0.5, "keen": 9.0})
    shares = [world.answer_share("p1", segment, NINE_NS) for segment in ("early", "late", "keen")]
    assert shares == pytest.approx([0.4, 0.2, 1.0])


def test_weekdays_have_a_factor_by_the_persons_own_date() -> None:
    settings = PeopleSettings(
        answer_share_by_hour=(0.2,) * 24, reachability_concentration=None, weekday_factor=(1, 2, 3, 4, 1, 1, 1)
    )
    world = People(WorldSettings(people=settings), {"p1": "UTC", "p2": "Asia/Tokyo"})
    weekday = datetime.fromtimestamp(NINE_NS / 1e9, UTC).weekday()
    assert world.answer_share("p1", "all", NINE_NS) == pytest.approx(0.2 * settings.weekday_factor[weekday])
    late_ns = NINE_NS + 10 * HOUR_NS
    assert world.answer_share("p2", "all", late_ns) == pytest.approx(0.2 * settings.weekday_factor[(weekday + 1) % 7])


def test_fates_have_their_shares() -> None:
    world = those(
        answer_share_by_hour=(0.2,) * 24,
        machine_share=0.35,
        busy_share=0.05,
        rejected_share=0.1,
        carrier=network(not_in_service_share=0.1, congestion_share=0.05),
    )
    calls = 20_000
    seen = Counter(world.fate(placement(number, timeout_s=99), NINE_NS).end for number in range(calls))
    reached = 0.9 * 0.95
    expected = {
        "not_in_service": 0.1,
        "congestion": 0.9 * 0.05,
        "person": reached * 0.2,
        "machine": reached * 0.8 * 0.35,
        "busy": reached * 0.8 * 0.05,
        "rejected": reached * 0.8 * 0.1,
        "no_answer": reached * 0.8 * 0.5,
    }
    assert set(seen) == set(expected)
    for end, share in expected.items():
        assert seen[end] / calls == pytest.approx(share, abs=4 * (share / calls) ** 0.5), end


def test_who_would_pick_up_after_the_time_out_does_not_answer() -> None:
    assert those().fate(placement(timeout_s=RING_S + 0.001), NINE_NS) == Fate("person", ns(RING_S))
    assert those().fate(placement(timeout_s=RING_S), NINE_NS) == Fate("no_answer", ns(RING_S))


def test_a_number_that_does_not_exist_never_will() -> None:
    world = those(carrier=network(not_in_service_share=0.3))
    dead = [
        {world.fate(placement(number, attempt=attempt), NINE_NS).end == "not_in_service" for attempt in range(1, 6)}
        for number in range(200)
    ]
    assert all(len(own) == 1 for own in dead)
    assert {True} in dead
    assert {False} in dead


def test_draws_belong_to_lead_attempt_and_seed_and_not_to_the_order_of_asking() -> None:
    calls = [placement(number, attempt=attempt) for number in range(30) for attempt in (1, 2)]
    first, second = (those(answer_share_by_hour=(0.5,) * 24) for _ in range(2))
    forwards = {call.call: (first.fate(call, NINE_NS), first.conversation(call)) for call in calls}
    backwards = {call.call: (second.fate(call, NINE_NS), second.conversation(call)) for call in reversed(calls)}
    assert forwards == backwards
    other = those(seed=1, answer_share_by_hour=(0.5,) * 24)
    assert {call.call: (other.fate(call, NINE_NS), other.conversation(call)) for call in calls} != forwards


def test_what_an_agent_writes_down() -> None:
    world = those()
    said = [world.conversation(placement(number)) for number in range(3000)]
    share = Counter(each.disposition for each in said)
    assert share["promise"] / 3000 == pytest.approx(0.15, abs=0.025)
    for each in said:
        assert (each.callback_after_ns is not None) == (each.disposition == "callback")
        assert (each.promise_cents is not None) == (each.disposition == "promise")
    promised = sorted(each.promise_cents for each in said if each.promise_cents is not None)
    assert promised[len(promised) // 2] == pytest.approx(265_000, rel=0.15)


def test_slow_agents_are_slow_on_every_call() -> None:
    world = those()
    calls = [placement(number) for number in range(5)]
    factors = {round(world.talk_ns(call, "a01") / world.talk_ns(call, "a02"), 6) for call in calls}
    assert factors == {round(world.slowness("a01") / world.slowness("a02"), 6)}
    assert factors != {1.0}
