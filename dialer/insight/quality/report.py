"""The report of call quality: one HTML file that asks for nothing from outside."""

from __future__ import annotations

from html import escape
from typing import Any

import altair as alt

from dialer.insight.charts import BLUE, data, svg
from dialer.insight.language import Language
from dialer.insight.page import page
from dialer.insight.quality.counts import Counts
from dialer.insight.quality.words import figures, say


def render(counts: Counts, language: Language) -> str:
    """Return the report as HTML text."""
    rows = "".join(f"<tr><td>{escape(a)}</td><td class=n>{escape(b)}</td></tr>" for a, b in figures(counts, language))
    plot = f"<figure>{svg(_chart(counts, language))}</figure>" if counts.by_kind else f"<p>{say(language, 'none')}</p>"
    tables = "".join(
        f"<div><h2>{say(language, title)}</h2>{_table(sums, say(language, who), language)}</div>"
        for title, who, sums in (("by_agent", "agent", counts.by_agent), ("by_team", "team", counts.by_team))
        if sums
    )
    body = (
        f"<header><h1>{say(language, 'title')}</h1><p class=remark>{escape(say(language, 'note'))}</p></header>"
        f"<section class=two><div><table class=figures><tbody>{rows}</tbody></table></div><div>{plot}</div></section>"
        f"<section class=two>{tables}</section>"
    )
    return page(say(language, "title"), language, body)


def _chart(counts: Counts, language: Language) -> alt.Chart:
    rows: list[dict[str, Any]] = [{"kind": say(language, kind), "n": n} for kind, n in counts.by_kind.items()]
    kinds = alt.Y("kind:N", title=None, sort=[row["kind"] for row in rows]).axis(labelLimit=260)
    chart = alt.Chart(data(rows), title=say(language, "kinds")).mark_bar(color=BLUE)
    return chart.encode(alt.X("n:Q", title=None).axis(tickMinStep=1), kinds)


def _table(sums: dict[tuple[str, str], int], who: str, language: Language) -> str:
    kinds = list(dict.fromkeys(kind for _, kind in sums))
    head = "".join(f"<th class=n>{escape(say(language, kind))}</th>" for kind in kinds)
    body = ""
    for name in dict.fromkeys(name for name, _ in sums):
        cells = "".join(f"<td class=n>{sums.get((name, kind), 0) or ''}</td>" for kind in kinds)
        body += f"<tr><td>{escape(name or '–')}</td>{cells}</tr>"
    return f"<table><thead><tr><th>{who}</th>{head}</tr></thead><tbody>{body}</tbody></table>"
