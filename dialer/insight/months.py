"""The report of simulated months: one HTML file that asks for nothing from outside.

The tables are those of a simulation's Parquet files: ``days``, ``groups``, ``contacts``, ``rolls``, ``pressure``.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import Any

import altair as alt

from dialer.insight.charts import BLUE, ORANGE, PALE_BLUE, RED, data, svg
from dialer.insight.figures import number, percent
from dialer.insight.language import Language
from dialer.insight.language import say as shared
from dialer.insight.page import downloads, page

Table = dict[str, list[Any]]
Row = dict[str, Any]

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Months of a portfolio, simulated", "组合数月模拟"),
    "figures": ("Key figures", "关键指标"),
    "contacts": ("Contacts by channel, per day", "各渠道每日触达"),
    "recovery": ("Recovered, as a share of what was overdue on the first day", "累计回收 ÷ 首日逾期金额"),
    "late": ("Accounts past due", "逾期账户数"),
    "capacity": ("Agents' busy time, share of what the floor can do", "坐席工时占用（占产能）"),
    "promises": ("Promises, per day", "每日承诺"),
    "made": ("made", "作出"),
    "kept": ("kept", "履约"),
    "broken": ("broken", "违约"),
    "arms": ("Arms", "实验组对比"),
    "rolls": ("Roll rates: accounts by bucket, 30 days later", "迁徙率：30 天前后的账龄"),
    "pressure": ("Contact pressure: calls to a person in a week", "触达压力：每人每周呼叫次数"),
    "person_weeks": ("person-weeks", "人周"),
    "span": ("{0}, {1} days", "{0} 起 {1} 天"),
    "month": ("days", "天数"),
    "from": ("from", "期初"),
    "segment": ("Segment", "分层"),
    "arm": ("Arm", "组"),
    "accounts": ("Account-days", "账户日"),
    "attempts": ("Attempts", "拨打"),
    "conversations": ("Conversations", "有效联系"),
    "promised": ("Promises", "承诺"),
    "paid": ("Paid", "回款"),
    "cost": ("Cost", "成本"),
    "paid_per_day": ("Paid per 1,000 account-days", "每千账户日回款"),
    "all": ("all", "全部"),
    "composition": (
        "Roll rates compare only portfolios of the same mix: new accounts and hand-overs change them without anybody "
        "paying better or worse.",
        "迁徙率只在组合结构相同时可比：新增与移交会改变迁徙率，而还款表现并未改变。",
    ),
    "assumed": (
        "Payment, promise and cure figures are the world's settings; unless they were calibrated, they are house "
        "estimates.",
        "还款、承诺与自愈参数取自模拟设定；未经校准者为经验估计。",
    ),
    "simulated": ("Nobody was contacted: all of this is simulated.", "本报告全部为模拟，未联系任何人。"),
}


def say(language: Language, key: str) -> str:
    """Return a text of this report."""
    return _WORDS[key][language == "zh"]


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
    figures = "".join(f"<tr><td>{escape(a)}</td><td class=n>{escape(b)}</td></tr>" for a, b in summary["figures"])
    span = say(language, "span").format(summary["first_day"], summary["days"])
    body = f"""<header><h1>{escape(summary["strategy"])} · {say(language, "title")}</h1>
