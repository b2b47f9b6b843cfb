"""Conversations that somebody outside the floor takes over: dialled, met, and left to themselves. Pure.

The person and the agent talk on until the destination picks up. Then the switchboard lets the call go, and the two are
remembered here until one of them hangs up, because a telephone system does not part them by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Protocol

from adapters.telephony.names import Names
from dialer.core.errors import PortError
from dialer.core.events import HandOverFailed
from dialer.ports.clock import Clock
from dialer.ports.telephony import Report

RINGS_S = 30
"""How long somebody outside may ring (house value, 2026-11)."""


class Pair(NamedTuple):
    """A call, on which node it is, the person's channel, and that of whoever takes it over."""

    call: str
    node: str
    person: str
    outside: str


class Wires(Protocol):
    """What a kind of telephone system is asked for. Never blocks, never raises."""

    def dial(self, pair: Pair, endpoint: str) -> None:
        """Dial whoever takes the call over; `answered` and `gone` tell what becomes of it."""
        ...

    def meet(self, pair: Pair) -> None:
        """Let the two hear each other and free the agent's telephone; `met` and `gone` tell."""
        ...

    def drop(self, pair: Pair) -> None:
        """Hang up whoever was to take the call over."""
        ...

    def part(self, pair: Pair) -> None:
        """Hang both up."""
        ...


class Outside:
    """Everybody outside whom a call is handed over to.

    Parameters
    ----------
    transfers : Mapping
        Their dial strings by name.
    names, clock, report, wires
        The ids, the run's clock, where events go, and how requests leave.
    over : callable
        Given a call that somebody else has now.
    """

    def __init__(
        self,
        transfers: Mapping[str, str],
        names: Names,
        clock: Clock,
        report: Report,
        wires: Wires,
        over: Callable[[str], None],
    ) -> None:
        self._transfers, self._names, self._clock, self._report = transfers, names, clock, report
        self._wires, self._over = wires, over
        self._asked: dict[str, Pair] = {}
        self.handed: dict[str, Pair] = {}

    def endpoint(self, to: str) -> str:
        """Return a destination's dial string; `PortError` for a name that the configuration does not have."""
        endpoint = self._transfers.get(to)
        if endpoint is None:
            raise PortError(f"telephony.transfers has no {to}", retryable=False)
        return endpoint

    def ask(self, call: str, node: str, person: str, endpoint: str) -> None:
        """Dial somebody for a conversation; while one is dialled, no other is."""
        if call not in self._asked:
            pair = self._asked[call] = Pair(call, node, person, self._names.outside(call))
            self._wires.dial(pair, endpoint)

    def answered(self, call: str, node: str, channel: str) -> None:
        """Somebody picked up; one whom nobody asked for any more is hung up."""
        if (pair := self._asked.get(call)) is not None:
            self._wires.meet(pair)
        elif call not in self.handed:
            self._wires.drop(Pair(call, node, "", channel))

    def met(self, call: str) -> None:
        """The two hear each other."""
        if (pair := self._asked.pop(call, None)) is not None:
            self.handed[call] = pair
            self._over(call)

    def gone(self, call: str, reason: str, *, certainly: bool = True) -> None:
        """Nobody took the call, or whoever did has hung up. `certainly`: whether no channel of theirs can be left."""
        if (pair := self._asked.pop(call, None)) is not None:
            if not certainly:
                self._wires.drop(pair)
            self._report(HandOverFailed(self._clock.now_ns(), call, reason))
        else:
            self.parted(call)

    def parted(self, call: str) -> None:
        """One of two who were left to themselves is gone: so is the other."""
        if (pair := self.handed.pop(call, None)) is not None:
            self._wires.part(pair)

    def call_over(self, call: str) -> None:
        """The conversation is over: nobody need pick up any more."""
        if (pair := self._asked.pop(call, None)) is not None:
            self._wires.drop(pair)

    def compare(self, node: str, there: Collection[str], together: Collection[str]) -> None:
        """Compare with what a node has, after a silence.

        Parameters
        ----------
        there
            Its channels.
        together
            Those outside who are connected to the person whose call they were to take over.
        """
        for channel in [channel for channel in there if self._names.is_outside(channel)]:
            call = self._names.call_of(channel) or ""
            pair = Pair(call, node, self._names.call(call), channel)
            if channel in together and call not in self.handed:
                self._asked[call] = pair
                self.met(call)
            elif channel in together:
                pass
            elif call not in self._asked and call not in self.handed:
                self._wires.drop(pair)
        for pair in [pair for pair in (*self._asked.values(), *self.handed.values()) if pair.node == node]:
            if not {pair.person, pair.outside} <= set(there):
                self.gone(pair.call, "unknown", certainly=False)
