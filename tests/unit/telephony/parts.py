"""What the tests of every kind of telephone system need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.telephony.memory import Memory
from adapters.telephony.names import Names
from adapters.telephony.trunk import TrunkTelephony
from dialer.core.effects import PlaceCall, Why
from dialer.core.errors import PortError

NAMES = Names("paceline")


class HandClock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.t_ns = 1_000
        self.due: list[tuple[int, Callable[[], None]]] = []

    def now_ns(self) -> int:
        return self.t_ns

    def call_at(self, t_ns: int, action: Callable[[], None]) -> None:
        self.due.append((t_ns, action))

    def pass_s(self, seconds: float) -> None:
        self.t_ns += round(seconds * 1e9)
        ripe = [entry for entry in self.due if entry[0] <= self.t_ns]
        self.due = [entry for entry in self.due if entry[0] > self.t_ns]
        for _, action in ripe:
            action()


def placement(call: str = "c/l/1") -> PlaceCall:
    return PlaceCall(call, "c", "l", "p", "p/0", 1, 20.0, None, Why("s", 0, 1, "", 0))


def refuses_the_number(port: TrunkTelephony[Any, Any], number: str, folder: Path) -> None:
    """Check that an adapter whose address book says `number` sends nothing, remembers nothing and does not name it."""
    port._memory = Memory(folder / "calls")
    with pytest.raises(PortError, match=r"the number of p/0 is not in E\.164 form") as refused:
        asyncio.run(port.apply(placement()))
    assert not number or number not in str(refused.value)
    assert not port._switchboard.lines and not port._memory.node_of
    port._memory.close()
