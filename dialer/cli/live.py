"""A shift on the terminal while it runs: a panel where there is a screen, a line now and then in a pipe."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dialer.core.units import NS_PER_S
from dialer.insight.figures import number, percent
from dialer.insight.language import Language, say
from dialer.insight.tally import Tally
from strategies.compliance.rulebook import Rule

BAR_WIDTH = 40
LINE_EVERY_NS = 1800 * NS_PER_S
_STATE_STYLES = {
    "in_call": "dark_cyan",
    "wrap": "sky_blue3",
    "reserved": "medium_purple3",
    "ready": "gold3",
    "paused": "grey50",
}


class Shift(msgspec.Struct, frozen=True):
    """What is known of a shift before it begins: its name, its hours, its clock, its abandon limit, its rules."""

    campaign: str
    start_ns: int
    until_ns: int
    zone: ZoneInfo
    limit_share: float
    rules: tuple[Rule, ...] = ()


class LiveView:
    """Shows a tally. Use it as a context and call `refresh` as often as the view shall change.

    Parameters
    ----------
    tally : Tally
        Fed by somebody else.
    shift : Shift
        What it is measured against.
    language : Language
        ``en`` or ``zh``.
    console : Console
        Where to; when it is no terminal, a line is printed for every half hour of the shift's clock.
    """

    def __init__(self, tally: Tally, shift: Shift, language: Language, console: Console) -> None:
        self._tally, self._shift, self._language, self._console = tally, shift, language, console
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._headed = False
        self._next_line_ns = shift.start_ns + LINE_EVERY_NS

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.update(self.panel(), refresh=True)
            self._live.stop()

    def refresh(self) -> None:
        """Show the present figures."""
        if self._live:
            self._live.update(self.panel(), refresh=True)
        elif self._tally.t_ns >= self._next_line_ns:
            if not self._headed:
                self._console.print(self._row([name for name, _ in self.columns()]), soft_wrap=True)
                self._headed = True
            self._console.print(self._row([value for _, value in self.columns()]), soft_wrap=True, highlight=False)
            while self._next_line_ns <= self._tally.t_ns:
                self._next_line_ns += LINE_EVERY_NS

    def columns(self) -> list[tuple[str, str]]:
        """Return the present figures, each with its short name."""
        tally = self._tally
        return [
            (self._say("clock").ljust(16), self._clock()),
            (self._say("progress"), percent(self._progress(), 0)),
            *((self._say(state), str(tally.agents[state])) for state in _STATE_STYLES),
            (self._say("lines_short"), str(tally.lines)),
            (self._say("launches_short"), number(tally.launches_per_s * 60)),
            (self._say("contacts_short"), number(tally.recent(60).contacts_per_agent_hour, 1)),
            (self._say("abandoned_short"), percent(tally.totals().abandon_share, 2)),
        ]

    def panel(self) -> Panel:
        """Return the present figures as a panel."""
        tally, hour, progress = self._tally, self._tally.recent(60), self._progress()
        share, limit = tally.totals().abandon_share, self._shift.limit_share
        reached = (share or 0.0) / (2 * limit) if limit else 0.0
        style = "green4" if reached <= 0.4 else "gold3" if reached <= 0.5 else "red3"
        logged_in = sum(tally.agents.values())
        pieces = [(tally.agents[state] / max(logged_in, 1), style) for state, style in _STATE_STYLES.items()]
        legend = Text("  ").join(
            Text.assemble(("■ ", style), f"{self._say(state)} {tally.agents[state]}")
            for state, style in _STATE_STYLES.items()
        )
        called = f"{number(tally.leads_called)} {self._say('of', number(tally.leads))}"
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold")
        grid.add_column()
        rows: list[tuple[str, Text | str]] = [
            (self._clock(), _bar([(progress, "dark_cyan")]).append(f"  {percent(progress, 0)}")),
            (self._say("agents"), _bar(pieces).append(f"  {logged_in}")),
            ("", legend),
            (self._say("lines"), str(tally.lines)),
            (self._say("launches"), number(tally.launches_per_s * 60)),
            (self._say("leads_called"), called),
            (self._say("contacts_last_hour"), number(hour.contacts)),
            (self._say("contacts_per_agent_hour"), number(hour.contacts_per_agent_hour, 1)),
            (self._say("occupancy"), percent(hour.occupancy_share)),
            (
                self._say("abandoned_short"),
                _bar([(min(reached, 1.0), style)], mark=0.5).append(
                    f"  {percent(share, 2)} ({self._say('limit', percent(limit))})"
                ),
            ),
        ]
        for label, value in rows:
            grid.add_row(label, value)
        return Panel(grid, title=f"Paceline · {self._shift.campaign}", title_align="left", expand=False)

    def _row(self, values: list[str]) -> str:
        """Return `values` as a line, each as wide as its column's name (Chinese characters are two wide)."""
        widths = [max(cell_len(name), 6) for name, _ in self.columns()]
        return "  ".join(" " * (width - cell_len(v)) + v for v, width in zip(values, widths, strict=True))

    def _say(self, key: str, *values: object) -> str:
        return say(self._language, key, *values)

    def _clock(self) -> str:
        moment = max(self._tally.t_ns, self._shift.start_ns)
        return f"{datetime.fromtimestamp(moment / NS_PER_S, self._shift.zone):%Y-%m-%d %H:%M}"

    def _progress(self) -> float:
        whole = self._shift.until_ns - self._shift.start_ns
        return min(max((self._tally.t_ns - self._shift.start_ns) / whole, 0.0), 1.0)


def _bar(pieces: list[tuple[float, str]], mark: float | None = None) -> Text:
    """Return a bar of (share, style) pieces, with a mark at a share of its width."""
    cells: list[tuple[str, str]] = []
    reached = 0.0
    for part, style in pieces:
        reached += part
        cells += [("█", style)] * (round(reached * BAR_WIDTH) - len(cells))
    cells += [("░", "grey37")] * (BAR_WIDTH - len(cells))
    if mark is not None:
        cells[round(mark * BAR_WIDTH)] = ("┃", "bold")
    return Text.assemble(*cells)
