"""Whole shifts of a floor, by date."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from dialer.core.events import AnyEvent
from dialer.core.kernel import Kernel, pacer_of
from dialer.core.lead import Lead
from dialer.core.settings import RunSettings
from dialer.core.state import MakePacer
from dialer.core.units import ns
from simulator.driver import OnEntry, simulate
from simulator.world.build import MakePeople
from simulator.world.floor import shift_on
from simulator.world.people import People
from simulator.world.settings import WorldSettings

LAST_CALLS_S = 3600.0
"""After the last shift, what is in progress may go on for so long; the simulation ends after that."""


def run_shifts(
    run: RunSettings,
    world: WorldSettings,
    leads: Iterable[tuple[str, Lead]],
    first_day: date,
    days: int = 1,
    *,
    on_entry: OnEntry = lambda *_: None,
    manifest: bytes = b"",
    make_pacer: MakePacer = pacer_of,
    wishes: Callable[[int], Iterable[AnyEvent]] = lambda _: (),
    make_people: MakePeople = People,
) -> Kernel:
    """Run the shifts of `days` successive local dates, without forgetting anything in between.

    The run begins with the first shift and stops launching with the end of the last. Parameters and
    result are those of `simulator.driver.simulate`.
    """
    start_ns, _ = shift_on(world.floor, first_day)
    _, end_ns = shift_on(world.floor, first_day + timedelta(days=days - 1))
    return simulate(
        run,
        world,
        leads,
        start_ns,
        end_ns + ns(LAST_CALLS_S),
        drain_ns=end_ns,
        on_entry=on_entry,
        manifest=manifest,
        make_pacer=make_pacer,
        wishes=wishes,
        make_people=make_people,
    )
