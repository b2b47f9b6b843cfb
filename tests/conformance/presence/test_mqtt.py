from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from adapters.conformance.presence import PresenceConformance
from adapters.conformance.presence_far_end import FarEnd
from tests.mqtt.desktops import MqttDesktops, broker_in
from tests.mqtt.mosquitto import Mosquitto


@pytest.fixture(scope="class", autouse=True)
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    request.cls.broker = broker_in(tmp_path_factory.mktemp("broker"))
    yield
    request.cls.broker.kill()


class TestMqtt(PresenceConformance):
    broker: Mosquitto

    def desktops(self, place: Path, *, skips: bool = False) -> AbstractAsyncContextManager[FarEnd]:
        return between(self.broker, skips=skips)


@asynccontextmanager
async def between(broker: Mosquitto, *, skips: bool) -> AsyncIterator[FarEnd]:
    far = MqttDesktops(broker, skips=skips)
    try:
        yield far
    finally:
        await far.port.stop()
        for desk in far.desks.values():
            desk.close()
