"""What a pacer is told, what it is asked, and what it answers.

Plain named tuples: an embedder in another dialler needs nothing else. Times are seconds on any
steady clock (`t_s`), shares are between 0 and 1, counts are whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple


class Launched(NamedTuple):
    """A call left for the carrier.

    Attributes
    ----------
    answer_share : float
        The chance that a person answers it, as far as is known of this lead alone.
    segment : str
        The group that the lead belongs to; empty when there is none.
    attempt : int
        1 for the lead's first one.
    hour : int
        Hour of the week where the person is, 0 to 167 from Monday midnight on; -1 when it is not known.
    """

    t_s: float
    call: str
    answer_share: float
    segment: str = ""
    attempt: int = 1
    hour: int = -1


class Answered(NamedTuple):
    """The call was picked up, by a person or (`by_person` false) by a machine."""

    t_s: float
    call: str
    by_person: bool


class Transferred(NamedTuple):
    """A person whom a robot answered asked for an agent."""

    t_s: float
    call: str


class Connected(NamedTuple):
    """An answered call reached its agent (or its robot) in time."""

    t_s: float
    call: str


class Abandoned(NamedTuple):
    """A person answered, or was to be transferred, and nobody was there in time."""

    t_s: float
    call: str


EndedBy = Literal["far end", "trunk", "us"]
"""Who ended a call that nobody had answered."""


class Ended(NamedTuple):
    """The call is over, however it went; its line is free again.

    `by` counts for a call that nobody answered: the ``far end`` did not want or rang out, the ``trunk`` had no
    room or failed, or it was ``us`` who hung up. Only the first says something about people.
    """

    t_s: float
    call: str
    by: EndedBy = "far end"


EVERYBODY = "*"
"""In the place of a campaign's name: all campaigns together that share agents."""

Observation = Launched | Answered | Transferred | Connected | Abandoned | Ended


class Leaving(NamedTuple):
    """Agents who are about to leave: for a break, for home, for another campaign.

    An agent who talks or wraps up then leaves when that is over. `in_s` is 0 for those of them who leave
    as soon as they can.
    """

    in_s: float
    idle: int = 0
    talking: int = 0
    wrapping: int = 0


class PacingInput(NamedTuple):
    """The floor at the instant of a decision.

    Attributes
    ----------
    t_s : float
        Now, in seconds.
    idle : int
        Agents who could take a call this instant and are promised to none.
    reserved : int
        Agents promised to a call that rings or is being connected.
    busy : int
        Agents talking or in wrap.
    in_flight : int
        Calls placed, neither answered nor ended, that no agent is promised to; and those with a robot, if it may
        be asked for an agent.
    waiting : int
        Persons who answered, or whom a robot transfers, with no agent yet.
    lines_free : int
        Lines the trunk still has for this campaign.
    wrapping : int
        Those of `busy` who have no call any more and wrap up.
    leaving : tuple of Leaving
        Those of `idle` and `busy` of whom it is known that they leave, each once.
    closes_in_s : float | None
        Seconds until nobody will be there any more, the end of the shift or of the campaign; None: not known.
    horizon_s : float
        How long after its launch a call may still find an agent missing: ring time and grace. Policies that
        learn how long it rings look at the chances within it.
    """

    t_s: float
    idle: int
    reserved: int
    busy: int
    in_flight: int
    waiting: int
    lines_free: int
    wrapping: int = 0
    leaving: tuple[Leaving, ...] = ()
    closes_in_s: float | None = None
    horizon_s: float = 28.0

    @property
    def staying(self) -> int:
        """Those of `idle` who will still be there at the end of the horizon."""
        return self.idle - sum(some.idle for some in self.leaving if some.in_s < self.horizon_s)

    @property
    def talking_on(self) -> int:
        """Those of `busy` who talk and will still be there at the end of the horizon."""
        return self.busy - self.wrapping - sum(some.talking for some in self.leaving if some.in_s < self.horizon_s)

    @property
    def wrapping_on(self) -> int:
        """Those of `wrapping` who will still be there at the end of the horizon."""
        return self.wrapping - sum(some.wrapping for some in self.leaving if some.in_s < self.horizon_s)


class PacingDecision(NamedTuple):
    """How many calls to place now, and why.

    Attributes
    ----------
    launch : int
        Calls to place now, at least 0.
    clamp : str
        The limit that bound: ``policy`` (nothing cut the proposal), ``guard`` (abandon budget),
        ``closing`` (an answer might come when nobody is there any more), ``lines``, or ``rate`` (calls per second).
    terms : Mapping[str, float]
        The numbers of the formula, by name; small, and the same names at every decision.
    review_s : float | None
        Ask again after this many seconds even if nothing happens; ``None``: only after an event.
    ledger : str
        Whose abandon budget was the tightest: empty, its own; the name of another campaign that shares the
        agents; or `EVERYBODY`, all of them together.
    """

    launch: int
    clamp: str
    terms: Mapping[str, float]
    review_s: float | None = None
    ledger: str = ""
