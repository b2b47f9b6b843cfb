from __future__ import annotations

import pytest

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.errors import InvariantError
from dialer.core.settings import Mode, Redial
from dialer.core.units import ns
from strategies.compliance.rulebook import ConsecutiveDays, Lockout, Rulebook
from tests.unit.core.floors import HandFloor, closed, lead

# Progressive ---------------------------------------------------------------------------------------


def test_one_call_for_each_ready_agent_with_its_reasons() -> None:
    floor = HandFloor().ready("ann")
    pace, placed = floor.got(f.Pace)[0], floor.got(f.PlaceCall)[0]
    assert (pace.policy, pace.launch, pace.terms["idle"]) == ("progressive", 1, 1)
    assert (placed.call, placed.agent, placed.number) == ("c/l0/1", "ann", "p0/0")
    assert (placed.why.segment, placed.why.attempt, placed.why.after) == ("M1", 1, "")
    assert floor.agent_state("ann") == "reserved"


def test_a_conversation_from_dial_to_wrap() -> None:
    floor = HandFloor(leads=1).ready("ann").do(e.CallRinging, call="c/l0/1")
    floor.do(e.CallAnswered, call="c/l0/1", by="person")
    assert floor.got(f.Bridge) == [f.Bridge("c/l0/1", "ann")]
    floor.do(e.CallBridged, call="c/l0/1", agent="ann")
    assert floor.agent_state("ann") == "in_call"
    floor.do(e.CallEnded, call="c/l0/1", cause="normal")
    assert floor.agent_state("ann") == "wrap"
    floor.do(e.CallDispositioned, call="c/l0/1", disposition="promise", promise_cents=12_345)
    row = closed(floor)
    assert (row.disposition, row.agent, row.promise_cents, row.next_ns) == ("promise", "ann", 12_345, None)
    assert row.placed_ns < row.ringing_ns < row.answered_ns < row.bridged_ns < row.ended_ns
    floor.do(e.AgentReady, agent="ann")
    assert floor.agent_state("ann") == "ready"


def test_a_call_that_fails_frees_its_agent_for_the_next_lead() -> None:
    floor = HandFloor().ready("ann").do(e.CallEnded, call="c/l0/1", cause="busy")
    row = closed(floor)
    assert (row.disposition, row.agent, row.next_ns) == ("busy", None, ns(floor.t_s + 900))
    assert [placed.lead for placed in floor.got(f.PlaceCall)] == ["l1"]


def test_wrap_has_a_limit_and_a_call_without_disposition_says_so() -> None:
    floor = HandFloor(leads=1).ready("ann").talk("c/l0/1", "ann").do(e.CallEnded, call="c/l0/1", cause="normal")
    floor.fire("wrap/ann")
    assert closed(floor).disposition == "no_disposition"
    assert floor.agent_state("ann") == "ready"


def test_a_pause_waits_for_the_end_of_call_and_wrap() -> None:
    floor = HandFloor().ready("ann").do(e.AgentPauseRequested, agent="ann", reason="lunch")
    assert floor.agent_state("ann") == "reserved"
    floor.talk("c/l0/1", "ann").do(e.CallEnded, call="c/l0/1", cause="normal")
    floor.fire("wrap/ann")
    assert floor.agent_state("ann") == "paused"
    assert floor.got(f.SetAgentState)[0].reason == "lunch"


def test_a_pause_comes_at_once_when_the_promised_call_fails() -> None:
    floor = HandFloor().ready("ann").do(e.AgentPauseRequested, agent="ann", reason="lunch")
    floor.do(e.CallEnded, call="c/l0/1", cause="no_answer")
    assert floor.agent_state("ann") == "paused"
    assert not floor.got(f.PlaceCall)


def test_an_agent_who_leaves_takes_back_the_call_that_rings_for_them() -> None:
    floor = HandFloor(leads=1).ready("ann").do(e.AgentLoggedOut, agent="ann")
    assert floor.got(f.HangUp)[0].call == "c/l0/1"
    assert closed(floor.do(e.CallEnded, call="c/l0/1", cause="cancelled")).disposition == "cancelled"


def test_a_machine_is_hung_up_and_frees_the_agent() -> None:
    floor = HandFloor(leads=1).ready("ann").do(e.CallAnswered, call="c/l0/1", by="machine")
    assert floor.got(f.HangUp) and floor.agent_state("ann") == "ready"
    assert closed(floor.do(e.CallEnded, call="c/l0/1", cause="normal")).disposition == "machine"


