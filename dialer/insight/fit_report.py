"""The fit of a calibrated world to its history as a single HTML file: profiles of answers, and laws of durations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import altair as alt

from dialer.insight.charts import BLUE, ORANGE, svg
from dialer.insight.language import Language, say
from dialer.insight.page import page

_SIZE = (420, 240)
"""Width and height of a plot in pixels."""

Cell = tuple[str, int, float, float, float, float]
"""Label, calls, answered of them, its interval, and as the world expects."""

Cells = Mapping[str, Sequence[Cell]]
"""By what calls are grouped by."""

Laws = Sequence[tuple[str, float, Sequence[tuple[float, float]]]]
"""Name, Kolmogorov distance, and the points of a PP plot."""


def render_fit(cells: Cells, laws: Laws, title: str, language: Language = "en") -> str:
    """Return the report as HTML text that asks for nothing from outside."""
    profiles = "".join(f"<figure>{svg(_profile(*cell, language), *_SIZE)}</figure>" for cell in cells.items())
    plots = "".join(f"<figure>{svg(_pp(*law, language), *_SIZE)}</figure>" for law in laws)
    return page(
        title,
        language,
        f"<header><h1>{escape(title)}</h1></header>"
        f"<h2>{say(language, 'fit_answers')}</h2><p class=note>{say(language, 'fit_answers_how')}</p>"
        f"<section class=plots>{profiles}</section>"
        f"<h2>{say(language, 'fit_laws')}</h2><p class=note>{say(language, 'fit_laws_how')}</p>"
        f"<section class=plots>{plots}</section>",
    )


def _profile(name: str, rows: Sequence[Cell], language: Language) -> alt.LayerChart:
    fields = ("label", "calls", "seen", "low", "high", "expected")
    data = alt.Data(values=[dict(zip(fields, row, strict=True)) for row in rows])
    place = alt.X("label:N", sort=None, title=None, axis=alt.Axis(labelAngle=0))
    level = alt.Axis(format="%")
    bars = (
        alt.Chart(data)
        .mark_rule(color="#7fb3c8", strokeWidth=5)
        .encode(x=place, y=alt.Y("low:Q", title=None, axis=level), y2="high:Q")
    )
    seen = alt.Chart(data).mark_point(color=BLUE, filled=True, size=45).encode(x=place, y="seen:Q")
    expected = alt.Chart(data).mark_tick(color=ORANGE, thickness=3, width=18).encode(x=place, y="expected:Q")
    return alt.LayerChart(layer=[bars, seen, expected], title=say(language, f"fit_by_{name}"))


def _pp(name: str, distance: float, points: Sequence[tuple[float, float]], language: Language) -> alt.LayerChart:
    data = alt.Data(values=[{"law": law, "data": seen} for law, seen in points])
    straight = alt.Chart(alt.Data(values=[{"law": 0, "data": 0}, {"law": 1, "data": 1}])).mark_line(color="#bbb")
    axes = {"x": alt.X("law:Q", title=say(language, "fit_law")), "y": alt.Y("data:Q", title=say(language, "fit_data"))}
    dots = alt.Chart(data).mark_point(color=BLUE, size=18)
    title = alt.TitleParams(name, subtitle=say(language, "fit_distance", f"{distance:.3f}"))
    return alt.LayerChart(layer=[straight.encode(**axes), dots.encode(**axes)], title=title)
