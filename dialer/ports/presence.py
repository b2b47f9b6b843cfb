"""The contract between Paceline and the agents' desktops.

On `start` the adapter announces the present state of every agent it knows, by the same events that a
change would cause (`AgentLoggedIn`, then `AgentReady` or nothing): start-up and restart are one case.

An agent whose next break or end of work is planned is announced a few minutes ahead (`AgentLeaveAnnounced`);
the pause itself is asked for when it is time (`AgentPauseRequested`). Desktops that know no plan announce nothing.

An agent logs in to campaigns of one pool; who cannot serve what the event names is told ``offline``.
`SetAgentState` names the state that the engine holds an agent to be in, and sending it again is
harmless. Events of one agent are reported in the order in which they happened.
"""

from __future__ import annotations

from typing import Protocol

from dialer.core.effects import OfferLead, SetAgentState, WithdrawOffer
from dialer.ports.telephony import Report

DeskEffect = SetAgentState | OfferLead | WithdrawOffer


class Presence(Protocol):
    """Who is there, and what their desktops show; see the module's text for the contract."""

    async def start(self, report: Report) -> None:
        """Announce who is there, and send every change to `report` from now on."""
        ...

    async def apply(self, effect: DeskEffect) -> None:
        """Carry out one effect on an agent's desktop."""
        ...

    async def stop(self) -> None:
        """Let go of the desktops."""
        ...
