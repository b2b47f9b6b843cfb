"""What the floor can foresee: agents who are about to leave, and the end of a campaign's hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.errors import InvariantError
from dialer.core.hours import open_span
from dialer.core.kernel import Kernel, pacer_of
from dialer.core.settings import CampaignSettings
from dialer.core.units import ns
from pacing import Leaving, Pacer, PacingDecision, PacingInput
from tests.unit.core.floors import HandFloor, lead

RATIO = {"lines_per_agent": 2.0, "abandon_limit_share": 1.0}


def told(floor: HandFloor) -> PacingInput:
    """Return what the pacer is told of the floor now."""
    inputs: list[PacingInput] = []

    class Spy(Pacer):
        def decide(self, floor: PacingInput) -> PacingDecision:
            inputs.append(floor)
            return PacingDecision(0, "policy", {})

    def spy(campaign: CampaignSettings) -> Pacer:
        own = pacer_of(campaign)
        return Spy(own.policy, own.guard)

    kernel = Kernel.restore(floor.settings, floor.kernel.snapshot(), floor.leads_added, spy)
    kernel.step(e.CampaignResumeRequested(ns(floor.t_s), "c"))
    return inputs[0]


def announced(floor: HandFloor, agent: str, in_s: float | None) -> HandFloor:
    at_ns = None if in_s is None else ns(floor.t_s + 1 + in_s)
    return floor.do(e.AgentLeaveAnnounced, agent=agent, at_ns=at_ns)


def test_an_announced_leave_is_told_with_what_the_agent_is_doing() -> None:
    floor = HandFloor("ratio", **RATIO).ready("ann", "bob", "cat")
    floor.talk("c/l0/1", "ann").talk("c/l1/1", "bob").do(e.CallEnded, call="c/l1/1", cause="normal")
    announced(announced(announced(floor, "ann", 92), "bob", 61), "cat", 60)
    assert set(told(floor).leaving) == {Leaving(90, 0, 1, 0), Leaving(60, 1, 0, 1)}
    announced(floor, "cat", None)
    assert Leaving(59, 0, 0, 1) in told(floor).leaving
    floor.do(e.AgentLoggedOut, agent="bob")
    assert len(told(floor).leaving) == 1


def test_who_asked_for_a_pause_while_talking_will_not_come_free() -> None:
    floor = HandFloor("ratio", **RATIO).ready("ann").talk("c/l0/1", "ann")
    assert told(floor).leaving == ()
    floor.do(e.AgentPauseRequested, agent="ann", reason="lunch")
    floor.do(e.CallRinging, at_s=floor.t_s + 900, call="c/l1/1")
    assert told(floor).leaving == (Leaving(0, 0, 1, 0),)
    floor.do(e.AgentReady, agent="ann")  # takes the wish back
    assert told(floor).leaving == ()


def test_a_leave_that_did_not_come_is_forgotten_and_one_that_came_is_over() -> None:
    floor = announced(HandFloor("ratio", **RATIO).ready("ann", "bob"), "ann", 30)
    announced(floor, "bob", 29)
    floor.do(e.AgentPauseRequested, at_s=floor.t_s + 29, agent="bob", reason="lunch")
    floor.do(e.AgentReady, agent="bob")
    assert told(floor).leaving == (Leaving(0, 1, 0, 0),)
    floor.do(e.AgentReady, at_s=floor.t_s + 61, agent="bob")
    assert told(floor).leaving == ()


def test_progressive_promises_no_call_to_an_agent_about_to_leave() -> None:
    floor = HandFloor("progressive", leads=0).ready("ann", "bob")
    announced(floor, "ann", 20).do(e.LeadsAdded, campaign="c", leads=HandFloor().leads_added[0].leads)
    assert [placed.agent for placed in floor.got(f.PlaceCall)] == ["bob"]
    assert floor.agent_state("ann") == "ready"


def test_an_agent_who_stays_after_all_is_dialled_for_again() -> None:
    floor = HandFloor("progressive", leads=0).ready("ann")
    announced(floor, "ann", 20).do(e.LeadsAdded, campaign="c", leads=HandFloor().leads_added[0].leads)
    while not floor.got(f.PlaceCall):
        floor.fire("pace/c")
    assert 80 < floor.t_s < 180


# Hours ---------------------------------------------------------------------------------------------

HOURS = {"hours": ((9 * 60, 12 * 60), (13 * 60, 17 * 60)), "zone": "America/New_York"}


def at_s(hour: int, minute: int = 0, second: int = 0) -> float:
    return datetime(2026, 3, 9, hour, minute, second, tzinfo=ZoneInfo("America/New_York")).timestamp()


@pytest.mark.parametrize("mode", ["progressive", "ratio", "predictive", "preview", "robot", "robot_then_human"])
def test_a_campaign_dials_within_its_hours_and_stops_before_a_call_could_ring_after_them(mode: str) -> None:
    def began(at_s: float) -> HandFloor:
        floor = HandFloor(mode, leads=0, **HOURS)
        floor.do(e.AgentLoggedIn, at_s=at_s, agent="ann", campaigns=("c",)).do(e.AgentReady, agent="ann")
        return floor.do(e.LeadsAdded, campaign="c", leads=tuple(lead(number) for number in range(200)))

    floor = began(at_s(8))
    placed = (f.PlaceCall, f.OfferLead)
    assert not any(map(floor.got, placed))
    assert any(map(floor.fire("pace/c").got, placed))
    assert floor.t_s == at_s(9)
    late = began(at_s(11, 59, 40))
    assert not any(map(late.all, placed))
    while late.t_s < at_s(12):
        late.fire("pace/c")
    assert not any(map(late.all, placed))
    assert any(map(late.fire("pace/c").got, placed))
    assert late.t_s == at_s(13)


def test_hours_keep_local_time_over_the_change_of_the_clocks() -> None:
    campaign = CampaignSettings("c", "ratio", **HOURS)
    friday = datetime(2026, 3, 6, 23, tzinfo=UTC)
    opens = [open_span(campaign, ns((friday + timedelta(days=day)).timestamp())) for day in range(3)]
    assert [datetime.fromtimestamp(span[0] / 1e9, UTC).hour for span in opens if span] == [14, 13, 13]
    assert open_span(CampaignSettings("c", "ratio"), 0) is None


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(InvariantError, match="there is no time zone Mars/Olympus"):
        open_span(CampaignSettings("c", "ratio", hours=((0, 60),), zone="Mars/Olympus"), 0)
