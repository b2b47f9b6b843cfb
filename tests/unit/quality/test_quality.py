"""Violations in what was said, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.insight.quality.counts import Counts, Group, count
from dialer.insight.quality.findings import VIOLATIONS, marks_of
from dialer.insight.quality.marks import Mark, held
from dialer.insight.quality.phrases import load_packs
from dialer.insight.quality.report import figures, render
from dialer.insight.quality.results import read_results
from dialer.insight.quality.transcripts import Fault, Transcript, Turn, read_transcripts
from dialer.ports.history import CLEAN
from strategies.errors import ConfigError

PACKS = load_packs()
OPENING = "Hello, this is Anna calling from Blue Bank. Am I speaking with Mr Miller?"
开场 = "您好，这里是蓝天银行，我是小李，请问是王先生本人吗？"


def call(*texts: str, party: str = "debtor") -> Transcript:
    turns = tuple(Turn("agent", text, 10.0 * n, 10.0 * n + 5) for n, text in enumerate(texts))
    return Transcript("cards/a1/1", "a01", turns, party)


def counted(marks: Sequence[Mark], teams: dict[str, str]) -> Counts:
    with held(marks) as history:
        return count(history, teams)


def kinds(*texts: str, party: str = "debtor") -> list[str]:
    return [mark.violation for mark in marks_of(call(*texts, party=party), PACKS)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You are an IDIOT!", "insult"),
        ("you, liar", "insult"),
        ("We know where  you live.", "threat"),
        ("I'll have you arrested", "threat"),
        ("This is the police.", "impersonation"),
        ("你真不要脸！", "insult"),
        ("不 要 脸", "insult"),
        ("再不处理就上门堵你", "threat"),
        ("我是法院的工作人员", "impersonation"),
    ],
)
def test_a_phrase_is_found_whatever_its_case_and_punctuation(text: str, kind: str) -> None:
    opening = OPENING if text.isascii() else 开场
    (found,) = marks_of(call(opening, text), PACKS)
    assert (found.violation, found.agent, found.from_s, found.duration_s) == (kind, "a01", 10.0, 5.0)


@pytest.mark.parametrize(
    "text",
    [
        "There are no stupid questions, and that is a stupid question of mine.",
        "You will not be arrested.",
        "I am not from the police.",
        "We have an idiotic process.",  # whole words only
        "请谨防骗子，我们不会通知你家人。",
        "请留意垃圾短信。",
    ],
)
def test_a_phrase_that_means_nothing_here_is_passed_over(text: str) -> None:
    assert kinds(OPENING, 开场, text) == [CLEAN]


def test_what_the_person_says_is_no_violation() -> None:
    turns = (Turn("agent", OPENING), Turn("person", "You are all idiots, shut up, what debt?"))
    assert list(marks_of(Transcript("c", "a", turns), PACKS)) == [Mark("c", CLEAN, "a")]


def test_the_debt_is_not_spoken_of_before_the_person_is_checked() -> None:
    assert kinds("This is Anna calling from Blue Bank about your debt. Am I speaking with Mr Miller?") == [
        "missing_identity_check"
    ]
    assert kinds(OPENING, "It is about your overdue balance, your debt.", "The debt again.") == [CLEAN]
    assert kinds("您好，这里是蓝天银行，您的欠款已逾期。") == ["missing_identity_check"]
    assert kinds(开场, "您的欠款已逾期。") == [CLEAN]


def test_a_third_party_hears_no_word_of_the_debt_even_after_a_check() -> None:
    assert kinds(OPENING, "It is about his debt.", party="third_party") == ["third_party_disclosure"]
    assert kinds(开场, "他欠款了。", party="third_party") == ["third_party_disclosure"]
    assert kinds(OPENING, "Could he call us back?", party="third_party") == [CLEAN]


def test_who_calls_is_said_in_the_first_turns() -> None:
    assert kinds("Am I speaking with Mr Miller?", "How are you?") == ["missing_identification"]
    assert kinds() == [CLEAN]  # nobody spoke


def test_evidence_is_the_phrase_and_nothing_around_it() -> None:
    (found,) = marks_of(call(OPENING, "Mr Miller of 12 Elm Street, you are a deadbeat."), PACKS)
    assert found.evidence == "deadbeat"


@given(st.lists(st.text(max_size=80), max_size=6), st.sampled_from(["debtor", "third_party", "unknown"]))
def test_any_text_gives_known_violations_or_is_clean(texts: list[str], party: str) -> None:
    found = kinds(*texts, party=party)
    assert found == [CLEAN] or (found and set(found) <= set(VIOLATIONS))


S0 = """call_id,agent_id,violation_type,duration
1,A001,无违规,120
2,A002,辱骂,180
3,A001,无违规,90
4,A003,威胁,240
5,A002,辱骂,150
"""


def test_the_example_of_the_source_comes_out_as_it_says(tmp_path: Path) -> None:
    """Five calls, three with a violation, and insults the most frequent with two."""
    file = tmp_path / "calls.csv"
    file.write_text(S0, encoding="utf-8")
    found = read_results(file)
    counts = counted(found.marks, {"A002": "north", "A003": "north"})
    assert counts.total == Group(5, 3, {"insult": 2, "threat": 1})
    assert counts.total.main == "insult"
    assert counts.by_agent == {
        "A001": Group(2, 0, {}), "A002": Group(2, 2, {"insult": 2}), "A003": Group(1, 1, {"threat": 1}),
    }  # fmt: skip
    assert counts.by_team == {"": Group(2, 0, {}), "north": Group(3, 3, {"insult": 2, "threat": 1})}
    assert [mark.duration_s for mark in found.marks] == [120, 180, 90, 240, 150]
    assert figures(counts, "zh") == [
        ("总通话数", "5"), ("违规通话数", "3 (60.0%)"), ("主要违规类型", "辱骂（2 次）"),
    ]  # fmt: skip
    assert "通话违规类型分布" in render(counts, "zh")


def test_rows_that_cannot_be_used_are_told_and_the_others_count(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("call,agent,violation,duration\n1,a,insult,x\n2,,insult,3\n3,b,rude,4\n4,b,none,\n")
    found = read_results(file)
    assert found.marks == (Mark("3", "rude", "b", None, 4.0), Mark("4", CLEAN, "b"))
    assert [fault.rpartition(": ")[0] for fault in found.faults] == [f"{file}:2", f"{file}:3"]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", ""])
def test_a_table_without_the_columns_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(text)
    with pytest.raises(ConfigError, match="call/call_id/attempt"):
        read_results(file)


def test_lines_that_are_no_transcript_are_told_by_number(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_bytes(
        b'{"attempt": "c1", "agent": "a", "turns": [{"speaker": "agent", "text": "hello"}]}\n\n'
        b"secret words\n"
        b'{"attempt": "c2", "agent": "a", "turns": [{"speaker": "robot", "text": "x"}]}\n'
        b'{"attempt": "c3", "agent": "a", "turns": [{"speaker": "agent", "text": "x", "from_s": 5, "to_s": 1}]}\n'
        b'{"attempt": "", "agent": "a", "turns": []}\n\xff\n'
    )
    found = list(read_transcripts(file))
    assert [type(row).__name__ for row in found] == ["Transcript", *["Fault"] * 5]
    assert [row.line for row in found if isinstance(row, Fault)] == [3, 4, 5, 6, 7]
    assert not any("secret" in row.reason for row in found if isinstance(row, Fault))
