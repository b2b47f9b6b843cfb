"""What is beside a call: nothing of the account where a script leads, or where the hearer has no part in the debt."""

from __future__ import annotations

import msgspec
import pytest

from dialer.core import events as e
from dialer.core.kernel import Kernel
from dialer.core.settings import StepSettings
from dialer.runtime.pops import KernelPops
from strategies.flow.transcript import Turn
from strategies.script.compile import compile_script, scripts
from tests.unit.core.floors import HandFloor, lead
from tests.unit.core.test_talking import VOICE, Robot

CALL = "c/l0/1"


@pytest.mark.parametrize(("party", "shows"), [("debtor", True), ("guarantor", True), ("contact", False)])
def test_who_has_no_part_in_the_debt_has_no_fields_beside_the_call(party: str, shows: bool) -> None:
    floor = HandFloor(leads=0)
    floor.do(e.LeadsAdded, campaign="c", leads=(lead(0, party=party),)).ready("ann").talk(CALL, "ann")
    pop = KernelPops(floor.kernel, lambda account: {"balance": f"of {account}"}).of_call(CALL)
    assert pop is not None and pop.agent == "ann"
    assert pop.fields == ({"balance": "of a0"} if shows else {})


def test_a_script_says_itself_what_may_be_seen() -> None:
    script = compile_script(scripts()["two-checks"])
    floor = HandFloor(leads=0, steps={"M1/1": StepSettings(script=script.identity)})
    floor.kernel = Kernel(msgspec.structs.replace(floor.settings, scripts={script.identity: script}))
    floor.do(e.LeadsAdded, campaign="c", leads=(lead(0, step="M1/1"),)).ready("ann").talk(CALL, "ann")
    pop = KernelPops(floor.kernel, lambda account: {"balance": account}).of_call(CALL)
    assert pop is not None and pop.fields == {}


def test_who_takes_over_from_a_robot_sees_what_was_said_and_how_it_was_answered() -> None:
    robot = Robot(flow=VOICE).heard().mean("").press("8").heard().press("1").mean("agent")
    robot.heard().do(e.CallBridged, call=CALL, agent="ann")
    pop = KernelPops(robot.kernel, lambda _: {}).of_call(CALL)
    assert pop is not None and pop.agent == "ann"
    zh, en = (VOICE.states["greeting"].say[language] for language in ("zh", "en"))
    assert pop.transcript == (
        Turn(zh, "?"),
        Turn(zh, "8"),
        Turn(en, "1"),
        Turn(VOICE.states["paying"].say["en"], "agent"),
        Turn("One moment please, an agent will be with you.", ""),
    )
