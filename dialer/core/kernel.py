"""The kernel: one event in, its effects out. Pure: no clock, no chance, no waiting, no output.

The same sequence of events gives the same effects, whoever drives it: the live runtime, the
simulator, or a replay.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

import msgspec

import pacing
from dialer.core import leasing, placing, scripting, talking
from dialer.core.effects import AnyEffect
from dialer.core.errors import InvariantError
from dialer.core.events import AnyEvent, ConsentGiven, ContactsRemembered, LeadsAdded, SuppressionAdded
from dialer.core.handlers import HANDLERS, consent_of
from dialer.core.lead import Lead
from dialer.core.selection import BookState, LeadBook
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.state import Floor, MakePacer, State
from strategies.assignment.leases import LeasesState
from strategies.compliance.gate import Gate
from strategies.flow.transcript import Turn, transcript


def pacer_of(campaign: CampaignSettings) -> pacing.Pacer:
    """Return the pacer that a campaign's settings name."""
    guard = {
        "abandon_limit_share": campaign.abandon_limit_share,
        "abandon_share_of": campaign.abandon_share_of,
        "abandon_window_s": campaign.abandon_window_s,
        "abandon_windows": campaign.abandon_windows,
        "shift_s": campaign.shift_s,
        "detection_false_positive_share": campaign.detection_false_positive_share,
        "calls_per_s": campaign.calls_per_s,
    }
    ahead = {"lines": campaign.lines, "answer_grace_s": campaign.answer_grace_s}
    match campaign.mode:
        case "ratio":
            return pacing.create("ratio", lines_per_agent=campaign.lines_per_agent, **guard)
        case "predictive":
            return pacing.create("predictive", **ahead, **guard)
        case "robot_then_human":
            robot = {"transfer_share": campaign.transfer_share, "robot_s": campaign.robot_s}
            return pacing.create("robot_then_human", **robot, **ahead, **guard)
        case "robot":
            return pacing.create("robot", **guard)
        case "progressive" | "preview":
            # Preview launches nothing by itself; its offers are one for each idle agent.
            return pacing.create("progressive", **guard)
        case _:
            assert_never(campaign.mode)


class Snapshot(msgspec.Struct):
    """The kernel's memory at one instant, but for the leads, which the journal has."""

    state: State
    books: dict[str, BookState]
    pools: dict[str, dict[str, Any]]
    gate: bytes
    leases: LeasesState | None = None


class Kernel:
    """Decides what to do about each event.

    Parameters
    ----------
    settings : RunSettings
        What the run is about.
    make_pacer : callable
        Builds a campaign's pacer from its settings.
    """

    def __init__(self, settings: RunSettings, make_pacer: MakePacer = pacer_of) -> None:
        self._settings = settings
        self._floor = Floor(settings, make_pacer)

    @property
    def timers(self) -> Mapping[str, int]:
        """The timers that are set, with the instants at which they are due, in nanoseconds."""
        return self._floor.state.timers

    @property
    def calls(self) -> tuple[str, ...]:
        """The calls that are not closed yet."""
        return tuple(self._floor.state.calls)

    @property
    def now_ns(self) -> int:
        """The time of the newest event."""
        return self._floor.state.now_ns

    @property
    def view(self) -> State:
        """The state, to be read and never changed."""
        return self._floor.state

    @property
    def flags(self) -> tuple[str, ...]:
        """The behaviour changes that the run uses, see `dialer.core.flags`."""
        return self._settings.flags

    def knows(self, campaign: str, lead: str) -> bool:
        """Return whether a campaign was given this lead already."""
        return lead in self._floor.books[campaign]

    def is_news(self, event: AnyEvent) -> bool:
        """Return whether what is told at a start is not known: a suppression, a consent, contacts from before the run.

        True for every other event.
        """
        match event:
            case SuppressionAdded():
                return not self._floor.gate.is_suppressed(event.scope, event.key, event.channel)
            case ConsentGiven():
                return not self._floor.gate.has_consent(consent_of(event))
            case ContactsRemembered():
                return not self._floor.state.remembered
            case _:
                return True

    def lead(self, campaign: str, lead: str) -> Lead:
        """Return the record of a lead that a campaign was given."""
        return self._floor.books[campaign].lead(lead)

    def is_scripted(self, campaign: str, lead: str) -> bool:
        """Return whether a call script leads the agents who talk about this lead."""
        return scripting.script_of(self._floor, campaign, lead) is not None

    def transcript(self, call: str) -> tuple[Turn, ...]:
        """Return what a robot has said in a call that is not closed yet, and how it was answered."""
        live = self._floor.state.calls[call]
        flow = talking.flow_of(self._floor, live)
        return () if flow is None or live.talk is None else transcript(flow, live.talk)

    def learned(self) -> dict[str, dict[str, Any]]:
        """Return what each campaign's pacer has learned, for a later run to begin with."""
        return {name: pacer.learned() for name, pacer in self._floor.pacers.items()}

    def step(self, event: AnyEvent) -> tuple[AnyEffect, ...]:
        """Take one event and return what is to be done, in order.

        Raises
        ------
        InvariantError
            When time goes back, or the state contradicts itself.
        """
        floor = self._floor
        if event.t_ns < floor.state.now_ns:
            raise InvariantError(f"time goes back from {floor.state.now_ns} to {event.t_ns}")
        floor.state.now_ns = event.t_ns
        floor.out = []
        leasing.expire(floor)
        for campaign in placing.in_turn(floor, HANDLERS[type(event)](floor, event)):
            placing.pace(floor, campaign)
        return tuple(floor.out)

    def snapshot(self) -> bytes:
        """Return the kernel's memory, from which `restore` builds its equal, given the leads again."""
        floor = self._floor
        return msgspec.msgpack.encode(
            Snapshot(
                state=floor.state,
                books={name: book.state for name, book in floor.books.items()},
                pools={name: pool.state() for name, pool in floor.pools.items() if name == floor.peers[name][0]},
                gate=floor.gate.state(),
                leases=floor.leases.state() if floor.leases else None,
            )
        )

    @classmethod
    def restore(
        cls,
        settings: RunSettings,
        data: bytes,
        added: Iterable[LeadsAdded],
        make_pacer: MakePacer = pacer_of,
    ) -> Kernel:
        """Return the kernel whose `snapshot` was `data`, under the same settings.

        Parameters
        ----------
        added
            Every `LeadsAdded` before the snapshot, in order: a snapshot does not repeat the leads.
        """
        kept = msgspec.msgpack.decode(data, type=Snapshot)
        kernel = cls(settings, make_pacer)
        floor = kernel._floor
        floor.state = kept.state
        floor.books = {name: LeadBook(book) for name, book in kept.books.items()}
        for event in added:
            if event.campaign in floor.books:
                deque(floor.books[event.campaign].remember(event.leads), maxlen=0)
                floor.remember_cases(event)
        if floor.leases is not None and kept.leases is not None:
            floor.leases.load(kept.leases)
        for name, state in kept.pools.items():
            floor.pools[name].load(state)
        floor.gate = Gate.restore(settings.rulebook, kept.gate)
        return kernel
