"""A timeline as a single HTML file."""

from __future__ import annotations

from html import escape

from dialer.insight.language import say
from dialer.insight.page import page
from dialer.insight.timeline.moments import Reader, Timeline, lines, silences


def render_timeline(timeline: Timeline, reader: Reader, zone: str) -> str:
    """Return the timeline as HTML text; the reader's clock shows `zone`."""
    language = reader.language
    title = say(language, f"line_title_{timeline.kind}", timeline.subject)
    details, where, aligned = (
        ("line_details", "line_table", "") if timeline.history else ("line_why", "line_entry", " class=n")
    )
    head = "".join(
        f"<th{mark}>{escape(text)}</th>"
        for text, mark in (
            (f"{say(language, 'line_time')} ({zone})", ""),
            (say(language, "line_what"), ""),
            (say(language, details), ""),
            (say(language, where), aligned),
        )
    )
    rows = "".join(
        f"<tr><td class=when>{escape(when)}</td><td>{escape(what)}</td>"
        f"<td>{'<br>'.join(map(escape, because))}</td>{_where(moment.where)}</tr>"
        for moment, (when, what, because) in zip(timeline.moments, lines(timeline.moments, reader), strict=True)
    )
    remarks = "".join(f"<p class=remark>{escape(text)}</p>" for text in silences(timeline, language))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return page(title, language, f"<header><h1>{escape(title)}</h1>{remarks}</header>{table}")


def _where(where: int | str) -> str:
    return f"<td class=n>{where:,}</td>" if isinstance(where, int) else f"<td>{escape(where)}</td>"
