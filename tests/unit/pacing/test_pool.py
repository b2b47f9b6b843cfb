"""Campaigns that share agents, as the pacers see them."""

from __future__ import annotations

import pytest

import pacing
from pacing import EVERYBODY, Abandoned, Answered, Connected, Ended, Launched, PacingInput, Pool


def floor(**counts: float) -> PacingInput:
    return PacingInput(
        **{
            "t_s": 0.0, "idle": 0, "reserved": 0, "busy": 0, "in_flight": 0, "waiting": 0, "lines_free": 100,
            **counts,
        }
    )  # fmt: skip


def pool(policy: str = "ratio", **settings: object) -> Pool:
    own = {"ratio": {"lines_per_agent": 4.0}, "progressive": {}}.get(policy, {"lines": 200})
    made = {name: pacing.create(policy, calls_per_s=100, **own, **settings) for name in ("cards", "loans")}
    return Pool(made)


def warm(of: Pool, campaign: str, answers: int, abandoned: int = 0, t_s: float = 0.0) -> None:
    for number in range(answers):
        call = f"{campaign}/warm{number}"
        of.observe(campaign, Answered(t_s, call, True))
        of.observe(campaign, (Abandoned if number < abandoned else Connected)(t_s, call))
        of.observe(campaign, Ended(t_s, call))


def test_one_campaign_alone_is_paced_as_by_its_own_pacer() -> None:
    alone = pacing.create("predictive", lines=50)
    of = Pool({"cards": pacing.create("predictive", lines=50)})
    for number in range(40):
        for event in (Launched(number, f"c{number}", 0.2), Answered(number, f"c{number}", number % 2 == 0)):
            alone.observe(event)
            of.observe("cards", event)
    seen = floor(t_s=50.0, idle=4, busy=3)
    assert of.decide("cards", {"cards": seen}) == alone.decide(seen)
    assert of.state() == alone.state()


def test_the_calls_of_the_others_are_demand_for_the_same_agents() -> None:
    of = pool("progressive")
    floors = {"cards": floor(idle=5, in_flight=1), "loans": floor(idle=5, in_flight=2, waiting=1)}
    assert of.decide("cards", floors).launch == 1
    floors["loans"] = floor(idle=5)
    assert of.decide("cards", floors).launch == 4


def test_the_look_ahead_sees_the_rings_of_all() -> None:
    shared, alone = pool("predictive", abandon_limit_share=0.5), pacing.create("predictive", lines=200)
    for number in range(10):
        shared.observe("loans", Launched(0.0, f"l{number}", 0.3))
        alone.observe(Launched(0.0, f"l{number}", 0.3))
    seen = floor(t_s=3.0, idle=6, busy=6)
    decision = shared.decide("cards", {"cards": seen, "loans": seen._replace(in_flight=10)})
    expected = alone.decide(seen._replace(in_flight=10)).terms
    for term in ("in_flight", "answers_coming", "answer_share"):
        assert decision.terms[term] == expected[term]
    # Ten lines ring in the other campaign: fewer are added than on an empty floor.
    assert decision.launch < pool("predictive", abandon_limit_share=0.5).decide("cards", dict.fromkeys(
        ("cards", "loans"), seen)).launch  # fmt: skip


def test_the_tightest_budget_of_those_at_risk_decides() -> None:
    of = pool()
    warm(of, "cards", 200)
    warm(of, "loans", 100, abandoned=3)
    floors = {"cards": floor(idle=2), "loans": floor(idle=2)}
    # Nobody rings for loans, so nobody of theirs can be abandoned; together 300 answers bear 6 more.
    decision = of.decide("cards", floors)
    assert (decision.launch, decision.clamp, decision.ledger) == (8, "policy", "")
    assert decision.terms["allowance"] == 6
    floors["loans"] = floor(idle=2, in_flight=1)
    decision = of.decide("cards", floors)
    assert (decision.launch, decision.clamp, decision.ledger) == (1, "guard", "loans")
    assert decision.terms["allowance"] == 0


def test_all_together_have_a_ledger_too() -> None:
    of = pool()
    warm(of, "cards", 200)
    warm(of, "loans", 200, abandoned=9)
    decision = of.decide("cards", {"cards": floor(idle=2), "loans": floor(idle=2)})
    assert (decision.launch, decision.clamp, decision.ledger) == (5, "guard", EVERYBODY)


def test_persons_at_a_robot_may_be_abandoned_too() -> None:
    of = pool("robot_then_human")
    floors = {"cards": floor(idle=1), "loans": floor(idle=1)}
    assert of.decide("cards", floors).ledger == ""
    of.observe("loans", Launched(0.0, "l1", 0.2))
    of.observe("loans", Answered(1.0, "l1", True))
    of.observe("cards", Launched(1.0, "c1", 0.2))
    for number in range(400):
        of.observe("cards", pacing.Transferred(1.0, f"w{number}"))
    floors["loans"] = floor(idle=1, in_flight=1)
    assert of.decide("cards", {name: seen._replace(t_s=2.0) for name, seen in floors.items()}).ledger == "loans"


def test_a_campaign_counts_on_no_more_agents_than_the_others_at_risk_have() -> None:
    of = pool("progressive")
    floors = {"cards": floor(idle=5), "loans": floor(idle=2, in_flight=1)}
    assert of.decide("cards", floors).launch == 1
    floors["loans"] = floor(idle=0)
    assert of.decide("cards", floors).launch == 5


def test_a_restart_forgets_nothing() -> None:
    first, second = pool("predictive"), pool("predictive")
    warm(first, "cards", 50, abandoned=1)
    for number in range(8):
        first.observe("loans", Launched(1.0, f"l{number}", 0.2))
    first.observe("loans", Answered(2.0, "l0", True))
    second.load(first.state())
    assert second.state() == first.state()
    floors = dict.fromkeys(("cards", "loans"), floor(t_s=4.0, idle=5, busy=5))
    assert second.decide("cards", floors) == first.decide("cards", floors)


def test_campaigns_of_a_pool_have_one_policy() -> None:
    with pytest.raises(ValueError, match="must have one policy, not predictive, ratio"):
        Pool({"cards": pacing.create("ratio"), "loans": pacing.create("predictive")})
    with pytest.raises(ValueError, match="not none"):
        Pool({})


def test_the_pacers_learn_together_and_each_can_begin_with_it() -> None:
    made = {name: pacing.create("predictive", lines=200) for name in ("cards", "loans")}
    of = Pool(made)
    for number in range(30):
        of.observe("loans", Launched(number, f"l{number}", 0.2))
        of.observe("loans", Ended(number + 20.0, f"l{number}"))
    learned = made["cards"].learned()
    assert learned["learned"] == made["loans"].learned()["learned"]
    assert learned != pacing.create("predictive", lines=200).learned()
    later = pacing.create("predictive", lines=200)
    later.begin(learned)
    assert later.learned()["guard"] == learned["guard"]
