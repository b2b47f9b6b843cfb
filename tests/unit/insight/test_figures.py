"""The tables for people: what is empty shows a dash, and both abandon shares are always there."""

from __future__ import annotations

import msgspec
import pytest

from dialer.core.effects import Defer
from dialer.core.events import TimerFired
from dialer.insight.figures import denials, key_figures, number, outcomes, percent
from dialer.insight.language import Language
from dialer.insight.tally import Tally
from tests.unit.insight.plausible import START_NS, close, plausible_shift, reason


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0.0, "0.0%"), (0.0304, "3.0%"), (1.0, "100.0%")])
def test_percent(value: float | None, text: str) -> None:
    assert percent(value) == text


@pytest.mark.parametrize(("value", "digits", "text"), [(None, 0, "–"), (1234567.8, 0, "1,234,568"), (8.813, 2, "8.81")])
def test_number(value: float | None, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_a_run_without_calls_shows_dashes_and_no_zero_shares() -> None:
    values = {figure.label: figure.value for figure in key_figures(Tally(), 0.03, "en")}
    assert values["Occupancy"] == values["Contacts per agent-hour"] == "–"
    assert values["Abandoned / answered by a person"] == "–"
    assert values["Abandoned / calls placed"] == "–"
    assert outcomes(Tally(), "en") == []


def test_both_abandon_shares_stand_beside_the_limit() -> None:
    tally = Tally()
    for event, effects in plausible_shift(agents=6, hours=3):
        tally.take(event, effects)
    total = tally.totals()
    figures = {figure.label: figure for figure in key_figures(tally, 0.03, "en", "NT$")}
    of_answered = figures["Abandoned / answered by a person"]
    assert of_answered.value == f"{total.abandoned / total.answered:.2%}"
    assert of_answered.note == "limit 3.0%"
    assert figures["Abandoned / calls placed"].value == f"{total.abandoned / total.placed:.2%}"
    assert figures["Amount promised"].value == f"NT$ {total.promised_cents / 100:,.0f}"


@pytest.mark.parametrize(
    ("language", "label", "note"),
    [("en", "Asked the robot for an agent", "50.0% of answered by a person"), ("zh", "要求转人工", "占真人接听 50.0%")],
)
def test_who_asked_a_robot_for_an_agent_has_a_line_where_there_is_a_robot(
    language: Language, label: str, note: str
) -> None:
    tally = Tally()
    assert label not in {figure.label for figure in key_figures(tally, 0.03, language)}
    for call, transfer_ns in (("c/l1/1", START_NS + 2), ("c/l2/1", None)):
        row = close(call, "l", "robot_done", START_NS, answered_ns=START_NS + 1)
        tally.take(TimerFired(START_NS, "t", 0), (msgspec.structs.replace(row, transfer_ns=transfer_ns),))
    figures = {figure.label: figure for figure in key_figures(tally, 0.03, language)}
    assert (figures[label].value, figures[label].note) == ("1", note)


def test_outcomes_are_sorted_and_their_shares_are_of_all_attempts() -> None:
    tally = Tally()
    names = ["no_answer"] * 3 + ["promise"]
    tally.take(
        TimerFired(START_NS, "x", START_NS),
        tuple(close(f"c{n}", str(n), name, START_NS) for n, name in enumerate(names)),
    )
    assert [tuple(figure) for figure in outcomes(tally, "en")] == [
        ("No answer", "3", "75.0%"),
        ("Promise to pay", "1", "25.0%"),
    ]


def test_rules_are_sorted_by_the_leads_that_they_met() -> None:
    tally = Tally()
    often = [Defer("cards", "1", (reason("gap"),), None)] * 5
    widely = [Defer("cards", str(n), (reason("hours"),), None) for n in range(3)]
    tally.take(TimerFired(START_NS, "x", START_NS), (*often, *widely))
    assert [(row.rule, row.times, row.leads) for row in denials(tally, (), "en")] == [("hours", 3, 3), ("gap", 5, 1)]
