"""Agents: they come, take breaks, wrap up, read offers and go home."""

from __future__ import annotations

import pytest

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.call import AGENT_DISPOSITIONS
from dialer.core.units import ns
from simulator.world.laws import Constant
from simulator.world.settings import Break, FloorSettings
from tests.unit.simulator.bench import NINE_NS, RING_S, SET_UP_S, Bench, HandClock, names, offer, placement, shown

HOUR_S = 3600.0
SETTLE_S, WRAP_S = 5.0, 20.0


def bench(clock: HandClock | None = None, **changes: object) -> Bench:
    plain = {
        "agents": 1,
        "log_in_spread_s": 0.0,
        "settle": Constant(value_s=SETTLE_S),
        "announce_s": 0.0,
        "breaks": (),
        "speed_sigma": 0.0,
        "wrap": Constant(value_s=WRAP_S),
        "decision": Constant(value_s=10.0),
    }
    return Bench(clock, floor=FloorSettings.model_validate(plain | changes))


def on_duty(**changes: object) -> Bench:
    own = bench(**changes)
    own.clock.advance(1)
    own.world.floor.apply(shown("a01", "paused"))
    own.clock.advance(10)
    own.world.floor.apply(shown("a01", "ready"))
    own.heard.clear()
    return own


def in_wrap(**changes: object) -> tuple[Bench, int]:
    """Return a bench whose agent has just talked on call 1, and when the wrap began."""
    own = on_duty(**changes)
    own.world.carrier.apply(placement())
    own.clock.advance(SET_UP_S + RING_S)
    own.world.carrier.apply(f.Bridge(placement().call, "a01"))
    while "CallEnded" not in names(own.heard):
        own.clock.advance(1)
    own.world.floor.apply(shown("a01", "wrap"))
    return own, own.clock.now_ns()


def test_a_day_of_one_agent() -> None:
    own = bench()
    assert own.after(1) == [e.AgentLoggedIn(NINE_NS + 1, "a01", ("c",))]
    own.world.floor.apply(shown("a01", "paused"))
    assert own.after(10) == [e.AgentReady(NINE_NS + ns(1 + SETTLE_S), "a01")]
    own.world.floor.apply(shown("a01", "ready"))
    six_pm_ns = NINE_NS + ns(9 * HOUR_S)
    assert own.after(9 * HOUR_S) == [e.AgentPauseRequested(six_pm_ns, "a01", "end_of_shift")]
    own.world.floor.apply(shown("a01", "paused"))
    assert names(own.after(1)) == ["AgentLoggedOut"]
    own.world.floor.apply(shown("a01", "offline"))
    next_day = own.after(15 * HOUR_S)
    assert next_day == [e.AgentLoggedIn(NINE_NS + ns(24 * HOUR_S), "a01", ("c",))]


def test_who_starts_in_the_middle_of_the_shift_logs_in_at_once() -> None:
    clock = HandClock(NINE_NS + ns(5 * HOUR_S))
    assert bench(clock).after(1) == [e.AgentLoggedIn(NINE_NS + ns(5 * HOUR_S) + 1, "a01", ("c",))]


def test_who_starts_after_the_shift_comes_the_next_morning() -> None:
    own = bench(HandClock(NINE_NS + ns(10 * HOUR_S)))
    assert own.after(13 * HOUR_S) == []
    assert names(own.after(HOUR_S)) == ["AgentLoggedIn"]


def test_the_shift_keeps_local_time_over_the_change_of_the_clocks() -> None:
    """New York goes to summer time on 8 March 2026: 9:00 is 14:00 UTC before and 13:00 UTC after."""
    saturday_ns = NINE_NS + ns(61 * 24 * HOUR_S)
    own = bench(HandClock(saturday_ns), zone="America/New_York")
    own.clock.advance(48 * HOUR_S)
    came = [event.t_ns for event in own.heard if isinstance(event, e.AgentLoggedIn)]
    assert came == [saturday_ns + ns(5 * HOUR_S), saturday_ns + ns(28 * HOUR_S)]


def test_a_break_is_asked_for_and_lasts_its_time() -> None:
    own = on_duty(breaks=(Break(name="lunch", after_s=HOUR_S, length_s=1800),))
    assert own.after(HOUR_S) == [e.AgentPauseRequested(NINE_NS + ns(HOUR_S), "a01", "lunch")]
    own.clock.advance(100)  # the call before it takes a while
    own.world.floor.apply(shown("a01", "paused"))
    assert own.after(1799) == []
    assert names(own.after(1)) == ["AgentReady"]


