"""A campaign on a real telephone system: people whose numbers say what they do, and agents who do their work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.journal.sqlite import SqliteJournal
from adapters.telephony.asterisk import AsteriskSection, AsteriskTelephony
from dialer.core import events as e
from dialer.core.effects import AnyEffect, CloseAttempt, SetAgentState
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.manifest import Manifest
from dialer.ports.clock import Clock
from dialer.ports.presence import DeskEffect, Presence
from dialer.ports.telephony import Report, Telephony
from dialer.runtime.clock import RealClock
from dialer.runtime.driver import commit_in_thread
from dialer.runtime.engine import Engine
from dialer.runtime.recovery import recover
from strategies.compliance.rulebook import Rulebook
from strategies.document import Document
from tools.rig.carrier import number

DISPOSITIONS = {
    "talks_1_s": {"no_disposition", "early_hangup"},
    "talks_2_s": {"no_disposition", "abandoned", "early_hangup"},
    "talks_5_s": {"no_disposition", "abandoned"},
    "hangs_up_at_once": {"no_disposition", "early_hangup"},
    "busy": {"busy"},
    "declines": {"rejected"},
    "rings": {"no_answer"},
    "absent": {"no_answer"},
    "no_such_number": {"not_in_service"},
    "incomplete": {"not_in_service"},
    "no_room": {"congestion"},
}
"""By what the carrier does with a number, how the attempt may end. Who is answered is served or abandoned."""


@dataclass(frozen=True)
class Shift:
    """One campaign: whom to call, how many agents there are, and how it dials."""

    leads: int
    agents: int
    mode: str = "ratio"
    outcomes: tuple[str, ...] = tuple(DISPOSITIONS)
    calls_per_s: float = 20.0
    lines_per_agent: float = 4.0

    def outcome(self, lead: int) -> str:
        """Return what the carrier does with a lead's number."""
        return self.outcomes[lead % len(self.outcomes)]

    def dispositions(self, outcome: str) -> set[str]:
        """Return how an attempt may end."""
        return DISPOSITIONS[outcome]

    def number(self, lead: int) -> str:
        """Return a lead's number, which nobody else has."""
        return number(self.outcome(lead), lead)

    def settings(self) -> RunSettings:
        """Return what the kernel is made from."""
        campaign = CampaignSettings(
            "floor",
            self.mode,  # type: ignore[arg-type]
            lines=60,
            calls_per_s=self.calls_per_s,
            lines_per_agent=self.lines_per_agent,
            abandon_limit_share=0.95,
            ring_timeout_s=3.0,
            wrap_limit_s=1.0,
            max_attempts=1,
            redial={},
        )
        return RunSettings((campaign,), Rulebook())

    def people(self) -> list[tuple[str, Lead]]:
        """Return the leads."""
        return [
            ("floor", Lead(f"l{at}", f"p{at}", f"a{at}", "all", 100, (str(at),), ("Etc/UTC",), 0.3))
            for at in range(self.leads)
        ]


class Agents:
    """Desktops whose agents are always ready, wrap up at once, and come back from pauses after a moment."""

    def __init__(self, count: int, clock: Clock) -> None:
        self._names, self._clock = [f"a{at:02d}" for at in range(count)], clock
        self._report: Report = lambda _: None

    async def start(self, report: Report) -> None:
        self._report = report
        for name in self._names:
            report(e.AgentLoggedIn(self._clock.now_ns(), name, ("floor",)))

    async def apply(self, effect: DeskEffect) -> None:
        if isinstance(effect, SetAgentState) and effect.state in ("paused", "wrap"):
            wait_ns = 200_000_000 if effect.state == "paused" else 0
            self._clock.call_at(self._clock.now_ns() + wait_ns, lambda: self._ready(effect.agent))

    async def stop(self) -> None:
        self._report = lambda _: None

    def _ready(self, agent: str) -> None:
        self._report(e.AgentReady(self._clock.now_ns(), agent))


def section(data: dict[str, Any]) -> AsteriskSection:
    """Return the section as a run's file would give it."""
    return Document("run.yaml", json.dumps(data)).validate(AsteriskSection)


async def work(
    shift: Shift,
    telephony: dict[str, Any] | Telephony,
    place: Path,
    *,
    presence: Presence | None = None,
    observers: Sequence[Callable[[e.AnyEvent, tuple[AnyEffect, ...]], None]] = (),
) -> None:
    """Run a shift, or go on with it, until every lead is closed.

    Parameters
    ----------
    telephony
        The section of a run's file, for an Asterisk, or an adapter.
    presence
        In place of agents who are there.
    """
    path, settings = place / "run.journal", shift.settings()
    if path.exists():
        store = SqliteJournal.open(path)
    else:
        store = SqliteJournal.create(path, Manifest(version="test", started_ns=1, settings=settings).encode())
    recovered = recover(store, settings)
    clock = RealClock(recovered.last_ns)
    if isinstance(telephony, dict):
        telephony = AsteriskTelephony(section(telephony), lambda reference: shift.number(int(reference)), clock)

    def drain_when_done(event: e.AnyEvent, effects: tuple[AnyEffect, ...]) -> None:
        if isinstance(event, e.EngineStarted) or any(isinstance(effect, CloseAttempt) for effect in effects):
            leads = engine.kernel._floor.books["floor"].state.touched.values()
            if sum(lead.state == "closed" for lead in leads) == shift.leads:
                engine.drain()

    with ThreadPoolExecutor(1) as worker:
        commit = commit_in_thread(store, worker)
        watchers = (*observers, drain_when_done)
        floor = presence or Agents(shift.agents, clock)
        engine = Engine(recovered, store, commit, telephony, floor, clock, watchers)
        await engine.run(shift.people())
    store.close()


def run(shift: Shift, telephony: dict[str, Any], place: Path) -> None:
    """Run a shift to its end in this process."""
    asyncio.run(work(shift, telephony, place))
