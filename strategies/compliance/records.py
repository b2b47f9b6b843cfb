"""What the gate is asked and what it answers."""

from __future__ import annotations

from typing import Literal

import msgspec


class Contact(msgspec.Struct, frozen=True):
    """One contact that somebody wants to make.

    Attributes
    ----------
    person, account, number, campaign : str
        Keyed references (never a name or a telephone number). They are the scopes of the counters.
    channel : str
        ``voice`` now; messages later.
    mode : str
        How it is made: ``agent`` (a person speaks) or ``robot``.
    purpose : str
        ``collections``, ``telemarketing`` or ``informational``.
    party : str
        Whom it reaches: ``debtor``, ``guarantor``, ``contact`` (an emergency contact).
    agreed : bool
        Whether the person asked for this very contact, at this time.
    zones : tuple of str
        Every IANA time zone in which the party may be. Empty means unknown, and unknown denies.
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


Reach = Literal["none", "busy", "not_in_service", "ring", "machine", "abandoned", "person", "conversation"]
"""How far a settled contact got.

``none``: it never left (the carrier refused it). ``busy`` and ``not_in_service``: the network said so.
``ring``: it rang out. ``machine``: a machine answered. ``abandoned``: a person answered and nobody
was there in time. ``person``: a person answered, without a conversation. ``conversation``: a person
was spoken to.
"""


class Reason(msgspec.Struct, frozen=True):
    """One rule that says no.

    `rule` is its id, `source` what it cites, `detail` the count or hour that it saw, in words;
    `until_ns` the first instant at which this rule would no longer deny, as far as is known now;
    ``None`` when waiting does not help (do-not-contact, unknown zone).
    """

    rule: str
    source: str
    detail: str
    until_ns: int | None


class Verdict(msgspec.Struct, frozen=True):
    """Allowed when `reasons` is empty; otherwise every failing rule, not only the first.

    `until_ns` is the next instant at which all rules would allow, ``None`` when none is known.
    `checked` counts the rules that applied.
    """

    checked: int
    reasons: tuple[Reason, ...] = ()
    until_ns: int | None = None

    @property
    def allowed(self) -> bool:
        """Whether no rule denies."""
        return not self.reasons
