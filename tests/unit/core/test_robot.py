from __future__ import annotations

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.units import ns
from tests.unit.core.floors import HandFloor, closed


def test_a_robot_needs_no_agent() -> None:
    floor = HandFloor("robot", leads=3, lines=2)
    assert len(floor.all(f.PlaceCall)) == 2
    floor.do(e.CallAnswered, call="c/l0/1", by="person")
    assert floor.got(f.PlayMessage) == [f.PlayMessage("c/l0/1", "reminder", "robot")]
    floor.do(e.MessageFinished, call="c/l0/1").do(e.CallEnded, call="c/l0/1", cause="normal")
    assert closed(floor).disposition == "robot_done"
    assert [placed.lead for placed in floor.got(f.PlaceCall)] == ["l2"]


def with_robot(agents: int = 1) -> HandFloor:
    """Two calls that were answered and talk with the robot."""
    floor = HandFloor("robot_then_human", leads=2)
    floor.ready("ann", "bob")
    assert len(floor.all(f.PlaceCall)) == 2
    if agents == 1:
        floor.do(e.AgentLoggedOut, agent="bob")
    for call in ("c/l0/1", "c/l1/1"):
        floor.do(e.CallAnswered, call=call, by="person")
        assert floor.got(f.PlayMessage) == [f.PlayMessage(call, "reminder", "robot_then_human")]
        assert not floor.got(f.Bridge), "nobody needs an agent yet"
    return floor


def test_who_asks_the_robot_for_an_agent_gets_one_and_the_next_the_safe_harbour_message() -> None:
    floor = with_robot().do(e.TransferRequested, call="c/l0/1")
    assert floor.got(f.Bridge) == [f.Bridge("c/l0/1", "ann")]
    floor.do(e.CallBridged, call="c/l0/1", agent="ann").do(e.TransferRequested, at_s=40.0, call="c/l1/1")
    assert not floor.got(f.Bridge)
    assert floor.fire("grace/c/l1/1").t_s == 42.0, "the grace counts from the wish, not from the answer"
    assert floor.got(f.PlayMessage) == [f.PlayMessage("c/l1/1", "safe_harbour", "safe_harbour")]
    row = closed(floor.do(e.CallEnded, call="c/l1/1", cause="normal"))
    assert (row.disposition, row.transfer_ns, row.agent) == ("abandoned", ns(40), None)


def test_an_agent_who_comes_within_the_grace_saves_the_transfer() -> None:
    floor = with_robot().do(e.TransferRequested, call="c/l0/1").do(e.CallBridged, call="c/l0/1", agent="ann")
    floor.do(e.TransferRequested, call="c/l1/1").ready("bob")
    assert floor.all(f.Bridge)[-1] == f.Bridge("c/l1/1", "bob")


def test_an_agent_lost_at_the_transfer_is_replaced_by_an_agent_and_not_by_the_robot() -> None:
    floor = with_robot(2).do(e.TransferRequested, call="c/l0/1").do(e.AgentLoggedOut, agent="ann")
    assert floor.got(f.Bridge) == [f.Bridge("c/l0/1", "bob")] and not floor.got(f.PlayMessage)


def test_who_asks_for_nobody_is_done_when_the_robot_is() -> None:
    floor = with_robot().do(e.MessageFinished, call="c/l0/1")
    assert floor.got(f.HangUp)
    assert not floor.do(e.TransferRequested, call="c/l0/1").out, "the wish came after we had hung up"
    row = closed(floor.do(e.CallEnded, call="c/l0/1", cause="normal"))
    assert (row.disposition, row.transfer_ns) == ("robot_done", None)


def test_a_robot_that_is_done_late_does_not_end_a_transfer() -> None:
    floor = with_robot().do(e.TransferRequested, call="c/l0/1").do(e.MessageFinished, call="c/l0/1")
    assert not floor.got(f.HangUp)


def test_a_robot_campaign_without_agents_transfers_nobody() -> None:
    floor = HandFloor("robot", leads=1).do(e.CallAnswered, call="c/l0/1", by="person")
    assert not floor.do(e.TransferRequested, call="c/l0/1").out
    assert floor.kernel.view.calls["c/l0/1"].state == "robot"
