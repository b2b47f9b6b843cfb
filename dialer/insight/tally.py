"""The figures of a run, folded from its entries one at a time: live, afterwards, and for metrics alike.

Every figure has its one definition here. Field terms differ between vendors, so each says what is
divided by what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from dialer.core.call import CONTACTS
from dialer.core.effects import AnyEffect, CloseAttempt, Defer, Pace, PlaceCall, PlayMessage, SetAgentState
from dialer.core.events import AnyEvent, CallAnswered, CallEnded, CallReported, LeadsAdded
from dialer.core.units import NS_PER_S

SAMPLE_NS = 60 * NS_PER_S
STATES = ("paused", "ready", "reserved", "in_call", "wrap")
"""States in which an agent is logged in, and therefore paid."""


def share(part: float, whole: float) -> float | None:
    """Return ``part / whole``, None when there is nothing to divide by."""
    return part / whole if whole else None


class Totals(NamedTuple):
    """What has added up over an interval. Only sums, so the difference of two is the interval between.

    Attributes
    ----------
    elapsed_s : float
        Length of the interval.
    paused_s, ready_s, reserved_s, in_call_s, wrap_s : float
        Agent-seconds in each state.
    line_s : float
        Line-seconds: calls placed and not over, integrated over time.
    placed : int
        Calls placed.
    connected : int
        Calls that a person or a machine picked up.
    answered : int
        Calls that a person answered, or something that nobody could tell from a person.
    abandoned : int
        Of these, calls for which there was no agent in time.
    transferred : int
        Persons who asked a robot for an agent, of attempts that are over.
    contacts : int
        Conversations with the person who owes or a guarantor (`dialer.core.call.CONTACTS`).
    promises, promised_cents : int
        Promises to pay, and their amount in hundredths of the currency.
    """

    elapsed_s: float
    paused_s: float
    ready_s: float
    reserved_s: float
    in_call_s: float
    wrap_s: float
    line_s: float
    placed: int
    connected: int
    answered: int
    abandoned: int
    transferred: int
    contacts: int
    promises: int
    promised_cents: int

    def since(self, earlier: Totals) -> Totals:
        """Return the totals of the interval from `earlier` to this instant."""
        return Totals._make(now - then for now, then in zip(self, earlier, strict=True))

    @property
    def paid_s(self) -> float:
        """Logged-in time of all agents, breaks included."""
        return self.productive_s + self.paused_s

    @property
    def productive_s(self) -> float:
        """Staffed time: logged in and not on a break (ready, reserved, in call, wrap)."""
        return self.ready_s + self.reserved_s + self.in_call_s + self.wrap_s

    def state_s(self, state: str) -> float:
        """Return the agent-seconds in one of `STATES`."""
        return getattr(self, f"{state}_s")

    @property
    def productive_share(self) -> float | None:
        """Productive time / paid time."""
        return share(self.productive_s, self.paid_s)

    @property
    def occupancy_share(self) -> float | None:
        """(in call + wrap) / productive time.

        An agent who is reserved listens to nobody: in progressive mode that is the wait for an answer.
        """
        return share(self.in_call_s + self.wrap_s, self.productive_s)

    @property
    def contacts_per_agent_hour(self) -> float | None:
        """Contacts / productive hours of agents; breaks do not count."""
        return share(self.contacts * 3600, self.productive_s)

    @property
    def promise_share(self) -> float | None:
        """Promises / contacts."""
        return share(self.promises, self.contacts)

    @property
    def abandon_share(self) -> float | None:
        """Abandoned / answered by a person: the regulators' definition (47 CFR 64.1200(a)(7))."""
        return share(self.abandoned, self.answered)

    @property
    def abandon_share_of_connected(self) -> float | None:
        """Abandoned / picked up by a person or a machine (`pacing.ShareOf`: ``connected``)."""
        return share(self.abandoned, self.connected)

    @property
    def abandon_share_of_placed(self) -> float | None:
        """Abandoned / calls placed: the smaller figure that some dialler reports show."""
        return share(self.abandoned, self.placed)


class Denial(msgspec.Struct):
    """How often one rule denied contact: `times` in all, to how many distinct `leads`."""

    source: str
    times: int = 0
    leads: set[str] = msgspec.field(default_factory=set)


