"""One replication of an experiment: a configuration with some other values, one seed, one or more days."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from dialer.config import RunConfig, read_config, to_settings
from dialer.core.lead import Lead
from dialer.core.settings import RunSettings
from dialer.insight.tally import Tally, Totals
from dialer.leads import Leads, load_leads
from dialer.runtime.clock import today
from simulator.experiment.figures import Sums
from simulator.months.settings import CostSettings
from simulator.shift import run_shifts


class Trial(NamedTuple):
    """What is simulated; can be sent to another process or machine, which needs the same files."""

    config: Path
    changes: dict[str, Any]
    seed: int
    days: int
    cost: CostSettings


def run_trial(trial: Trial) -> Sums:
    """Simulate, and return what it came to.

    Raises
    ------
    ConfigError
        When the configuration with these values cannot be used.
    """
    config, settings, leads, worked, first_day = _planned(
        trial.config, tuple(sorted(trial.changes.items())), trial.days
    )
    world = config.world.model_copy(update={"seed": trial.seed})
    tally = Tally()
    run_shifts(
        settings,
        world,
        worked,
        first_day,
        trial.days,
        on_entry=lambda event, effects, _: tally.take(event, effects),
        wishes=leads.wishes,
    )
    return sums_of(tally.totals(), tally.leads_called, trial.cost)


@lru_cache(maxsize=4)
def _planned(
    file: Path, changes: tuple[tuple[str, Any], ...], days: int
) -> tuple[RunConfig, RunSettings, Leads, list[tuple[str, Lead]], date]:
    """Return what all seeds of the same settings share."""
    config, strategy = read_config(file, dict(changes))
    settings = to_settings(config, strategy)
    first_day = config.day or today(config.world.floor.tz)
    leads = load_leads(config, strategy, settings.rulebook.rules, first_day, days)
    return config, settings, leads, list(leads), first_day


def sums_of(totals: Totals, leads: int, cost: CostSettings) -> Sums:
    """Return the totals of a shift as the sums that figures are made of."""
    spent = totals.paid_s / 3600 * cost.agent_hour + totals.placed * cost.attempt
    return {
        "contacts": totals.contacts,
        "promises": totals.promises,
        "promised": totals.promised_cents / 100,
        "abandoned": totals.abandoned,
        "answered": totals.answered,
        "placed": totals.placed,
        "leads": leads,
        "agent_hours": totals.productive_s / 3600,
        "busy_hours": (totals.in_call_s + totals.wrap_s) / 3600,
        "paid_hours": totals.paid_s / 3600,
        "cost": spent / 100,
    }
