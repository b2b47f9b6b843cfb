"""Several nodes as one trunk group, one that dies, and another dialler that takes the name."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.telephony.asterisk import AsteriskTelephony
from adapters.telephony.asterisk import parse as p
from dialer.core import events as e
from dialer.core.effects import Bridge, HandOver, HangUp, PlaceCall, Why
from dialer.core.errors import PortError
from dialer.runtime.clock import RealClock
from tests.integration.asterisk.floor import section
from tools.rig.carrier import number
from tools.rig.rig import Rig

pytestmark = pytest.mark.rig


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Rig]:
    second = Rig(tmp_path / "second")
    try:
        second.start()
        yield second
    finally:
        second.stop()


def telephony(place: Path, *rigs: Rig, **more: object) -> AsteriskTelephony:
    data = rigs[0].telephony(place / "calls", **more)
    data["nodes"] = [rig.telephony(place)["nodes"][0] | {"name": f"n{at}"} for at, rig in enumerate(rigs)]
    data["agents"]["legs"] = "per_call"
    return AsteriskTelephony(section(data), lambda outcome: number(outcome, 77), RealClock())


def placement(name: str, outcome: str = "answers") -> PlaceCall:
    return PlaceCall(f"c/{name}/1", "c", name, name, outcome, 1, 10.0, None, Why("s", 0, 1, "", 0))


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it does not come to that")


def test_a_dead_nodes_calls_are_resolved_and_the_other_goes_on(rig: Rig, second: Rig, tmp_path: Path) -> None:
    async def story() -> None:
        heard: list[e.AnyEvent] = []
        port = telephony(tmp_path, rig, second, give_up_s=1.0)
        await port.start(heard.append)
        for at in range(6):
            await port.apply(placement(f"l{at}"))
        await until(lambda: sum(isinstance(event, e.CallAnswered) for event in heard) == 6)
        assert Counter(line.node for line in port._switchboard.lines.values()) == {"n0": 3, "n1": 3}
        assert [(node.state, node.calls) for node in port.nodes()] == [("up", 3), ("up", 3)]
        second.asterisk.kill()
        await until(lambda: [(node.state, node.calls) for node in port.nodes()] == [("up", 3), ("down", 3)])
        await until(lambda: sum(isinstance(event, e.CallEnded) for event in heard) == 3)
        assert [(node.name, node.state, node.calls) for node in port.nodes()] == [("n0", "up", 3), ("n1", "down", 0)]
        assert {event.cause for event in heard if isinstance(event, e.CallEnded)} == {"lost"}
        assert not [event for event in heard if isinstance(event, e.PortChanged)], "the other node still works"
        await port.apply(placement("l6"))
        await until(lambda: sum(isinstance(event, e.CallAnswered) for event in heard) == 7)
        assert {line.node for line in port._switchboard.lines.values()} == {"n0"}
        await port.which_exist([f"c/l{at}/1" for at in range(7)])
        states = Counter(event.state for event in heard if isinstance(event, e.CallReported))
        assert states == {"answered": 4, "gone": 3}
        for call in tuple(port._switchboard.lines):
            await port.apply(HangUp(call, "over"))
        await until(lambda: sum(isinstance(event, e.CallEnded) for event in heard) == 7)
        await port.stop()

    asyncio.run(story())


def test_whoever_is_replaced_stops(rig: Rig, tmp_path: Path) -> None:
    async def story() -> None:
        heard: list[e.AnyEvent] = []
        first = telephony(tmp_path, rig, app="shared")
        await first.start(heard.append)
        await first.apply(placement("l1"))
        await until(lambda: any(isinstance(event, e.CallAnswered) for event in heard))
        (tmp_path / "other").mkdir()
        other = telephony(tmp_path / "other", rig, app="shared")
        others: list[e.AnyEvent] = []
        await other.start(others.append)
        await until(lambda: any(isinstance(event, e.CallEnded) for event in heard))
        assert [type(event) for event in heard[-3:]] == [e.PortChanged, e.DrainRequested, e.CallEnded]
        await asyncio.sleep(0.5)
        await first.stop()
        await other.apply(placement("l2"))
        await until(lambda: any(isinstance(event, e.CallAnswered) for event in others))
        await other.which_exist([])
        for event in [event for event in others if isinstance(event, e.CallReported)]:
            await other.apply(HangUp(event.call, "over"))
        await until(lambda: not other._switchboard.lines)
        await other.stop()

    asyncio.run(story())


def test_whoever_was_handed_over_talks_on_through_a_restart_until_one_hangs_up(rig: Rig, tmp_path: Path) -> None:
    async def story() -> None:
        heard: list[e.AnyEvent] = []
        outside = {"legal": f"PJSIP/{number('talks_5_s', 78)}@carrier"}
        port = telephony(tmp_path, rig, app="handing", transfers=outside)
        await port.start(heard.append)
        await port.apply(placement("l1"))
        await until(lambda: any(isinstance(event, e.CallAnswered) for event in heard))
        await port.apply(Bridge("c/l1/1", "a01"))
        await until(lambda: any(isinstance(event, e.CallBridged) for event in heard))
        await port.apply(HandOver("c/l1/1", "legal"))
        await until(lambda: any(isinstance(event, e.CallEnded) for event in heard))
        assert [(event.call, event.cause) for event in heard if isinstance(event, e.CallEnded)] == [
            ("c/l1/1", "handed_over")
        ]
        assert [node.calls for node in port.nodes()] == [1], "the line is still in use"
        await port.stop()
        again = telephony(tmp_path, rig, app="handing", transfers=outside)
        later: list[e.AnyEvent] = []
        await again.start(later.append)
        await again.which_exist(["c/l1/1"])
        assert [(event.call, event.state) for event in later if isinstance(event, e.CallReported)] == [
            ("c/l1/1", "gone")
        ]
        assert [node.calls for node in again.nodes()] == [1]
        await until(lambda: [node.calls for node in again.nodes()] == [0])
        await asyncio.sleep(0.5)
        await again.stop()

    asyncio.run(story())
    assert "0 active channels" in rig.asterisk.command("core show channels count")
    assert "handing.out" not in rig.asterisk.command("bridge show all")


def test_the_agent_alone_hears_the_whisper(rig: Rig, tmp_path: Path) -> None:
    async def story() -> None:
        heard: list[e.AnyEvent] = []
        port = telephony(tmp_path, rig, app="whisper")
        told: list[str] = []
        take = port._switchboard.take

        def listen(node: str, event: p.AriEvent) -> None:
            if isinstance(event, p.PlaybackFinished):
                told.append(event.playback.state)
            take(node, event)

        port._switchboard.take = listen  # type: ignore[method-assign]
        await port.start(heard.append)
        await port.apply(placement("l1"))
        await until(lambda: any(isinstance(event, e.CallAnswered) for event in heard))
        await port.apply(Bridge("c/l1/1", "a01", "whisper"))
        await until(lambda: bool(told))
        assert told == ["done"]
        kinds = [type(event) for event in heard if not isinstance(event, e.CallRinging)]
        assert kinds == [e.CallAnswered, e.CallBridged], "the call goes on, and the person heard no message"
        await port.apply(HangUp("c/l1/1", "over"))
        await until(lambda: any(isinstance(event, e.CallEnded) for event in heard))
        await port.stop()

    asyncio.run(story())
    assert "0 active channels" in rig.asterisk.command("core show channels count")


@pytest.mark.parametrize(("change", "says"), [
    ({"password": "not-this-one"}, "the user or the password is wrong"),
    ({"url": "http://127.0.0.1:9"}, "no Asterisk can be reached"),
])  # fmt: skip
def test_a_node_that_refuses_us_is_named_without_the_password(
    change: dict[str, str], says: str, rig: Rig, tmp_path: Path
) -> None:
    data = rig.telephony(tmp_path / "calls")
    data["nodes"][0] |= change
    port = AsteriskTelephony(section(data), lambda _: "", RealClock())
    with pytest.raises(PortError, match=says) as refused:
        asyncio.run(port.start(lambda _: None))
    assert data["nodes"][0]["password"] not in str(refused.value)
