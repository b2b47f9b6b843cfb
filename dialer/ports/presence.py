"""The contract between Paceline and the agents' desktops.

On `start` the adapter announces the present state of every agent it knows, by the same events that a
change would cause (`AgentLoggedIn`, then `AgentReady` or nothing): start-up and restart are one case.

An agent whose next break or end of work is planned is announced a few minutes ahead (`AgentLeaveAnnounced`);
the pause itself is asked for when it is time (`AgentPauseRequested`). Desktops that know no plan announce nothing.

An agent logs in to campaigns of one pool; who cannot serve what the event names is told ``offline``.
`SetAgentState` names the state that the engine holds an agent to be in, and sending it again is
harmless. Events of one agent are reported in the order in which they happened.

Call scripts. `ShowScreen` replaces the screen before; sending it again is harmless. It is a form with blanks: the
adapter asks an `AccountBook` for the fields that the form names and no others, at that moment, fills them in with
`strategies.script.machine.filled`, and keeps them nowhere. So a desktop has no fact of the debt before the person is
confirmed, and the journal never has one. Where the fact to compare is missing, `filled` leaves its button out. The
agent's answer goes back as `ScriptAnswered` with the state of the screen on which it was given; one on a screen that
has passed changes nothing. A screen with an `end` has no buttons: its disposition stands unless the agent says another
by `CallDispositioned`, which also carries a promise's amount or the time of a call back. When the agent's state is
neither ``in_call`` nor ``wrap`` the screen is taken away.

Claimed accounts. `CaseClaimed`, `CaseRenewed` and `CaseReturned` are what an agent asks for; each is answered by a
`SetLease`, which also comes when a lease ends by itself. It says what holds now, and sending it again is harmless.
"""

from __future__ import annotations

from typing import Protocol

from dialer.core.effects import OfferLead, SetAgentState, SetLease, ShowScreen, WithdrawOffer
from dialer.ports.telephony import Report

DeskEffect = SetAgentState | OfferLead | WithdrawOffer | ShowScreen | SetLease


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
