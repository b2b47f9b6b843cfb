"""The reliability diagram: predicted against observed, with intervals, as SVG text drawn with Altair."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import vl_convert

from dialer.insight.language import Language, say
from strategies.scores.calibration import Calibration

SIZE = 300
BLUE, GREY = "#1f6f8b", "#999999"


def reliability_svg(calibrations: Mapping[str, Calibration], language: Language) -> str:
    """Return one panel for each score, named by its key in the catalogue of texts."""
    panels = [_panel(say(language, key), calibration, language) for key, calibration in calibrations.items()]
    return vl_convert.vegalite_to_svg(alt.hconcat(*panels).to_json())


def _panel(title: str, calibration: Calibration, language: Language) -> alt.LayerChart:
    rows = [bin_._asdict() for bin_ in calibration.bins]
    end = min(1.0, 1.1 * max(max(row["high"], row["predicted"]) for row in rows))
    scale = alt.Scale(domain=[0, end])
    x = alt.X("predicted:Q", title=say(language, "score_predicted"), scale=scale).axis(format=".0%")
    data = alt.Data(values=rows)
    line = alt.Chart(alt.Data(values=[{"predicted": 0.0, "observed": 0.0}, {"predicted": end, "observed": end}]))
    y = alt.Y("observed:Q", title=say(language, "score_observed"), scale=scale).axis(format=".0%")
    bars = (
        alt.Chart(data).mark_rule(color=BLUE, strokeWidth=1.5).encode(x, alt.Y("low:Q", title=None), alt.Y2("high:Q"))
    )
    points = alt.Chart(data).mark_circle(color=BLUE, size=45, opacity=1).encode(x, y)
    diagonal = line.mark_line(color=GREY, strokeDash=[4, 3]).encode(x, y)
    layers = [diagonal, bars, points]
    return alt.LayerChart(layer=layers, title=title, width=SIZE, height=SIZE)
