"""Campaigns that share agents."""

from __future__ import annotations

import pytest

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.kernel import Kernel
from dialer.core.settings import CampaignSettings, Mode, RunSettings
from strategies.compliance.rulebook import Rulebook
from tests.unit.core.floors import HandFloor, lead


class SharedFloor(HandFloor):
    """Campaigns c and d with one pool, and a campaign alone; `settings` are those of c and d."""

    def __init__(self, mode: Mode = "ratio", leads: int = 10, **settings: dict[str, object]) -> None:
        super().__init__()
        common = {"pool": "floor", "calls_per_s": 50.0, "abandon_limit_share": 0.999, "answer_grace_s": 5.0}
        campaigns = [CampaignSettings(name, mode, **(common | settings.get(name, {}))) for name in ("c", "d")]
        self.settings = RunSettings((*campaigns, CampaignSettings("alone", mode)), Rulebook())
        self.kernel = Kernel(self.settings)
        self.everything.clear()
        self.leads_added.clear()
        for first, name in enumerate(("c", "d")):
            added = tuple(lead(number, person=f"{name}{number}") for number in range(first, leads))
            self.do(e.LeadsAdded, campaign=name, leads=added)

    def log_in(self, agent: str, *campaigns: str) -> SharedFloor:
        self.do(e.AgentLoggedIn, agent=agent, campaigns=campaigns or ("c", "d"))
        return self

    def ready(self, *agents: str) -> SharedFloor:
        for agent in agents:
            self.do(e.AgentReady, agent=agent)
        return self

    def answer(self, call: str) -> SharedFloor:
        self.do(e.CallAnswered, call=call, by="person")
        return self


@pytest.mark.parametrize(
    ("campaigns", "refusal"),
    [
        (("c", "other"), "this run has no campaign other"),
        (("c", "alone"), "the campaigns c and alone do not share agents; serve one of them"),
        ((), "name the campaigns to serve, each once"),
        (("c", "c"), "name the campaigns to serve, each once"),
    ],
)
def test_an_agent_serves_campaigns_of_one_pool(campaigns: tuple[str, ...], refusal: str) -> None:
    floor = SharedFloor().do(e.AgentLoggedIn, agent="ann", campaigns=campaigns)
    assert floor.got(f.SetAgentState) == [f.SetAgentState("ann", "offline", refusal)]


def test_an_idle_agent_stands_in_every_campaign_and_leaves_all_for_one_call() -> None:
    floor = SharedFloor().log_in("ann").ready("ann")
    campaigns = floor.kernel.view.campaigns
    assert [list(campaigns[name].idle) for name in ("c", "d", "alone")] == [["ann"], ["ann"], []]
    (placed,) = floor.all(f.PlaceCall)
    floor.answer(placed.call)
    assert floor.got(f.Bridge) == [f.Bridge(placed.call, "ann")]
    assert [list(campaigns[name].idle) for name in ("c", "d")] == [[], []]
    assert [campaigns[name].reserved for name in ("c", "d", "alone")] == [1, 1, 0]


def test_one_idle_agent_is_not_dialled_for_twice() -> None:
    floor = SharedFloor("predictive").log_in("ann").ready("ann")
    alone = HandFloor("predictive", calls_per_s=50.0, abandon_limit_share=0.999).ready("ann")
    assert len(floor.all(f.PlaceCall)) == len(alone.all(f.PlaceCall)) > 0


def test_whoever_answers_gets_the_agent_who_serves_them_and_was_idle_longest() -> None:
    floor = SharedFloor().log_in("ann", "c").log_in("bob").log_in("cat", "d")
    floor.do(e.CampaignPauseRequested, campaign="c")
    floor.ready("ann", "bob", "cat").answer("d/l1/1")
    assert floor.got(f.Bridge) == [f.Bridge("d/l1/1", "bob")]


