"""Whole shifts of a small floor, in every mode."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import get_args

import pytest

from dialer.core.effects import AnyEffect, CloseAttempt, PlaceCall
from dialer.core.events import AnyEvent
from dialer.core.kernel import Kernel
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, Mode, RunSettings
from dialer.core.units import ns
from dialer.journal.entry import Record
from simulator.shift import run_shifts
from simulator.world.settings import WorldSettings
from strategies.compliance.rulebook import Rulebook

MONDAY = date(2026, 1, 5)
FLOOR = {"agents": 4, "shift_start": "09:00", "shift_end": "10:00"}


class Seen:
    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self.placed: dict[str, PlaceCall] = {}
        self.closed: dict[str, CloseAttempt] = {}

    def __call__(self, event: AnyEvent, effects: tuple[AnyEffect, ...], record: Record) -> None:
        assert record.t_ns == event.t_ns
        self.events.append(event)
        for effect in effects:
            if isinstance(effect, PlaceCall):
                assert effect.call not in self.placed
                self.placed[effect.call] = effect
            elif isinstance(effect, CloseAttempt):
                assert effect.call not in self.closed
                self.closed[effect.call] = effect


def shift(mode: Mode, *, days: int = 1, **settings: object) -> tuple[Seen, Kernel]:
    run = RunSettings((CampaignSettings(id="c", mode=mode, lines=20, **settings),), Rulebook())
    leads = (("c", Lead(f"l{n}", f"p{n}", f"a{n}", "all", 0, (f"p{n}/0", f"p{n}/1"), ("UTC",))) for n in range(2500))
    seen = Seen()
    kernel = run_shifts(run, WorldSettings.model_validate({"floor": FLOOR}), leads, MONDAY, days, on_entry=seen)
    return seen, kernel


@pytest.mark.parametrize("mode", get_args(Mode))
def test_at_the_end_of_the_day_everything_is_closed_and_everybody_is_gone(mode: Mode) -> None:
    seen, kernel = shift(mode)
    assert len(seen.placed) > 100
    assert set(seen.closed) == set(seen.placed)
    assert kernel.calls == ()
    assert {agent.state for agent in kernel.view.agents.values()} <= {"offline"}
    assert [event.t_ns for event in seen.events] == sorted(event.t_ns for event in seen.events)
    ten_ns = ns(datetime(2026, 1, 5, 10, tzinfo=UTC).timestamp())
    assert max(attempt.placed_ns for attempt in seen.closed.values()) < ten_ns
    # The end is seen coming, and soonest where a robot talks first.
    assert max(attempt.ended_ns or 0 for attempt in seen.closed.values()) > ten_ns - ns(60)


def test_a_progressive_shift_looks_like_one() -> None:
    seen, _ = shift("progressive")
    dispositions = Counter(attempt.disposition for attempt in seen.closed.values())
    assert dispositions["abandoned"] == 0
    assert dispositions["no_answer"] > dispositions["machine"] > dispositions["busy"] > 0
    talked = [attempt for attempt in seen.closed.values() if attempt.bridged_ns is not None]
    assert 0.1 < len(talked) / len(seen.placed) < 0.3
    assert {attempt.agent for attempt in talked} == {"a01", "a02", "a03", "a04"}
    promised = [attempt for attempt in talked if attempt.disposition == "promise"]
    assert promised
    assert all(attempt.promise_cents for attempt in promised)


def test_several_days_are_one_run() -> None:
    seen, _ = shift("progressive", days=3)
    days = Counter(datetime.fromtimestamp(a.placed_ns // 10**9, UTC).date() for a in seen.closed.values())
    assert sorted(days) == [date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)]
    assert Counter(type(event).__name__ for event in seen.events)["AgentLoggedIn"] == 3 * FLOOR["agents"]


def test_another_pace_meets_the_same_people_in_the_same_way() -> None:
    """Calls that both policies make at the same hour go the same way, up to who was there to take them."""
    slow, fast = shift("ratio", lines_per_agent=1.0)[0], shift("ratio", lines_per_agent=3.0)[0]
    common = [call for call in slow.closed if call in fast.closed]
    assert len(common) > 200
    ours_to_say = {"abandoned", "early_hangup", "cancelled", "no_disposition"}
    for call in common:
        one, other = slow.closed[call], fast.closed[call]
        if not {one.disposition, other.disposition} & ours_to_say:
            assert one.disposition == other.disposition
        rang = [(a.answered_ns or 0) - a.placed_ns for a in (one, other) if a.answered_ns]
        assert len(rang) != 1
        assert len(set(rang)) <= 1
