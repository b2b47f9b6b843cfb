"""One replication of an experiment: a configuration with some other values, one seed, one or more days."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from dialer.config import RunConfig, read_config, to_settings
from dialer.core.lead import Lead
from dialer.core.settings import RunSettings
from dialer.insight.tally import Tally
from dialer.leads import Leads, load_leads
from dialer.runtime.clock import today
from simulator.experiment.figures import Sums
from simulator.fast import Result, Shifts, Unsupported
from simulator.months.settings import CostSettings
from simulator.shift import run_shifts
from simulator.world.floor import shift_on


class Trial(NamedTuple):
    """What is simulated; can be sent to another process or machine, which needs the same files."""

    config: Path
    changes: dict[str, Any]
    seed: int
    days: int
    cost: CostSettings


class Tried(NamedTuple):
    """What a trial came to.

    Attributes
    ----------
    sums : Sums
        What added up.
    refused : str
        What kept it from the fast path (`simulator.fast.Unsupported`), empty when nothing did.
    """

    sums: Sums
    refused: str


class _Planned(NamedTuple):
    """What all seeds of the same settings share; `shifts` is None where the fast path refused them."""

    config: RunConfig
    settings: RunSettings
    leads: Leads
    worked: list[tuple[str, Lead]]
    first_day: date
    shifts: Shifts | None
    refused: str


def run_trial(trial: Trial) -> Tried:
    """Simulate on the fast path, or by the readable driver what it refuses; return what it came to.

    Raises
    ------
    ConfigError
        When the configuration with these values cannot be used.
    """
    planned = _planned(trial.config, tuple(sorted(trial.changes.items())), trial.days)
    if planned.shifts is not None:
        return Tried(_sums(planned.shifts.run(trial.seed), trial.cost), "")
    tally = Tally()
    run_shifts(
        planned.settings,
        planned.config.world.model_copy(update={"seed": trial.seed}),
        planned.worked,
        planned.first_day,
        trial.days,
        on_entry=lambda event, effects, _: tally.take(event, effects),
        wishes=planned.leads.wishes,
    )
    return Tried(_sums(tally, trial.cost), planned.refused)


@lru_cache(maxsize=4)
def _planned(file: Path, changes: tuple[tuple[str, Any], ...], days: int) -> _Planned:
    config, strategy = read_config(file, dict(changes))
    settings = to_settings(config, strategy)
    first_day = config.day or today(config.world.floor.tz)
    leads = load_leads(config, strategy, settings.rulebook.rules, first_day, days)
    worked = list(leads)
    shifts, refused = None, ""
    try:
        if any(leads.wishes(shift_on(config.world.floor, first_day)[0])):
            raise Unsupported("`suppressed` and `consent` of a portfolio")
        shifts = Shifts(settings, config.world, worked, first_day, days)
    except Unsupported as why:
        refused = why.what
    return _Planned(config, settings, leads, worked, first_day, shifts, refused)


def _sums(run: Tally | Result, cost: CostSettings) -> Sums:
    """Return the totals of a shift, by either driver, as the sums that figures are made of."""
    if isinstance(run, Tally):
        totals, leads = run.totals(), run.leads_called
        busy_s, placed = totals.in_call_s + totals.wrap_s, totals.placed
    else:
        totals, leads = run.totals, run.totals.leads
        busy_s, placed = totals.busy_s, totals.calls
    spent = totals.paid_s / 3600 * cost.agent_hour + placed * cost.attempt
    return {
        "contacts": totals.contacts,
        "promises": totals.promises,
        "promised": totals.promised_cents / 100,
        "abandoned": totals.abandoned,
        "answered": totals.answered,
        "placed": placed,
        "leads": leads,
        "agent_hours": totals.productive_s / 3600,
        "busy_hours": busy_s / 3600,
        "paid_hours": totals.paid_s / 3600,
        "cost": spent / 100,
    }
