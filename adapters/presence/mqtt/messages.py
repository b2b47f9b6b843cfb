"""Every message between desktops and engine, as it stands on the wire: one JSON object each.

The JSON Schemas and the AsyncAPI file are made from these records (`adapters.presence.mqtt.document`).
Instants are ISO 8601 with an offset, and an unknown key is refused: a misspelt one would lose a promise.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dialer.core.agent import AGENT
from dialer.core.call import AGENT_DISPOSITIONS
from dialer.core.events import snake_case
from dialer.ports.presence import Shown
from strategies.flow.transcript import Turn
from strategies.script.records import Choice, Fact

_END = r"(?![\s\S])"
"""The end of a text, in Python and in JSON Schema alike; a ``$`` of Python lets a last line feed pass."""

_PLAIN = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]"

NAME = rf"^[A-Za-z0-9][A-Za-z0-9_.@-]{{0,63}}{_END}"
"""Agents, campaigns, message ids and sessions: nothing that is a topic's separator or wildcard, and no control
character."""

NO_NUMBER = rf"(?![\s\S]*\+[0-9]{{4}})(?![0-9 ().-]{{7,}}{_END})"
"""What cannot be taken for a telephone number: nothing with a plus and digits, and not digits alone."""

Name = Annotated[str, Meta(pattern=NAME)]
Reference = Annotated[str, Meta(min_length=1, max_length=300, pattern=f"^{_PLAIN}+{_END}")]
Keyed = Annotated[str, Meta(min_length=1, max_length=300, pattern=f"^{NO_NUMBER}{_PLAIN}+{_END}")]
Reason = Annotated[str, Meta(max_length=100, pattern=f"^{_PLAIN}*{_END}")]
Instant = Annotated[dt.datetime, Meta(tz=True)]
Amount = Annotated[str, Meta(pattern=rf"^[0-9]{{1,12}}(\.[0-9]{{1,2}})?{_END}")]
Disposition = Annotated[str, Meta(extra_json_schema={"enum": list(AGENT_DISPOSITIONS)})]
State = Annotated[str, Meta(extra_json_schema={"enum": sorted(AGENT.states)})]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message."""


# From a desktop: who is there ------------------------------------------------------------------------


class Here(Message, frozen=True, tag_field="state", tag="here"):
    """An agent's desktop is there and the agent logged in; said again whenever the engine says that it is up.

    `session` names this start of the desktop. `ready`: the agent has said ready in this session, the state last shown
    was ready or reserved, and the engine was not away for more than five minutes; so nobody need press anything after
    a restart of the engine. `via`: the ACD that speaks for this desktop, if one does. `language`: in which call scripts
    are shown, if they have it. `skills`: what the agent can do, for accounts that need it.
    """

    session: Name
    campaigns: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=64)]
    ready: bool = False
    via: Name | None = None
    language: Literal["", "en", "zh"] = ""
    skills: Annotated[tuple[Name, ...], Meta(max_length=64)] = ()


class Gone(Message, frozen=True, tag_field="state", tag="gone"):
    """The agent logs out, whatever they are doing."""

    session: Name


class Lost(Message, frozen=True, tag_field="state", tag="lost"):
    """The last will of a desktop's connection, which the broker publishes when the desktop is gone without a word."""

    session: Name


Presence = Here | Gone | Lost


# From an ACD that speaks for many desktops -----------------------------------------------------------


class AcdLost(Message, frozen=True, tag_field="state", tag="lost"):
    """The last will of an ACD's connection: every desktop that it speaks for is lost."""


# From a desktop: what the agent does -----------------------------------------------------------------


class Act(Message, frozen=True, tag_field="do", tag=snake_case):
    """Something that an agent does. `id` is the desktop's own for it: the same id twice is one act."""

    id: Name


class Ready(Act, frozen=True):
    """The agent can take a call; in wrap: the wrap is finished."""


class Pause(Act, frozen=True):
    """The agent wants a pause: at once when idle, after the call and its wrap otherwise."""

    reason: Reason = ""


class Leave(Act, frozen=True):
    """The agent will leave at `at`, for a break or for home; null takes that back."""

    at: Instant | None


class Accept(Act, frozen=True):
    """The agent wants the lead that is offered dialled."""

    lead: Reference


