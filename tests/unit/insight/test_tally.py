"""The figures: by hand on a small floor, and against a plain count on a whole shift."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from dialer.core.call import CONTACTS
from dialer.core.effects import CloseAttempt, Defer, Pace, PlaceCall, PlayMessage, SetAgentState
from dialer.core.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentReady,
    CallAnswered,
    CallBridged,
    CallEnded,
    CallReported,
    LeadsAdded,
    TimerFired,
)
from dialer.core.lead import Lead
from dialer.core.units import NS_PER_S, ns
from dialer.insight.tally import STATES, Tally
from tests.unit.insight.plausible import START_NS, close, place, plausible_shift, reason, state


def at(second: float) -> int:
    return START_NS + ns(second)


def tick(second: float) -> TimerFired:
    return TimerFired(at(second), "x", at(second))


def test_agents_time_is_split_by_state_and_offline_counts_nowhere() -> None:
    tally = Tally()
    tally.take(AgentLoggedIn(at(0), "a", ("cards",)), (state("a", "paused"),))
    tally.take(AgentReady(at(10), "a"), (state("a", "ready"),))
    tally.take(tick(30), (place("c", "1", 1, "a"), state("a", "reserved")))
    tally.take(CallBridged(at(40), "c", "a"), (state("a", "in_call"),))
    tally.take(CallEnded(at(100), "c", "normal"), (state("a", "wrap"),))
    tally.take(AgentReady(at(120), "a"), (state("a", "ready"), close("c", "1", "contact", at(30), answered_ns=at(39))))
    tally.take(AgentLoggedOut(at(130), "a"), (state("a", "offline"),))
    tally.take(tick(1000), ())
    total = tally.totals()
    assert (total.paused_s, total.ready_s, total.reserved_s, total.in_call_s, total.wrap_s) == (10, 30, 10, 60, 20)
    assert total.paid_s == 130
    assert total.productive_s == 120
    assert total.occupancy_share == pytest.approx(80 / 120)
    assert total.contacts_per_agent_hour == pytest.approx(30)
    assert total.line_s == 70
    assert not any(tally.agents.values())


def test_a_state_that_is_told_twice_counts_once() -> None:
    tally = Tally()
    tally.take(AgentLoggedIn(at(0), "a", ("cards",)), (state("a", "ready"),))
    tally.take(tick(10), (state("a", "ready"),))
    assert tally.agents["ready"] == 1
    assert tally.totals().ready_s == 10


def test_abandon_share_has_both_denominators() -> None:
    tally = Tally()
    for number in range(10):
        tally.take(tick(number), (place(f"c{number}", str(number), 1),))
    for number in range(4):
        tally.take(CallAnswered(at(20), f"c{number}", "person" if number else "unknown"), ())
    tally.take(CallAnswered(at(20), "c9", "machine"), ())
    tally.take(tick(22), (PlayMessage("c3", "sorry", "safe_harbour"),))
    total = tally.totals()
    assert (total.placed, total.answered, total.abandoned) == (10, 4, 1)
    assert total.abandon_share == 0.25
    assert total.abandon_share_of_placed == 0.1


def test_an_abandoned_call_counts_once_from_message_to_row() -> None:
    tally = Tally()
    tally.take(tick(0), (place("c", "1", 1),))
    tally.take(CallAnswered(at(5), "c", "person"), ())
    tally.take(tick(7), (PlayMessage("c", "sorry", "safe_harbour"),))
    row = close("c", "1", "abandoned", at(0), answered_ns=at(5))
    tally.take(CallEnded(at(12), "c", "normal"), (row,))
    assert tally.totals().abandoned == 1
    assert tally.totals().answered == 1


def test_a_row_counts_what_the_events_did_not_tell() -> None:
    tally = Tally()
    tally.take(tick(0), (place("c", "1", 1),))
    row = close("c", "1", "abandoned", at(0), answered_ns=at(5))
    tally.take(CallReported(at(50), "c", "gone"), (row,))
    assert (tally.totals().answered, tally.totals().abandoned, tally.lines) == (1, 1, 0)


def test_events_of_unknown_calls_change_nothing() -> None:
    tally = Tally()
    tally.take(CallAnswered(at(1), "ghost", "person"), ())
    tally.take(CallEnded(at(2), "ghost", "normal"), ())
    assert tally.totals().answered == 0
    assert tally.totals().line_s == 0


def test_nothing_yet_gives_no_shares_rather_than_zero() -> None:
    total = Tally().totals()
    assert total.abandon_share is None
    assert total.occupancy_share is None
    assert total.contacts_per_agent_hour is None
    assert Tally().launches_per_s == 0


def test_denials_count_times_and_distinct_leads_by_rule() -> None:
    tally = Tally()
    both = (reason("hours"), reason("cap"))
    tally.take(tick(0), (Defer("cards", "1", both, None), Defer("cards", "2", (reason("hours"),), None)))
    tally.take(tick(9), (Defer("cards", "1", (reason("hours"),), None),))
    assert {rule: (d.times, len(d.leads)) for rule, d in tally.denials.items()} == {"hours": (3, 2), "cap": (1, 1)}
    assert tally.denials["cap"].source == "source of cap"


def test_leads_and_the_latest_pace_are_kept() -> None:
    tally = Tally()
    leads = tuple(Lead(str(n), f"p{n}", str(n), "M1", 1, (f"p{n}/0",), ("America/New_York",)) for n in range(3))
    pace = Pace("cards", "progressive", 2, "lines", {})
    tally.take(LeadsAdded(at(0), "cards", leads), (pace, place("1/1", "1", 1), place("2/1", "2", 1)))
    tally.take(tick(60), (place("1/2", "1", 2),))
    assert (tally.leads, tally.leads_called, tally.lines) == (3, 2, 3)
    assert tally.pace == {"cards": pace}


def test_launch_rate_forgets_what_is_more_than_two_minutes_old() -> None:
    tally = Tally()
    tally.take(tick(0), tuple(place(f"c{n}", str(n), 1) for n in range(600)))
    tally.take(tick(30), ())
    assert tally.launches_per_s == pytest.approx(20)
    tally.take(tick(180), (place("d", "d", 1),))
    assert tally.launches_per_s == pytest.approx(1 / 60)


def test_a_whole_shift_agrees_with_a_plain_count() -> None:
    entries = plausible_shift(agents=6, hours=3, seed=7)
    tally = Tally()
    for event, effects in entries:
        tally.take(event, effects)
    every = [effect for _, effects in entries for effect in effects]
    rows = [effect for effect in every if isinstance(effect, CloseAttempt)]
    total = tally.totals()

    assert total.placed == sum(isinstance(effect, PlaceCall) for effect in every) > 300
    assert tally.dispositions == Counter(row.disposition for row in rows)
    assert total.answered == sum(row.answered_ns is not None and row.disposition != "machine" for row in rows) > 50
    assert total.abandoned == sum(row.disposition == "abandoned" for row in rows) > 0
    assert total.contacts == sum(row.disposition in CONTACTS for row in rows)
    assert total.promised_cents == sum(row.promise_cents or 0 for row in rows) > 0

    in_state: Counter[str] = Counter()
    since: dict[str, tuple[str, int]] = {}
    for event, effects in entries:
        for effect in effects:
            if isinstance(effect, SetAgentState):
                name, start = since.get(effect.agent, ("offline", event.t_ns))
                in_state[name] += event.t_ns - start
                since[effect.agent] = (effect.state, event.t_ns)
    assert [total.state_s(name) for name in STATES] == pytest.approx([in_state[name] / NS_PER_S for name in STATES])


def test_samples_stand_at_every_full_minute_and_add_up() -> None:
    tally = Tally()
    for event, effects in plausible_shift(agents=4, hours=1):
        tally.take(event, effects)
    assert [sample.elapsed_s for sample in tally.samples] == [60 * n for n in range(len(tally.samples))]
    pieces = [later.since(earlier) for earlier, later in pairwise([*tally.samples, tally.totals()])]
    assert [sum(column) for column in zip(*pieces, strict=True)] == pytest.approx(list(tally.totals()))
    assert all(value >= 0 for piece in pieces for value in piece)
