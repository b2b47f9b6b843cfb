"""Desktops behind a broker, for a campaign on a real telephone system: their agents do as those of `floor.Agents`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from adapters.conformance.presence_far_end import ConformanceAccounts, ConformancePops
from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt.client import MqttPresence
from adapters.presence.mqtt.config import Credentials, MqttSection, address_of
from adapters.presence.mqtt.desktop import Desktop
from dialer.runtime.clock import RealClock
from tests.mqtt.mosquitto import Mosquitto

MOMENT_S = 0.2
"""How long an agent is on a break."""


@asynccontextmanager
async def desks(broker: Mosquitto, agents: int) -> AsyncIterator[MqttPresence]:
    """Let agents log in at `broker`, and give the engine's side of it."""
    address, loop = f"mqtt://127.0.0.1:{broker.port}", asyncio.get_running_loop()
    open_desks: list[Desktop] = []

    def work(desk: Desktop) -> None:
        if desk.seen.state in ("paused", "wrap"):
            wait_s = MOMENT_S if desk.seen.state == "paused" else 0.0
            loop.call_later(wait_s, lambda: desk.seen.state in ("paused", "wrap") and desk.act(m.Ready))

    for at in range(agents):

        def changed(what: str, number: int = at) -> None:
            if what == "standing":
                work(open_desks[number])

        nobody = Credentials(None, None, None)
        desk = Desktop(address_of(address), nobody, "paceline", f"a{at:02d}", ("floor",), f"s{at}", changed)
        open_desks.append(desk)
        await desk.open()
        desk.log_in()
    section = MqttSection(adapter="mqtt", broker=address)
    try:
        yield MqttPresence(section, RealClock(), ConformancePops(), ConformanceAccounts(), CollectorRegistry())
    finally:
        for desk in open_desks:
            await desk.close()
