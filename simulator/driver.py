"""The SimPy driver: the kernel over the world, as fast as the machine allows.

All facts of one instant are collected, and are taken after SimPy has run everything of that instant, in
the order of `dialer.core.order`: a batch, as in the live runtime, with its effects carried out after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

import simpy
from simpy.core import EventPriority

from dialer.core import effects as f
from dialer.core.events import AnyEvent, DrainRequested, EngineStarted, LeadsAdded, TimerFired
from dialer.core.kernel import Kernel, pacer_of
from dialer.core.lead import Lead
from dialer.core.order import order_key
from dialer.core.settings import RunSettings
from dialer.core.state import MakePacer
from dialer.journal.entry import Chain, Record, genesis
from dialer.journal.recorder import Recorder
from simulator.world.build import MakePeople, World, build, zones_of
from simulator.world.people import People
from simulator.world.settings import WorldSettings
from simulator.world.timeline import Script, due_ns

OnEntry = Callable[[AnyEvent, tuple[f.AnyEffect, ...], Record], None]
"""Is shown every entry: the event, its effects, and the sealed record of both."""

_LEADS_AT_ONCE = 1000
"""Leads in one event, as in the live engine."""

_AFTER_EVERYTHING = EventPriority(2)
"""SimPy itself uses 0 (urgent) and 1 (normal) for events of the same instant."""


class SimpyTimeline:
    """Runs scripts as SimPy processes; `grid_ns` as in `due_ns`."""

    def __init__(self, env: simpy.Environment, grid_ns: int) -> None:
        self._env, self._grid_ns = env, grid_ns

    def now_ns(self) -> int:
        """Return SimPy's time, which is whole nanoseconds."""
        return int(self._env.now)

    def begin(self, script: Script) -> None:
        """Run `script` up to its first sleep, and the rest as a process."""
        wake_ns = next(script, None)
        if wake_ns is not None:
            self._env.process(self._live(script, self._sleep(wake_ns)))

    def _live(self, script: Script, sleep: simpy.Event) -> simpy.events.ProcessGenerator:
        yield sleep
        for wake_ns in script:
            yield self._sleep(wake_ns)

    def _sleep(self, wake_ns: int) -> simpy.Event:
        now_ns = self.now_ns()
        return self._env.timeout(due_ns(now_ns, wake_ns, self._grid_ns) - now_ns)


class _EndOfInstant(simpy.Event):
    """Calls `action` once everything else of this instant has happened."""

    def __init__(self, env: simpy.Environment, action: Callable[[simpy.Event], None]) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        self.callbacks = [action]
        env.schedule(self, _AFTER_EVERYTHING)


class _Driver:
    """One kernel over one world."""

    def __init__(self, kernel: Kernel, chain: Chain, world: World, env: simpy.Environment, on_entry: OnEntry) -> None:
        self._recorder, self._world, self._env, self._on_entry = Recorder(kernel, chain), world, env, on_entry
        self._inbox: list[AnyEvent] = []

    def report(self, event: AnyEvent) -> None:
        """Collect a fact of this instant."""
        if not self._inbox:
            _EndOfInstant(self._env, self._take_batch)
        self._inbox.append(event)

    def at(self, t_ns: int, event: AnyEvent) -> None:
        """Report `event` at `t_ns`."""
        delay_ns = max(0, t_ns - self._env.now)
        self._env.timeout(delay_ns).callbacks.append(lambda _: self.report(event))

    def _take_batch(self, _: simpy.Event) -> None:
        batch = sorted(enumerate(self._inbox), key=lambda item: order_key(item[1], item[0]))
        self._inbox = []
        entries = [(event, *self._recorder.take(event)) for _, event in batch]
        for event, record, effects in entries:
            self._on_entry(event, effects, record)
            for effect in effects:
                self._carry_out(effect)

    def _carry_out(self, effect: f.AnyEffect) -> None:
        match effect:
            case f.SetTimer(timer=timer, due_ns=due):
                self.at(due, TimerFired(max(due, int(self._env.now)), timer, due))
            case (
                f.PlaceCall()
                | f.Bridge()
                | f.HandOver()
                | f.PlayMessage()
                | f.StopMessage()
                | f.RecordPerson()
                | f.HangUp()
            ):
                self._world.carrier.apply(effect)
            case f.SetAgentState() | f.OfferLead() | f.WithdrawOffer() | f.ShowScreen() | f.SetLease():
                self._world.floor.apply(effect)
            case f.Reconcile(calls=calls):
                self._world.carrier.which_exist(calls)
            case f.Pace() | f.Defer() | f.CloseAttempt():
                pass
            case _:
                assert_never(effect)


def simulate(
    run: RunSettings,
    world: WorldSettings,
    leads: Iterable[tuple[str, Lead]],
    start_ns: int,
    until_ns: int,
    *,
    drain_ns: int | None = None,
    on_entry: OnEntry = lambda *_: None,
    manifest: bytes = b"",
    make_pacer: MakePacer = pacer_of,
    wishes: Callable[[int], Iterable[AnyEvent]] = lambda _: (),
    make_people: MakePeople = People,
) -> Kernel:
    """Run a kernel over a simulated world.

    Parameters
    ----------
    run, world : RunSettings, WorldSettings
        What the kernel is built from, and what it meets.
    leads : Iterable[tuple[str, Lead]]
        Pairs of campaign and lead, in order of preference.
    start_ns, until_ns : int
        From when to when, in nanoseconds since the epoch; nothing happens at `until_ns` itself.
    drain_ns : int, optional
        When no new calls are made any more.
    on_entry : callable, optional
        Is shown every entry.
    manifest : bytes
        What the chain of records begins with.
    make_pacer : callable
        As for `Kernel`.
    wishes : callable
        From an instant to what persons have asked for by then, as events of it.
    make_people : callable
        As for `build`.

    Returns
    -------
    Kernel
        In its last state.
    """
    env = simpy.Environment(initial_time=start_ns)
    kernel = Kernel(run, make_pacer)
    by_campaign: dict[str, list[Lead]] = {}
    for campaign, lead in leads:
        by_campaign.setdefault(campaign, []).append(lead)
    zones = zones_of(lead for own in by_campaign.values() for lead in own)
    parts = build(world, run, zones, SimpyTimeline(env, world.grid_ns), make_people)
    driver = _Driver(kernel, Chain(genesis(manifest)), parts, env, on_entry)
    driver.report(EngineStarted(start_ns, recovered=False))
    for event in wishes(start_ns):
        driver.report(event)
    for campaign, own in by_campaign.items():
        for first in range(0, len(own), _LEADS_AT_ONCE):
            driver.report(LeadsAdded(start_ns, campaign, tuple(own[first : first + _LEADS_AT_ONCE])))
    parts.carrier.open(driver.report)
    parts.floor.open(driver.report)
    if drain_ns is not None:
        driver.at(drain_ns, DrainRequested(drain_ns))
    env.run(until_ns)
    return kernel
