"""The tables in the documentation are the packs themselves."""

from __future__ import annotations

from tests.architecture.tree import PROJECT
from tools.rule_tables import PAGE, page


def test_the_tables_are_up_to_date() -> None:
    text = (PROJECT / PAGE).read_text(encoding="utf-8")
    assert text == page(text), "run `python tools/rule_tables.py`"
