"""A campaign on a real Asterisk: every attempt is written down as what the carrier was told to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.asterisk.checks import check
from tests.integration.asterisk.floor import DISPOSITIONS, Shift, run
from tools.rig.rig import Rig

pytestmark = pytest.mark.rig

OUTCOMES = tuple(outcome for outcome in DISPOSITIONS if outcome != "talks_2_s")
"""Whoever talks for two seconds may hang up during the message to the abandoned; the others hear it or are served."""


def test_every_outcome_is_what_the_carrier_was_told(rig: Rig, tmp_path: Path) -> None:
    shift, before = Shift(leads=40, agents=1, outcomes=OUTCOMES, lines_per_agent=20.0), len(rig.carrier.dialled())
    run(shift, rig.telephony(tmp_path / "calls"), tmp_path)
    found = check(shift, tmp_path, rig, before)
    assert {outcome for outcome, _ in found.closed} == set(OUTCOMES)
    assert found.bridged > 0
    assert found.abandoned > 0
    assert found.heard == found.abandoned, "an abandoned person did not hear the message"


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_five_hundred_leads_and_ten_agents(rig: Rig, tmp_path: Path) -> None:
    shift = Shift(leads=500, agents=10, mode="predictive", outcomes=OUTCOMES)
    before = len(rig.carrier.dialled())
    run(shift, rig.telephony(tmp_path / "calls"), tmp_path)
    found = check(shift, tmp_path, rig, before)
    print(dict(found.closed), found)
    assert found.heard == found.abandoned
