"""The fit of a calibrated world to its history as a single HTML file: profiles of answers, and laws of durations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dialer.insight.language import Language, say
from dialer.insight.report import require_plots

Cells = Mapping[str, Sequence[tuple[str, int, float, float, float, float]]]
"""By what calls are grouped by: label, calls, answered of them, its interval, and as the world expects."""

Laws = Sequence[tuple[str, float, Sequence[tuple[float, float]]]]
"""Name, Kolmogorov distance, and the points of a PP plot."""


def render_fit(cells: Cells, laws: Laws, title: str, language: Language = "en") -> str:
    """Return the report as HTML text that asks for nothing from outside.

    Raises
    ------
    PacelineError
        The optional libraries are missing; the message says what to install.
    """
    require_plots()
    profiles = "".join(f"<figure>{_profile(name, rows, language)}</figure>" for name, rows in cells.items())
    plots = "".join(f"<figure>{_pp(name, distance, points, language)}</figure>" for name, distance, points in laws)
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head><body>
<h1>{escape(title)}</h1>
<h2>{say(language, "fit_answers")}</h2><p>{say(language, "fit_answers_how")}</p><section>{profiles}</section>
<h2>{say(language, "fit_laws")}</h2><p>{say(language, "fit_laws_how")}</p><section>{plots}</section>
</body></html>
"""


def _profile(name: str, rows: Sequence[tuple[str, int, float, float, float, float]], language: Language) -> str:
    import altair as alt

    fields = ("label", "calls", "seen", "low", "high", "expected")
    data = alt.Data(values=[dict(zip(fields, row, strict=True)) for row in rows])
    place = alt.X("label:N", sort=None, title=None, axis=alt.Axis(labelAngle=0))
    level = alt.Axis(format="%")
    bars = (
        alt.Chart(data)
        .mark_rule(color="#7fb3c8", strokeWidth=5)
        .encode(x=place, y=alt.Y("low:Q", title=None, axis=level), y2="high:Q")
    )
    seen = alt.Chart(data).mark_point(color="#1f6f8b", filled=True, size=45).encode(x=place, y="seen:Q")
    expected = alt.Chart(data).mark_tick(color="#d98324", thickness=3, width=18).encode(x=place, y="expected:Q")
    return _svg(alt.layer(bars, seen, expected, title=say(language, f"fit_by_{name}")))


def _pp(name: str, distance: float, points: Sequence[tuple[float, float]], language: Language) -> str:
    import altair as alt

    data = alt.Data(values=[{"law": law, "data": seen} for law, seen in points])
    straight = alt.Chart(alt.Data(values=[{"law": 0, "data": 0}, {"law": 1, "data": 1}])).mark_line(color="#bbb")
    axes = {"x": alt.X("law:Q", title=say(language, "fit_law")), "y": alt.Y("data:Q", title=say(language, "fit_data"))}
    dots = alt.Chart(data).mark_point(color="#1f6f8b", size=18)
    title = say(language, "fit_distance", name, f"{distance:.3f}")
    return _svg(alt.layer(straight.encode(**axes), dots.encode(**axes), title=title))


def _svg(chart: Any) -> str:
    import vl_convert

    config = {
        "font": "Noto Sans, Noto Sans CJK SC, sans-serif",
        "view": {"stroke": None},
        "axis": {"gridColor": "#e6e6e6"},
    }
    return vl_convert.vegalite_to_svg(chart.properties(width=330, height=200).to_dict(), config=config)


_STYLE = """
body { font: 15px/1.45 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  color: #222; max-width: 1060px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .3rem; } p { color: #666; margin: .2rem 0 .6rem; }
section { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; break-inside: avoid; } figure svg { max-width: 100%; height: auto; }
"""