def test_breaks_and_the_end_of_the_shift_are_announced() -> None:
    own = on_duty(breaks=(Break(name="lunch", after_s=HOUR_S, length_s=1800),), announce_s=120.0)
    heard = own.after(9 * HOUR_S)
    announced = [event for event in heard if isinstance(event, e.AgentLeaveAnnounced)]
    at_ns = [NINE_NS + ns(HOUR_S), NINE_NS + ns(9 * HOUR_S)]
    assert announced == [e.AgentLeaveAnnounced(then_ns - ns(120), "a01", then_ns) for then_ns in at_ns]
    assert [event.t_ns for event in heard if isinstance(event, e.AgentPauseRequested)] == at_ns


def test_who_starts_just_before_a_break_announces_it_at_once() -> None:
    clock = HandClock(NINE_NS + ns(HOUR_S - 60))
    own = bench(clock, breaks=(Break(name="lunch", after_s=HOUR_S, length_s=1800),), announce_s=120.0)
    assert names(own.after(10)) == ["AgentLoggedIn", "AgentLeaveAnnounced"]


@pytest.mark.parametrize("state", ["ready", "reserved"])
def test_a_break_that_was_not_granted_is_asked_for_again(state: str) -> None:
    own, _ = in_wrap(breaks=(Break(name="lunch", after_s=HOUR_S, length_s=1800),))
    own.clock.advance(HOUR_S)
    assert names(own.heard)[-1] == "AgentPauseRequested"
    own.world.floor.apply(shown("a01", state))
    assert own.after(1) == [e.AgentPauseRequested(own.clock.now_ns() - ns(1) + 1, "a01", "lunch")]


def test_who_is_away_at_the_end_of_the_shift_goes_home_from_there() -> None:
    own = on_duty(breaks=(Break(name="tea", after_s=8.9 * HOUR_S, length_s=1800),))
    own.clock.advance(8.95 * HOUR_S)
    own.world.floor.apply(shown("a01", "paused"))
    own.heard.clear()
    assert names(own.after(2 * HOUR_S)) == ["AgentLoggedOut"]


def test_a_pause_that_nobody_asked_for_ends_soon() -> None:
    own = on_duty()
    own.world.floor.apply(shown("a01", "paused"))
    assert names(own.after(SETTLE_S)) == ["AgentReady"]


def test_the_result_is_written_down_during_the_wrap() -> None:
    own, began_ns = in_wrap()
    own.heard.clear()
    written, ready = own.after(WRAP_S)
    assert isinstance(written, e.CallDispositioned)
    assert (written.t_ns, written.call) == (began_ns + ns(WRAP_S / 2), placement().call)
    assert written.disposition in AGENT_DISPOSITIONS
    assert ready == e.AgentReady(began_ns + ns(WRAP_S), "a01")


def test_a_wrap_that_the_engine_ends_is_over() -> None:
    own, _ = in_wrap()
    own.clock.advance(WRAP_S * 0.75)
    own.world.floor.apply(shown("a01", "ready"))
    assert own.after(WRAP_S) == []


def test_saying_the_same_state_twice_changes_nothing() -> None:
    own, _ = in_wrap()
    own.clock.advance(1)
    own.world.floor.apply(shown("a01", "wrap"))
    assert names(own.after(2 * WRAP_S)) == ["CallDispositioned", "AgentReady"]


def test_a_wrap_after_a_call_of_which_nothing_is_known_is_over_at_once() -> None:
    own = on_duty()
    own.world.floor.apply(shown("a01", "wrap"))
    assert names(own.after(1)) == ["AgentReady"]


def test_offers_are_accepted_or_skipped() -> None:
    own = on_duty(skip_share=0.3)
    until_ns = own.clock.now_ns() + ns(3600)
    answers = []
    for number in range(300):
        own.world.floor.apply(offer("a01", f"l{number}", until_ns))
        (answer,) = own.after(10)
        assert answer.lead == f"l{number}"
        answers += names([answer])
    assert set(answers) == {"OfferAccepted", "OfferSkipped"}
    assert answers.count("OfferSkipped") / 300 == pytest.approx(0.3, abs=0.1)


def test_a_withdrawn_offer_is_forgotten() -> None:
    own = on_duty()
    own.world.floor.apply(offer("a01", "l1", own.clock.now_ns() + ns(60)))
    own.clock.advance(5)
    own.world.floor.apply(f.WithdrawOffer("a01", "l1", "test"))
    own.world.floor.apply(offer("a01", "l2", own.clock.now_ns() + ns(60)))
    assert [event.lead for event in own.after(60)] == ["l2"]


def test_strangers_are_ignored() -> None:
    own = on_duty()
    own.world.floor.apply(shown("somebody", "wrap"))
    assert own.after(60) == []