class Skip(Act, frozen=True):
    """The agent passes on the lead that is offered."""

    lead: Reference
    reason: Reason = ""


class Promise(Message, frozen=True):
    """What was promised: an amount in the account's currency, and the day on which it is to be paid."""

    amount: Amount
    due: dt.date


class Result(Act, frozen=True):
    """How the conversation ended. `callback_at` belongs to callback, `promise` to promise."""

    call: Reference
    disposition: Disposition
    callback_at: Instant | None = None
    promise: Promise | None = None


class Transfer(Act, frozen=True):
    """Somebody outside shall take the conversation over: `to` is one of the names that the configuration gives them."""

    call: Reference
    to: Name


class Answer(Act, frozen=True):
    """The agent pressed a button of the call script's screen: `answer`, on the screen of `state`."""

    call: Reference
    state: Reference
    answer: Reference


class Claim(Act, frozen=True):
    """The agent claims an account; without `account`, the most valuable one that is open."""

    account: Reference | None = None


class Renew(Act, frozen=True):
    """The agent wants to keep an account that they hold for another lease from now."""

    account: Reference


class Return(Act, frozen=True):
    """The agent gives an account back."""

    account: Reference


AnyAct = Ready | Pause | Leave | Accept | Skip | Result | Transfer | Answer | Claim | Renew | Return


# From the engine -------------------------------------------------------------------------------------


class Up(Message, frozen=True, tag_field="state", tag="up"):
    """The engine is there: every desktop says who is there (`here`), and says it again for every other session."""

    session: Name


class Down(Message, frozen=True, tag_field="state", tag="down"):
    """The engine has stopped or is lost; acts wait for it at the broker."""

    session: Name


Status = Up | Down


class Standing(Message, frozen=True):
    """The state that the engine holds the agent to be in, and the call that it is about."""

    state: State
    reason: str
    call: str | None
    at: Instant


class Pop(Message, frozen=True):
    """What to show about a call: keyed references, and the fields that the engine's configuration names.

    `fields` is empty where a call script leads the call, which says itself what may be seen and when, and where the
    call is to somebody without a part in the debt. `transcript`: what a robot has said in the call before, and the keys
    or the intent that answered it; ``?`` for words that it did not understand.
    """

    call: str
    campaign: str
    lead: str
    person: str
    account: str
    segment: str
    attempt: int
    fields: dict[str, Shown]
    transcript: tuple[Turn, ...]


class Offer(Message, frozen=True):
    """A lead for the agent to accept or skip before `until`."""

    lead: str
    until: Instant
    campaign: str
    person: str
    account: str
    segment: str
    attempt: int
    fields: dict[str, Shown]


class Screen(Message, frozen=True):
    """The call script's screen, in place of the one before; it goes when `state` is neither in_call nor wrap.

    `say` is read out; `compare` is what the person's answer is compared with, `facts` is what else is shown, and
    `choices` are the buttons. `end`: the result that stands unless the agent says another one.
    """

    call: str
    script: str
    state: str
    language: str
    confirmed: bool
    say: str
    compare: Fact | None
    facts: tuple[Fact, ...]
    choices: tuple[Choice, ...]
    end: str | None


class Lease(Message, frozen=True):
    """Until when the agent holds an account (excluded); null: not, and `reason` says why."""

    account: str
    until: Instant | None
    reason: str


class Withdrawn(Message, frozen=True):
    """The offer of this lead is no longer open."""

    lead: str
    reason: str


class Refused(Message, frozen=True):
    """A message of this desktop was not understood or not allowed. `id`: of the act, where it could be read."""

    reason: str
    id: str | None = None


# From call quality: what a team lead should know now -------------------------------------------------


class Alert(Message, frozen=True):
    """A violation was found in what the agent said in a call.

    `id` is the same whenever this violation is told again. `call` is the call's keyed reference and no telephone
    number, `team` the agent's, where it is known. `violation` is its kind, `phrase` the phrase of the pack that was
    found and nothing of what stood around it; `from_s` is when the turn began, in seconds after the connection. `at` is
    when the violation was found.
    """

    id: Name
    call: Keyed
    violation: Name
    at: Instant
    team: Keyed | None = None
    phrase: Reason = ""
    from_s: float | None = None
