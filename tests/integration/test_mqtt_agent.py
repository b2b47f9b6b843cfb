"""`paceline agent` as a process of its own: what is typed becomes events, what the engine says is shown."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from adapters.conformance.presence_far_end import BALANCE, CALL, ConformanceAccounts, ConformancePops, form
from adapters.presence.mqtt.client import MqttPresence
from adapters.presence.mqtt.config import MqttSection
from dialer.core import events as e
from dialer.core.effects import OfferLead, SetAgentState, SetLease, ShowScreen, Why
from dialer.core.units import ns
from dialer.runtime.clock import RealClock
from tests.mqtt.desktops import broker_in
from tests.mqtt.floor import PATIENCE_S, paceline
from tests.mqtt.mosquitto import Mosquitto


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    broker = broker_in(tmp_path_factory.mktemp("broker"))
    yield broker
    broker.kill()


class Seat:
    """An agent's process, and the engine's side of it."""

    def __init__(self, process: subprocess.Popen[str], port: MqttPresence, output: Path) -> None:
        self.process, self.port, self._output = process, port, output
        self.heard: list[e.AnyEvent] = []

    async def type(self, line: str) -> e.AnyEvent:
        """Type a line, and return the event that comes of it."""
        before = len(self.heard)
        self.say(line)
        return await self.event(before)

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    async def event(self, before: int) -> e.AnyEvent:
        await self.until(lambda: len(self.heard) > before)
        (event,) = self.heard[before:]
        return event

    async def show(self, state: str, call: str | None = None) -> None:
        await self.port.apply(SetAgentState("a01", state, "test", call))

    async def offer(self, lead: str) -> None:
        await self.show("reserved")
        why = Why(segment="M1", priority=1, attempt=2, after="", rules=1)
        await self.port.apply(OfferLead("a01", lead, 1_900_000_000_000_000_000, why))
        await self.reads(f"offer: c: account a/{lead}")

    async def reads(self, text: str) -> None:
        """Wait until the desktop has written `text`."""
        await self.until(lambda: text in self.text, text)

    @property
    def text(self) -> str:
        return self._output.read_text()

    async def until(self, there: object, what: str = "") -> None:
        assert callable(there)
        loop = asyncio.get_running_loop()
        until_s = loop.time() + PATIENCE_S
        while not there():
            assert loop.time() < until_s, f"{what}: {self.heard}\n{self.text}"
            await asyncio.sleep(0.01)


@asynccontextmanager
async def seat(broker: Mosquitto, place: Path, language: str, *more: str) -> AsyncIterator[Seat]:
    address, output = f"mqtt://127.0.0.1:{broker.port}", place / "screen.txt"
    section = MqttSection(adapter="mqtt", broker=address, topics=f"test/{place.name}")
    port = MqttPresence(section, RealClock(), ConformancePops(), ConformanceAccounts(), CollectorRegistry())
    words = ("--broker", address, "--topics", section.topics, "--campaign", "c", "--language", language, *more)
    with output.open("w") as screen:
        process = paceline("agent", "a01", *words, stdin=subprocess.PIPE, stdout=screen, stderr=screen)
    one = Seat(process, port, output)
    try:
        await port.start(one.heard.append)
        await one.event(0)
        yield one
    finally:
        process.kill()
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
        await port.stop()


def test_a_day_at_the_desk(broker: Mosquitto, tmp_path: Path) -> None:
    async def work() -> None:
        async with seat(broker, tmp_path, "en") as desk:
            assert desk.heard == [e.AgentLoggedIn(desk.heard[0].t_ns, "a01", ("c",), "en")]
            await desk.show("paused")
            assert isinstance(await desk.type("ready  # good morning"), e.AgentReady)
            await desk.show("ready")
            leave = await desk.type("leave 2027-01-05 12:30")
            assert isinstance(leave, e.AgentLeaveAnnounced) and leave.at_ns == ns(1_799_152_200)
            desk.say("take")
            await desk.reads("not understood: nothing is offered")

            await desk.offer("l7")
            skipped = await desk.type("skip just called")
            assert isinstance(skipped, e.OfferSkipped) and (skipped.lead, skipped.reason) == ("l7", "just called")
            await desk.offer("l8")
            accepted = await desk.type("t")
            assert isinstance(accepted, e.OfferAccepted) and accepted.lead == "l8"

            await desk.show("in_call", CALL)
            await desk.reads("call: c: account a/l1, person p/l1, segment M1, attempt 1, balance 12.50, note Zoë — 🤙")
            asked = await desk.type("transfer legal")
            assert asked == e.HandOverRequested(asked.t_ns, CALL, "legal")
            await desk.port.apply(SetAgentState("a01", "in_call", "transfer failed: busy", CALL))
            await desk.reads("In call (transfer failed: the line was engaged)")
            for typed, says in (
                ("transfer +12025550199", "transfer NAME"),
                ("transfer", "transfer NAME"),
                ("done promise much 2026-12-01", "done promise AMOUNT YYYY-MM-DD"),
                ("done promise 1 tomorrow", "not understood: YYYY-MM-DD"),
                ("done callback 2020-01-01 10:00", "is over"),
                ("done well", "done promise|contact|refusal"),
                ("dance", "dance (ready, pause"),
            ):
                desk.say(typed)
                await desk.reads(says)
            await desk.show("wrap", CALL)
            await desk.reads("Wrap-up (test)")
            result = await desk.type("done promise 25.50 2026-12-01")
            assert result == e.CallDispositioned(result.t_ns, CALL, "promise", None, 2550, "2026-12-01")
            result = await desk.type("done callback 2027-01-05 10:00")
            assert result == e.CallDispositioned(result.t_ns, CALL, "callback", ns(1_799_143_200))
            assert isinstance(await desk.type("quit"), e.AgentLoggedOut)
            assert desk.process.wait(PATIENCE_S) == 0
            assert not re.search("Traceback|\x1b", desk.text)

    asyncio.run(work())


def test_a_script_and_a_claim(broker: Mosquitto, tmp_path: Path) -> None:
    async def work() -> None:
        async with seat(broker, tmp_path, "zh", "--skill", "legal") as desk:
            (login,) = desk.heard
            assert isinstance(login, e.AgentLoggedIn) and (login.language, login.skills) == ("zh", ("legal",))
            await desk.show("in_call", CALL)
            await desk.port.apply(ShowScreen("a01", CALL, "a/l1", form("debt", fields=(BALANCE,))))
            await desk.reads("话术：您好 12.50美元")
            await desk.reads("核对 last four：4711")
            await desk.reads("1  相符")
            answer = await desk.type("2")
            assert answer == e.ScriptAnswered(answer.t_ns, CALL, "debt", "other")
            claim = await desk.type("认领")
            assert claim == e.CaseClaimed(claim.t_ns, "a01")
            await desk.port.apply(SetLease("a01", "a/l7", 1_900_000_000_000_000_000, ""))
            await desk.reads("已认领 a/l7")
            kept = await desk.type("续期")
            assert kept == e.CaseRenewed(kept.t_ns, "a01", "a/l7")
            await desk.port.apply(SetLease("a01", "a/l7", None, "expired"))
            await desk.reads("未认领 a/l7：认领已到期")

    asyncio.run(work())


def test_in_chinese(broker: Mosquitto, tmp_path: Path) -> None:
    async def work() -> None:
        async with seat(broker, tmp_path, "zh") as desk:
            await desk.show("paused")
            assert isinstance(await desk.type("就绪"), e.AgentReady)
            await desk.show("ready")
            await desk.reads("空闲（test）")
            paused = await desk.type("小休 午餐")
            assert isinstance(paused, e.AgentPauseRequested) and paused.reason == "午餐"
            await desk.show("in_call", CALL)
            await desk.reads("通话：c")
            desk.say("结果 refusal")
            await desk.reads("已记录：拒绝还款")
            await desk.until(lambda: len(desk.heard) == 4)
            desk.say("帮助")
            await desk.reads("签出并退出")
            assert isinstance(await desk.type("签出"), e.AgentLoggedOut)
            assert desk.process.wait(PATIENCE_S) == 0

    asyncio.run(work())


def test_a_script_that_waits_in_vain_says_so(broker: Mosquitto, tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("wait in_call 0\n")
    words = ("--broker", f"mqtt://127.0.0.1:{broker.port}", "--campaign", "c", "--language", "en", "--script", script)
    done = paceline("agent", "a01", *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text, _ = done.communicate(timeout=PATIENCE_S)
    assert done.returncode == 1
    assert "waited in vain: in_call 0" in text
