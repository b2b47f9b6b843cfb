"""The report of a comparison: the figures of A and B with the interval of their difference, and a day of each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dialer.insight.charts import Charts
from dialer.insight.language import Language, say
from dialer.insight.minutes import minutes_of
from dialer.insight.page import downloads, page, table
from dialer.insight.tally import Tally


class Side(NamedTuple):
    """One of the two: ``A`` or ``B``, its configuration's name, and one day of it on the clock of `zone`."""

    letter: str
    name: str
    day: Tally
    zone: ZoneInfo
    limit_share: float


def render(
    sides: Sequence[Side],
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    figures: dict[str, list[Any]],
    verdict: str,
    language: Language,
) -> str:
    """Return the report as HTML text.

    Parameters
    ----------
    sides : sequence of Side
        A and B, each with the same day.
    head, rows : sequences of text
        The table of figures as it is shown; `figures` is the same as columns of numbers.
    verdict : str
        Which is better, or why none is.
    """
    title = say(language, "compare_report")
    names = " · ".join(f"{side.letter}: {side.name}" for side in sides)
    days = ""
    drawn = [Charts(side.day, side.zone, side.limit_share, language) for side in sides]
    for side, charts in zip(sides, drawn, strict=True):
        plots = "".join(f"<figure>{svg}</figure>" for svg in charts.day(*drawn))
        days += f"<div><h3>{escape(f'{side.letter}: {side.name}')}</h3>{plots}</div>"
    tables = {"figures": figures} | {f"minutes_{side.letter}": minutes_of(side.day, side.zone) for side in sides}
    return page(
        title,
        language,
        f"<header><h1>{escape(title)}</h1><p>{escape(names)}</p>"
        f"<p class=remark>{escape(say(language, 'compare_remark'))}</p><p class=verdict>{escape(verdict)}</p></header>"
        f"{table(head, rows, range(1, 5))}"
        f"<h2>{escape(say(language, 'compare_day'))}</h2><section class=two>{days}</section>"
        f"{downloads(say(language, 'downloads'), tables)}",
    )
