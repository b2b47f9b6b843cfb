"""A lead: one account to be worked by a campaign, and where it stands.

The kernel knows no name and no telephone number: `endpoints` are keyed references that an adapter
resolves at the last moment.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from dialer.core.machine import Machine
from strategies.compliance.rulebook import Party

LEAD = Machine(
    "lead",
    "queued",
    {
        ("queued", "offer"): "offered",
        ("queued", "place"): "dialling",
        ("queued", "deny"): "deferred",
        ("queued", "hold"): "held",
        ("queued", "close"): "closed",
        ("offered", "place"): "dialling",
        ("offered", "deny"): "deferred",
        ("offered", "skip"): "deferred",
        ("offered", "hold"): "held",
        ("offered", "close"): "closed",
        ("dialling", "retry"): "deferred",
        ("dialling", "close"): "closed",
        ("deferred", "due"): "queued",
        ("deferred", "close"): "closed",
        ("held", "due"): "queued",
        ("held", "close"): "closed",
    },
)


class Assigned(msgspec.Struct, frozen=True, gc=False):
    """Whose a lead is, where not any agent may have it.

    Attributes
    ----------
    way : str
        ``prefer``: `agent` has it when free, else whoever is. ``require``: it is called for `agent` alone, and for
        nobody when that is empty. ``grab``: it is called for the agent who has claimed its account.
    agent : str
        To whom it was dispatched.
    value : float
        What it is worth to claim it.
    needs : tuple of str
        The skills that whoever claims it must have.
    """

    way: Literal["prefer", "require", "grab"]
    agent: str = ""
    value: float = 0.0
    needs: tuple[str, ...] = ()


class Lead(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What a campaign is given to work with.

    Attributes
    ----------
    id : str
        Unique within the campaign.
    person, account : str
        Keyed references: whom it is about, and which debt.
    segment : str
        The group that the strategy put it in.
    priority : int
        0 to 65535; higher goes first.
    endpoints : tuple of str
        Keyed references of the numbers to try, best first.
    zones : tuple of str
        Every IANA time zone in which the person may be; empty means unknown, which denies contact.
    answer_share : float
        The chance that a person answers one attempt, as far as is known before the shift.
    places : tuple of str
        Every place in which the person may be, as ISO 3166 codes; empty means unknown, and the rules of every
        place bind.
    party : str
        Whom it reaches: ``debtor``, ``guarantor`` or ``contact`` (an emergency contact).
    about : str
        The person who owes, where `person` is another party; empty otherwise.
    after : int
        Another party's: how many attempts at the person must have failed before, see `dialer.core.parties`.
    failed_attempts : int
        Attempts at the person that had failed when this was planned, since the person was last reached.
    step : str
        The step of the strategy that it is called for; it may have rules of its own (`StepSettings`).
    assigned : Assigned | None
        Whose it is; None: anybody's.
    """

    id: str
    person: str
    account: str
    segment: str
    priority: int
    endpoints: tuple[str, ...]
    zones: tuple[str, ...]
    answer_share: float = 0.2
    places: tuple[str, ...] = ()
    party: Party = "debtor"
    about: str = ""
    after: int = 0
    failed_attempts: int = 0
    step: str = ""
    assigned: Assigned | None = None


class LeadStatus(msgspec.Struct, gc=False):
    """Where a touched lead stands. A lead that was never touched has none and is ``queued``.

    Attributes
    ----------
    state : str
        A state of `LEAD`.
    attempts : int
        Calls placed so far.
    endpoint : int
        Index of the endpoint to try next.
    last : str
        Disposition of the last attempt, empty before the first.
    tally : dict
        How often each disposition has happened.
    dead : tuple of int
        Endpoints that are of no use: not in service, or somebody else's.
    callback : bool
        The next attempt was asked for by the person, and goes before all others.
    """

    state: str = LEAD.initial
    attempts: int = 0
    endpoint: int = 0
    last: str = ""
    tally: dict[str, int] = {}
    dead: tuple[int, ...] = ()
    callback: bool = False
