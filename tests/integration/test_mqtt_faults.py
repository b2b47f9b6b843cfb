"""A campaign with desktops over a real broker goes on whatever is killed: broker, desktop, engine."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.agent import AGENT
from tests.mqtt.floor import CAMPAIGN, PATIENCE_S, Engine, Entry, paceline, write_floor
from tests.mqtt.mosquitto import Mosquitto

AGENTS = ("a01", "a02")
WORK = "on paused ready\non wrap done contact\non wrap ready\nstay\n"
MOVES = {(state, following) for (state, _), following in AGENT.table.items()}


class Floor:
    """A broker, an engine and the desktops of `agents`, each a process of its own."""

    def __init__(self, place: Path, accounts: int, agents: tuple[str, ...] = AGENTS) -> None:
        self._agents = agents
        self.broker = Mosquitto(place)
        presence = f"{{adapter: mqtt, broker: 'mqtt://127.0.0.1:{self.broker.port}', patience_s: 10, show: [balance]}}"
        self.engine = Engine(write_floor(place, presence, accounts=accounts))
        self._script = place / "work.txt"
        self._script.write_text(WORK)
        self._place = place
        self.desks: dict[str, subprocess.Popen[str]] = {}

    def open(self) -> None:
        self.broker.start()
        self.engine.start()
        for agent in self._agents:
            self.sit_down(agent)

    def sit_down(self, agent: str) -> None:
        where = ("--broker", f"mqtt://127.0.0.1:{self.broker.port}", "--campaign", CAMPAIGN)
        with (self._place / f"{agent}.log").open("a") as log:
            self.desks[agent] = paceline("agent", agent, *where, "--script", self._script, stdout=log, stderr=log)

    def shown(self, agent: str) -> str:
        """Return what an agent's desktop has written."""
        return (self._place / f"{agent}.log").read_text()

    def stand_up(self, agent: str) -> None:
        desk = self.desks.pop(agent)
        desk.kill()
        desk.wait()

    def close(self) -> None:
        for agent in list(self.desks):
            self.stand_up(agent)
        if self.engine.process is not None and self.engine.process.poll() is None:
            self.engine.kill()
        self.broker.kill()

    def all_work(self, after: int, agents: tuple[str, ...] = ()) -> int:
        """Wait until each of `agents` (none: all) has closed two attempts behind entry `after`; return where."""

        def worked(entries: list[Entry]) -> bool:
            done = results(entries[after:])
            return all(done[agent] >= 2 for agent in agents or self._agents)

        return len(self.engine.until(worked, "not all of them work"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


def results(entries: list[Entry]) -> Counter[str]:
    return Counter(
        effect.agent
        for _, effects in entries
        for effect in effects
        if isinstance(effect, f.CloseAttempt) and effect.agent and effect.disposition == "contact"
    )


def now_and_then(floor: Floor) -> Iterator[str]:
    """Break something, one thing after the other; yield what, when all agents work again."""
    after = floor.all_work(0)

    floor.broker.kill()
    floor.broker.start()
    yield "broker"
    entries = floor.engine.entries()
    assert not any(isinstance(event, e.AgentLoggedOut) for event, _ in entries[after:]), "a short absence is none"
    after = floor.all_work(len(entries))

    floor.stand_up("a02")
    floor.engine.until(lambda all_: logged_out(all_[after:], "a02"), "a02 is not missed")
    after = floor.all_work(len(floor.engine.entries()), ("a01",))
    floor.sit_down("a02")
    yield "desktop"
    after = floor.all_work(after)

    told = floor.shown("a01").count("the engine is down")
    floor.engine.kill()
    floor.engine.start()
    yield "engine"
    floor.all_work(after + 1)
    assert floor.shown("a01").count("the engine is down") == told + 1, "the broker said the engine's last will"


def logged_out(entries: list[Entry], agent: str) -> bool:
    return any(isinstance(event, e.AgentLoggedOut) and event.agent == agent for event, _ in entries)


def check(entries: list[Entry]) -> None:
    """No event came twice, nobody is stuck, and every change of an agent's state is one of the table's."""
    given = Counter(event.call for event, _ in entries if isinstance(event, e.CallDispositioned))
    assert max(given.values()) == 1
    states: dict[str, str] = {}
    for event, effects in entries:
        if isinstance(event, e.EngineStarted):
            states = {}
        if isinstance(event, e.AgentLoggedIn):
            assert states.get(event.agent, "offline") == "offline", f"{event.agent} logged in twice"
        if isinstance(event, e.AgentLoggedOut):
            assert states.get(event.agent, "offline") != "offline", f"{event.agent} logged out twice"
        for effect in effects:
            if isinstance(effect, f.SetAgentState):
                before = states.get(effect.agent, AGENT.initial)
                assert (before, effect.state) in MOVES, f"{effect.agent} went from {before} to {effect.state}"
                states[effect.agent] = effect.state
    assert not [agent for agent, state in states.items() if state in ("reserved", "in_call")]


# Several processes start one after the other, on a machine that may do much else.
@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param(1, marks=pytest.mark.timeout(600)),
        pytest.param(20, marks=[pytest.mark.soak, pytest.mark.timeout(0)]),
    ],
)
def test_killing_the_broker_a_desktop_and_the_engine(place: Path, rounds: int) -> None:
    floor = Floor(place, accounts=200 + 400 * rounds)
    try:
        floor.open()
        for _ in range(rounds):
            assert list(now_and_then(floor)) == ["broker", "desktop", "engine"]
        assert floor.engine.drain() == 0, floor.engine.log[-2000:]
        entries = floor.engine.entries()
        check(entries)
        assert sum(isinstance(event, e.EngineStarted) for event, _ in entries) == 1 + rounds
        floor.desks["a01"].send_signal(signal.SIGINT)
        assert floor.desks.pop("a01").wait(PATIENCE_S) == 130
    finally:
        floor.close()


@pytest.mark.timeout(600)
def test_a_broker_that_stays_away_leaves_nobody_to_dial_for(place: Path) -> None:
    """Who is there cannot be known, so after its patience the engine takes nobody for ready."""
    floor = Floor(place, accounts=400, agents=("a01",))
    text = floor.engine.config.read_text()
    floor.engine.config.write_text(text.replace("patience_s: 10", "patience_s: 1"))
    try:
        floor.open()
        floor.all_work(0)
        floor.broker.kill()
        began_s = time.monotonic()
        entries = floor.engine.until(lambda all_: logged_out(all_, "a01"), "still believed in")
        assert time.monotonic() - began_s >= 1
        placed = sum(isinstance(effect, f.PlaceCall) for _, effects in entries for effect in effects)
        time.sleep(0.5)
        later = floor.engine.entries()
        assert sum(isinstance(effect, f.PlaceCall) for _, effects in later for effect in effects) == placed
        floor.broker.start()
        floor.all_work(len(later))
        assert floor.engine.drain() == 0
        check(floor.engine.entries())
    finally:
        floor.close()
