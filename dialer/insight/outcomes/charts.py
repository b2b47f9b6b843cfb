"""The plots of the outcomes report, as SVG text drawn with Altair."""

from __future__ import annotations

import altair as alt
import numpy as np

from dialer.insight.charts import BLUE, PALE_BLUE, RED, svg
from dialer.insight.language import Language, say
from dialer.insight.outcomes.measure import Comparison, Outcomes

_POINTS = 200
"""Points of a curve, at most."""


def charts(found: Outcomes, language: Language) -> list[str]:
    """Return the path of every comparison, and recovery by channel."""
    drawn = [_path(one, language) for one in found.comparisons]
    return [svg(chart) for chart in [*drawn, _channels(found, language)] if chart is not None]


def _path(one: Comparison, language: Language) -> alt.LayerChart | None:
    said = np.flatnonzero(np.isfinite(one.path.radius))
    if not said.size:
        return None
    shown = said[np.unique(np.linspace(0, said.size - 1, _POINTS).astype(int))]
    rows = [
        {
            "day": one.days[place],
            "n": int(place) + 1,
            "difference": float(one.path.difference[place]),
            "low": float(one.path.difference[place] - one.path.radius[place]),
            "high": float(one.path.difference[place] + one.path.radius[place]),
        }
        for place in shown
    ]
    title = say(language, "outcomes_test_over_time", one.challenger, one.champion)
    base = alt.Chart(alt.Data(values=rows), title=title)
    x = alt.X("n:Q", title=say(language, "outcomes_accounts"))
    y = alt.Y("low:Q", title=None).axis(format=".1%")
    band = base.mark_area(color=PALE_BLUE, opacity=0.6).encode(x, y, alt.Y2("high:Q"))
    line = base.mark_line(color=BLUE).encode(x, alt.Y("difference:Q"))
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=RED, strokeDash=[5, 3]).encode(alt.Y("zero:Q"))
    return alt.LayerChart(layer=[band, line, zero])


def _channels(found: Outcomes, language: Language) -> alt.Chart | None:
    rows = [
        {"name": say(language, f"outcomes_by_{row.name}"), "recovered": row.recovered}
        for row in found.channels
        if row.recovered
    ]
    if len(rows) < 2:
        return None
    chart = alt.Chart(alt.Data(values=rows), title=say(language, "outcomes_recovered")).mark_bar(color=BLUE)
    return chart.encode(alt.Y("name:N", title=None, sort="-x"), alt.X("recovered:Q", title=None))
