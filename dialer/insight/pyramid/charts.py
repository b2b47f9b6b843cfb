"""The plots of the pyramid by group, as SVG text drawn with Altair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import altair as alt

from dialer.insight.charts import BLUE, HEIGHT, PALE_BLUE, RED, svg
from dialer.insight.language import say
from dialer.insight.pyramid.measure import Measured
from dialer.insight.pyramid.targets import gaps

if TYPE_CHECKING:
    from dialer.insight.pyramid.report import PyramidInfo

MOST = 20
"""Groups that a plot has room for: those with most at stake."""

_BAR, _AROUND = 18, 90
"""Pixels of a bar with its name, and of the title, axis and legend around all of them."""


def charts(groups: Sequence[Measured], targets: Sequence[float], info: PyramidInfo) -> list[str]:
    """Return the value per paid hour of each group beside that of the targets, and what its costliest gap costs."""
    height = max(HEIGHT, _AROUND + _BAR * min(len(groups), MOST))
    drawn = (_values(groups, targets, info), _costs(groups, info))
    return [svg(chart, height=height) for chart in drawn if chart is not None]


def _values(groups: Sequence[Measured], targets: Sequence[float], info: PyramidInfo) -> alt.LayerChart | None:
    rows = [
        {"group": group.group, "value": group.pyramid.value_per_paid_h}
        for group in groups
        if group.pyramid.value_per_paid_h is not None
    ]
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: -float(row["value"] or 0))[:MOST]
    bars = alt.Chart(alt.Data(values=rows), title=say(info.language, "value_per_paid_h")).mark_bar(color=BLUE)
    bars = bars.encode(alt.Y("group:N", title=None, sort="-x"), alt.X("value:Q", title=None))
    marks = [{"target": value} for value in targets]
    rule = alt.Chart(alt.Data(values=marks)).mark_rule(color=RED, strokeDash=[5, 3]).encode(alt.X("target:Q"))
    return alt.LayerChart(layer=[bars, rule] if marks else [bars])


def _costs(groups: Sequence[Measured], info: PyramidInfo) -> alt.Chart | None:
    rows = []
    for group in groups:
        target = info.targets.for_group(info.by, group.group) if info.targets else None
        below = gaps(group, target, info.confidence) if target else []
        if below:
            sure = say(info.language, "pyramid_yes" if below[0].proven else "pyramid_no")
            rows.append(
                {"group": f"{group.group} · {say(info.language, below[0].level)}", "cost": below[0].cost, "sure": sure}
            )
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: -float(row["cost"]))[:MOST]
    colour = alt.Color("sure:N", title=say(info.language, "pyramid_coachable")).scale(
        domain=[say(info.language, "pyramid_yes"), say(info.language, "pyramid_no")], range=[BLUE, PALE_BLUE]
    )
    chart = alt.Chart(alt.Data(values=rows), title=say(info.language, "pyramid_coach")).mark_bar()
    return chart.encode(
        alt.Y("group:N", title=None, sort="-x").axis(labelLimit=260), alt.X("cost:Q", title=None), colour
    )
