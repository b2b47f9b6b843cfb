"""The report of simulated months: one HTML file that asks for nothing from outside.

The tables are those of a simulation's Parquet files: ``days``, ``groups``, ``contacts``, ``rolls``, ``pressure``.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import Any

import altair as alt

from dialer.insight.charts import BLUE, ORANGE, PALE_BLUE, RED, data, svg
from dialer.insight.figures import money, number, percent
from dialer.insight.language import Language, say
from dialer.insight.page import downloads, figures, page, table

Table = dict[str, list[Any]]
Row = dict[str, Any]


def render(tables: dict[str, Table], summary: dict[str, Any], language: Language, currency: str = "") -> str:
    """Return the report as HTML text.

    Parameters
    ----------
    tables : dict of dict
        See the module's text.
    summary : dict
        ``strategy``, ``scenario``, ``first_day``, ``days``, ``agents``, ``overdue_cents`` and ``figures``, which are
        pairs of label and value.
    """
    charts = [
        _contacts(tables, language),
        _recovery(tables, summary["overdue_cents"], language),
        _late(tables, language),
        _capacity(tables, language),
        _promises(tables, language),
        _pressure(tables, language),
    ]
    plots = "".join(f"<figure>{svg(chart)}</figure>" for chart in charts)
    span = say(language, "months_span", summary["first_day"], summary["days"])
    # A scenario of one's own is a file, whose path is its name.
    named = {name: say(language, f"months_scenario_{name}") for name in ("usual", "downturn", "upswing")}
    scenario = named.get(summary["scenario"], summary["scenario"])
    title = f"{summary['strategy']} · {say(language, 'months_title')}"
    body = f"""<header><h1>{escape(title)}</h1>
