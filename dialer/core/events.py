"""Everything that can happen to the kernel. An event is a fact with its time; it is never a wish.

Events of one instant are taken in the order of `dialer.core.order`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from dialer.core.lead import Lead
from strategies.compliance.records import PastContact, Topic


def snake_case(name: str) -> str:
    """Return the tag of a record type: its name in lower case with underscores."""
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


class Event(msgspec.Struct, frozen=True, gc=False, tag_field="kind", tag=snake_case):
    """A fact. `t_ns`: when it happened, on the run's clock."""

    t_ns: int


# The run itself ------------------------------------------------------------------------------------


class EngineStarted(Event, frozen=True):
    """The engine is up. `recovered`: it has a past, so what still exists must be asked anew."""

    recovered: bool


class DrainRequested(Event, frozen=True):
    """No new calls; calls in progress finish."""


class HangUpAllRequested(Event, frozen=True):
    """End every call now."""


class CampaignPauseRequested(Event, frozen=True):
    """Stop launching calls of this campaign."""

    campaign: str


class CampaignResumeRequested(Event, frozen=True):
    """Launch again."""

    campaign: str


class SuppressionAdded(Event, frozen=True):
    """Somebody must not be contacted any more.

    `scope` is ``person``, ``account`` or ``number``; `key` the reference in that scope; `source` who said so;
    `channel` the one that is stopped, empty for all. `since_ns`: when it was said, where that was before.
    """

    scope: Literal["person", "account", "number"]
    key: str
    source: str
    channel: str = ""
    since_ns: int | None = None


class ContactReceived(Event, frozen=True):
    """A person called or wrote: no contact of ours, and yet rules count it.

    `reach` is ``conversation`` for a call with an agent, ``message`` for what was written or recorded. `source`:
    who took it down.
    """

    person: str
    account: str
    channel: str
    reach: Literal["message", "person", "conversation"]
    source: str = ""


class ContactsRemembered(Event, frozen=True):
    """Contacts from before the run, for the rules that count them. `last`: there are no more."""

    contacts: tuple[PastContact, ...]
    last: bool = False


class ConsentGiven(Event, frozen=True):
    """A person agreed to `topic`; see `strategies.compliance.records.Consent`. `source` is the evidence.

    `given_ns`: when, where that was before.
    """

    person: str
    topic: Topic
    source: str
    until_ns: int | None = None
    account: str = ""
    channel: str = ""
    given_ns: int | None = None


class ConsentWithdrawn(Event, frozen=True):
    """A person no longer agrees to `topic`, by `channel` or, when it is empty, by any. `source`: who said so."""

    person: str
    topic: Topic
    channel: str = ""
    source: str = ""


class PortChanged(Event, frozen=True):
    """A port to the outside went down or came back. While telephony is down nothing is launched."""

    port: str
    up: bool


# Leads ---------------------------------------------------------------------------------------------


class LeadsAdded(Event, frozen=True):
    """Leads for a campaign, in order of preference within their priority. A known id is ignored.

    `plan` names the plan that they belong to. The first leads of another plan replace the old one: what is
    left of it is not dialled any more.
    """

    campaign: str
    leads: tuple[Lead, ...]
    plan: str = ""


# Agents --------------------------------------------------------------------------------------------


class AgentLoggedIn(Event, frozen=True):
    """An agent joined the floor of some campaigns, the preferred one first; paused until the agent says ready.

    `language`: the desktop's, for call scripts; empty where nobody knows. `skills`: for accounts that need some.
    """

    agent: str
    campaigns: tuple[str, ...]
    language: Literal["", "en", "zh"] = ""
    skills: tuple[str, ...] = ()


class AgentLoggedOut(Event, frozen=True):
    """An agent is gone, whatever they were doing."""

    agent: str


class AgentReady(Event, frozen=True):
    """An agent can take a call. In wrap: wrap is finished."""

    agent: str


class AgentPauseRequested(Event, frozen=True):
    """An agent wants a pause: at once when idle, after the call and its wrap otherwise."""

    agent: str
    reason: str


class AgentLeaveAnnounced(Event, frozen=True):
    """An agent will leave at `at_ns`, for a break or for home; the pause itself is asked for then.

    The newest word counts; `at_ns` None takes it back.
    """

    agent: str
    at_ns: int | None


class OfferAccepted(Event, frozen=True):
    """Preview: the agent wants this lead dialled."""

    agent: str
    lead: str


class OfferSkipped(Event, frozen=True):
    """Preview: the agent passes on this lead."""

    agent: str
    lead: str
    reason: str


