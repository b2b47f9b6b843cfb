"""Faults in Chinese: every text that a check writes is in the catalogue, and what it quotes is kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.insight.faults import fault_text
from dialer.insight.texts.faults import CHINESE
from tests.chinese import english_in

CHECKED = (
    "strategies/checks", "strategies/redial", "strategies/templates", "strategies/schema", "strategies/conditions",
    "strategies/document", "strategies/include", "strategies/remarks", "strategies/compliance/packs",
    "strategies/compliance/terms", "strategies/compliance/schema", "strategies/script/steps",
    "strategies/script/proof", "strategies/script/schema", "strategies/translations", "strategies/flow/compile",
    "strategies/flow/proof",
    "strategies/flow/schema", "dialer/config/checks", "dialer/config/flows", "adapters/speech/config",
    "adapters/intents/http/config",
)  # fmt: skip
"""Where every text with a space is one for people."""

READERS = (
    *(str(path.with_suffix("")) for path in sorted(Path("adapters/leads/file").glob("*.py"))),
    *(f"dialer/cli/{command}" for command in ("plan", "why", "rules", "script", "strategy", "assign", "score")),
    *("dialer/cli/histories", "dialer/cli/spark", "dialer/insight/spark"),
    *(f"dialer/cli/{command}" for command in ("simulate", "backtest", "history", "outcomes", "pyramid", "audit")),
    *(f"dialer/cli/{command}" for command in ("histories", "timeline")),
    *(f"adapters/history/{name}" for name in ("mapping", "references", "sources", "writer")),
    *("strategies/scores/schema", "strategies/scores/history", "strategies/assignment/agents", "dialer/cli/quality"),
    *("dialer/insight/quality/transcripts", "dialer/insight/quality/results", "dialer/ports/history_files"),
    *("simulator/history/read", "simulator/backtest/verdict"),
)
"""Where texts for people stand among SQL: only what an error or a check is given is looked at."""

PARTS = {  # glue of texts, or no text for people
    "`{}` is {}", "`calls` has {} for {}", "did you mean `{}`? ",
    "{}templates: {}", "{}known: {}", "{}declared: {}", "{}allowed: {}", ", ", ", also under `calls`", "; ",
    "{} IS NULL", "{type: {}, currency: {}}", "{}: {}", " (the way there: {})", " ", "past due", "{}; {}",
    '"{}" {}', "Value error, ", "Assertion failed, ", "input should be", " -> ", " or ", " and ", "{} ({})",
    "a number", "goes on", "this file {}",
    "but found another document", "segment or arm", "step or party", "no account {} {}", "no {} uses this",
    "{} gets no account: all that {} go to {}", "this step is {} due: no account of {} fits it",
    "{} stand{} in one language only", "{} is not allowed", "{} {}",
    "not proven: a condition computes, compares two fields or uses LIKE, or there are too many cases",
    "--language {}", "write a value",
    "write {{name: {0}, accept_unreviewed: true}} to let it deny all the same, or {{name: {0}, mode: warn}}; "
    "or let a person review it and sign `reviewed_by`",
    "write an ISO 3166 code such as GB or US-FL, US-NY-NYC for a city{}",
}  # fmt: skip


def texts(module: str) -> Iterator[str]:
    """Yield every text with a space that stands in a module, docstrings aside."""
    tree = ast.parse(Path(f"{module}.py").read_text())
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
    missing = {text for text in texts(module) if " " in text and not _is_sql(text)} - set(CHINESE) - PARTS
    assert {text for text in missing if not english_is_told(text)} == set()


def english_is_told(text: str) -> bool:
    """Whether a text is Chinese once what it quotes is filled in."""
    filled = text.replace("{}", "X1").replace("{{", "{").replace("}}", "}")
    return english_in(fault_text("zh", filled)) == []


def _is_sql(text: str) -> bool:
    return re.match(r"SELECT|CREATE|INSERT|DESCRIBE", text.strip()) is not None


def given(module: str) -> Iterator[str]:
    """Yield the texts that stand in the calls of errors and checks of a module, and in its hints."""
    tree = ast.parse(Path(f"{module}.py").read_text())
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "ConfigError":
                parts = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "hint")]
            elif node.func.id == "Check":
                parts = [*node.args[1:3]]
        elif isinstance(node, ast.Assign) and isinstance(name := node.targets[0], ast.Name):
            told = name.id.lower().endswith(("hint", "allowed", "instant", "reason"))
            parts = [node.value] if told else []
        for part in parts:
            if isinstance(part, ast.JoinedStr):
                yield "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in part.values)
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


@pytest.mark.parametrize("module", READERS)
def test_every_text_of_readers_and_commands_is_in_the_catalogue(module: str) -> None:
    missing = {text for text in given(module) if " " in text} - set(CHINESE) - PARTS
    # What a check says comes after the name of a field.
    assert {text for text in missing if not english_is_told(text) and not english_is_told(f"X1 {text}")} == set()


def test_both_languages_quote_alike() -> None:
    blanks = {text: re.findall(r"\{(?:text|[0-9])?\}", chinese) for text, chinese in CHINESE.items()}
    assert [text for text, found in blanks.items() if text.count("{}") < len(found)] == []


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
