"""Desktops written by hand: paho, JSON texts and sockets; nothing of the adapter's but what `docs/desktops.md` says."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from prometheus_client import CollectorRegistry

from adapters.conformance.presence_far_end import CAMPAIGN, ConformanceAccounts, ConformancePops, FarEnd
from adapters.presence.mqtt.client import MqttPresence
from adapters.presence.mqtt.config import MqttSection
from dialer.core.events import AnyEvent, PortChanged
from dialer.ports.presence import ScreenPop
from dialer.runtime.clock import RealClock
from tests.mqtt.mosquitto import Mosquitto

PATIENCE_S = 20.0
_numbers = count(1)


class HandDesktop:
    """One agent's desktop in a thread of paho's. `got` has every message by the last level of its topic."""

    def __init__(self, port: int, agent: str, prefix: str = "paceline") -> None:
        self.agent, self.session, self._prefix = agent, f"s{next(_numbers)}", prefix
        self.got: dict[str, list[Any]] = {}
        self.said: list[tuple[str, bytes]] = []
        self.logged_in = self.pressed = False
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"hand-{agent}")
        self.client.will_set(f"{prefix}/desk/{agent}/presence", self.presence("lost"), qos=1)
        self.client.on_connect = lambda *_: self.client.subscribe(
            [(f"{prefix}/agent/{agent}/+", 1), (f"{prefix}/engine", 1)]
        )
        self.client.on_message = lambda _, __, message: self._hear(message.topic, message.payload)
        self.client.reconnect_delay_set(0.05, 0.2)  # type: ignore[arg-type]
        self.client.connect("127.0.0.1", port, keepalive=5)
        self.client.loop_start()

    def presence(self, state: str, **more: object) -> bytes:
        return json.dumps({"state": state, "session": self.session, **more}).encode()

    def say(self, what: str, payload: bytes, agent: str = "") -> None:
        topic = f"{self._prefix}/desk/{agent or self.agent}/{what}"
        self.said.append((topic, payload))
        self.client.publish(topic, payload, qos=1)

    def act(self, do: str, **facts: object) -> None:
        self.pressed |= do == "ready"
        self.say("act", json.dumps({"do": do, "id": f"m{next(_numbers)}", **facts}).encode())

    def log_in(self) -> None:
        self.logged_in = True
        if any(status["state"] == "up" for status in self.got.get("engine", [])[-1:]):
            self.here()

    def here(self) -> None:
        ready = self.pressed and self.newest("state").get("state") in ("ready", "reserved")
        self.say("presence", self.presence("here", campaigns=[CAMPAIGN], ready=ready))

    def newest(self, what: str) -> dict[str, Any]:
        return self.got.get(what, [{}])[-1]

    def die(self) -> None:
        """Be gone without a word: the socket closes, and the broker says the last will."""
        sock = self.client.socket()
        assert isinstance(sock, socket.socket)
        self.client.on_connect = lambda *_: self.client.disconnect()
        self.client._thread_terminate = True
        sock.shutdown(socket.SHUT_RDWR)
        self.client.loop_stop()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _hear(self, topic: str, payload: bytes) -> None:
        what, message = topic.rpartition("/")[2], json.loads(payload)
        self.got.setdefault(what, []).append(message)
        if what == "engine" and message["state"] == "up" and self.logged_in:
            self.here()


class MqttDesktops(FarEnd):
    """Two desktops by hand and the adapter, with a Mosquitto between them."""

    def __init__(self, broker: Mosquitto, *, skips: bool, patience_s: float = 5.0) -> None:
        self.broker, self._skips = broker, skips
        self._section = MqttSection(adapter="mqtt", broker=f"mqtt://127.0.0.1:{broker.port}", patience_s=patience_s)
        self.clock, self.accounts = RealClock(), ConformanceAccounts()
        self.port = self._adapter()
        self.heard: list[AnyEvent] = []
        self.desks: dict[str, HandDesktop] = {}

    def _adapter(self) -> MqttPresence:
        return MqttPresence(self._section, self.clock, ConformancePops(), self.accounts, CollectorRegistry())

    async def start(self) -> None:
        def report(event: AnyEvent) -> None:
            if not isinstance(event, PortChanged):
                self.heard.append(event)

        await self.port.start(report)

    def now_ns(self) -> int:
        return self.clock.now_ns()

    async def until(self, there: Callable[[], object]) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while not there():
            assert time.monotonic() < deadline_s, f"it does not come to that: {self.heard}"
            await asyncio.sleep(0.005)

    async def quiet(self) -> None:
        """Let every desktop be refused something: what it said before was taken before."""
        for desk in self.desks.values():
            if desk.client.is_connected():
                mark = f"mark{next(_numbers)}"
                desk.client.publish(f"paceline/desk/{desk.agent}/act", json.dumps({"id": mark}), qos=1)
                await self.until(lambda desk=desk, mark=mark: desk.newest("refused").get("id") == mark)

    def desk(self, agent: str) -> HandDesktop:
        if agent not in self.desks:
            self.desks[agent] = HandDesktop(self.broker.port, agent)
        return self.desks[agent]

    def shown(self, agent: str) -> tuple[str, str | None, str | None]:
        got = self.desk(agent)
        offers, withdrawn = got.got.get("offer", []), got.got.get("withdrawn", [])
        lead = offers[-1]["lead"] if offers else None
        if got.newest("state").get("state") != "reserved" or any(one["lead"] == lead for one in withdrawn):
            lead = None
        return got.newest("state").get("state", "offline"), got.newest("state").get("call"), lead

    async def log_in(self, agent: str) -> None:
        desk = self.desk(agent)
        desk.log_in()
        await self.until(lambda: any(topic.endswith("presence") for topic, _ in desk.said))

    async def ready(self, agent: str) -> None:
        self.desk(agent).act("ready")

    async def pause(self, agent: str) -> str:
        self.desk(agent).act("pause", reason="午餐 lunch")
        return "午餐 lunch"

    async def announce(self, agent: str) -> int:
        at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
        self.desk(agent).act("leave", at=at.isoformat())
        return int(at.timestamp()) * 10**9

    async def talk(self, agent: str) -> str:
        from adapters.conformance.presence_far_end import POPS

        return next(call for call, pop in POPS.items() if pop.agent == agent)

    async def result(self, agent: str, call: str) -> None:
        promise = {"amount": "25.50", "due": "2026-12-01"}
        self.desk(agent).act("result", call=call, disposition="promise", promise=promise)

    async def answer(self, agent: str, lead: str) -> None:
        self.desk(agent).act("skip" if self._skips else "accept", lead=lead)

    async def log_out(self, agent: str) -> None:
        desk = self.desk(agent)
        desk.logged_in = False
        desk.say("presence", desk.presence("gone"))

    async def die(self, agent: str) -> None:
        self.desk(agent).die()

    async def come_back(self, agent: str) -> None:
        self.desks[agent] = HandDesktop(self.broker.port, agent)
        await self.log_in(agent)

    async def replace_engine(self) -> None:
        assert self.port._link is not None
        assert self.port._link._task is not None
        self.port._report = lambda _: None
        self.port._link._task.cancel()  # the sockets go, and the broker says the last will
        self.port = self._adapter()

    async def repeat(self, agent: str) -> None:
        desk = self.desk(agent)
        for topic, payload in list(desk.said):
            desk.client.publish(topic, payload, qos=1)

    async def talk_nonsense(self) -> None:
        desk = next(iter(self.desks.values()))
        for topic in NONSENSE_TOPICS:
            for payload in NONSENSE:
                desk.client.publish(topic, payload, qos=1)

    def pop(self, agent: str) -> ScreenPop | None:
        found = self.desk(agent).newest("pop")
        if not found:
            return None
        facts = {name: found[name] for name in ScreenPop.__struct_fields__ if name != "agent"}
        return msgspec.convert(facts | {"agent": agent}, ScreenPop)

    def screen(self, agent: str) -> tuple[str, str, tuple[str, ...]] | None:
        found, state = self.desk(agent).newest("screen"), self.desk(agent).newest("state")
        if not found or state["state"] not in ("in_call", "wrap") or state["call"] != found["call"]:
            return None
        return found["state"], found["say"], tuple(choice["answer"] for choice in found["choices"])

    def told_why(self, agent: str) -> str:
        return str(self.desk(agent).newest("refused").get("reason", ""))

    def held(self, agent: str) -> dict[str, int]:
        newest = {one["account"]: one["until"] for one in self.desk(agent).got.get("lease", [])}
        instants = {account: datetime.fromisoformat(until) for account, until in newest.items() if until is not None}
        return {account: int(until.timestamp()) * 10**9 for account, until in instants.items()}

    async def press(self, agent: str, call: str, state: str, answer: str) -> None:
        self.desk(agent).act("answer", call=call, state=state, answer=answer)

    async def claim(self, agent: str, account: str) -> None:
        self.desk(agent).act("claim", **({"account": account} if account else {}))

    async def keep(self, agent: str, account: str) -> None:
        self.desk(agent).act("renew", account=account)

    async def give_back(self, agent: str, account: str) -> None:
        self.desk(agent).act("return", account=account)


NONSENSE_TOPICS = tuple(
    f"paceline/{rest}"
    for rest in ("desk/a01/act", "desk/a01/presence", "desk/a 1/act", "desk/Ünï/act", "desk//act", "acd/x/presence")
)
NONSENSE = (
    *(
        b"",
        b"\x00",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"1e999",
        b'"ready"',
        b'{"do":"ready"}',
        b'{"do":"ready","id":7}',
    ),
    *(b'{"do":"fly","id":"x"}', b'{"do":"ready","id":"x","more":1}', b'{"do":"ready","id":"a/b"}'),
    *(b'{"do":"pause","id":"x","reason":"a\\nb"}', b'{"do":"leave","id":"x","at":"2026-11-22T10:00:00"}'),
    *(
        b'{"do":"leave","id":"x","at":"9999-12-31T23:59:59Z"}',
        b'{"do":"leave","id":"x","at":"0001-01-01T00:00:00+14:00"}',
    ),
    *(b'{"state":"here","session":"s"}', b'{"state":"here","session":"s","campaigns":["+"]}', b'{"state":"gone"}'),
    *(b'{"state":"gone","session":"another"}', b'{"state":"lost","session":"another"}', b"[" * 10_000, b"x" * 20_000),
    b'{"do":"result","id":"x","call":"c/l1/1","disposition":"no_answer"}',
    b'{"do":"result","id":"x","call":"c/l1/1","disposition":"promise","promise":{"amount":"-1","due":"2026-12-01"}}',
    b'{"do":"result","id":"x","call":"c/l1/1","disposition":"contact","promise":{"amount":"1","due":"2026-12-01"}}',
)


def broker_in(place: Path) -> Mosquitto:
    place.mkdir(exist_ok=True)
    broker = Mosquitto(place)
    broker.start()
    return broker
