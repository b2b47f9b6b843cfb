"""What came of the contacts, as tables of text and as a single HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from dialer.insight.figures import NOTHING, number, percent
from dialer.insight.language import Language, say
from dialer.insight.outcomes.measure import Comparison, Outcomes, Recovery, Terms
from dialer.insight.outcomes.roll import CAUTION
from dialer.insight.page import page, table
from dialer.insight.report import require_plots


class Section(NamedTuple):
    """One table: the key of its heading, its columns' headings and its rows as text."""

    title: str
    head: list[str]
    rows: list[tuple[str, ...]]
    numbers: Sequence[int]


def sections(found: Outcomes, language: Language) -> list[Section]:
    """Return the tables that the log has data for."""
    tables = [
        _section(
            "channels",
            _RECOVERY,
            [_recovery(row, say(language, f"outcomes_by_{row.name}")) for row in found.channels],
            language,
        ),
        _section("arms", _RECOVERY, [_recovery(row, row.name) for row in found.arms], language),
        _section("test", _TEST, [_comparison(one, language) for one in found.comparisons], language, left=(0, 1, 8)),
        _section(
            "rolls",
            ("bucket", "month", "balance", "rate", "steady", "moved", "caution"),
            [
                (
                    roll.bucket, roll.month, number(roll.balance), percent(roll.rate), percent(roll.steady),
                    percent(roll.moved), say(language, "outcomes_caution_mix") if roll.caution else "",
                )
                for roll in found.rolls
            ],
            language,
            left=(0, 1, 6),
        ),
        _section(
            "pressure",
            ("week", "accounts", "attempts", "attempts_each", "contacts_each", "most"),
            [
                (
                    week.week, number(week.accounts), number(week.attempts), number(week.attempts / week.accounts, 2),
                    number(week.contacts / week.accounts, 3), number(week.most),
                )
                for week in found.pressure
            ],
            language,
        ),
    ]  # fmt: skip
    return [one for one in tables if one.rows]


def money(found: Outcomes, language: Language) -> str:
    """Return cost, recovered money and their ratio in a sentence; empty where nobody said what contacts cost."""
    if found.cost is None:
        return ""
    recovered = NOTHING if found.recovered is None else number(found.recovered)
    return say(language, "outcomes_money", number(found.cost), recovered, number(found.cost_per_unit, 3))


def render_outcomes(found: Outcomes, terms: Terms, name: str, language: Language) -> str:
    """Return the report as HTML text.

    Raises
    ------
    PacelineError
        The optional libraries are missing; the message says what to install.
    """
    require_plots()
    from dialer.insight.outcomes.charts import charts

    title = f"{name} · {say(language, 'outcomes_title')}"
    plots = "".join(f"<figure>{svg}</figure>" for svg in charts(found, language))
    tables = "".join(
        f"<h2>{escape(say(language, one.title))}</h2>{table(one.head, one.rows, one.numbers)}"
        for one in sections(found, language)
    )
    notes = [
        say(language, "outcomes_define_recovered", terms.horizon_days),
        say(language, "outcomes_define_complaints"),
        say(language, "outcomes_define_test", percent(1 - terms.confidence, 0)),
        say(language, "outcomes_define_rolls", percent(CAUTION, 0)),
    ]
    told = money(found, language)
    body = f"""<header><h1>{escape(title)}</h1>{f"<p>{escape(told)}</p>" if told else ""}</header>
{tables}<section class=plots>{plots}</section>
<h2>{say(language, "definitions")}</h2><ul>{"".join(f"<li>{escape(note)}</li>" for note in notes)}</ul>"""
    return page(title, language, body)


_RECOVERY = (
    "name", "accounts", "attempts", "contacts", "promises", "kept", "complaints", "paying", "recovered", "per_account",
)  # fmt: skip
_TEST = ("champion", "challenger", "accounts", "paying", "accounts", "paying", "difference", "interval", "verdict")


def _section(
    key: str, head: Sequence[str], rows: list[tuple[str, ...]], language: Language, left: Sequence[int] = (0,)
) -> Section:
    named = [say(language, f"outcomes_{column}") for column in head]
    return Section(f"outcomes_{key}", named, rows, [place for place in range(len(head)) if place not in left])


def _recovery(row: Recovery, name: str) -> tuple[str, ...]:
    kept = NOTHING if row.due is None else f"{percent(row.kept_share)} ({number(row.kept)} / {number(row.due)})"
    return (
        name, number(row.accounts), number(row.attempts), number(row.contacts), number(row.promises), kept,
        percent(row.complaint_share, 2), number(row.paying), number(row.recovered), number(row.per_account, 2),
    )  # fmt: skip


def _comparison(one: Comparison, language: Language) -> tuple[str, ...]:
    interval = one.interval
    since = one.days[one.path.decided] if one.path.decided is not None else ""
    difference = float(one.path.difference[-1])
    return (
        one.champion, one.challenger, number(one.accounts[0]), percent(one.paying[0] / one.accounts[0]),
        number(one.accounts[1]), percent(one.paying[1] / one.accounts[1]), percent(difference, 2),
        NOTHING if interval is None else " – ".join(percent(end, 2) for end in interval),
        say(language, f"outcomes_{one.verdict}", since),
    )  # fmt: skip
