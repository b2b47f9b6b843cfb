"""What the kernel tells the pacer of each call."""

from __future__ import annotations

import pytest

import pacing
from dialer.core import events as e
from dialer.core.call import CAUSES, ENDED_BY
from dialer.core.kernel import Kernel, pacer_of
from dialer.core.settings import CampaignSettings
from tests.unit.core.floors import HandFloor, lead

WEDNESDAY_9_S = (6 * 24 + 9) * 3600.0  # 1970-01-01 was a Thursday


class Listener(pacing.Pacer):
    """A pacer that remembers what it was told."""

    def __init__(self, campaign: CampaignSettings, heard: list[pacing.Observation]) -> None:
        whole = pacer_of(campaign)
        super().__init__(whole.policy, whole.guard)
        self.heard = heard

    def observe(self, event: pacing.Observation) -> None:
        self.heard.append(event)
        super().observe(event)


def listen(*zones: str) -> tuple[HandFloor, list[pacing.Observation]]:
    heard: list[pacing.Observation] = []
    floor = HandFloor(leads=0)
    floor.kernel = Kernel(floor.settings, lambda campaign: Listener(campaign, heard))
    floor.do(e.EngineStarted, recovered=False)
    floor.do(e.LeadsAdded, campaign="c", leads=(lead(0, zones=zones, answer_share=0.3),))
    return floor, heard


@pytest.mark.parametrize(
    ("zones", "hour"),
    [
        (("Etc/UTC",), 2 * 24 + 9),
        (("Asia/Shanghai", "Asia/Urumqi"), 2 * 24 + 17),
        (("Pacific/Auckland",), 2 * 24 + 21),
        (("America/Los_Angeles",), 2 * 24 + 1),
    ],
)
def test_a_launch_comes_with_share_segment_attempt_and_local_hour(zones: tuple[str, ...], hour: int) -> None:
    floor, heard = listen(*zones)
    floor.do(e.AgentLoggedIn, at_s=WEDNESDAY_9_S, agent="ann", campaigns=("c",)).do(e.AgentReady, agent="ann")
    assert heard == [pacing.Launched(floor.t_s, "c/l0/1", 0.3, "M1", 1, hour)]


@pytest.mark.parametrize("cause", CAUSES)
def test_an_end_comes_with_whose_doing_it_was(cause: str) -> None:
    floor, heard = listen("Etc/UTC")
    floor.ready("ann").do(e.CallEnded, call="c/l0/1", cause=cause)
    assert heard[-1] == pacing.Ended(floor.t_s, "c/l0/1", ENDED_BY[cause])


def test_a_call_that_the_carrier_forgot_is_our_loss() -> None:
    floor, heard = listen("Etc/UTC")
    floor.ready("ann")
    while not isinstance(heard[-1], pacing.Ended):
        floor.fire("sweep")
    assert heard[-1].by == "us"


def test_every_cause_has_somebody_who_did_it() -> None:
    assert set(ENDED_BY) == set(CAUSES)
    assert {cause for cause, by in ENDED_BY.items() if by == "trunk"} == {"congestion", "normal", "unknown"}
