"""The contract between Paceline and the agents' desktops.

Threading. Every method is called on the run's event loop; `report` must be called there too.

Ownership. The adapter owns its connections from `start` to `stop`. After `stop` it reports nothing; it can be
started again.

Start. On `start` the adapter announces the present state of every agent it knows, by the same events that a change
would cause (`AgentLoggedIn`, then `AgentReady` or nothing): start-up and restart are one case. `start` returns
without waiting for a far end that cannot be reached just now; it fails for one that can never be.

Acts. What an agent does is exactly one event, however often the far end tells it: logging in and out
(`AgentLoggedIn`, `AgentLoggedOut`), getting ready (`AgentReady`), a pause (`AgentPauseRequested`), a result
(`CallDispositioned`), an answer to an offer (`OfferAccepted`, `OfferSkipped`). The engine holds the agents' states and
decides what an act means; an adapter checks no more than that it is the agent's own to do. Events of one agent are
reported in the order in which they happened, each with the adapter's own reading of the run's clock.

Leaving. An agent whose next break or end of work is planned is announced a few minutes ahead (`AgentLeaveAnnounced`);
the pause itself is asked for when it is time (`AgentPauseRequested`). Desktops that know no plan announce nothing.

Campaigns. An agent logs in to campaigns of one pool; who cannot serve what the event names is told ``offline``.

Effects. `SetAgentState` names the state that the engine holds an agent to be in, and the call that it is about;
`OfferLead` and `WithdrawOffer` say what is on the screen. The newest counts, sending one again is harmless, and a
desktop that comes back is shown what it missed. `apply` returns once the adapter has taken the effect, never waits for
a desktop, and does nothing for agents whom nobody knows.

Call scripts. `ShowScreen` replaces the screen before; sending it again is harmless. It is a form with blanks: the
adapter asks an `AccountBook` for the fields that the form names and no others, at that moment, fills them in with
`strategies.script.machine.filled`, and keeps them nowhere. So a desktop has no fact of the debt before the person is
confirmed, and the journal never has one. Where the fact to compare is missing, `filled` leaves its button out. The
agent's answer goes back as `ScriptAnswered` with the state of the screen on which it was given; one on a screen that
has passed changes nothing. A screen with an `end` has no buttons: its disposition stands unless the agent says another
by `CallDispositioned`, which also carries a promise's amount or the time of a call back. A promise before the person is
confirmed is answered by the present state once more, with the reason why it is refused. When the agent's state is
neither ``in_call`` nor ``wrap`` the screen is taken away.

Claimed accounts. `CaseClaimed`, `CaseRenewed` and `CaseReturned` are what an agent asks for; each is answered by a
`SetLease`, which also comes when a lease ends by itself. It says what holds now, and sending it again is harmless.

Loss. A desktop that is gone without a word is reported as `AgentLoggedOut` by adapters that notice it: at once when
the agent is in no conversation, at the end of the conversation otherwise, because the person on the line has done
nothing to be cut off for. A desktop that is back before that was never gone.

Input. Whatever comes from outside gives events or is refused, counted and logged without its content; it never raises.

Errors. `PortError` from `start`; `retryable` tells whether trying again can help.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from dialer.core.effects import OfferLead, SetAgentState, SetLease, ShowScreen, WithdrawOffer
from dialer.ports.telephony import Report
from strategies.flow.transcript import Turn

DeskEffect = SetAgentState | OfferLead | WithdrawOffer | ShowScreen | SetLease

Shown = str | int | float | bool | None
"""A field's value on a screen; amounts and dates are texts."""


class ScreenPop(msgspec.Struct, frozen=True):
    """What an agent is shown about a lead: keyed references, and the fields that the configuration names.

    Attributes
    ----------
    agent : str
        Whose call or offer it is; empty as long as the call is nobody's.
    campaign, lead, person, account, segment : str
        Whom it is about, and why.
    attempt : int
        Which attempt this is, from 1; 0 for an offer.
    fields : dict
        By name; empty unless the configuration names fields.
    transcript : tuple of Turn
        What a robot has said in the call before, and how it was answered; empty where there was none.
    """

    agent: str
    campaign: str
    lead: str
    person: str
    account: str
    segment: str
    attempt: int
    fields: dict[str, Shown]
    transcript: tuple[Turn, ...] = ()


class ScreenPops(Protocol):
    """Knows what may be shown of a call or an offer; None for one that is over."""

    def of_call(self, call: str) -> ScreenPop | None:
        """Return what to show about a call that is not closed yet."""
        ...

    def of_offer(self, agent: str, lead: str) -> ScreenPop | None:
        """Return what to show about a lead that is offered to an agent."""
        ...


class PresenceCapabilities(msgspec.Struct, frozen=True):
    """What a presence adapter can do.

    Attributes
    ----------
    name : str
        The adapter's name in configurations.
    notices_loss : bool
        Whether it notices a desktop that is gone without a word.
    survives_restart : bool
        Whether its desktops go on while Paceline is down, and show on `start` what they were.
    takes_messages : bool
        Whether its far end speaks in messages, which may come twice, late, or be nonsense.
    """

    name: str
    notices_loss: bool
    survives_restart: bool
    takes_messages: bool


class Presence(Protocol):
    """Who is there, and what their desktops show; see the module's text for the contract."""

    @property
    def capabilities(self) -> PresenceCapabilities:
        """What this adapter can do."""
        ...

    async def start(self, report: Report) -> None:
        """Announce who is there, and send every change to `report` from now on."""
        ...

    async def apply(self, effect: DeskEffect) -> None:
        """Take one effect for an agent's desktop."""
        ...

    async def stop(self) -> None:
        """Let go of the desktops."""
        ...
