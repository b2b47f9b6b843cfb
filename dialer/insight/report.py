"""The report of one shift: a single HTML file that asks for nothing from outside, for screen and paper."""

from __future__ import annotations

from datetime import datetime
from html import escape
from importlib.util import find_spec
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from dialer.core.errors import PacelineError
from dialer.insight.figures import Figure, denials, key_figures, number, outcomes, pyramid_levels
from dialer.insight.language import Language, say
from dialer.insight.minutes import minutes_of
from dialer.insight.page import downloads, figures, page
from dialer.insight.pyramid.levels import Pyramid
from dialer.insight.tally import Tally
from strategies.compliance.rulebook import Rule


class ReportInfo(msgspec.Struct, frozen=True):
    """What a report says besides the figures.

    Attributes
    ----------
    campaign : str
        The name over the report.
    zone : ZoneInfo
        The clock by which times are shown.
    limit_share : float
        Limit of the abandon share (abandoned / answered by a person).
    language : Language
        ``en`` or ``zh``.
    currency : str
        What stands before an amount of money.
    remark : str
        A line under the heading, for instance that the people are simulated; may be empty.
    rules : tuple of Rule
        Those that bound the run.
    """

    campaign: str
    zone: ZoneInfo
    limit_share: float
    language: Language = "en"
    currency: str = ""
    remark: str = ""
    rules: tuple[Rule, ...] = ()


def require_plots() -> None:
    """Raise `PacelineError` saying what to install when the libraries that draw are missing."""
    missing = [name for name in ("altair", "vl_convert") if find_spec(name) is None]
    if missing:
        raise PacelineError(
            f"the report needs {' and '.join(missing)}: install Paceline with its extra 'report' "
            "(pip install '.[report]')"
        )


def render(tally: Tally, pyramid: Pyramid, info: ReportInfo) -> str:
    """Return the report as HTML text.

    Raises
    ------
    PacelineError
        The optional libraries are missing; the message says what to install.
    """
    require_plots()
    from dialer.insight.charts import Charts

    language = info.language
    start, end = (datetime.fromtimestamp(t / 1e9, info.zone) for t in (tally.start_ns, tally.t_ns))
    plots = "".join(f"<figure>{svg}</figure>" for svg in Charts(tally, info.zone, info.limit_share, language).all())
    rules = denials(tally, info.rules, language)
    rules_table = _bars(
        [say(language, key) for key in ("rule", "times", "leads")],
        [_Bar(row.rule, row.source, (number(row.times), number(row.leads)), row.leads) for row in rules],
    )
    outcomes_table = _bars(
        [say(language, key) for key in ("disposition", "attempts", "share")],
        [
            _Bar(row.label, "", (row.value, row.note), count)
            for row, (_, count) in zip(outcomes(tally, language), tally.dispositions.most_common(), strict=True)
        ],
    )
    remark = f"<p class=remark>{escape(info.remark)}</p>" if info.remark else ""
    definitions = "".join(
        f"<li>{escape(say(language, f'define_{key}'))}</li>"
        for key in ("contacts", "occupancy", "abandon", "pyramid", "rules")
    )
    body = f"""<header><h1>{escape(info.campaign)} · {say(language, "title")}</h1>
<p>{start:%Y-%m-%d %H:%M} – {end:%H:%M} ({escape(info.zone.key)})</p>{remark}</header>
<section class=two><div><h2>{say(language, "figures")}</h2>
{figures(key_figures(tally, info.limit_share, language, info.currency))}</div>
<div><h2>{say(language, "pyramid")}</h2>
{_pyramid(pyramid_levels(pyramid, language), say(language, "unknown"))}</div></section>
<h2>{say(language, "over_time")}</h2><section class=plots>{plots}</section>
{downloads(say(language, "downloads"), {"minutes": minutes_of(tally, info.zone)})}
<section class=two><div><h2>{say(language, "outcomes")}</h2>
{outcomes_table}</div>
<div><h2>{say(language, "rules")}</h2>
{rules_table if rules else f"<p>{say(language, 'none_denied')}</p>"}</div></section>
<h2>{say(language, "definitions")}</h2><ul>{definitions}</ul>"""
    return page(f"{info.campaign} – {say(language, 'title')}", language, body)


class _Bar(NamedTuple):
    label: str
    note: str
    values: tuple[str, ...]
    length: int


def _bars(head: list[str], rows: list[_Bar]) -> str:
    """Return a table in which each row ends in a bar; the longest fills its cell."""
    longest = max((row.length for row in rows), default=0)
    heads = "".join(f"<th{' class=n' if column else ''}>{escape(text)}</th>" for column, text in enumerate(head))
    body = "".join(
        f"<tr><td>{escape(row.label)}<small>{escape(row.note)}</small></td>"
        + "".join(f"<td class=n>{escape(value)}</td>" for value in row.values)
        + f'<td class=bar><i style="width:{100 * row.length / longest:.1f}%"></i></td></tr>'
        for row in rows
    )
    return f"<table><thead><tr>{heads}<th></th></tr></thead><tbody>{body}</tbody></table>"


def _pyramid(levels: list[Figure], unknown: str) -> str:
    """Draw the levels as slices of a triangle, paid time at the base; each slice has its text beside it."""
    width, step, text_x = 250, 44, 268
    height = step * len(levels)
    half = width / 2
    parts = []
    for row, (label, value, _) in enumerate(reversed(levels)):
        top, bottom = row * step, (row + 1) * step - 3
        reach_top, reach_bottom = half * top / height, half * bottom / height
        points = (
            f"{half - reach_top:.1f},{top} {half + reach_top:.1f},{top} "
            f"{half + reach_bottom:.1f},{bottom} {half - reach_bottom:.1f},{bottom}"
        )
        middle, edge = (top + bottom) / 2, half + (reach_top + reach_bottom) / 2
        look = 'class="unknown"' if value == unknown else f'style="fill:hsl(196 {58 - row * 2}% {72 - row * 6}%)"'
        parts.append(
            f'<polygon points="{points}" {look}/>'
            f'<line x1="{edge + 4:.0f}" x2="{text_x - 6}" y1="{middle}" y2="{middle}"/>'
            f'<text x="{text_x}" y="{middle - 2}" class="value">{escape(value)}</text>'
            f'<text x="{text_x}" y="{middle + 13}">{escape(label)}</text>'
        )
    return f'<svg class="pyramid" viewBox="0 0 {text_x + 200} {height}" role="img">{"".join(parts)}</svg>'
