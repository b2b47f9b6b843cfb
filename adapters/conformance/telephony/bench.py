"""What the conformance suite needs of whoever binds it: adapters, a far end that does as it is told, and faults."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal, TypeVar, get_args

from dialer.core.effects import Bridge, HangUp, PlaceCall, Why
from dialer.core.errors import PortError
from dialer.core.events import AnyEvent, CallAnswered, CallBridged, CallEnded
from dialer.ports.telephony import CallEffect, Telephony

Fate = Literal[
    "answers",
    "answers_late",
    "hangs_up",
    "busy",
    "rejects",
    "no_such_number",
    "no_room",
    "rings",
    "presses_9",
    "crooked",
]
"""What becomes of a call. ``answers``: picks up within a second and stays on the line; ``answers_late``: picks
up after one to three seconds; ``hangs_up``: picks up, and hangs up after about a second; ``rings``: nobody picks
up; ``presses_9``: picks up and presses 9 soon after; ``crooked``: the address book holds a text with a line
break."""

FATES: tuple[Fate, ...] = get_args(Fate)

Fault = Literal["restart", "cut", "die", "slow"]
"""What a far end can be made to suffer: the adapter is stopped and another one started; the connection is cut;
the telephone system dies; it answers requests a second late."""

E = TypeVar("E", bound=AnyEvent)

PATIENCE_S = 15.0
"""How long a check waits for what must come. Nothing takes a tenth of it on a quiet machine."""

QUIET_S = 0.7
"""How long a check listens for what must not come."""


class Nonconformity(AssertionError):
    """The adapter breaks the contract; the text says how."""


class Bench(ABC):
    """A far end under the suite's command.

    Attributes
    ----------
    faults : frozenset of Fault
        What it can suffer.
    fates : frozenset of Fate
        What its numbers can do.
    agent, second_agent : str
        Agents whose telephones answer by themselves.
    absent_agent : str
        One whose telephone does not answer; empty where there is none.
    message, missing_message : str
        A message that can be played and lasts a second or so, and one that cannot; empty where any can.
    outside, nobody_outside : str
        Names of the configuration for somebody outside who takes calls over, and for an engaged line; empty where
        there is none.
    ring_timeout_s : float
        How long the checks let it ring.
    """

    faults: frozenset[Fault] = frozenset()
    fates: frozenset[Fate] = frozenset(FATES)
    agent, second_agent, absent_agent = "a01", "a02", ""
    message, missing_message = "safe_harbour", ""
    outside, nobody_outside = "", ""
    ring_timeout_s = 2.0

    @abstractmethod
    def make(self) -> Telephony:
        """Return a new adapter, not started, with the memory of the one before."""

    @abstractmethod
    def endpoint(self, fate: Fate) -> str:
        """Return the reference of a number with this fate."""

    @abstractmethod
    def now_ns(self) -> int:
        """Return the adapter's present instant."""

    async def cut(self) -> None:
        """Cut the connection between the adapter and its far end."""
        raise NotImplementedError

    async def mend(self) -> None:
        """Let them connect again."""
        raise NotImplementedError

    async def die(self) -> None:
        """Kill the telephone system; its calls die with it."""
        raise NotImplementedError

    async def revive(self) -> None:
        """Start it again."""
        raise NotImplementedError

    async def slow(self, seconds: float) -> None:
        """Delay every answer to a request by so much from now on; 0: as before."""
        raise NotImplementedError


class Heard:
    """Everything that an adapter reported."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self._more = asyncio.Event()

    def __call__(self, event: AnyEvent) -> None:
        """Take a report."""
        self.events.append(event)
        self._more.set()

    def of(self, call: str) -> list[AnyEvent]:
        """Return the events of one call."""
        return [event for event in self.events if getattr(event, "call", None) == call]

    def count(self, kind: type[AnyEvent], call: str) -> int:
        """Return how many events of a kind there were about a call."""
        return sum(isinstance(event, kind) for event in self.of(call))

    async def wait(self, kind: type[E], call: str = "", *, after: int = 0, within_s: float = PATIENCE_S) -> E:
        """Return the first event of a kind (about a call) behind the first `after`; fail when none comes."""
        until_s = asyncio.get_running_loop().time() + within_s
        while True:
            for event in self.events[after:]:
                if isinstance(event, kind) and (not call or getattr(event, "call", None) == call):
                    return event
            self._more.clear()
            try:
                await asyncio.wait_for(self._more.wait(), until_s - asyncio.get_running_loop().time())
            except TimeoutError:
                said = [type(event).__name__ for event in (self.of(call) if call else self.events[after:])]
                whose = f" for {call}" if call else ""
                raise Nonconformity(f"no {kind.__name__}{whose} within {within_s:g} s; it said {said}") from None


class Trial:
    """One check's adapter, its calls, and what was heard of them."""

    numbers = 0

    def __init__(self, bench: Bench) -> None:
        self.bench, self.heard = bench, Heard()
        self.adapter = bench.make()
        self.calls: list[str] = []

    def placement(self, fate: Fate) -> PlaceCall:
        """Return a placement that was never seen before."""
        Trial.numbers += 1
        lead = f"{fate}.{Trial.numbers}@{self.bench.now_ns()}"
        return PlaceCall(
            call=f"conformance/{lead}/1",
            campaign="conformance",
            lead=lead,
            person=f"p {lead}",
            number=self.bench.endpoint(fate),
            attempt=1,
            ring_timeout_s=self.bench.ring_timeout_s,
            agent=None,
            why=Why("conformance", 0, 1, "", 0),
        )

    async def place(self, fate: Fate) -> str:
        """Place a call and return its id."""
        placement = self.placement(fate)
        self.calls.append(placement.call)
        await self.adapter.apply(placement)
        return placement.call

    async def do(self, *effects: CallEffect) -> None:
        """Have effects carried out."""
        for effect in effects:
            await self.adapter.apply(effect)

    async def answered(self, fate: Fate = "answers") -> str:
        """Place a call, wait until it is answered and return its id."""
        call = await self.place(fate)
        await self.heard.wait(CallAnswered, call)
        return call

    async def bridged(self, agent: str, fate: Fate = "answers") -> str:
        """Place a call, bridge it to an agent and return its id."""
        call = await self.answered(fate)
        await self.do(Bridge(call, agent))
        await self.heard.wait(CallBridged, call)
        return call

    async def hang_up(self, call: str) -> CallEnded:
        """Hang up and return the end."""
        await self.adapter.apply(HangUp(call, "the check is over"))
        return await self.heard.wait(CallEnded, call)

    async def restart(self) -> None:
        """Stop the adapter, and go on with another one."""
        await self.adapter.stop()
        self.adapter = self.bench.make()
        await self.adapter.start(self.heard)


@asynccontextmanager
async def trial(bench: Bench) -> AsyncIterator[Trial]:
    """Give a check a started adapter, and leave no call behind."""
    running = Trial(bench)
    await running.adapter.start(running.heard)
    try:
        yield running
    finally:
        left = [call for call in running.calls if not running.heard.count(CallEnded, call)]
        for call in left:
            with suppress(PortError):
                await running.adapter.apply(HangUp(call, "the check is over"))
        for call in left:
            with suppress(Nonconformity):
                await running.heard.wait(CallEnded, call, within_s=3.0)
        await running.adapter.stop()
