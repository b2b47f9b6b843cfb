"""The report of call quality: one HTML file that asks for nothing from outside."""

from __future__ import annotations

from html import escape
from typing import Any, Literal

import altair as alt

from dialer.insight import page
from dialer.insight.charts import BLUE, data, svg
from dialer.insight.language import Language, say
from dialer.insight.quality.counts import Counts
from dialer.insight.quality.words import figures, group_rows, kind_of


def render(counts: Counts, language: Language) -> str:
    """Return the report as HTML text."""
    none = f"<p>{say(language, 'quality_none')}</p>"
    plot = f"<figure>{svg(_chart(counts, language))}</figure>" if counts.total.by_kind else none
    tables = _table(counts, "team", language) + _table(counts, "agent", language)
    title, note = say(language, "quality_title"), escape(say(language, "quality_note"))
    body = (
        f"<header><h1>{title}</h1><p class=remark>{note}</p></header>"
        f"<section class=two><div>{page.figures(figures(counts, language))}</div><div>{plot}</div></section>{tables}"
    )
    return page.page(title, language, body)


def _chart(counts: Counts, language: Language) -> alt.Chart:
    rows: list[dict[str, Any]] = [{"kind": kind_of(kind, language), "n": n} for kind, n in counts.total.by_kind.items()]
    kinds = alt.Y("kind:N", title=None, sort=[row["kind"] for row in rows]).axis(labelLimit=260)
    chart = alt.Chart(data(rows), title=say(language, "quality_kinds")).mark_bar(color=BLUE)
    return chart.encode(alt.X("n:Q", title=None).axis(tickMinStep=1), kinds)


def _table(counts: Counts, who: Literal["agent", "team"], language: Language) -> str:
    head, rows = group_rows(counts, who, language)
    shown = page.table(head, rows, range(1, len(head)))
    return f"<h2>{say(language, f'quality_by_{who}')}</h2>{shown}" if rows else ""
