"""`paceline limit`: the figures, both ways to write a share, and errors in the command's own words."""

from __future__ import annotations

import pytest

from dialer.__main__ import main

FLOOR = ["--agents", "20", "--handle-time", "120", "--ring", "12"]


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(["limit", *words])
    captured = capsys.readouterr()
    assert stopped.value.code == (2 if captured.err else None)
    return captured.err or captured.out


def test_prints_the_limit_beside_progressive(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said([*FLOOR, "--answer-rate", "0.25", "--abandon", "3%"], capsys).splitlines()
    cells = [line.split() for line in lines]
    assert ["occupancy", "88.6%", "71.4%"] in cells
    assert ["contacts", "per", "agent-hour", "26.58", "21.43"] in cells
    assert ["idle", "seconds", "between", "contacts", "15.4", "48.0"] in cells
    assert ["abandoned", "of", "answered", "3.00%", "0.00%"] in cells
    assert ["2", "5", "2"] in cells


def test_a_share_may_be_a_percentage_or_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    percentages = said([*FLOOR, "--answer-rate", "25%", "--abandon", "3%"], capsys)
    assert percentages == said([*FLOOR, "--answer-rate", "0.25", "--abandon", "0.03"], capsys)
    assert percentages == said([*FLOOR, "--answer-rate", "25 %"], capsys)


def test_patience_helps(capsys: pytest.CaptureFixture[str]) -> None:
    words = [*FLOOR, "--answer-rate", "25%"]
    assert said(words, capsys) != said([*words, "--patience", "2"], capsys)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--answer-rate", "often"], "--answer-rate is 'often', which is no share (write 3% or 0.03)"),
        (["--answer-rate", "25"], "--answer-rate is 25; it must be above 0 and at most 1"),
        (["--answer-rate", "25%", "--abandon", "3"], "--abandon is 3; it must be at least 0 and below 1"),
        (["--answer-rate", "25%", "--ring", "0"], "--ring is 0; it must be above 0"),
        (["--answer-rate", "25%", "--agents", "0"], "--agents is 0; it must be at least 1"),
        (["--answer-rate", "0.0001", "--agents", "2000"], "need more than 2,000,000 states"),
    ],
)
def test_errors_name_the_option(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = dict(zip(FLOOR[::2], FLOOR[1::2], strict=True)) | dict(zip(words[::2], words[1::2], strict=True))
    assert message in said([word for pair in given.items() for word in pair], capsys)


def test_the_limit_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert "坐席利用率" in said([*FLOOR, "--answer-rate", "25%", "--language", "zh"], capsys)
