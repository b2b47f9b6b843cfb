"""The plots of an audit, as SVG text drawn with Altair."""

from __future__ import annotations

import altair as alt

from dialer.insight.audit.records import Audit
from dialer.insight.charts import BLUE, RED, svg
from dialer.insight.language import Language, say
from dialer.insight.tables import Database

MOST_RULES = 8
"""Rules with a colour of their own; the others are left to the table."""

_NO_LINE_BELOW = 20
"""Answered calls before a day's share is drawn: of fewer, one call more or less is several percent."""


def charts(audit: Audit, database: Database, language: Language) -> list[str]:
    """Return the plots that there are data for: violations by day, the abandoned share by day."""
    return [svg(chart) for chart in (_by_day(database, language), _shares(audit, language)) if chart is not None]


def _by_day(database: Database, language: Language) -> alt.Chart | None:
    rows = database.execute(
        f"""
        SELECT strftime(timezone('UTC', placed_at), '%Y-%m-%d') AS day, rule, count(*) AS n FROM evidence
        WHERE rule IN (SELECT rule FROM evidence GROUP BY rule ORDER BY count(*) DESC, rule LIMIT {MOST_RULES})
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    if not rows:
        return None
    data = alt.Data(values=[{"day": day, "rule": rule, "n": n} for day, rule, n in rows])
    return (
        alt.Chart(data, title=say(language, "audit_over_time"))
        .mark_bar()
        .encode(
            alt.X("day:O", title=None).axis(labelAngle=-45, labelOverlap=True),
            alt.Y("n:Q", title=None).axis(tickMinStep=1),
            alt.Color("rule:N", title=None).legend(columns=3),
        )
    )


def _shares(audit: Audit, language: Language) -> alt.LayerChart | None:
    daily = [one for one in audit.abandons if one.window == "day" and one.limit is not None and one.share is not None]
    rows = [
        {"day": one.window_from, "what": f"{one.rule} · {one.campaign}", "share": one.share}
        for one in daily
        if one.of >= _NO_LINE_BELOW
    ]
    if not rows:
        return None
    limit = min(one.limit for one in daily if one.limit is not None)
    lines = alt.Chart(alt.Data(values=rows), title=say(language, "audit_share_over_time")).mark_line(point=True)
    lines = lines.encode(
        alt.X("day:O", title=None).axis(labelAngle=-45, labelOverlap=True),
        alt.Y("share:Q", title=None).axis(format=".1%"),
        alt.Color("what:N", title=None).scale(range=[BLUE, "#d98324", "#7fb3c8", "#6b4c9a"]),
    )
    mark = alt.Chart(alt.Data(values=[{"limit": limit}])).mark_rule(color=RED, strokeDash=[5, 3])
    return alt.LayerChart(layer=[lines, mark.encode(alt.Y("limit:Q"))])
