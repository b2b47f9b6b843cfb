"""What an agent types at the terminal's desktop, and what it means."""

from __future__ import annotations

import datetime as dt

import pytest

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt.desktop import Seen
from dialer.cli.desk_words import (
    COMMANDS,
    Misspelt,
    Typed,
    account_of,
    answer_of,
    help_lines,
    instant_of,
    read,
    reason_in,
    result_of,
)
from strategies.script.records import Choice

NOW = dt.datetime(2026, 11, 22, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
IN_CALL = Seen(standing=m.Standing("in_call", "call", "c/l1/1", NOW))


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("", None),
        ("   # only a comment", None),
        ("ready", Typed("ready", [])),
        ("  R  # now", Typed("ready", [])),
        ("小休 午餐 去", Typed("pause", ["午餐", "去"])),
        ("on wrap done contact", Typed("on", ["wrap", "done", "contact"])),
        ("2", Typed("answer", ["2"])),
        ("回答 match", Typed("answer", ["match"])),
    ],
)
def test_lines(line: str, typed: Typed | None) -> None:
    assert read(line) == typed


def test_every_command_has_words_of_both_languages_and_no_word_means_two_things() -> None:
    words = [word for names in COMMANDS.values() for word in names]
    assert len(words) == len(set(words))
    for names in COMMANDS.values():
        assert names[0].isascii() and not names[-1].isascii()
    assert len(help_lines("en")) == len(help_lines("zh")) == len(COMMANDS)
    assert not any("desk help" in line for line in (*help_lines("en"), *help_lines("zh")))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("15:30", "2026-11-22T15:30:00+08:00"),
        ("10:30", "2026-11-22T10:30:00+08:00"),
        ("2026-12-01 9:05", "2026-12-01T09:05:00+08:00"),
        ("2026-12-01T09:05", "2026-12-01T09:05:00+08:00"),
    ],
)
def test_instants(text: str, instant: str) -> None:
    assert instant_of(text, NOW).isoformat() == instant


@pytest.mark.parametrize(
    "text", ["", "9", "24:00", "10:29", "2026-11-21 23:00", "2026-02-30 10:00", "１５:30", "15:30:00"]
)
def test_what_is_no_instant_to_come(text: str) -> None:
    with pytest.raises(Misspelt, match=r"HH:MM|YYYY-MM-DD"):
        instant_of(text, NOW)


def test_results() -> None:
    facts = {"call": "c/l1/1", "disposition": "promise"}
    promised = result_of(["promise", "250.5", "2026-12-01"], IN_CALL, NOW)
    assert promised == facts | {"promise": m.Promise("250.5", dt.date(2026, 12, 1))}
    assert result_of(["refusal"], IN_CALL, NOW) == {"call": "c/l1/1", "disposition": "refusal"}
    for words in (
        [],
        ["promise"],
        ["promise", "1,5", "2026-12-01"],
        ["refusal", "now"],
        ["no_answer"],
        ["callback", "x"],
    ):
        with pytest.raises(Misspelt):
            result_of(words, IN_CALL, NOW)
    with pytest.raises(Misspelt, match="there is no call"):
        result_of(["refusal"], Seen(), NOW)


def test_an_answer_is_a_number_or_a_name() -> None:
    choices = (Choice("match", "相符"), Choice("other", "不符"))
    screen = m.Screen("c/l1/1", "s", "who", "zh", False, "您好", None, (), choices, None)
    facts = {"call": "c/l1/1", "state": "who"}
    assert answer_of(["2"], Seen(screen=screen)) == facts | {"answer": "other"}
    assert answer_of(["match"], Seen(screen=screen)) == facts | {"answer": "match"}
    for words in (["0"], ["3"], ["else"], [], ["1", "2"]):
        with pytest.raises(Misspelt, match="1 match, 2 other"):
            answer_of(words, Seen(screen=screen))
    with pytest.raises(Misspelt, match="no screen"):
        answer_of(["1"], Seen())


def test_the_only_claimed_account_needs_no_name() -> None:
    held = {name: m.Lease(name, NOW, "") for name in ("a1", "a2")}
    assert account_of(["a7"], Seen()) == "a7"
    assert account_of([], Seen(leases={"a1": held["a1"]})) == "a1"
    for seen in (Seen(), Seen(leases=held)):
        with pytest.raises(Misspelt):
            account_of([], seen)


def test_an_engines_reason_is_translated_and_an_agents_own_is_not() -> None:
    assert reason_in("zh", "call ended") == "通话结束"
    assert reason_in("en", "call ended") == "call ended"
    refused = "promise refused: person not confirmed"
    assert reason_in("zh", refused).startswith("承诺未登记") and "unverified" in reason_in("en", refused)
    assert reason_in("zh", "lunch with Zoë_1") == "lunch with Zoë_1"