def test_unknown_is_treated_as_a_person() -> None:
    floor = HandFloor(leads=1).ready("ann").do(e.CallAnswered, call="c/l0/1", by="unknown")
    assert floor.got(f.Bridge)


# Ratio: answered without an agent ------------------------------------------------------------------


def overdialled() -> HandFloor:
    """Two lines ring for one agent."""
    return HandFloor("ratio", leads=2, lines_per_agent=2.0, abandon_limit_share=1.0).ready("ann")


def test_the_first_answer_gets_the_agent_and_the_second_the_safe_harbour_message() -> None:
    floor = overdialled().talk("c/l0/1", "ann").do(e.CallAnswered, call="c/l1/1", by="person")
    assert not floor.got(f.Bridge)
    floor.fire("grace/c/l1/1")
    assert floor.got(f.PlayMessage) == [f.PlayMessage("c/l1/1", "safe_harbour", "safe_harbour")]
    floor.do(e.MessageFinished, call="c/l1/1")
    assert floor.got(f.HangUp)
    row = closed(floor.do(e.CallEnded, call="c/l1/1", cause="normal"))
    assert (row.disposition, row.next_ns) == ("abandoned", ns(floor.t_s + 72 * 3600))


def test_an_agent_who_becomes_free_within_the_grace_saves_the_call() -> None:
    floor = overdialled().talk("c/l0/1", "ann").do(e.CallEnded, call="c/l0/1", cause="normal")
    floor.do(e.CallAnswered, call="c/l1/1", by="person").do(e.AgentReady, agent="ann")
    assert floor.got(f.Bridge) == [f.Bridge("c/l1/1", "ann")]
    assert "grace/c/l1/1" not in floor.kernel.timers


def test_a_person_who_hangs_up_while_waiting_was_not_abandoned() -> None:
    floor = overdialled().talk("c/l0/1", "ann").do(e.CallAnswered, call="c/l1/1", by="person")
    assert closed(floor.do(e.CallEnded, call="c/l1/1", cause="normal")).disposition == "early_hangup"


def test_without_grace_an_answer_without_agent_is_abandoned_at_once() -> None:
    floor = HandFloor("ratio", leads=2, lines_per_agent=2.0, abandon_limit_share=1.0, answer_grace_s=0.0).ready("ann")
    floor.talk("c/l0/1", "ann").do(e.CallAnswered, call="c/l1/1", by="person")
    assert floor.got(f.PlayMessage)


def test_an_agent_lost_while_connecting_is_replaced() -> None:
    floor = overdialled().do(e.CallAnswered, call="c/l0/1", by="person").ready("bob")
    floor.do(e.AgentLoggedOut, agent="ann")
    assert floor.got(f.Bridge) == [f.Bridge("c/l0/1", "bob")]


# Preview -------------------------------------------------------------------------------------------


def test_preview_dials_only_what_the_agent_accepts() -> None:
    floor = HandFloor("preview").ready("ann")
    assert [offer.lead for offer in floor.got(f.OfferLead)] == ["l0"] and not floor.all(f.PlaceCall)
    floor.do(e.OfferSkipped, agent="ann", lead="l0", reason="knows the case")
    assert [offer.lead for offer in floor.got(f.OfferLead)] == ["l1"]
    floor.do(e.OfferAccepted, agent="ann", lead="l0")
    assert not floor.out, "a late click on another lead means nothing"
    floor.do(e.OfferAccepted, agent="ann", lead="l1")
    assert [(placed.lead, placed.agent) for placed in floor.got(f.PlaceCall)] == [("l1", "ann")]


def test_preview_pauses_an_agent_who_does_not_answer_an_offer() -> None:
    floor = HandFloor("preview").ready("ann").fire("offer/ann")
    assert floor.got(f.WithdrawOffer)[0].lead == "l0"
    assert floor.agent_state("ann") == "paused"


def test_draining_withdraws_offers() -> None:
    floor = HandFloor("preview").ready("ann").do(e.DrainRequested)
    assert floor.got(f.WithdrawOffer) and not floor.got(f.OfferLead)
    assert floor.agent_state("ann") == "ready"


# Redial --------------------------------------------------------------------------------------------


def test_the_next_number_is_tried_and_a_dead_one_never_again() -> None:
    floor = HandFloor(leads=1, redial={"no_answer": Redial(60, 9), "not_in_service": Redial(60, 9)}).ready("ann")
    numbers = []
    for attempt, cause in enumerate(["no_answer", "not_in_service", "no_answer", "no_answer"], start=1):
        numbers.append(floor.all(f.PlaceCall)[-1].number)
        floor.do(e.CallEnded, call=f"c/l0/{attempt}", cause=cause).fire("due/c")
    assert numbers == ["p0/0", "p0/1", "p0/0", "p0/0"]


