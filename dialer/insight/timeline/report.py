"""A timeline as a single HTML file."""

from __future__ import annotations

from html import escape

from dialer.insight.language import say
from dialer.insight.page import page
from dialer.insight.timeline.moments import Reader, Timeline, lines


def render_timeline(timeline: Timeline, reader: Reader, zone: str) -> str:
    """Return the timeline as HTML text; the reader's clock shows `zone`."""
    language = reader.language
    title = say(language, f"line_title_{timeline.kind}", timeline.subject)
    head = "".join(
        f"<th{mark}>{escape(text)}</th>"
        for text, mark in (
            (f"{say(language, 'line_time')} ({zone})", ""),
            (say(language, "line_what"), ""),
            (say(language, "line_why"), ""),
            (say(language, "line_entry"), " class=n"),
        )
    )
    rows = "".join(
        f"<tr><td class=when>{escape(when)}</td><td>{escape(what)}</td>"
        f"<td>{'<br>'.join(map(escape, because))}</td><td class=n>{moment.seq:,}</td></tr>"
        for moment, (when, what, because) in zip(timeline.moments, lines(timeline.moments, reader), strict=True)
    )
    body = (
        f"<header><h1>{escape(title)}</h1></header><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return page(title, language, body)
