"""What the gate is asked and what it answers."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec


class Contact(msgspec.Struct, frozen=True):
    """One contact that somebody wants to make.

    Attributes
    ----------
    person, account, number, campaign : str
        Keyed references (never a name or a telephone number). They are the scopes of the counters.
    channel : str
        ``voice``, ``sms`` or ``email``.
    mode : str
        How it is made: ``agent`` (a person speaks) or ``robot``.
    purpose : str
        ``collections``, ``telemarketing`` or ``informational``.
    party : str
        Whom it reaches: ``debtor``, ``guarantor``, ``contact`` (an emergency contact).
    about : str
        The person who owes, where that is another than `person`. Who must not be contacted is not contacted
        through others either.
    agreed : bool
        Whether the person asked for this very contact, at this time.
    zones : tuple of str
        Every IANA time zone in which the party may be. Empty means unknown, and unknown denies.
    places : tuple of str
        Every place in which the party may be, as an ISO 3166 code: ``GB``, ``US-FL``, or ``US-NY-NYC`` for a
        city. Empty means unknown, and then the rules of every place bind.
    """

    person: str
    account: str
    number: str
    campaign: str
    zones: tuple[str, ...]
    channel: str = "voice"
    mode: str = "agent"
    purpose: str = "collections"
    party: str = "debtor"
    agreed: bool = False
    places: tuple[str, ...] = ()
    about: str = ""


Reach = Literal["none", "busy", "not_in_service", "ring", "machine", "message", "abandoned", "person", "conversation"]
"""How far a settled contact got.

``none``: it never left (the carrier refused it). ``busy`` and ``not_in_service``: the network said so.
``ring``: it rang out. ``machine``: a machine answered. ``message``: a message was left with a machine,
or a written one was sent. ``abandoned``: a person answered and nobody was there in time. ``person``: a
person answered, without a conversation. ``conversation``: a person was spoken to.
"""


class PastContact(msgspec.Struct, frozen=True, array_like=True):
    """A contact from before a run.

    `reach` and `ended_ns` are None where nobody knows what became of it. `inbound`: the person began it.
    """

    contact: Contact
    begun_ns: int
    ended_ns: int | None = None
    reach: Reach | None = None
    inbound: bool = False


Topic = Literal["calls", "messages", "robot", "hours", "frequency"]
"""What a person may agree to: being called, written to, called by a machine or a recording, contacted
outside of the hours, or more often than the caps."""

TOPICS: tuple[Topic, ...] = get_args(Topic)


class Consent(msgspec.Struct, frozen=True, order=True):
    """What a person has agreed to, and for how long.

    `person` is a keyed reference. `account` and `channel` narrow the consent to one debt or one channel;
    empty means all. `until_ns` is None when no end was agreed. `source` is the evidence, such as the
    reference of a recording.
    """

    person: str
    topic: Topic
    given_ns: int
    source: str
    until_ns: int | None = None
    account: str = ""
    channel: str = ""


Detail = Literal[
    "closed",
    "never",
    "unknown_zone",
    "holiday",
    "unpublished_year",
    "limit_reached",
    "locked_out",
    "no_consent",
    "still_reachable",
    "do_not_contact",
    "person_busy",
    "person_first",
]
"""Why a rule says no, as a key: the words are made when somebody reads them, in their language.

``closed``: outside of the hours. ``never``: the rule has no hours at all. ``holiday``: a public holiday.
``unpublished_year``: nobody has confirmed the holidays of this year. ``limit_reached``: as many contacts as the
rule allows. ``locked_out``: too soon after what starts the rule. ``no_consent``: the person has not agreed.
``still_reachable``: the person who owes has not been tried often enough in vain. ``person_busy``: another call to
the person is under way. ``person_first``: the person who owes comes first, and has not been missed as often as
the strategy asks for before somebody else is called.
"""


class Reason(msgspec.Struct, frozen=True):
    """One rule that says no.

    `rule` is its id, `source` what it cites, `detail` why; `until_ns` the first instant at which this
    rule would no longer deny, as far as is known now; ``None`` when waiting does not help
    (do-not-contact, unknown zone).
    """

    rule: str
    source: str
    detail: Detail
    until_ns: int | None


class Verdict(msgspec.Struct, frozen=True):
    """Allowed when `reasons` is empty; otherwise every failing rule, not only the first.

    `until_ns` is the next instant at which all rules would allow, ``None`` when none is known.
    `checked` counts the rules that applied. `warnings` are of rules that say no but do not bind: their
    source is unverified or in conflict, or their pack is on trial. They never deny.
    """

    checked: int
    reasons: tuple[Reason, ...] = ()
    until_ns: int | None = None
    warnings: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether no rule denies."""
        return not self.reasons