<p>{escape(span)} · {escape(summary["scenario"])}</p>
<p class=remark>{say(language, "simulated")} {say(language, "assumed")}</p></header>
<h2>{say(language, "figures")}</h2><table class=figures><tbody>{figures}</tbody></table>
<section class=plots>{plots}</section>
{downloads(shared(language, "downloads"), tables)}
<h2>{say(language, "arms")}</h2>{_groups(tables, language, currency)}
<h2>{say(language, "rolls")}</h2>{_rolls(tables, language)}<p>{say(language, "composition")}</p>"""
    return page(f"{summary['strategy']} – {say(language, 'title')}", language, body)


def _sums(table: Table, keys: tuple[str, ...], name: str) -> dict[tuple[Any, ...], int]:
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    for *key, value in zip(*(table[key] for key in keys), table[name], strict=True):
        sums[tuple(key)] += value
    return sums


def _by_day(table: Table, name: str) -> list[int]:
    return list(_sums(table, ("day",), name).values())


def _time() -> alt.X:
    return alt.X("day:T", title=None).axis(format="%m-%d", grid=False)


def _contacts(tables: dict[str, Table], language: Language) -> alt.Chart:
    sums = _sums(tables["contacts"], ("day", "channel"), "times")
    rows: list[Row] = [{"day": day, "channel": channel, "n": times} for (day, channel), times in sums.items()]
    chart = alt.Chart(data(rows), title=say(language, "contacts")).mark_area(interpolate="step")
    return chart.encode(_time(), alt.Y("n:Q", title=None), alt.Color("channel:N", title=None))


def _recovery(tables: dict[str, Table], overdue_cents: int, language: Language) -> alt.Chart:
    rows: list[Row] = []
    groups = tables["groups"]
    names = sorted({arm for arm in groups["arm"] if arm})
    shown = {say(language, "all"): None} | ({arm: arm for arm in names} if len(names) > 1 else {})
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
    chart = alt.Chart(data(rows), title=say(language, "recovery")).mark_line()
    share = alt.Y("share:Q", title=None).axis(format=".0%")
    return chart.encode(_time(), share, alt.Color("arm:N", title=None))


def _late(tables: dict[str, Table], language: Language) -> alt.Chart:
    late = _sums(tables["groups"], ("day",), "late")
    rows: list[Row] = [{"day": day, "n": n} for (day,), n in late.items()]
    chart = alt.Chart(data(rows), title=say(language, "late")).mark_line(color=BLUE)
    return chart.encode(_time(), alt.Y("n:Q", title=None))


def _capacity(tables: dict[str, Table], language: Language) -> alt.Chart:
    days = tables["days"]
    rows: list[Row] = [
        {"day": day, "share": used / capacity if capacity else 0.0}
        for day, used, capacity in zip(days["day"], days["used_s"], days["capacity_s"], strict=True)
    ]
    chart = alt.Chart(data(rows), title=say(language, "capacity")).mark_bar(color=PALE_BLUE)
    return chart.encode(_time(), alt.Y("share:Q", title=None).axis(format=".0%").scale(domain=[0, 1]))


def _promises(tables: dict[str, Table], language: Language) -> alt.Chart:
    lines = {"made": "promises", "kept": "kept", "broken": "broken"}
    rows: list[Row] = [
        {"day": day, "what": say(language, what), "n": n}
        for what, name in lines.items()
        for (day,), n in _sums(tables["groups"], ("day",), name).items()
    ]
    colour = alt.Color("what:N", title=None).scale(
        domain=[say(language, what) for what in lines], range=[BLUE, ORANGE, RED]
    )
    chart = alt.Chart(data(rows), title=say(language, "promises")).mark_line()
    return chart.encode(_time(), alt.Y("n:Q", title=None), colour)


def _pressure(tables: dict[str, Table], language: Language) -> alt.Chart:
    pressure = tables["pressure"]
    last = max((n for n, weeks in zip(*pressure.values(), strict=True) if weeks), default=0)
    rows: list[Row] = [{"n": n, "weeks": w} for n, w in zip(*pressure.values(), strict=True) if 0 < n <= last]
    chart = alt.Chart(data(rows), title=say(language, "pressure")).mark_bar(color=PALE_BLUE)
    bars = alt.X("n:O", title=None).axis(labelAngle=0)
    return chart.encode(bars, alt.Y("weeks:Q", title=say(language, "person_weeks")))


def _groups(tables: dict[str, Table], language: Language, currency: str) -> str:
    groups = tables["groups"]
    keys = ("segment", "arm")
    columns = ("accounts", "attempts", "conversations", "promises", "paid_cents", "cost_cents")
    sums = {name: _sums(groups, keys, name) for name in columns}
    heads = ("segment", "arm", "accounts", "attempts", "conversations", "promised", "paid", "paid_per_day", "cost")
    body = ""
    for key in sums["accounts"]:
        accounts, attempts, talks, promises, paid, cost = (sums[name][key] for name in columns)
        rate = _money(paid / accounts * 1000, currency) if accounts else "–"
        cells = (number(accounts), number(attempts), number(talks), number(promises), _money(paid, currency), rate,
                 _money(cost, currency))  # fmt: skip
        body += f"<tr><td>{escape(key[0] or '–')}</td><td>{escape(key[1])}</td>"
        body += "".join(f"<td class=n>{escape(cell)}</td>" for cell in cells) + "</tr>"
    head = "".join(f"<th>{say(language, name)}</th>" for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _rolls(tables: dict[str, Table], language: Language) -> str:
    rolls = tables["rolls"]
    buckets = list(dict.fromkeys(rolls["to_bucket"]))
    cells = dict(zip(zip(*(rolls[n] for n in ("month", "from_bucket", "to_bucket")), strict=True), rolls["accounts"],
                     strict=True))  # fmt: skip
    body = ""
    for month in dict.fromkeys(rolls["month"]):
        for before in buckets:
            row = [cells[month, before, after] for after in buckets]
            total = sum(row)
            shares = "".join(f"<td class=n>{percent(n / total if total else None)}</td>" for n in row)
            span = f"{30 * month - 29}–{30 * month}"
            body += f"<tr><td>{span}</td><td>{before}</td><td class=n>{number(total)}</td>{shares}</tr>"
    named = f"<th>{say(language, 'month')}</th><th>{say(language, 'from')}</th><th></th>"
    heads = named + "".join(f"<th class=n>{bucket}</th>" for bucket in buckets)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _money(cents: float, currency: str) -> str:
    return f"{currency} {number(cents / 100)}".strip()
