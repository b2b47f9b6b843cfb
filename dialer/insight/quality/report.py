"""The report of call quality: one HTML file that asks for nothing from outside."""

from __future__ import annotations

from html import escape
from typing import Any

import altair as alt

from dialer.insight.charts import BLUE, data, svg
from dialer.insight.figures import number, percent
from dialer.insight.language import Language
from dialer.insight.page import page
from dialer.insight.quality.counts import Counts

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Call quality", "通话质检分析报告"),
    "calls": ("Calls", "总通话数"),
    "bad_calls": ("Calls with a violation", "违规通话数"),
    "main": ("Most frequent violation", "主要违规类型"),
    "times": ("{0} ({1} times)", "{0}（{1} 次）"),
    "kinds": ("Violations by kind", "通话违规类型分布"),
    "by_agent": ("By agent", "按坐席"),
    "by_team": ("By team", "按团队"),
    "agent": ("Agent", "坐席"),
    "team": ("Team", "团队"),
    "none": ("No violation.", "无违规。"),
    "note": (
        "A phrase is a hint, no verdict: listen to the call before anybody is blamed. What is not in the phrase packs "
        "is not found.",
        "命中短语仅为线索，定性前须复听录音；短语库之外的内容不会被发现。",
    ),
    "insult": ("insult", "辱骂"),
    "threat": ("threat", "威胁"),
    "impersonation": ("impersonation of an authority", "冒充公检法"),
    "third_party_disclosure": ("disclosure to a third party", "向第三方泄露债务"),
    "missing_identification": ("did not say who is calling", "未表明身份"),
    "missing_identity_check": ("spoke of the debt unchecked", "未核实身份即谈债务"),
}


def say(language: Language, key: str, *values: object) -> str:
    """Return a text of this report; a kind of violation that only others know is its own word."""
    return _WORDS[key][language == "zh"].format(*values) if key in _WORDS else key


def figures(counts: Counts, language: Language) -> list[tuple[str, str]]:
    """Return the key figures as pairs of label and value."""
    rows = [
        (say(language, "calls"), number(counts.calls)),
        (
            say(language, "bad_calls"),
            f"{number(counts.bad_calls)} ({percent(counts.bad_calls / counts.calls if counts.calls else None)})",
        ),
    ]
    if counts.main is not None:
        times = say(language, "times", say(language, counts.main), counts.by_kind[counts.main])
        rows.append((say(language, "main"), times))
    return rows


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