@pytest.mark.parametrize(
    ("settings", "attempts"),
    [({"max_attempts": 2}, 2), ({"redial": {"no_answer": Redial(60, 3)}}, 4), ({"redial": {}}, 1)],
)
def test_attempts_have_an_end(settings: dict[str, object], attempts: int) -> None:
    floor = HandFloor(leads=1, **settings).ready("ann")
    while True:
        placed = floor.all(f.PlaceCall)[-1]
        floor.do(e.CallEnded, call=placed.call, cause="no_answer")
        if floor.all(f.CloseAttempt)[-1].next_ns is None:
            break
        floor.fire("due/c")
    assert len(floor.all(f.PlaceCall)) == attempts


def test_a_callback_comes_at_its_time_before_everything_else_on_the_same_number() -> None:
    floor = HandFloor(leads=3).ready("ann").talk("c/l0/1", "ann")
    at_ns = ns(floor.t_s + 600)
    floor.do(e.CallDispositioned, call="c/l0/1", disposition="callback", callback_ns=at_ns)
    floor.do(e.CallEnded, call="c/l0/1", cause="normal")
    assert closed(floor).next_ns == at_ns
    floor.do(e.AgentPauseRequested, agent="ann", reason="break").fire("wrap/ann")
    floor.do(e.AgentReady, at_s=floor.t_s + 600, agent="ann")
    assert [(placed.lead, placed.number) for placed in floor.got(f.PlaceCall)] == [("l0", "p0/0")]


def test_do_not_call_closes_the_lead_and_suppresses_the_person() -> None:
    floor = HandFloor(leads=1).ready("ann").talk("c/l0/1", "ann")
    floor.do(e.CallDispositioned, call="c/l0/1", disposition="do_not_call")
    floor.do(e.CallEnded, call="c/l0/1", cause="normal")
    floor.do(e.LeadsAdded, campaign="c", leads=(lead(77, person="p0"),)).fire("wrap/ann")
    assert not floor.got(f.PlaceCall)
    (denied,) = floor.all(f.Defer)
    assert (denied.lead, denied.until_ns) == ("l77", None)


def test_a_new_plan_replaces_what_is_left_of_the_old_one() -> None:
    floor = HandFloor(leads=3).ready("ann")
    floor.do(e.CallEnded, call="c/l0/1", cause="busy")  # l0 waits for its next attempt, l1 rings, l2 is queued
    floor.do(e.LeadsAdded, campaign="c", leads=(lead(7, person="p0"),), plan="tomorrow")
    floor.do(e.CallEnded, call="c/l1/1", cause="busy")
    assert closed(floor).next_ns is None, "the old plan's leads are not dialled again"
    assert [placed.lead for placed in floor.got(f.PlaceCall)] == ["l7"]
    floor.do(e.CallEnded, call="c/l7/1", cause="busy").fire("due/c")
    while "due/c" in floor.kernel.timers:
        floor.fire("due/c")
    assert {placed.lead for placed in floor.all(f.PlaceCall)} == {"l0", "l1", "l7"}


def test_more_leads_of_the_same_plan_take_nothing_away() -> None:
    floor = HandFloor(leads=2).do(e.LeadsAdded, campaign="c", leads=(lead(7),)).ready("ann", "bob", "cat")
    assert {placed.lead for placed in floor.all(f.PlaceCall)} == {"l0", "l1", "l7"}


def test_an_offer_of_the_old_plan_that_is_skipped_is_done() -> None:
    floor = HandFloor("preview", leads=1).ready("ann").do(e.LeadsAdded, campaign="c", leads=(), plan="tomorrow")
    floor.do(e.OfferSkipped, agent="ann", lead="l0", reason="no")
    assert not floor.got(f.OfferLead) and "due/c" not in floor.kernel.timers


# Conduct -------------------------------------------------------------------------------------------


def test_nobody_is_called_twice_at_once() -> None:
    floor = HandFloor(leads=0).ready("ann", "bob")
    twins = (lead(1, person="same"), lead(2, person="same"))
    floor.do(e.LeadsAdded, campaign="c", leads=twins)
    assert [placed.lead for placed in floor.got(f.PlaceCall)] == ["l1"]
    assert floor.got(f.Defer)[0].reasons[0].rule == "one-call-at-a-time"


