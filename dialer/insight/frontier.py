"""The report of a search: the frontier between its aims, each point with its intervals."""

from __future__ import annotations

from html import escape
from typing import Any

import altair as alt

from dialer.insight.charts import BLUE, ORANGE, PALE_BLUE, data, svg
from dialer.insight.language import Language, say
from dialer.insight.page import downloads, page


def render(rows: list[dict[str, Any]], aims: list[str], language: Language) -> str:
    """Return the report as HTML text.

    Parameters
    ----------
    rows : list of dict
        Settings: ``settings`` (text), ``keeps`` and ``recommended`` (bool), ``figures`` (by name: value, low, high).
    aims : list of str
        The figures that were searched for, one to three; the first two are drawn.
    """
    title = say(language, "tune_report")
    plots = "".join(f"<figure>{svg(chart)}</figure>" for chart in _charts(rows, aims, language))
    names = list(rows[0]["figures"])
    head = "".join(f"<th class=n>{escape(say(language, f'figure_{name}'))}</th>" for name in names)
    body = ""
    for row in rows:
        mark = "★" if row["recommended"] else "" if row["keeps"] else "×"
        cells = "".join(
            f"<td class=n>{value:.4g}<small>{low:.4g} … {high:.4g}</small></td>"
            for value, low, high in (row["figures"][name] for name in names)
        )
        body += f"<tr><td>{mark}</td><td>{escape(row['settings'])}</td>{cells}</tr>"
    return page(
        title,
        language,
        f"<header><h1>{title}</h1><p class=remark>{escape(say(language, 'tune_remark'))}</p></header>"
        f"<section class=plots>{plots}</section><table><thead><tr><th></th><th></th>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{downloads(say(language, 'downloads'), {'frontier': _table(rows)})}",
    )


def _table(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    table: dict[str, list[Any]] = {key: [row[key] for row in rows] for key in ("settings", "keeps", "recommended")}
    for name in rows[0]["figures"]:
        for place, column in enumerate((name, f"{name}_low", f"{name}_high")):
            table[column] = [row["figures"][name][place] for row in rows]
    return table


def _charts(rows: list[dict[str, Any]], aims: list[str], language: Language) -> list[alt.LayerChart]:
    pairs = [(aims[0], other) for other in aims[1:]] or [
        (aims[0], name) for name in rows[0]["figures"] if name != aims[0]
    ]
    return [_frontier(rows, across, up, language) for up, across in pairs]


def _frontier(rows: list[dict[str, Any]], across: str, up: str, language: Language) -> alt.LayerChart:
    kinds = {True: say(language, "tune_recommended"), False: say(language, "tune_other")}
    points = []
    for row in rows:
        (x, x_low, x_high), (y, y_low, y_high) = row["figures"][across], row["figures"][up]
        kind = kinds[row["recommended"]]
        points.append({"x": x, "xl": x_low, "xh": x_high, "y": y, "yl": y_low, "yh": y_high, "kind": kind})
    base = alt.Chart(data(points), title=f"{say(language, f'figure_{up}')} / {say(language, f'figure_{across}')}")
    scale = alt.Scale(zero=False)
    x = alt.X("x:Q", title=say(language, f"figure_{across}"), scale=scale)
    y = alt.Y("y:Q", title=say(language, f"figure_{up}"), scale=scale)
    colour = alt.Color("kind:N", title=None).scale(domain=list(kinds.values()), range=[ORANGE, BLUE])
    up_bars = base.mark_rule(color=PALE_BLUE).encode(x, alt.Y("yl:Q", scale=scale), alt.Y2("yh:Q"))
    side_bars = base.mark_rule(color=PALE_BLUE).encode(alt.X("xl:Q", scale=scale), y, alt.X2("xh:Q"))
    return alt.LayerChart(layer=[up_bars, side_bars, base.mark_point(filled=True, size=60).encode(x, y, colour)])