class CaseClaimed(Event, frozen=True):
    """An agent claims an account, or the most valuable open one when `account` is empty."""

    agent: str
    account: str = ""


class CaseRenewed(Event, frozen=True):
    """An agent wants to keep a claimed account for another lease from now."""

    agent: str
    account: str


class CaseReturned(Event, frozen=True):
    """An agent gives a claimed account back."""

    agent: str
    account: str


class ScriptAnswered(Event, frozen=True):
    """An agent pressed `answer` on the screen of the script's `state`; see `ShowScreen`."""

    call: str
    state: str
    answer: str


class CallDispositioned(Event, frozen=True):
    """An agent (or a robot) says how the conversation ended.

    `disposition`: see `dialer.core.call.DISPOSITIONS`. `callback_ns`: for ``callback``, when.
    `promise_cents`: for ``promise``, how much was promised, in hundredths of the currency; `promise_due`: the day
    on which it is to be paid, as ISO 8601 writes it.
    """

    call: str
    disposition: str
    callback_ns: int | None = None
    promise_cents: int | None = None
    promise_due: str | None = None


class HandOverRequested(Event, frozen=True):
    """An agent wants somebody outside to take the call: `to` is a name of the telephony's configuration."""

    call: str
    to: str


# Calls ---------------------------------------------------------------------------------------------


class CallRinging(Event, frozen=True):
    """The far end rings."""

    call: str


class CallAnswered(Event, frozen=True):
    """The far end picked up. ``unknown`` is treated as a person: nobody is kept waiting by a guess.

    `picked_up_ns`: when, where it took the carrier until now to tell a person from a machine by the greeting.
    """

    call: str
    by: Literal["person", "machine", "unknown"]
    picked_up_ns: int | None = None


class CallBridged(Event, frozen=True):
    """The person and the agent hear each other."""

    call: str
    agent: str


class BridgeFailed(Event, frozen=True):
    """The agent's telephone could not be connected; the person is still on the line."""

    call: str
    agent: str


class HandOverFailed(Event, frozen=True):
    """Nobody outside took the call; the person and the agent are still connected.

    `reason`: one of `dialer.core.call.CAUSES`, or ``no_destination`` for a name that the telephony does not know.
    """

    call: str
    reason: str


class CallRecorded(Event, frozen=True):
    """A recording of the conversation has begun. `recording`: the telephone system's reference of it."""

    call: str
    recording: str


class KeyPressed(Event, frozen=True):
    """The person pressed a key: ``0`` to ``9``, ``*`` or ``#``."""

    call: str
    key: str


class IntentHeard(Event, frozen=True):
    """The person said something to a text of the robot's flow (`message`); `intent`: what it means, empty: unknown."""

    call: str
    message: str
    intent: str


class CallEnded(Event, frozen=True):
    """The call is over. `cause`: see `dialer.core.call.CAUSES`."""

    call: str
    cause: str


class CallReported(Event, frozen=True):
    """What a port answered when it was asked whether a call still exists.

    ``gone``: the carrier does not know it. `agent`: whom it is bridged to, for ``bridged``.
    """

    call: str
    state: Literal["ringing", "answered", "bridged", "gone"]
    agent: str | None = None


class MessageFinished(Event, frozen=True):
    """A recorded message was played to its end."""

    call: str


class TransferRequested(Event, frozen=True):
    """The person whom a robot answered asks for an agent; the robot is silent from now on."""

    call: str


# Time ----------------------------------------------------------------------------------------------


class TimerFired(Event, frozen=True):
    """A timer that the kernel set is due. Stale ones (another `due_ns` now) are ignored."""

    timer: str
    due_ns: int


AnyEvent = (
    EngineStarted
    | DrainRequested
    | HangUpAllRequested
    | CampaignPauseRequested
    | CampaignResumeRequested
    | SuppressionAdded
    | ContactReceived
    | ContactsRemembered
    | ConsentGiven
    | ConsentWithdrawn
    | PortChanged
    | LeadsAdded
    | AgentLoggedIn
    | AgentLoggedOut
    | AgentReady
    | AgentPauseRequested
    | AgentLeaveAnnounced
    | OfferAccepted
    | OfferSkipped
    | CaseClaimed
    | CaseRenewed
    | CaseReturned
    | ScriptAnswered
    | HandOverRequested
    | CallDispositioned
    | CallRinging
    | CallAnswered
    | CallBridged
    | BridgeFailed
    | HandOverFailed
    | CallRecorded
    | KeyPressed
    | IntentHeard
    | CallEnded
    | CallReported
    | MessageFinished
    | TransferRequested
    | TimerFired
)
