"""What is beside a call: nothing of the account where a script leads, or where the hearer has no part in the debt."""

from __future__ import annotations

import msgspec
import pytest

from dialer.core import events as e
from dialer.core.kernel import Kernel
from dialer.core.settings import StepSettings
from dialer.runtime.pops import KernelPops
from strategies.script.compile import compile_script, scripts
from tests.unit.core.floors import HandFloor, lead

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
