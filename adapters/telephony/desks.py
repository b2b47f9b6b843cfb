"""The agents' side: the channel to each agent's telephone.

A desk is ``empty`` (its telephone is not connected), ``calling`` or ``seated``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from adapters.telephony.names import Names
from adapters.telephony.settings import TrunkSection
from dialer.core.errors import PortError
from dialer.ports.clock import Clock

_AGENT = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def can_be_dialled(agent: str) -> bool:
    """Tell whether an agent's name has no other signs than a dial string may have."""
    return _AGENT.fullmatch(agent) is not None


@dataclass(slots=True)
class Desk:
    """An agent's place.

    Attributes
    ----------
    agent, node : str
        Who, and on which node.
    wanted : bool
        Whether the telephone shall be connected between calls, too.
    state, leg : str
        Of the telephone, and its channel.
    call : str
        Whom the agent talks with or is about to; empty: nobody.
    """

    agent: str
    node: str
    wanted: bool = False
    state: str = "empty"
    leg: str = ""
    call: str = ""


class Telephones(Protocol):
    """How a kind of telephone system is asked for the agents' telephones. Never blocks, never raises."""

    def call(self, desk: Desk) -> None:
        """Call the telephone of a desk, on the channel `desk.leg`."""
        ...

    def drop(self, node: str, agent: str, leg: str) -> None:
        """Hang up a channel to an agent's telephone."""
        ...


class Desks:
    """All agents' places.

    Parameters
    ----------
    section, names, clock, telephones
        The configuration, the ids, the run's clock, and how telephones are asked for.
    """

    def __init__(self, section: TrunkSection, names: Names, clock: Clock, telephones: Telephones) -> None:
        self._names, self._clock, self._telephones = names, clock, telephones
        self._home = section.nodes[0].name
        self.nailed_up = section.agents.legs == "nailed_up"
        self.of: dict[str, Desk] = {}

    def desk(self, agent: str, node: str) -> Desk:
        """Return an agent's desk on a node; an idle one moves there.

        Raises
        ------
        PortError
            When an agent's name cannot be dialled.
        """
        desk = self.of.get(agent)
        if desk is None or (desk.node != node and desk.state == "empty"):
            if not can_be_dialled(agent):
                raise PortError("an agent's name has signs that no telephone has", retryable=False)
            self._names.leg(agent, self._clock.now_ns())  # one that is too long is refused before anybody waits for it
            desk = self.of[agent] = Desk(agent, node, wanted=desk is not None and desk.wanted)
        return desk

    def present(self, agent: str, *, here: bool) -> None:
        """An agent is on duty or gone: with nailed-up legs the telephone is called now, or let go."""
        if here and self.nailed_up:
            desk = self.desk(agent, self._home)
            desk.wanted = True
            self.ring(desk)
        elif not here and (desk := self.of.get(agent)) is not None:
            desk.wanted = False
            self.let_go(desk)

    def ring(self, desk: Desk) -> None:
        """Call the telephone unless it is connected or called already."""
        if desk.state == "empty":
            desk.state, desk.leg = "calling", self._names.leg(desk.agent, self._clock.now_ns())
            self._telephones.call(desk)

    def let_go(self, desk: Desk) -> None:
        """Hang the telephone up."""
        if desk.state != "empty":
            self._telephones.drop(desk.node, desk.agent, desk.leg)

    def let_all_go(self) -> None:
        """Hang every telephone up."""
        for desk in self.of.values():
            self.let_go(desk)

    def leave(self, desk: Desk) -> None:
        """The conversation is over: the telephone is kept where telephones are kept, or let go."""
        desk.call = ""
        if not self.nailed_up:
            self.let_go(desk)

    def by_leg(self, leg: str) -> Desk | None:
        """Return the desk whose telephone this channel is."""
        desk = self.of.get(self._names.agent_of(leg) or "")
        return desk if desk is not None and desk.leg == leg and desk.state != "empty" else None