<p>{escape(span)} · {escape(scenario)}</p>
<p class=remark>{say(language, "months_simulated")} {say(language, "months_assumed")}</p></header>
<h2>{say(language, "figures")}</h2>{figures(summary["figures"])}
<section class=plots>{plots}</section>
{downloads(say(language, "downloads"), tables)}
<h2>{say(language, "months_arms")}</h2>{_groups(tables, language, currency)}
<h2>{say(language, "months_rolls")}</h2>{_rolls(tables, language)}<p>{say(language, "months_composition")}</p>"""
    return page(title, language, body)


def _sums(table: Table, keys: tuple[str, ...], name: str) -> dict[tuple[Any, ...], int]:
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    for *key, value in zip(*(table[key] for key in keys), table[name], strict=True):
        sums[tuple(key)] += value
    return sums


def _by_day(table: Table, name: str) -> list[int]:
    return list(_sums(table, ("day",), name).values())


def _time() -> alt.X:
    return alt.X("day:T", title=None, timeUnit="yearmonthdate").axis(
        format="%m-%d", grid=False, tickCount="week", labelOverlap=True, labelSeparation=6
    )


def _contacts(tables: dict[str, Table], language: Language) -> alt.Chart:
    sums = _sums(tables["contacts"], ("day", "channel"), "times")
    rows: list[Row] = [
        {"day": day, "channel": say(language, f"channel_{channel}"), "n": times}
        for (day, channel), times in sums.items()
    ]
    chart = alt.Chart(data(rows), title=say(language, "months_by_channel")).mark_bar()
    return chart.encode(_time(), alt.Y("n:Q", title=None), alt.Color("channel:N", title=None))


def _recovery(tables: dict[str, Table], overdue_cents: int, language: Language) -> alt.Chart:
    rows: list[Row] = []
    groups = tables["groups"]
    names = sorted({arm for arm in groups["arm"] if arm})
    shown = {say(language, "months_all"): None} | ({arm: arm for arm in names} if len(names) > 1 else {})
    for label, arm in shown.items():
        total = 0
        kept = [
            (day, cents)
            for day, own, cents in zip(groups["day"], groups["arm"], groups["paid_cents"], strict=True)
            if arm is None or own == arm
        ]
        sums: dict[str, int] = defaultdict(int)
        for day, cents in kept:
            sums[day] += cents
        for day, cents in sums.items():
            total += cents
            rows.append({"day": day, "arm": label, "share": total / max(1, overdue_cents)})
    chart = alt.Chart(data(rows), title=say(language, "months_recovery")).mark_line()
    share = alt.Y("share:Q", title=None).axis(format=".0%")
    return chart.encode(_time(), share, alt.Color("arm:N", title=None))


def _late(tables: dict[str, Table], language: Language) -> alt.Chart:
    late = _sums(tables["groups"], ("day",), "late")
    rows: list[Row] = [{"day": day, "n": n} for (day,), n in late.items()]
    chart = alt.Chart(data(rows), title=say(language, "months_late")).mark_line(color=BLUE)
    return chart.encode(_time(), alt.Y("n:Q", title=None))


def _capacity(tables: dict[str, Table], language: Language) -> alt.Chart:
    days = tables["days"]
    rows: list[Row] = [
        {"day": day, "share": used / capacity if capacity else 0.0}
        for day, used, capacity in zip(days["day"], days["used_s"], days["capacity_s"], strict=True)
    ]
    chart = alt.Chart(data(rows), title=say(language, "months_capacity")).mark_bar(color=PALE_BLUE)
    return chart.encode(_time(), alt.Y("share:Q", title=None).axis(format=".0%").scale(domain=[0, 1]))


def _promises(tables: dict[str, Table], language: Language) -> alt.Chart:
    lines = {"made": "promises", "kept": "kept", "broken": "broken"}
    rows: list[Row] = [
        {"day": day, "what": say(language, f"months_{what}"), "n": n}
        for what, name in lines.items()
        for (day,), n in _sums(tables["groups"], ("day",), name).items()
    ]
    colour = alt.Color("what:N", title=None).scale(
        domain=[say(language, f"months_{what}") for what in lines], range=[BLUE, ORANGE, RED]
    )
    chart = alt.Chart(data(rows), title=say(language, "months_promises")).mark_line()
    return chart.encode(_time(), alt.Y("n:Q", title=None), colour)


def _pressure(tables: dict[str, Table], language: Language) -> alt.Chart:
    pressure = tables["pressure"]
    last = max((n for n, weeks in zip(*pressure.values(), strict=True) if weeks), default=0)
    rows: list[Row] = [{"n": n, "weeks": w} for n, w in zip(*pressure.values(), strict=True) if 0 < n <= last]
    chart = alt.Chart(data(rows), title=say(language, "months_pressure")).mark_bar(color=PALE_BLUE)
    bars = alt.X("n:O", title=None).axis(labelAngle=0)
    return chart.encode(bars, alt.Y("weeks:Q", title=say(language, "months_person_weeks")))


def _groups(tables: dict[str, Table], language: Language, currency: str) -> str:
    columns = ("accounts", "attempts", "conversations", "promises", "paid_cents", "cost_cents")
    sums = {name: _sums(tables["groups"], ("segment", "arm"), name) for name in columns}
    heads = ("segment", "arm", "account_days", "attempts", "conversations", "promised", "paid", "paid_per_day", "cost")
    rows = []
    for segment, arm in sums["accounts"]:
        accounts, attempts, talks, promises, paid, cost = (sums[name][segment, arm] for name in columns)
        counts = (number(accounts), number(attempts), number(talks), number(promises))
        rate = money(paid / accounts * 1000, currency) if accounts else "–"
        rows.append((segment or "–", arm, *counts, money(paid, currency), rate, money(cost, currency)))
    return table([say(language, f"months_{name}") for name in heads], rows, range(2, len(heads)))


def _rolls(tables: dict[str, Table], language: Language) -> str:
    rolls = tables["rolls"]
    keys = zip(*(rolls[name] for name in ("month", "from_bucket", "to_bucket")), strict=True)
    accounts = dict(zip(keys, rolls["accounts"], strict=True))
    buckets = list(dict.fromkeys(rolls["to_bucket"]))
    named = {bucket: say(language, "months_current") if bucket == "current" else bucket for bucket in buckets}
    rows = []
    for month in dict.fromkeys(rolls["month"]):
        for before in buckets:
            after = [accounts[month, before, bucket] for bucket in buckets]
            total = sum(after)
            shares = (percent(n / total if total else None) for n in after)
            rows.append((f"{30 * month - 29}–{30 * month}", named[before], number(total), *shares))
    heads = [*(say(language, f"months_{name}") for name in ("month", "from", "accounts")), *named.values()]
    return table(heads, rows, range(2, len(heads)))
