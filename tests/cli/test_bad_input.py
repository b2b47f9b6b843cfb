"""What is wrong with a strategy is told with its line, and in both languages: one case for each kind of fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialer.__main__ import main
from tests.chinese import english_in

GOOD = """\
name: mine
version: "1"
purpose: collections
fields: {days: integer, balance: {type: money, currency: USD}, due: date}
segments:
  - name: A
    when: days BETWEEN 1 AND 60
    steps:
      - {channel: agent_call, template: call, window: {mon-fri: ["15:00-17:00"]}}
calls: {progressive: {max_attempts: 2}}
stop: {paid: balance <= 0, promise_running: "false", dispute: "false", complaint: "false", opt_out: "false",
  bankrupt: "false", deceased: "false"}
templates:
  call: {channels: [agent_call], text: {en: "Your balance is {balance}.", zh: "余额 {balance}。"}}
packs: [house]
"""
WHEN = "when: days BETWEEN 1 AND 60"
ARMS = "experiments: {{x: {{segments: [A], arms: {{a: {{share: 0.5}}, b: {{share: {}, steps: []}}}}}}}}\nstop:"

CASES = [
    # A condition reaches outside of the declared fields, calls what it may not, or is none
    (WHEN, "when: dayz > 1", "7:11", "`dayz` is not a declared field"),
    (WHEN, "when: other.days > 1", "7:11", "`other.days` is not a declared field"),
    (WHEN, "when: read_csv('/etc/passwd') > 1", "7:11", "the function `read_csv` is not allowed"),
    (WHEN, "when: random() > 0.5", "7:11", "the function `random` is not allowed"),
    (WHEN, "when: (SELECT 1) > 1", "7:11", "subquery is not allowed"),
    (WHEN, "when: days > 1) FROM x WHERE (1=1", "7:11", "this is more than one condition"),
    (WHEN, "when: days >", "7:11", "this is not SQL: syntax error"),
    (WHEN, "when: days > 'x'", "7:11", "this cannot be computed: Conversion Error"),
    (WHEN, "when: due > 5", "7:11", "this cannot be computed: Binder Error: Cannot compare"),
    (WHEN, "when: lower(days) = 'a'", "7:11", "this cannot be computed: Binder Error: No function"),
    (WHEN, "when: days * days * days > 1", "7:11", "this cannot be computed: Out of Range"),
    (WHEN, "when: days + 1", "7:11", "this is a value of type BIGINT, not a condition"),
    # Files that include one another, windows that never open, shares, texts
    ("name: mine", "include: [mine.yaml]\nname: mine", "1:11", "this file includes itself"),
    ("name: mine", "include: [none.yaml]\nname: mine", "1:11", "there is no such file"),
    ("15:00-17:00", "22:00-23:00", "9:55", "this window never opens"),
    ('["15:00-17:00"]', "[]", "9:55", "this window has no hours"),
    ("15:00-17:00", "9-5", "9:66", "these are not calling hours"),
    ("stop:", ARMS.format(0.4), "11:40", "the arms' shares add up to 0.9"),
    ("stop:", ARMS.format(-1), "11:69", "input should be greater than 0"),
    ("is {balance}", "is {balanse}", "14:45", "`balanse` is neither a declared field nor a constant"),
    ("is {balance}", "is {balance", "14:45", "the braces cannot be read"),
    ("{type: money, currency: USD}", "money", "14:45", "`balance` has no currency"),
    # YAML, keys and values
    ("segments:\n", "segments:\n\t- x\n", "6:1", "a tab is not allowed here"),
    ("name: mine", "name: mine: yours", "1:11", "mapping values are not allowed here"),
    ("packs: [house]", "packs: [house", "16:1", "expected ',' or ']'"),
    ('"余额', '"余额\\q', "14:83", "found unknown escape character"),
    ("name: mine", "name: &a mine", "1:7", "anchors"),
    ("name: mine", "name: !a mine", "1:7", "tags"),
    ("name: mine", "name: mine\nname: mine", "2:1", "the key `name` is here twice"),
    ("purpose:", "porpose:", "3:1", "unknown key `porpose`"),
    ('version: "1"', "version: 1", "2:10", "valid string"),
    ("purpose: collections", "purpose: gifts", "3:10", "`gifts` is not allowed"),
    ("max_attempts: 2", "max_attempts: two", "10:37", "valid integer"),
    ("max_attempts: 2", "max_attempts: 0", "10:37", "greater than or equal to 1"),
    ("max_attempts: 2", "max_attempts: 500", "10:37", "less than or equal to 50"),
    ("{days: integer", "{days: whole", "4:16", "`whole` is not allowed"),
    ("segments:", "segments: 5\nrest:", "5:11", "valid array"),
    ("packs: [house]", "packs: [hause]", "15:9", "there is no such rule pack"),
    ("packs: [house]", "packs: [us-reg-f]", "15:9", "nobody has reviewed this rule pack"),
    # Warnings
    ("calls:", "  - {name: B, when: days = 30}\ncalls:", "10:21", "B gets no account: all that can fit go to A"),
    ("calls:", "  - {name: B, when: days > 50}\ncalls:", "10:21", "an account with days = 51 fits A and B"),
    ("calls:", "  - {name: B, when: days > 5 AND days < 3}\ncalls:", "10:21", "no account can fit B"),
    ("{channel:", "{on: {days: [70]}, channel:", "9:9", "this step is never due"),
    (', deceased: "false"', "", "11:7", "nothing says when an account is left alone for deceased"),
    ("  call:", "  other: {channels: [sms], text: {en: A, zh: B}}\n  call:", "14:10", "no step or party uses this"),
    ("余额 {balance}", "余额", "14:40", "balance stands in one language only"),
]


def said(capsys: pytest.CaptureFixture[str], language: str) -> list[str]:
    with pytest.raises(SystemExit):
        main(["strategy", "check", "mine.yaml", "--language", language])
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(("old", "new", "place", "words"), CASES, ids=[words[:40] for *_, words in CASES])
def test_a_fault_has_its_line_in_both_languages(
    old: str, new: str, place: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert old in GOOD
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    english, chinese = said(capsys, "en"), said(capsys, "zh")
    at = next((n for n, line in enumerate(english) if f"mine.yaml:{place}: " in line and words in line), None)
    assert at is not None, english
    assert f"mine.yaml:{place}: " in chinese[at]
    told = re.sub(r"^\S+: |'[^']*'|\"[^\"]*\"|[\w.\[\]-]+: ", " ", chinese[at])
    known = {"days", "balance", "deceased", "mon", "fri", "lower"}
    assert set(english_in(told)) <= known, chinese[at]
    assert re.search("[\u4e00-\u9fff]", chinese[at + 1]), chinese[at + 1]


def test_the_file_of_these_cases_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(GOOD, encoding="utf-8")
    assert said(capsys, "zh")[-1].endswith("无错误，0 个警告")


def test_a_command_refuses_in_the_language_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("run.yaml").write_text(
        "paceline: 1\nstrategy: mine.yaml\nportfolio: {file: none.csv}\ncampaigns: [{name: a}]\n", encoding="utf-8"
    )
    for words, told in (
        (["--language", "zh"], "没有该文件"),
        (["--language=zh"], "没有该文件"),
        (["--language", "en"], "there is no such file"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(["plan", "run.yaml", *words])
        assert stopped.value.code == 2
        assert told in capsys.readouterr().err
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with pytest.raises(SystemExit):
        main(["why", "a1", "--config", "nowhere.yaml"])
    assert "无法读取：没有该文件" in capsys.readouterr().err
