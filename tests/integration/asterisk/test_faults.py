"""Whatever fails during a campaign: nobody is dialled twice, no call is left up, no attempt is uncounted."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path

import pytest

from adapters.journal.sqlite import SqliteJournal
from dialer.core import events as e
from dialer.core.effects import AnyEffect, PlaceCall
from tests.integration.asterisk.checks import check
from tests.integration.asterisk.desks import desks
from tests.integration.asterisk.floor import Shift, work
from tests.mqtt.mosquitto import Mosquitto
from tools.rig.rig import Rig

pytestmark = pytest.mark.rig

PROJECT = Path(__file__).parents[3]
SHORT = Shift(leads=18, agents=3, outcomes=("talks_1_s", "busy", "talks_2_s"))
LONG = Shift(leads=60, agents=3, outcomes=("talks_1_s", "busy", "talks_5_s", "no_such_number", "rings"))


async def asterisk_is_killed(rig: Rig, long: bool) -> None:
    rig.asterisk.kill()
    await asyncio.sleep(3.0 if long else 0.2)
    await asyncio.to_thread(rig.asterisk.start)


async def line_is_cut(rig: Rig, long: bool) -> None:
    rig.proxy.cut()
    await asyncio.sleep(10.0 if long else 2.0)
    rig.proxy.mend()


async def carrier_is_gone(rig: Rig, long: bool) -> None:
    rig.carrier.stop()
    await asyncio.sleep(5.0 if long else 1.0)
    await asyncio.to_thread(rig.carrier.start)


async def answers_are_slow(rig: Rig, long: bool) -> None:
    rig.proxy.delay_s = 1.5
    await asyncio.sleep(8.0 if long else 2.0)
    rig.proxy.delay_s = 0.0


Fault = Callable[[Rig, bool], Awaitable[None]]
FAULTS: list[Fault] = [asterisk_is_killed, line_is_cut, carrier_is_gone, answers_are_slow]


def suffer(rig: Rig, place: Path, fault: Fault, *, long: bool, after: int = 2, broker: Mosquitto | None = None) -> None:
    """Run a shift, let something fail after some answers, and check the whole.

    Parameters
    ----------
    broker
        Where the agents' desktops are; None: they need none.
    """
    shift = LONG if long else SHORT
    before, placed_since = len(rig.carrier.dialled()), 0

    async def story() -> None:
        answers, now, over = 0, asyncio.Event(), False

        def watch(event: e.AnyEvent, effects: tuple[AnyEffect, ...]) -> None:
            nonlocal answers, placed_since
            answers += isinstance(event, e.CallAnswered)
            if answers == after:
                now.set()
            placed_since += over and any(isinstance(effect, PlaceCall) for effect in effects)

        async with AsyncExitStack() as held:
            floor = await held.enter_async_context(desks(broker, shift.agents)) if broker else None
            calls = rig.telephony(place / "calls")
            working = asyncio.create_task(work(shift, calls, place, presence=floor, observers=[watch]))
            waiting = asyncio.create_task(now.wait())
            await asyncio.wait([working, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            await fault(rig, long)
            over = True
            await working

    asyncio.run(story())
    print(fault.__name__, check(shift, place, rig, before, faults=True))
    assert placed_since, "dialling did not resume"


def kill_the_broker(rig: Rig, place: Path, *, long: bool, after: int = 2) -> None:
    """Kill Mosquitto in the middle of a shift, and start it again."""
    broker = Mosquitto(place)

    async def broker_is_killed(_: Rig, long: bool) -> None:
        broker.kill()
        await asyncio.sleep(3.0 if long else 0.2)
        await asyncio.to_thread(broker.start)

    broker.start()
    try:
        suffer(rig, place, broker_is_killed, long=long, after=after, broker=broker)
    finally:
        broker.kill()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_during_a_campaign(fault: Fault, rig: Rig, tmp_path: Path) -> None:
    suffer(rig, tmp_path, fault, long=False)


def kill_and_go_on(rig: Rig, place: Path, shift: Shift, kill_after_calls: int) -> None:
    """Kill Paceline in the middle of a shift, and let another process finish it."""
    before = len(rig.carrier.dialled())
    told = {"shift": asdict(shift), "telephony": rig.telephony(place / "calls")}
    (place / "shift.json").write_text(json.dumps(told))
    command = [sys.executable, "-m", "tests.integration.asterisk.process", str(place)]
    first = subprocess.Popen(command, cwd=PROJECT)
    while len(rig.carrier.dialled()) - before < kill_after_calls and first.poll() is None:
        time.sleep(0.02)
    first.kill()
    assert first.wait() != 0, "the shift was over before it could be killed"
    subprocess.run(command, cwd=PROJECT, check=True)
    print(check(shift, place, rig, before, faults=True))
    journal = SqliteJournal.reader(place / "run.journal")
    assert sum(b'"kind":"engine_started"' in record.event for record in journal.read()) == 2
    journal.close()


def test_paceline_is_killed_during_a_campaign(rig: Rig, tmp_path: Path) -> None:
    kill_and_go_on(rig, tmp_path, SHORT, 6)


def test_the_broker_is_killed_during_a_campaign(rig: Rig, tmp_path: Path) -> None:
    kill_the_broker(rig, tmp_path, long=False)


TURNS = pytest.mark.parametrize("turn", range(20))


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@TURNS
def test_twenty_turns_of_a_fault(turn: int, fault: Fault, rig: Rig, tmp_path: Path) -> None:
    suffer(rig, tmp_path, fault, long=True, after=1 + turn % 5)


@pytest.mark.soak
@pytest.mark.timeout(0)
@TURNS
def test_twenty_turns_of_a_killed_broker(turn: int, rig: Rig, tmp_path: Path) -> None:
    kill_the_broker(rig, tmp_path, long=True, after=1 + turn % 5)


@pytest.mark.soak
@pytest.mark.timeout(0)
@TURNS
def test_twenty_turns_of_a_killed_paceline(turn: int, rig: Rig, tmp_path: Path) -> None:
    kill_and_go_on(rig, tmp_path, LONG, 2 + turn)