class Tally:
    """An incremental fold over a journal's entries.

    Attributes
    ----------
    start_ns, t_ns : int
        Time of the first and of the latest entry; 0 before any.
    agents : Counter of str
        How many agents are in each state now.
    leads, leads_called : int
        Leads loaded, and leads that were called at least once.
    dispositions : Counter of str
        Finished attempts by how they ended. An attempt counts when its row of the dial log is written.
    denials : dict
        By rule.
    pace : dict
        The latest pacing decision of each campaign.
    samples : list of Totals
        The totals at the start and at every full minute since. Any curve is made of their differences.
    """

    def __init__(self) -> None:
        self.start_ns = self.t_ns = 0
        self.agents: Counter[str] = Counter()
        self.leads = self.leads_called = 0
        self.dispositions: Counter[str] = Counter()
        self.denials: dict[str, Denial] = {}
        self.pace: dict[str, Pace] = {}
        self.samples: list[Totals] = []
        self._placed = self._connected = self._answered = self._abandoned = self._transferred = 0
        self._contacts = self._promises = self._promised_cents = 0
        self._state_of: dict[str, str] = {}
        # An integral is kept as (sum of end times) - (sum of start times); those still open end now.
        self._state_ns = dict.fromkeys(STATES, 0)
        self._line_ns = 0
        self._up: set[str] = set()
        self._open: dict[str, str] = {}
        self._next_sample_ns = 0

    @property
    def lines(self) -> int:
        """Calls in existence now, from placement to the end of the call."""
        return len(self._up)

    def totals(self) -> Totals:
        """Return the totals from the first entry to the latest."""
        return self._totals_at(self.t_ns)

    def recent(self, minutes: int) -> Totals:
        """Return the totals of the last `minutes` full minutes and the minute that has begun."""
        total = self.totals()
        return total.since(self.samples[max(len(self.samples) - 1 - minutes, 0)]) if self.samples else total

    @property
    def launches_per_s(self) -> float:
        """Calls placed per second, over the last one to two minutes."""
        recent = self.recent(1)
        return share(recent.placed, recent.elapsed_s) or 0.0

    def take(self, event: AnyEvent, effects: Sequence[AnyEffect]) -> None:
        """Fold in one entry; entries must come in the journal's order."""
        t_ns = event.t_ns
        if t_ns >= self._next_sample_ns:
            self._sample(t_ns)
        self.t_ns = t_ns
        match event:
            case CallAnswered() if self._open.get(event.call) == "placed":
                self._connected += 1
                self._answered += event.by != "machine"
                self._open[event.call] = "answered" if event.by != "machine" else "machine"
            case CallEnded():
                self._line_over(event.call)
            case CallReported() if event.state == "gone":
                self._line_over(event.call)
            case LeadsAdded():
                self.leads += len(event.leads)
            case _:
                pass
        for effect in effects:
            match effect:
                case SetAgentState():
                    self._agent_moves(effect.agent, effect.state)
                case PlaceCall():
                    self._placed += 1
                    self.leads_called += effect.attempt == 1
                    self._open[effect.call] = "placed"
                    self._up.add(effect.call)
                    self._line_ns -= t_ns
                case CloseAttempt():
                    self._attempt_over(effect)
                case PlayMessage() if effect.purpose == "safe_harbour" and self._open.get(effect.call) == "answered":
                    self._abandoned += 1
                    self._open[effect.call] = "abandoned"
                case Defer():
                    self._denied(effect)
                case Pace():
                    self.pace[effect.campaign] = effect
                case _:
                    pass

    def _totals_at(self, t_ns: int) -> Totals:
        in_state = {state: (self._state_ns[state] + self.agents[state] * t_ns) / NS_PER_S for state in STATES}
        return Totals(
            elapsed_s=(t_ns - self.start_ns) / NS_PER_S,
            paused_s=in_state["paused"],
            ready_s=in_state["ready"],
            reserved_s=in_state["reserved"],
            in_call_s=in_state["in_call"],
            wrap_s=in_state["wrap"],
            line_s=(self._line_ns + len(self._up) * t_ns) / NS_PER_S,
            placed=self._placed,
            connected=self._connected,
            answered=self._answered,
            abandoned=self._abandoned,
            transferred=self._transferred,
            contacts=self._contacts,
            promises=self._promises,
            promised_cents=self._promised_cents,
        )

    def _sample(self, t_ns: int) -> None:
        if not self.samples:
            self.start_ns = self._next_sample_ns = t_ns
        while t_ns >= self._next_sample_ns:
            self.samples.append(self._totals_at(self._next_sample_ns))
            self._next_sample_ns += SAMPLE_NS

    def _agent_moves(self, agent: str, state: str) -> None:
        before = self._state_of.get(agent, "offline")
        if state == before:
            return
        self._state_of[agent] = state
        for which, sign in ((before, -1), (state, 1)):
            if which in self._state_ns:
                self.agents[which] += sign
                self._state_ns[which] -= sign * self.t_ns

    def _line_over(self, call: str) -> None:
        if call in self._up:
            self._up.remove(call)
            self._line_ns += self.t_ns

    def _attempt_over(self, row: CloseAttempt) -> None:
        self._line_over(row.call)
        stage = self._open.pop(row.call, "placed")
        # After a restart the row may know more than the events told.
        if stage == "placed" and row.answered_ns is not None:
            self._connected += 1
            self._answered += row.disposition != "machine"
        if stage != "abandoned" and row.disposition == "abandoned":
            self._abandoned += 1
        self.dispositions[row.disposition] += 1
        self._transferred += row.transfer_ns is not None
        if row.party == "contact":
            return  # a right-party contact is one with somebody who owes
        self._contacts += row.disposition in CONTACTS
        if row.disposition == "promise":
            self._promises += 1
            self._promised_cents += row.promise_cents or 0

    def _denied(self, effect: Defer) -> None:
        for reason in effect.reasons:
            denial = self.denials.setdefault(reason.rule, Denial(reason.source))
            denial.times += 1
            denial.leads.add(f"{effect.campaign}/{effect.lead}")
