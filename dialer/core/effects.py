"""Everything that the kernel can want done. Effects leave the process only after their entry is durable.

Sending one twice is harmless: a call's id is the key of its placement, and every other effect names
the state that it wants rather than a step towards it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from dialer.core.events import snake_case
from strategies.compliance.records import Reason
from strategies.compliance.rulebook import Party
from strategies.script.records import Form


class Effect(msgspec.Struct, frozen=True, gc=False, tag_field="kind", tag=snake_case):
    """Something to be done."""


class Why(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Why this lead was chosen.

    Attributes
    ----------
    segment : str
        The lead's group in the strategy.
    priority : int
        Its priority; higher goes first.
    attempt : int
        Which attempt this is, from 1.
    after : str
        The disposition of the attempt before, empty at the first.
    rules : int
        How many compliance rules were checked and allowed it.
    warned : tuple of str
        Ids of the rules that said no and do not bind.
    party : str
        Who is reached: ``debtor``, ``guarantor`` or ``contact``.
    failed_attempts : int
        Where it is another party than the debtor: attempts at the debtor that failed before.
    """

    segment: str
    priority: int
    attempt: int
    after: str
    rules: int
    warned: tuple[str, ...] = ()
    party: Party = "debtor"
    failed_attempts: int = 0


class Pace(Effect, frozen=True):
    """The pacing decision behind the placements that follow it in its entry, in the policy's own terms.

    `ledger`: whose abandon budget was the tightest, see `pacing.records.PacingDecision`.
    """

    campaign: str
    policy: str
    launch: int
    clamp: str
    terms: dict[str, float]
    ledger: str = ""


class PlaceCall(Effect, frozen=True):
    """Dial. `number` is a keyed reference; `agent` is set when the call belongs to one agent."""

    call: str
    campaign: str
    lead: str
    person: str
    number: str
    attempt: int
    ring_timeout_s: float
    agent: str | None
    why: Why


class Bridge(Effect, frozen=True, omit_defaults=True):
    """Connect an answered call to an agent. `whisper`: a recording that only the agent hears as it begins."""

    call: str
    agent: str
    whisper: str = ""


class HandOver(Effect, frozen=True):
    """Let somebody outside take a conversation over: `to` is a name of the telephony's configuration."""

    call: str
    to: str


class PlayMessage(Effect, frozen=True):
    """Play a recorded message on an answered call, and report when it is finished.

    `purpose`: ``safe_harbour`` for an abandoned call, ``robot`` for a robot campaign, ``robot_then_human``
    for a robot that can be asked for an agent (`TransferRequested`), and then does not finish. ``flow``: one text of
    a call flow, which `strategies.flow.records.Prompt` names.
    """

    call: str
    message: str
    purpose: Literal["safe_harbour", "robot", "robot_then_human", "flow"]


class StopMessage(Effect, frozen=True):
    """Stop the message that plays on a call; it does not finish."""

    call: str


class RecordPerson(Effect, frozen=True):
    """Record what the person says from now on, until the next message, the end of the call, or for `limit_s`."""

    call: str
    limit_s: float


class HangUp(Effect, frozen=True):
    """End a call. Nothing happens when it is already over."""

    call: str
    reason: str


class OfferLead(Effect, frozen=True):
    """Preview: show a lead to an agent, who accepts or skips it before `until_ns`."""

    agent: str
    lead: str
    until_ns: int
    why: Why


class WithdrawOffer(Effect, frozen=True):
    """Preview: the offer is no longer open."""

    agent: str
    lead: str
    reason: str


class SetAgentState(Effect, frozen=True):
    """Tell the agent's desktop what state the agent is in now, and why.

    `call`: in a call and in wrap, which one; before, the one that the agent is promised to, where there is one.
    """

    agent: str
    state: str
    reason: str
    call: str | None = None


class SetLease(Effect, frozen=True):
    """Tell an agent's desktop until when the agent holds an account (excluded); None: not, and `reason` says why.

    ``unknown``, ``closed``, ``taken``, ``skill``, ``limit`` and ``nothing`` answer a claim, see
    `strategies.assignment.leases.Refusal`; ``not held`` a wish to renew or give back. A lease ends by ``expired``,
    ``returned`` or ``done``: the account needs no more calls.
    """

    agent: str
    account: str
    until_ns: int | None
    reason: str


class ShowScreen(Effect, frozen=True):
    """Show a screen of the call's script on the agent's desktop, in place of the one before.

    `screen` has blanks where fields of `account`, a keyed reference, go.
    """

    agent: str
    call: str
    account: str
    screen: Form


class SetTimer(Effect, frozen=True):
    """Send `TimerFired(timer, due_ns)` at `due_ns`. Setting a timer again replaces it."""

    timer: str
    due_ns: int


class Defer(Effect, frozen=True):
    """A lead is denied. `until_ns` is when it is looked at again, None when never or when that is not known."""

    campaign: str
    lead: str
    reasons: tuple[Reason, ...]
    until_ns: int | None


class CloseAttempt(Effect, frozen=True, omit_defaults=True):
    """The record of one finished attempt: one row of the dial log.

    Times are None for what never happened. `transfer_ns`: the robot was asked for an agent. `next_ns`:
    when the lead is due again, None when closed. `party`: who was called; `person` is a key of theirs.
    `recording`: the reference of the conversation's recording.
    """

    call: str
    campaign: str
    lead: str
    person: str
    account: str
    segment: str
    attempt: int
    disposition: str
    agent: str | None
    placed_ns: int
    ringing_ns: int | None
    answered_ns: int | None
    transfer_ns: int | None
    bridged_ns: int | None
    ended_ns: int | None
    promise_cents: int | None
    next_ns: int | None
    party: Party = "debtor"
    recording: str | None = None
    promise_due: str | None = None


class Reconcile(Effect, frozen=True):
    """Ask the carrier which of these calls still exist; each answer returns as `CallReported`."""

    calls: tuple[str, ...]


AnyEffect = (
    Pace
    | PlaceCall
    | Bridge
    | HandOver
    | PlayMessage
    | StopMessage
    | RecordPerson
    | HangUp
    | OfferLead
    | WithdrawOffer
    | SetAgentState
    | SetLease
    | ShowScreen
    | SetTimer
    | Defer
    | CloseAttempt
    | Reconcile
)
