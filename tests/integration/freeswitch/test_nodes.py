"""Several FreeSWITCHes as one trunk group, of which one dies during a campaign; both are scripted."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from adapters.telephony.freeswitch import FreeswitchSection, FreeswitchTelephony
from dialer.core import events as e
from dialer.core.effects import AnyEffect
from dialer.runtime.clock import RealClock
from strategies.document import Document
from tests.conformance.telephony.event_socket import FATES, EventSocket
from tests.conformance.telephony.test_freeswitch import PASSWORD, telephony
from tests.integration.asterisk.checks import check_journal
from tests.integration.asterisk.floor import Shift, work


@dataclass(frozen=True)
class ScriptedShift(Shift):
    """A shift whose numbers end with the fate that an event socket is scripted to give them."""

    def dispositions(self, outcome: str) -> set[str]:
        served = {"no_disposition", "early_hangup", "abandoned"}
        return {"hangs_up": served, "busy": {"busy"}, "no_such_number": {"not_in_service"}}[outcome]

    def number(self, lead: int) -> str:
        return f"+1202{lead:03d}{FATES.index(self.outcome(lead)):04d}"


def dialled(*sockets: EventSocket) -> Counter[str]:
    """Return how often each number was dialled."""
    said = "\n".join(line for socket in sockets for line in socket.commands)
    return Counter(re.findall(r"sofia/gateway/carrier/(\+\d+)", said))


def test_a_node_that_dies_is_drained_and_gets_calls_again_when_it_is_back(tmp_path: Path) -> None:
    shift = ScriptedShift(leads=60, agents=3, outcomes=("hangs_up", "busy", "hangs_up", "no_such_number"))
    answers, states = 0, list[tuple[str, ...]]()
    told: dict[str, dict[str, int]] = {}

    async def story(east: EventSocket, west: EventSocket) -> None:
        data = telephony(east.port, tmp_path / "calls", give_up_s=1, agents={"legs": "per_call", "answer_s": 1})
        (node,) = data["nodes"]
        data["nodes"] = [node | {"name": name, "port": socket.port} for name, socket in (("e", east), ("w", west))]
        section = Document("run.yaml", json.dumps(data)).validate(FreeswitchSection)
        port = FreeswitchTelephony(section, lambda reference: shift.number(int(reference)), RealClock())
        enough, again = asyncio.Event(), asyncio.Event()

        def watch(event: e.AnyEvent, effects: tuple[AnyEffect, ...]) -> None:
            nonlocal answers
            answers += isinstance(event, e.CallAnswered)
            if answers >= 4 and {line.node for line in port._switchboard.lines.values()} == {"e", "w"}:
                enough.set()
            if answers >= 15:
                again.set()
            state = tuple(node.state for node in port.nodes())
            if not states or states[-1] != state:
                states.append(state)

        async def misfortune() -> None:
            await enough.wait()
            await west.die()
            told["dead"] = {node.name: node.calls for node in port.nodes()}
            await again.wait()
            told["given up"] = {node.name: node.calls for node in port.nodes()}
            told["dialled before"] = {"w": sum(dialled(west).values())}
            await west.start()

        suffering = asyncio.create_task(misfortune())
        await work(shift, port, tmp_path, observers=[watch])
        await suffering
        assert not east.channels and not west.channels, "a call or a telephone is still up"

    async def with_sockets() -> None:
        east, west = EventSocket(PASSWORD), EventSocket(PASSWORD)
        await east.start()
        await west.start()
        try:
            await story(east, west)
            told["dialled"] = {"w": sum(dialled(west).values())}
            found = check_journal(shift, tmp_path, dialled(east, west), faults=True)
            assert found.bridged > 0
        finally:
            await east.die()
            await west.die()

    asyncio.run(with_sockets())
    assert told["dead"]["w"] > 0, "there was nothing to lose"
    assert told["given up"]["w"] == 0, "its calls are resolved"
    assert states == [("up", "up"), ("up", "down"), ("up", "up")]
    assert told["dialled"]["w"] > told["dialled before"]["w"], "a node that is back gets calls again"
