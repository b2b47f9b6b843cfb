"""What a strategy manager is told of a strategy that compiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategies.remarks import check_strategy

GOOD = """\
name: small
purpose: collections
fields: {days: integer, balance: {type: money, currency: CNY}, job: text}
segments:
- {name: early, when: days BETWEEN 1 AND 30, cadence: mild}
- {name: late, when: days > 30}
cadences: {mild: [{on: {days: [3, 7]}, channel: sms, template: remind}]}
templates: {remind: {channels: [sms], text: {en: "Please pay {balance}.", zh: "请还款{balance}。"}}}
stop: {paid: balance <= 0, promise_running: "false", dispute: "false", complaint: "false", opt_out: "false",
       bankrupt: "false", deceased: "false"}
packs: [house]
"""


def remarks(path: Path, *changes: tuple[str, str]) -> list[str]:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return [str(remark).removeprefix(f"{path}:") for remark in check_strategy(path)[1]]


def test_a_good_strategy_has_none(tmp_path: Path) -> None:
    assert remarks(tmp_path / "s.yaml") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "days > 30",
            "days BETWEEN 5 AND 20",
            "6:22: segments[1].when: late gets no account: all that can fit go to early "
            "(put it before early, or change the condition)",
        ),
        (
            "days > 30",
            "days > 20",
            "6:22: segments[1].when: an account with days = 21 fits early and late; early takes it "
            "(write into one of the conditions what tells them apart)",
        ),
        (
            "days > 30",
            "days > 30 AND days < 10",
            "6:22: segments[1].when: no account can fit late (change the condition, or leave the segment out)",
        ),
        (
            "days > 30",
            "days * 2 > 60 AND days < 10",
            "6:22: segments[1].when: no account was found for late (change the condition, or leave the segment out; "
            "not proven: a condition computes, compares two fields or uses LIKE, or there are too many cases)",
        ),
        (
            "[3, 7]",
            "[45]",
            "7:19: cadences.mild[0]: this step is never due: no account of early fits it "
            "(change its days or condition, or the segment's)",
        ),
        (
            "packs:",
            "constants: {phone: '95555'}\npacks:",
            "11:20: constants.phone: no template uses this (leave it out, or use it)",
        ),
        (
            "请还款{balance}。",
            "请还款。",
            "8:45: templates.remind.text: balance stands in one language only (say the same in every language)",
        ),
        (
            ', opt_out: "false"',
            "",
            "9:7: stop: nothing says when an account is left alone for opt_out (write `opt_out:` with its condition "
            'under `stop`, or "false" if no such account is in the portfolio)',
        ),
    ],
)
def test_remarks_stand_where_they_belong(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in remarks(tmp_path / "s.yaml", (old, new))


def test_a_special_case_that_stands_first_is_no_overlap(tmp_path: Path) -> None:
    assert remarks(tmp_path / "s.yaml", ("days > 30", "days > 0")) == []
