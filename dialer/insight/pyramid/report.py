"""The pyramid by group as rows of text, and as a single HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from dialer.insight.figures import NOTHING, number, percent
from dialer.insight.language import Language, say
from dialer.insight.page import page, table
from dialer.insight.pyramid.levels import Pyramid
from dialer.insight.pyramid.measure import LEVELS, Dimension, Level, Measured
from dialer.insight.pyramid.targets import Gap, Target, Targets, gaps
from dialer.insight.report import require_plots

HEAD = ("pyramid_group", "paid_h", *LEVELS, "pyramid_value")
GAP_HEAD = (
    "pyramid_group", "pyramid_level", "pyramid_actual", "pyramid_should", "pyramid_between", "pyramid_cost",
    "pyramid_cost_between", "pyramid_coachable",
)  # fmt: skip


class PyramidInfo(NamedTuple):
    """What is shown: the dimension, the targets if there are any, their confidence, the language."""

    name: str
    by: Dimension
    targets: Targets | None
    confidence: float
    language: Language


def level_rows(groups: Sequence[Measured], info: PyramidInfo) -> list[tuple[str, ...]]:
    """Return a row of text for each group: what `HEAD` names; and then one for each target."""
    rows = [_row(group.group, group.pyramid, group.paid_h, info.language) for group in groups]
    return rows + [
        _row(say(info.language, "pyramid_target", target.name), target.pyramid, None, info.language)
        for target in used(groups, info)
    ]


def used(groups: Sequence[Measured], info: PyramidInfo) -> list[Target]:
    """Return the targets that hold for one of the groups, each once."""
    found = [info.targets.for_group(info.by, group.group) for group in groups] if info.targets else []
    return list(dict.fromkeys(target for target in found if target is not None))


def gap_rows(groups: Sequence[Measured], info: PyramidInfo) -> list[tuple[str, ...]]:
    """Return for each group with a target the level that costs most: what `GAP_HEAD` names, the costliest first."""
    language = info.language
    found: list[tuple[float, tuple[str, ...]]] = []
    for group in groups:
        target = info.targets.for_group(info.by, group.group) if info.targets else None
        if target is None:
            continue
        below = gaps(group, target, info.confidence)
        if not below:
            found.append((0.0, (group.group, say(language, "pyramid_at_target"), *[NOTHING] * 6)))
            continue
        found.append((below[0].cost, (group.group, *_gap(below[0], language))))
    return [row for _, row in sorted(found, key=lambda one: -one[0])]


def level_text(level: Level, value: float | None, language: Language) -> str:
    """Return the value of a level as people write it."""
    if value is None:
        return say(language, "pyramid_not_known")
    return percent(value) if level.endswith("share") else number(value, 2)


def render_pyramid(groups: Sequence[Measured], info: PyramidInfo) -> str:
    """Return the report as HTML text.

    Raises
    ------
    PacelineError
        The optional libraries are missing; the message says what to install.
    """
    require_plots()
    from dialer.insight.pyramid.charts import charts

    language = info.language
    title = f"{info.name} · {say(language, 'pyramid_title', say(language, f'pyramid_by_{info.by}'))}"
    values = [target.pyramid.value_per_paid_h or 0.0 for target in used(groups, info)]
    plots = "".join(f"<figure>{svg}</figure>" for svg in charts(groups, values, info))
    rows = gap_rows(groups, info)
    coach = (
        f"<h2>{say(language, 'pyramid_coach')}</h2>"
        + table([say(language, key) for key in GAP_HEAD], rows, (2, 3, 4, 5, 6))
        if rows
        else ""
    )
    notes = [say(language, f"pyramid_define_{key}", percent(info.confidence, 0)) for key in ("value", "kept", "cost")]
    body = f"""<header><h1>{escape(title)}</h1></header>
{table([say(language, key) for key in HEAD], level_rows(groups, info), range(1, len(HEAD)))}
<section class=plots>{plots}</section>{coach}
<h2>{say(language, "definitions")}</h2><ul>{"".join(f"<li>{escape(note)}</li>" for note in notes)}</ul>"""
    return page(title, language, body)


def _row(name: str, pyramid: Pyramid, paid_h: float | None, language: Language) -> tuple[str, ...]:
    value = pyramid.value_per_paid_h
    return (
        name,
        NOTHING if paid_h is None else number(paid_h, 1),
        *(level_text(level, getattr(pyramid, level), language) for level in LEVELS),
        say(language, "pyramid_not_known") if value is None else number(value, 2),
    )


def _gap(gap: Gap, language: Language) -> tuple[str, ...]:
    between = costs = NOTHING
    if gap.interval is not None and gap.cost_interval is not None:
        between = " – ".join(level_text(gap.level, end, language) for end in gap.interval)
        costs = " – ".join(number(end) for end in gap.cost_interval)
    return (
        say(language, gap.level),
        level_text(gap.level, gap.actual, language),
        level_text(gap.level, gap.target, language),
        between,
        number(gap.cost),
        costs,
        say(language, "pyramid_yes" if gap.proven else "pyramid_no"),
    )
