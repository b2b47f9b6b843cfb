"""What is written about simulated shifts: tables for programs, and a report for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dialer.cli.live import Shift
from dialer.config import read_config, to_settings
from dialer.core.settings import RunSettings
from dialer.insight.language import Language, say
from dialer.insight.minutes import minutes_of
from dialer.insight.pyramid.levels import of_totals
from dialer.insight.report import ReportInfo, render, require_plots
from dialer.insight.tally import Tally
from dialer.leads import load_leads
from dialer.runtime.clock import today
from simulator.months.export import Table, write
from simulator.shift import run_shifts
from strategies.errors import ConfigError


def check_output(output: Path | None) -> None:
    """Raise an error when tables and a report cannot be written into `output`, before anything is simulated.

    Raises
    ------
    ConfigError, PacelineError
        It is a file; the libraries that draw are missing.
    """
    if output is None:
        return
    require_plots()
    if output.exists() and not output.is_dir():
        raise ConfigError("this is a file", file=str(output), hint="name a folder for the tables and the report")


def write_shift(tally: Tally, shift: Shift, seed: int, output: Path, language: Language, currency: str) -> None:
    """Write ``minutes.parquet``, ``summary.json`` and ``report.html`` into the folder `output`.

    Raises
    ------
    ConfigError
        When it cannot be written to.
    """
    summary = {"campaign": shift.campaign, "seed": seed, "limit_share": shift.limit_share, **tally.totals()._asdict()}
    remark = say(language, "simulated_people", seed)
    info = ReportInfo(shift.campaign, shift.zone, shift.limit_share, language, currency, remark, shift.rules)
    pages = {"report.html": render(tally, of_totals(tally.totals()), info)}
    write_folder(output, {"minutes": minutes_of(tally, shift.zone)}, summary, pages)


def write_folder(output: Path, tables: dict[str, Table], summary: dict[str, Any], pages: dict[str, str]) -> None:
    """Write tables, ``summary.json`` and pages into a folder, which is made if need be.

    Raises
    ------
    ConfigError
        When it cannot be written to.
    """
    try:
        write(tables, summary, output)
        for name, page in pages.items():
            (output / name).write_text(page, encoding="utf-8")
    except OSError as error:
        hint = "name a folder that can be written to"
        raise ConfigError(f"the results cannot be written: {error.strerror}", file=str(output), hint=hint) from None


def day_of_run(file: Path, seed: int) -> tuple[Tally, RunSettings, ZoneInfo]:
    """Return the first day of a configuration with the people of `seed`, its settings, and the floor's clock."""
    config, strategy = read_config(file)
    settings, world = to_settings(config, strategy), config.world.model_copy(update={"seed": seed})
    first_day = config.day or today(world.floor.tz)
    leads, tally = load_leads(config, strategy, settings.rulebook.rules, first_day), Tally()
    run_shifts(
        settings,
        world,
        leads,
        first_day,
        on_entry=lambda event, effects, _: tally.take(event, effects),
        wishes=leads.wishes,
    )
    return tally, settings, world.floor.tz
