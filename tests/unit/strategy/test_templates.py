"""Texts: what may stand in them, who may read them, and how values are written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.compile import compile_document
from strategies.compiled import AccountField, Template
from strategies.document import Document
from strategies.errors import ConfigErrors
from strategies.templates import render
from strategies.writing import written

GOOD = """\
name: texts
purpose: collections
fields: {days: integer, balance: {type: money, currency: CNY}, called: name, rate: number, failed_attempts: integer}
constants: {house: Example Bank}
segments: [{name: all, when: "true", steps: [{channel: sms, template: remind}]}]
templates:
  remind:
    channels: [sms]
    text: {en: "{called}, please pay {balance}. {house}", zh: "{called}您好，请还款{balance}。"}
  relay:
    channels: [agent_call]
    reader: third_party
    text: {en: "Please ask {called} to call {house}.", zh: "请{called}回电{house}。"}
parties: [{party: contact, after_failed_attempts: 3, template: relay}]
packs: [house, {name: cn-cba, accept_unreviewed: true}]
"""
MONEY = AccountField("balance", "money", currency="CNY")


def errors(old: str, new: str) -> list[str]:
    assert old in GOOD
    with pytest.raises(ConfigErrors) as caught:
        compile_document(Document("s.yaml", GOOD.replace(old, new)))
    return [str(error) for error in caught.value.errors]


def test_a_text_is_written_in_both_languages() -> None:
    strategy = compile_document(Document("s.yaml", GOOD))
    template, fields = strategy.templates[0], {field.name: field for field in strategy.fields}
    values = {"called": "Wang Li", "balance": Decimal("1234.50")}
    assert render(template, "en", values, fields, strategy.constants) == (
        "Wang Li, please pay CNY 1,234.50. Example Bank"
    )
    assert render(template, "zh", values, fields, strategy.constants) == "Wang Li您好，请还款1,234.50元。"


@pytest.mark.parametrize(
    ("field", "value", "en", "zh"),
    [
        (MONEY, Decimal("0.1"), "CNY 0.10", "0.10元"),
        (AccountField("due", "date"), dt.date(2026, 11, 3), "3 November 2026", "2026年11月3日"),
        (AccountField("n", "integer"), 30, "30", "30"),
        (AccountField("card", "last_four"), "0012", "0012", "0012"),
    ],
)
def test_values_are_written_by_their_type(field: AccountField, value: object, en: str, zh: str) -> None:
    assert written(field, value, "en") == en
    assert written(field, value, "zh") == zh


@pytest.mark.parametrize("value", [None, Decimal("1.005"), Decimal("NaN"), 1.5, "12.00", 12])
def test_an_amount_that_is_missing_or_not_exact_is_refused_without_being_named(value: object) -> None:
    template = Template("t", ("sms",), "person", {"en": "{balance}"})
    with pytest.raises(ValueError, match="balance") as caught:
        render(template, "en", {"balance": value}, {"balance": MONEY}, {})
    assert "1" not in str(caught.value)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_every_amount_to_the_cent_keeps_its_digits(amount: Decimal) -> None:
    text = written(MONEY, amount, "en").removeprefix("CNY ").replace(",", "")
    assert Decimal(text) == amount


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "please pay {balance}",
            "please pay {balanse}",
            "s.yaml:9:16: templates.remind.text.en: `balanse` is neither a declared field nor a constant "
            "(did you mean `balance`? known: days, balance, called, rate, failed_attempts, house)",
        ),
        (
            "please pay {balance}",
            "please pay {rate}",
            "s.yaml:9:16: templates.remind.text.en: `rate` is a number, which need not be exact to the cent "
            "(declare it as `rate: {type: money, currency: CNY}`, or as integer)",
        ),
        ("money, currency: CNY", "money", "s.yaml:9:16: templates.remind.text.en: `balance` has no currency"),
        ("please pay {balance}", "pay {balance:.1f}", "s.yaml:9:16: templates.remind.text.en: the braces cannot be re"),
        ("please pay {balance}", "pay {balance", "s.yaml:9:16: templates.remind.text.en: the braces cannot be read"),
        ("please pay {balance}", "pay {}", "s.yaml:9:16: templates.remind.text.en: the braces cannot be read: `{}`"),
        ("please pay {balance}", "{balance.real}", "s.yaml:9:16: templates.remind.text.en: the braces cannot be read"),
        (
            "Please ask {called}",
            "{days} days: ask {called}",
            "s.yaml:13:16: templates.relay.text.en: a third party must not learn `days`",
        ),
        (
            "Please ask {called}",
            "About the loan, ask {called}",
            "s.yaml:13:16: templates.relay.text.en: a third party would read `loan`, which tells of a debt",
        ),
        (
            "请{called}回电",
            "{called}欠款，请回电",
            "s.yaml:13:60: templates.relay.text.zh: a third party would read `欠`",
        ),
        (', zh: "请{called}回电{house}。"', "", "s.yaml:13:11: templates.relay.text: there is no text in zh"),
        ("reader: third_party", "reader: person", "s.yaml:14:64: parties[0].template: the template `relay` is for the"),
        (
            "template: remind",
            "template: relay",
            "s.yaml:5:71: segments[0].steps[0].template: the template `relay` is n",
        ),
        (", template: remind", "", "s.yaml:5:46: segments[0].steps[0]: nothing says what the sms says"),
        ("template: remind", "template: remint", "s.yaml:5:71: segments[0].steps[0].template: there is no template"),
        ("{house: Example", "{days: Example", "s.yaml:4:19: constants.days: there is an account field of this name"),
        (
            "[house, {name: cn-cba, accept_unreviewed: true}]",
            "[house]",
            "s.yaml:14:19: parties[0].party: no rule pack that binds says when a third party may be called "
            "(add the one of its jurisdiction (cn-cba,",
        ),
        (
            "cn-cba, accept_unreviewed: true",
            "cn-cba, mode: warn",
            "s.yaml:14:19: parties[0].party: no rule pack that binds says when a third party may be called",
        ),
        (", failed_attempts: integer}", "}", "s.yaml:14:10: parties: nothing counts the failures to reach the pers"),
    ],
)
def test_faults_are_named_where_they_stand(old: str, new: str, expected: str) -> None:
    assert any(error.startswith(expected) for error in errors(old, new)), errors(old, new)