def test_an_agent_who_comes_free_serves_whoever_waits_longest() -> None:
    # Two calls for two agents, who are gone before the answers come.
    floor = SharedFloor().log_in("ann").log_in("bob").ready("ann", "bob")
    first, second = (call.call for call in floor.all(f.PlaceCall))
    assert {first[0], second[0]} == {"c", "d"}
    for agent in ("ann", "bob"):
        floor.do(e.AgentPauseRequested, agent=agent, reason="tea")
    floor.answer(second).answer(first).ready("ann")
    assert floor.got(f.Bridge) == [f.Bridge(second, "ann")]
    floor.ready("bob")
    assert floor.got(f.Bridge) == [f.Bridge(first, "bob")]


@pytest.mark.parametrize(("order", "served"), [(("c", "d"), "c"), (("d", "c"), "d")])
def test_of_two_who_wait_as_long_the_preferred_campaign_is_served(order: tuple[str, str], served: str) -> None:
    floor = SharedFloor().log_in("ann", *order).log_in("bob").ready("ann", "bob")
    for agent in ("ann", "bob"):
        floor.do(e.AgentPauseRequested, agent=agent, reason="tea")
    for call in floor.all(f.PlaceCall):
        floor.do(e.CallAnswered, at_s=floor.t_s, call=call.call, by="person")
    (bridge,) = floor.ready("ann").got(f.Bridge)
    assert bridge.call[0] == served


def test_an_agent_released_by_a_dead_line_takes_whoever_waits() -> None:
    floor = SharedFloor("progressive").log_in("ann").log_in("bob").ready("ann", "bob")
    calls = {call.agent: call.call for call in floor.all(f.PlaceCall)}
    floor.answer(calls["ann"]).do(e.AgentLoggedOut, agent="ann")
    assert not floor.got(f.Bridge)
    floor.do(e.CallEnded, call=calls["bob"], cause="busy")
    assert floor.got(f.Bridge) == [f.Bridge(calls["ann"], "bob")]


def test_campaigns_take_turns() -> None:
    floor = SharedFloor().log_in("ann").ready("ann")
    for _ in range(5):
        floor.do(e.CallEnded, call=floor.all(f.PlaceCall)[-1].call, cause="busy")
    assert [call.campaign for call in floor.all(f.PlaceCall)] == ["c", "d"] * 3


def test_the_higher_priority_dials_as_long_as_it_has_leads() -> None:
    floor = SharedFloor(d={"priority": 1}, leads=4).log_in("ann").ready("ann")
    for _ in range(5):
        floor.do(e.CallEnded, call=floor.all(f.PlaceCall)[-1].call, cause="rejected")
    assert [call.campaign for call in floor.all(f.PlaceCall)] == ["d"] * 3 + ["c"] * 3


def test_preview_offers_take_turns_and_a_skip_rests_as_its_campaign_says() -> None:
    floor = SharedFloor("preview", d={"skip_delay_s": 7.0}).log_in("ann").ready("ann")
    (offer,) = floor.got(f.OfferLead)
    assert (floor.kernel.view.agents["ann"].offered_by, offer.lead) == ("c", "l0")
    floor.do(e.OfferSkipped, agent="ann", lead="l0", reason="no")
    (offer,) = floor.got(f.OfferLead)
    assert (floor.kernel.view.agents["ann"].offered_by, offer.lead) == ("d", "l1")
    floor.do(e.OfferSkipped, agent="ann", lead="l1", reason="no")
    assert floor.kernel.timers["due/d"] == int((floor.t_s + 7.0) * 1e9)
    floor.do(e.OfferAccepted, agent="ann", lead=floor.got(f.OfferLead)[0].lead)
    assert floor.got(f.PlaceCall)[0].campaign == "c"


def test_calls_in_flight_of_a_paused_campaign_still_count() -> None:
    floor = SharedFloor().log_in("ann").ready("ann")
    (placed,) = floor.all(f.PlaceCall)
    floor.do(e.CampaignPauseRequested, campaign=placed.campaign)
    floor.log_in("bob").ready("bob")
    assert len(floor.all(f.PlaceCall)) == 2, "one line for each idle agent"
    assert {call.campaign for call in floor.all(f.PlaceCall)} == {"c", "d"}
