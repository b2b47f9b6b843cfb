from __future__ import annotations

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.kernel import Kernel
from tests.unit.core.floors import HandFloor, closed


def restarted(floor: HandFloor) -> HandFloor:
    floor.kernel = Kernel.restore(floor.settings, floor.kernel.snapshot(), floor.leads_added)
    return floor.do(e.EngineStarted, recovered=True)


def test_after_a_restart_nothing_is_dialled_before_the_carrier_has_answered() -> None:
    floor = restarted(HandFloor().ready("ann", "bob"))
    assert floor.got(f.Reconcile) == [f.Reconcile(("c/l0/1", "c/l1/1"))]
    floor.ready("cat")
    assert not floor.got(f.PlaceCall)
    floor.do(e.CallReported, call="c/l0/1", state="gone")
    assert closed(floor).disposition == "lost"
    assert not floor.got(f.PlaceCall)
    floor.do(e.CallReported, call="c/l1/1", state="ringing")
    # One line rings already for the one agent who is back.
    assert not floor.got(f.PlaceCall)
    floor.do(e.CallAnswered, call="c/l1/1", by="person")
    assert floor.got(f.Bridge) == [f.Bridge("c/l1/1", "cat")]


def test_the_carrier_is_asked_again_until_it_answers() -> None:
    floor = restarted(HandFloor().ready("ann")).fire("reconcile")
    assert floor.got(f.Reconcile) == [f.Reconcile(("c/l0/1",))]


def test_a_call_answered_while_nobody_was_there_is_abandoned() -> None:
    floor = restarted(HandFloor().ready("ann"))
    floor.do(e.CallReported, call="c/l0/1", state="answered")
    assert floor.got(f.PlayMessage)[0].purpose == "safe_harbour"
    floor.do(e.CallEnded, call="c/l0/1", cause="normal")
    assert closed(floor).disposition == "abandoned"


def test_a_conversation_goes_on_over_a_restart() -> None:
    floor = restarted(HandFloor(leads=1).ready("ann").talk("c/l0/1", "ann"))
    floor.do(e.CallReported, call="c/l0/1", state="bridged", agent="ann")
    floor.do(e.AgentLoggedIn, agent="ann", campaigns=("c",))
    assert floor.agent_state("ann") == "in_call"
    floor.do(e.CallEnded, call="c/l0/1", cause="normal")
    floor.do(e.CallDispositioned, call="c/l0/1", disposition="contact")
    assert closed(floor).agent == "ann"


def test_a_call_that_only_the_carrier_knows_is_hung_up() -> None:
    floor = restarted(HandFloor()).do(e.CallReported, call="c/l9/1", state="answered")
    assert floor.got(f.HangUp)[0].call == "c/l9/1"