def test_pause_resume_and_drain_of_a_campaign() -> None:
    floor = HandFloor().do(e.CampaignPauseRequested, campaign="c").ready("ann")
    assert not floor.all(f.PlaceCall)
    assert floor.do(e.CampaignResumeRequested, campaign="c").got(f.PlaceCall)
    floor.do(e.DrainRequested).do(e.CallEnded, call="c/l0/1", cause="busy")
    assert not floor.got(f.PlaceCall) and not floor.kernel.calls


def test_hang_up_all() -> None:
    floor = HandFloor().ready("ann", "bob").talk("c/l0/1", "ann").do(e.HangUpAllRequested)
    assert [effect.call for effect in floor.got(f.HangUp)] == ["c/l0/1", "c/l1/1"]


def test_nothing_is_dialled_while_telephony_is_down() -> None:
    floor = HandFloor().do(e.PortChanged, port="telephony", up=False).ready("ann")
    assert not floor.all(f.PlaceCall)
    assert floor.do(e.PortChanged, port="telephony", up=True).got(f.PlaceCall)


def test_a_call_that_the_carrier_forgets_is_ended_and_written_off() -> None:
    floor = HandFloor(leads=1).ready("ann")
    while not floor.got(f.HangUp):
        floor.fire("sweep")
    assert floor.t_s >= 26 + 15
    while not floor.got(f.CloseAttempt):
        floor.fire("sweep")
    assert closed(floor).disposition == "lost"
    assert floor.agent_state("ann") == "ready"


def test_an_agent_of_an_unknown_campaign_is_told_so() -> None:
    floor = HandFloor().do(e.AgentLoggedIn, agent="ann", campaigns=("other",))
    assert floor.got(f.SetAgentState) == [f.SetAgentState("ann", "offline", "this run has no campaign other")]


def test_time_does_not_go_back() -> None:
    floor = HandFloor()
    with pytest.raises(InvariantError, match="time goes back"):
        floor.do(e.DrainRequested, at_s=0.5)


@pytest.mark.parametrize(("clock", "left_s"), [("answer", 2.0), ("greeting_end", 5.0)])
def test_the_clock_of_the_wait_starts_where_the_settings_say(clock: str, left_s: float) -> None:
    floor = HandFloor("ratio", leads=1, abandon_clock=clock, answer_grace_s=5.0, abandon_limit_share=0.999)
    floor.ready("ann").do(e.AgentPauseRequested, agent="ann", reason="tea")
    picked_up_s = floor.t_s + 1
    floor.do(e.CallAnswered, at_s=picked_up_s + 3, call="c/l0/1", by="person", picked_up_ns=ns(picked_up_s))
    assert floor.kernel.timers["grace/c/l0/1"] == ns(floor.t_s + left_s)
    assert floor.kernel.view.calls["c/l0/1"].answered_ns == ns(picked_up_s)


@pytest.mark.parametrize("mode", ["ratio", "progressive"])
def test_whoever_was_kept_too_long_by_detection_is_abandoned_even_if_an_agent_is_there(mode: Mode) -> None:
    floor = HandFloor(mode, leads=1, answer_grace_s=2.0).ready("ann")
    picked_up_s = floor.t_s + 1
    floor.do(e.CallAnswered, at_s=picked_up_s + 3.5, call="c/l0/1", by="person", picked_up_ns=ns(picked_up_s))
    assert floor.got(f.PlayMessage)[0].purpose == "safe_harbour"
    assert floor.agent_state("ann") == "ready" and not floor.got(f.Bridge)
    assert closed(floor.do(e.CallEnded, call="c/l0/1", cause="normal")).disposition == "abandoned"


def test_a_callback_that_the_person_asked_for_passes_a_rule_that_steps_back_for_it() -> None:
    quiet = {
        "id": "quiet-week", "pack": "test", "says": "no call for a week after a conversation", "source": "this test",
        "status": "H", "key": ("person",), "after": ("conversation",), "window": ConsecutiveDays(7),
    }  # fmt: skip
    for steps_back, placed in ((True, 2), (False, 1)):
        rulebook = Rulebook(rules=(Lockout(unless_agreed=steps_back, **quiet),))
        floor = HandFloor(leads=1, rulebook=rulebook).ready("ann").talk("c/l0/1", "ann")
        at_ns = ns(floor.t_s + 600)
        floor.do(e.CallDispositioned, call="c/l0/1", disposition="callback", callback_ns=at_ns)
        floor.do(e.CallEnded, call="c/l0/1", cause="normal").fire("wrap/ann").fire("due/c")
        assert len(floor.all(f.PlaceCall)) == placed
