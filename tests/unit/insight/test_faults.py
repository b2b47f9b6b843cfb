"""Faults in Chinese: every text that a check writes is in the catalogue, and what it quotes is kept."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.insight.faults import _CHINESE, fault_text

CHECKED = ("checks", "redial", "templates", "schema", "script/steps", "script/proof", "script/schema")
PARTS = {  # glue of texts, or no text for people
    "`{}` is {}", "`calls` has {} for {}", "did you mean `{}`? ",
    "{}templates: {}", "{}known: {}", ", ", ", also under `calls`",
    "{} IS NULL", "{type: {}, currency: {}}", "{}: {}", " (the way there: {})", " ", "past due",
}  # fmt: skip


def texts(module: str) -> Iterator[str]:
    """Yield every text with a space that stands in a module, docstrings aside."""
    tree = ast.parse(Path(f"strategies/{module}.py").read_text())
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("module", CHECKED)
def test_every_text_of_the_checks_is_in_the_catalogue(module: str) -> None:
    missing = {text for text in texts(module) if " " in text} - set(_CHINESE) - PARTS
    assert missing == set()


def test_both_languages_quote_alike() -> None:
    assert [text for text, chinese in _CHINESE.items() if text.count("{}") != chinese.count("{}")] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("segments[0].name: this cannot be a name", "segments[0].name: 不能作为名称"),
        ("states.a.say: `balance` is told before the person is confirmed (the way there: a: b)",
         "states.a.say: 在核实本人之前说出了 `balance`（路径：a: b）"),
        ("did you mean `call`? templates: call, sms", "是否想写 `call`？现有文本：call, sms"),
        ("the script ask needs the field `pin`", "话术脚本 ask 需要字段 `pin`"),
        ("write `pin: last_four` under `fields`", "请在 `fields` 下写 `pin: last_four`"),
        ("nothing that the catalogue knows", "nothing that the catalogue knows"),
    ],
)  # fmt: skip
def test_a_fault_keeps_its_place_and_what_it_quotes(english: str, chinese: str) -> None:
    assert fault_text("zh", english) == chinese
    assert fault_text("en", english) == english
