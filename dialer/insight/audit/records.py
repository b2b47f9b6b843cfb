"""What an audit is asked and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from strategies.compliance.rulebook import Party, Purpose

Standing = Literal["clean", "violated", "warned", "unknown", "not judged"]
"""How a rule stands after an audit. ``not judged``: a log does not show whether it was kept."""

Required = Literal["recording", "message", "identification"]


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the log does not say and whoever audits does.

    Attributes
    ----------
    purpose : str
        What campaigns are for that `purposes` does not name.
    purposes : mapping
        What campaigns are for, by name.
    party : str or None
        As whom persons were called, where the log does not say; None: nobody knows.
    zone : str
        The clock of days and months of the abandoned share, and of the report.
    required : frozenset of str
        What every contact's record must show: where the log does not say, it is unknown rather than left out.
    message_s : float
        An abandoned person who stayed this long must have heard the message to its end.
    tells_messages : bool or None
        Whether the log says of every message that it was heard; None: if it says so of one of its attempts.
    """

    purpose: Purpose = "collections"
    purposes: Mapping[str, Purpose] = {}
    party: Party | None = None
    zone: str = "UTC"
    required: frozenset[Required] = frozenset()
    message_s: float = 30.0
    tells_messages: bool | None = None


class RuleFinding(NamedTuple):
    """How one rule stands.

    `contacts` were judged. `violations` are contacts that the rule forbade when they were made, as far as was
    known then; of them, `counted` turned out to be what the rule counts (None where it counts nothing).
    `unknown` are contacts of which the log does not say enough, and `missing` what it does not say.
    """

    rule: str
    pack: str
    layer: str
    status: str
    source: str
    warns: bool
    standing: Standing
    contacts: int
    violations: int
    counted: int | None
    unknown: int
    missing: tuple[str, ...]


class AbandonFinding(NamedTuple):
    """The abandoned share of one campaign in one window, by one definition; `limit` None: for comparison only.

    `abandoned` and `of` are whole numbers unless the definition estimates them.
    """

    definition: str
    rule: str
    campaign: str
    clock: str
    grace_s: float
    window: str
    share_of: str
    window_from: str
    abandoned: float
    of: float
    limit: float | None
    over: bool
    warns: bool

    @property
    def share(self) -> float | None:
        """Abandoned / what the definition divides by."""
        return self.abandoned / self.of if self.of else None


class ZoneFinding(NamedTuple):
    """How many contacts a rule of hours forbade by the clock of one candidate zone.

    `only`: how many of them no other candidate zone forbade.
    """

    rule: str
    zone: str
    contacts: int
    only: int


class Audit(NamedTuple):
    """What an audit found. The contacts themselves are in the table ``evidence`` of its database."""

    attempts: int
    inbound: int
    first_us: int | None
    last_us: int | None
    rules: tuple[RuleFinding, ...]
    abandons: tuple[AbandonFinding, ...]
    zones: tuple[ZoneFinding, ...]

    @property
    def violations(self) -> int:
        """Contacts against rules that bind, and windows with too many abandoned calls."""
        contacts = sum(rule.violations for rule in self.rules if not rule.warns)
        return contacts + sum(one.over for one in self.abandons if not one.warns)

    @property
    def unknown(self) -> bool:
        """Whether a rule that binds could not be judged for want of data."""
        return any(rule.unknown for rule in self.rules if not rule.warns)

    @property
    def exit_code(self) -> int:
        """0 clean, 1 violations, 3 none found but not all is known."""
        return 1 if self.violations else 3 if self.unknown else 0
