"""Steps with rules of their own."""

from __future__ import annotations

import pytest

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.settings import Redial, StepSettings
from dialer.core.units import ns
from tests.unit.core.floors import HandFloor, lead

OWN = {"M1/2": StepSettings(redial={"busy": Redial(60.0, 1), "unverified": Redial(120.0, 1)})}


def called(step: str) -> HandFloor:
    floor = HandFloor(leads=0, steps=OWN)
    return floor.do(e.LeadsAdded, campaign="c", leads=(lead(0, step=step),)).ready("ann")


@pytest.mark.parametrize(("step", "delay_s"), [("M1/2", 60), ("M1/1", 900), ("", 900)])
def test_a_step_is_tried_again_by_its_own_rules_and_others_by_the_campaigns(step: str, delay_s: int) -> None:
    floor = called(step).do(e.CallEnded, call="c/l0/1", cause="busy")
    (row,) = floor.got(f.CloseAttempt)
    assert row.next_ns == ns(floor.t_s + delay_s)


def test_what_a_step_does_not_redial_closes_the_lead() -> None:
    (row,) = called("M1/2").do(e.CallEnded, call="c/l0/1", cause="no_answer").got(f.CloseAttempt)
    assert row.next_ns is None


@pytest.mark.parametrize(("step", "delay_s"), [("M1/2", 120), ("", 24 * 3600)])
def test_who_could_not_be_confirmed_is_called_again(step: str, delay_s: int) -> None:
    floor = called(step).talk("c/l0/1", "ann").do(e.CallEnded, call="c/l0/1", cause="normal")
    floor.do(e.CallDispositioned, call="c/l0/1", disposition="unverified")
    (row,) = floor.got(f.CloseAttempt)
    assert (row.disposition, row.next_ns) == ("unverified", ns(floor.t_s + delay_s))
