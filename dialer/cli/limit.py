"""The most that a floor can do within its abandon limit."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.terminal import language_of
from dialer.insight.figures import number, percent
from dialer.insight.language import Language, say
from strategies.errors import ConfigError

_ROWS = 9
_OPTIONS = {
    "answer_share": "--answer-rate",
    "handle_s": "--handle-time",
    "ring_s": "--ring",
    "abandon_limit_share": "--abandon",
    "patience_s": "--patience",
}


def limit(
    *,
    agents: int,
    answer_rate: str,
    handle_time: float,
    ring: float,
    abandon: str = "3%",
    patience: float = 0.0,
    language: Language | None = None,
) -> None:
    """Print the most that any pacer can reach on a floor within its abandon limit.

    Talk with wrap, ringing and patience are taken as exponential, agents as alike, and leads as endless.

    Parameters
    ----------
    agents : int
        Agents who serve.
    answer_rate : str
        Share of launched calls that a person answers, as 25% or 0.25.
    handle_time : float
        Mean talk and wrap, in seconds.
    ring : float
        Mean time that a call rings, answered or not, in seconds.
    abandon : str
        Most abandoned of the answered calls, as 3% or 0.03.
    patience : float
        Mean time that an answered caller waits for an agent before the call is abandoned, in seconds.
    language
        en or zh; by default as LANG says.
    """
    from pacing.optimal import solve

    answer_share, limit_share = _share("--answer-rate", answer_rate), _share("--abandon", abandon)
    try:
        best = solve(agents, answer_share, handle_time, ring, limit_share, patience)
    except ValueError as error:
        name, _, rest = str(error).partition(" ")
        raise ConfigError(f"{_OPTIONS.get(name, f'--{name}')} {rest}") from None
    except ArithmeticError as error:
        raise ConfigError(str(error), hint="ask about fewer agents, a higher answer rate or a lower limit") from None
    progressive_s = handle_time / best.progressive_occupancy
    spoken = language_of(language)
    figures = _table("", say(spoken, "limit_at"), say(spoken, "limit_progressive"))
    figures.title = say(spoken, "limit_title", number(agents), f"{100 * limit_share:g}%")
    figures.add_row(say(spoken, "limit_occupancy"), percent(best.occupancy), percent(best.progressive_occupancy))
    figures.add_row(
        say(spoken, "limit_contacts"), number(best.contacts_per_agent_hour, 2), number(3600.0 / progressive_s, 2)
    )
    figures.add_row(
        say(spoken, "limit_idle"), number(best.idle_s_per_contact, 1), number(progressive_s - handle_time, 1)
    )
    figures.add_row(say(spoken, "limit_abandoned"), percent(best.abandon_share, 2), percent(0.0, 2))
    lines = _table(say(spoken, "limit_idle_agents"), say(spoken, "limit_lines"), say(spoken, "limit_progressive"))
    for idle in range(min(_ROWS, len(best.order_up_to) - best.most_waiting)):
        lines.add_row(str(idle), str(best.lines(idle)), str(idle))
    console = Console(highlight=False)
    console.print(figures)
    console.print(lines)


def _table(*columns: str) -> Table:
    table = Table(title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left")
    return table


def _share(option: str, text: str) -> float:
    """Return 0.03 for ``3%`` and for ``0.03``; the range is for the solver to check."""
    try:
        return float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        raise ConfigError(f"{option} is {text!r}, which is no share", hint="write 3% or 0.03") from None
