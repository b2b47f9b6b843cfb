"""What people mean by their words: the longest phrase, and nothing when unsure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.flow.compile import compile_flow, flows
from strategies.flow.keywords import KeywordIntents, meaning
from strategies.flow.records import Phrases, Prompt

FLOW = compile_flow(flows()["intent-by-voice"])
assert FLOW.phrases is not None
PHRASES: Phrases = FLOW.phrases


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("zh", "是的，我是。", "yes"),
        ("zh", "不是", "no"),
        ("zh", "我不是他，打错了", ""),  # two things at once
        ("zh", "我要转人工", "agent"),
        ("zh", "你们别再打了", "no_more_calls"),
        ("zh", "我没钱，还不了", "cannot_pay"),
        ("zh", "我会还的", "will_pay"),
        ("zh", "我不会还", "cannot_pay"),
        ("zh", "今天天气", ""),
        ("en", "Yes, speaking!", "yes"),
        ("en", "No.", "no"),
        ("en", "It's not me", "no"),
        ("en", "I CAN’T PAY", "cannot_pay"),
        ("en", "i will pay tomorrow", "will_pay"),
        ("en", "do not transfer me to an agent", ""),  # denied
        ("en", "Stop calling", "no_more_calls"),
        ("en", "nobody knows", ""),  # `no` is a word, not a beginning
        ("en", "", ""),
    ],
)
def test_what_is_meant(language: str, text: str, intent: str) -> None:
    assert meaning(PHRASES, language, text) == intent


def test_every_shipped_phrase_means_its_intent_in_whatever_writing() -> None:
    for intent, said in PHRASES.intents.items():
        for language, phrases in said.items():
            for phrase in phrases:
                for written in (phrase, phrase.upper(), f"  {phrase}！", f"…{phrase}?"):
                    assert meaning(PHRASES, language, written) == intent, (phrase, language)


@given(st.sampled_from(["zh", "en"]), st.text(max_size=60), st.text(max_size=20))
def test_any_text_means_one_intent_or_nothing_and_blanks_around_it_change_nothing(
    language: str, text: str, noise: str
) -> None:
    found = meaning(PHRASES, language, text)
    assert found == "" or found in PHRASES.intents
    assert meaning(PHRASES, language, f" \n{text}\t ") == found
    assert meaning(PHRASES, language, noise + text + noise) in ("", *PHRASES.intents)


def test_an_intent_that_the_state_does_not_ask_for_is_unknown() -> None:
    heard: list[str] = []
    intents = KeywordIntents({FLOW.identity: FLOW})
    for state, text in (("greeting", "我会还"), ("paying", "我会还"), ("thanks", "我会还")):
        intents.classify(Prompt(FLOW.identity, state, "zh").message, text, heard.append)
    assert heard == ["", "will_pay", ""]
