"""The live view: lines in a pipe, a panel on a terminal, in two languages."""

from __future__ import annotations

from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console

from dialer.cli.live import BAR_WIDTH, LiveView, Shift
from dialer.core.units import ns
from dialer.insight.language import Language
from dialer.insight.tally import Tally
from tests.unit.insight.plausible import START_NS, plausible_shift

SHIFT = Shift("cards", START_NS, START_NS + ns(2 * 3600), ZoneInfo("America/New_York"), 0.03)


def shown(language: Language, *, terminal: bool) -> tuple[str, Tally, LiveView]:
    tally, out = Tally(), StringIO()
    console = Console(file=out, force_terminal=terminal, width=110, color_system=None, legacy_windows=False)
    view = LiveView(tally, SHIFT, language, console)
    with view:
        for event, effects in plausible_shift(agents=10, hours=2):
            tally.take(event, effects)
            if not terminal:
                view.refresh()
        view.refresh()
    return out.getvalue(), tally, view


def test_a_pipe_gets_a_heading_and_a_line_for_every_half_hour() -> None:
    text, _, _ = shown("en", terminal=False)
    lines = text.splitlines()
    assert "\x1b" not in text
    assert lines[0].split() == [
        *("Clock", "Done", "In", "call", "Wrap-up", "Reserved", "Waiting", "On", "break", "Lines"),
        *("Calls/min", "Contacts/agent-h", "Abandon"),
    ]
    assert [line[:16] for line in lines[1:]] == [
        f"2025-06-18 {clock}" for clock in ("08:30", "09:00", "09:30", "10:00")
    ]
    assert [line.split()[2] for line in lines[1:]] == ["25%", "50%", "75%", "100%"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_columns_are_straight_in_both_languages(language: Language) -> None:
    text, _, _ = shown(language, terminal=False)
    assert len({cell_len(line) for line in text.splitlines()}) == 1


def test_a_terminal_gets_a_panel_with_the_figures_of_the_tally() -> None:
    text, tally, _ = shown("en", terminal=True)
    last = text[text.rindex("╭") :]
    assert "Paceline · cards" in last
    assert f"{tally.totals().abandon_share:.2%} (limit 3.0%)" in last
    assert f"{tally.leads_called:,}" in last


def test_the_abandon_bar_carries_the_limit_in_its_middle() -> None:
    text, _, _ = shown("zh", terminal=True)
    line = next(line for line in text.splitlines() if "呼损率" in line)
    bar = "".join(letter for letter in line if letter in "█░┃")
    assert len(bar) == BAR_WIDTH
    assert bar.index("┃") == BAR_WIDTH // 2


def test_the_state_bar_is_full_while_anybody_is_there() -> None:
    tally = Tally()
    view = LiveView(tally, SHIFT, "en", Console(file=StringIO(), force_terminal=True, width=110, color_system=None))
    for event, effects in plausible_shift(agents=7, hours=2)[:800]:
        tally.take(event, effects)
    console = Console(file=StringIO(), width=110, color_system=None)
    with console.capture() as capture:
        console.print(view.panel())
    line = next(line for line in capture.get().splitlines() if "Agents" in line)
    assert line.count("█") == BAR_WIDTH
    assert line.split()[3] == "7"
