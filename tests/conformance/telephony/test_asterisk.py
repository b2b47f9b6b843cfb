"""The telephony contract on a real Asterisk, whose carrier is SIPp."""

from __future__ import annotations

import asyncio
import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from adapters.conformance.telephony import CHECKS
from adapters.conformance.telephony.bench import Bench, Fate
from adapters.conformance.telephony.tests import TelephonyConformance
from adapters.telephony.asterisk import AsteriskSection, AsteriskTelephony
from dialer.ports.telephony import Telephony
from dialer.runtime.clock import RealClock
from strategies.document import Document
from tools.rig.carrier import number
from tools.rig.rig import Rig

pytestmark = pytest.mark.rig

OUTCOMES: dict[Fate, str] = {
    "answers": "answers",
    "answers_late": "answers_after_2_s",
    "hangs_up": "talks_1_s",
    "busy": "busy",
    "rejects": "declines",
    "no_such_number": "no_such_number",
    "no_room": "no_room",
    "rings": "rings",
    "presses_9": "presses_9",
}

DESTINATIONS = {"legal": "answers", "engaged": "busy"}
AGENTS = {"endpoint": "Local/{agent}@agents", "answer_s": 1}
WHOLE: dict[str, Any] = {"recording": {}, "agents": AGENTS}
"""What every check needs, switched on."""

_serial = count()


class AsteriskBench(Bench):
    """A node behind a line that can be cut."""

    faults = frozenset({"restart", "cut", "die", "slow"})
    absent_agent, missing_message = "absent", "missing"
    outside, nobody_outside = "legal", "engaged"

    def __init__(self, rig: Rig, place: Path, **more: Any) -> None:
        self._rig, self._clock = rig, RealClock()
        self._section = section(rig.telephony(place / "calls", **more))

    def make(self) -> Telephony:
        return AsteriskTelephony(self._section, self._number, self._clock)

    def endpoint(self, fate: Fate) -> str:
        return fate

    def _number(self, fate: str) -> str:
        return "+1202\r\n5550100" if fate == "crooked" else number(OUTCOMES[fate], next(_serial))  # type: ignore[index]

    def now_ns(self) -> int:
        return self._clock.now_ns()

    async def cut(self) -> None:
        self._rig.proxy.cut()

    async def mend(self) -> None:
        self._rig.proxy.mend()

    async def die(self) -> None:
        self._rig.asterisk.kill()

    async def revive(self) -> None:
        await asyncio.to_thread(self._rig.asterisk.start)

    async def slow(self, seconds: float) -> None:
        self._rig.proxy.delay_s = seconds


def section(data: dict[str, Any]) -> AsteriskSection:
    """Return the section as a run's file would give it, with an application and destinations of its own."""
    outside = {name: f"PJSIP/{number(outcome, next(_serial))}@carrier" for name, outcome in DESTINATIONS.items()}
    sounds = data["sounds"] | {"missing": "sound:there-is-no-such-file"}
    data |= {"app": f"test{next(_serial)}", "transfers": outside, "sounds": sounds}
    return Document("run.yaml", json.dumps(data)).validate(AsteriskSection)


class OnAsterisk(TelephonyConformance):
    @pytest.fixture(autouse=True)
    def _rig(self, rig: Rig) -> None:
        self.rig = rig


class TestNailedUp(OnAsterisk):
    def bench(self, place: Path) -> Bench:
        return AsteriskBench(self.rig, place, **WHOLE)


class TestCalledForEachCall(OnAsterisk):
    """Only what has to do with agents is different."""

    checks = tuple(check for check in CHECKS if check.number in (16, 17, 18, 19, 25, 26, 34, 35))

    def bench(self, place: Path) -> Bench:
        return AsteriskBench(self.rig, place, agents=AGENTS | {"legs": "per_call"})
