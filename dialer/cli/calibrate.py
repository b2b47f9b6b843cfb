"""The command ``calibrate``: a world that is like the floor in a history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.history import floor_zone
from dialer.cli.terminal import language_of
from dialer.insight.figures import number, percent
from dialer.insight.language import Language, say
from dialer.insight.report import require_plots
from simulator.calibrate.assemble import assemble, estimates
from simulator.calibrate.behaviour import behaviour_of
from simulator.calibrate.defaults import missing
from simulator.calibrate.estimate import Estimate
from simulator.calibrate.evidence import gather
from simulator.calibrate.fit import fit_of
from simulator.calibrate.repayment import Segment, SelfCure, segments, self_cure
from simulator.calibrate.write import write_behaviour, write_world
from simulator.history.read import open_history
from strategies.errors import ConfigError


def calibrate(
    folder: Path,
    /,
    *,
    output: Annotated[Path, Parameter(alias="-o")] = Path("world.yaml"),
    report: Path | None = None,
    zone: str | None = None,
    language: Language | None = None,
) -> None:
    """Estimate every law of the simulated world from a history, with its uncertainty.

    Parameters
    ----------
    folder
        The history.
    output
        The world's YAML file; its uncertainty goes beside it, and how people pay where the history shows it.
    report
        Draw the fit to the history as HTML into this file; needs the extra 'report'.
    zone
        The floor's time zone, as an IANA name; by default that of the history's settings or of most persons.
    language
        en or zh; by default as LANG says.
    """
    spoken, console = language_of(language), Console(highlight=False, soft_wrap=True)
    if report is not None:
        require_plots()
    with open_history(folder) as database:
        evidence = gather(database, floor_zone(folder, database, zone))
        repaid, cured = segments(database), self_cure(database)
        behaviour = behaviour_of(database, repaid)
    found, defaults = estimates(evidence), missing(evidence)
    side = write_world(output, assemble(evidence), found, defaults, repaid, cured)
    written = [output, side]
    if behaviour.found:
        written.append(output.with_suffix(".behaviour.yaml"))
        write_behaviour(written[-1], behaviour)
    table = Table(title=say(spoken, "calibrated"), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in ("calibrated_what", "calibrated_value", "calibrated_interval", "history_observations"):
        table.add_column(say(spoken, key), justify="left" if key == "calibrated_what" else "right")
    for one in (*found, *behaviour.found):
        table.add_row(one.name, f"{one.value:.4g}", f"{one.low:.4g} – {one.high:.4g}", number(one.observations))
    console.print(table, markup=False)
    _print_repayment(console, repaid, cured, spoken)
    table = Table(title=say(spoken, "defaulted"), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in ("calibrated_what", "source"):
        table.add_column(say(spoken, key))
    for one in defaults:
        table.add_row(one.name, one.source)
    console.print(table, markup=False)
    if report is not None:
        from dialer.insight.fit_report import render_fit

        fit = fit_of(evidence)
        _write(report, render_fit(fit.cells, fit.laws, say(spoken, "fit_title", folder), spoken))
    for file in filter(None, (*written, report)):
        console.print(say(spoken, "written_to", file), markup=False)


def _print_repayment(console: Console, repaid: Sequence[Segment], cured: SelfCure | None, language: Language) -> None:
    table = Table(title=say(language, "repayment"), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in ("repayment_segment", "repayment_promised", "repayment_kept"):
        table.add_column(say(language, key))
    for segment in repaid:
        kept = _interval(segment.kept) if segment.kept else "-"
        table.add_row(segment.name or "-", _interval(segment.promised), kept)
    console.print(table, markup=False)
    if cured is None:
        console.print(say(language, "self_cure_unknown"), markup=False)
        return
    last = len(cured.days) - 1
    ends = [percent(float(part[last])) for part in (cured.paid, cured.low, cured.high)]
    console.print(say(language, "self_cure", number(cured.accounts), last + 1, *ends), markup=False)
    if (knee := cured.knee) is not None:
        console.print(say(language, "self_cure_knee", *(f"{day:.0f}" for day in knee[1:4])), markup=False)


def _interval(one: Estimate) -> str:
    return f"{percent(one.value)} ({percent(one.low)} – {percent(one.high)})"


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        hint = "name a file in a folder where files may be made"
        raise ConfigError(f"cannot be written: {error.strerror}", file=str(file), hint=hint) from None
