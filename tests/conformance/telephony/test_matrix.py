"""The tables of checks in the documentation are those of the code."""

from __future__ import annotations

import pytest

from adapters.conformance.telephony import CHECKS
from tests.architecture.tree import PROJECT
from tools.adapter_matrix import PAGES, page


@pytest.mark.parametrize("name", PAGES)
def test_the_table_is_up_to_date(name: str) -> None:
    text = (PROJECT / name).read_text()
    assert page(text, PAGES[name]()) == text, "run `python -m tools.adapter_matrix`"


def test_the_checks_are_numbered_without_a_gap() -> None:
    assert [check.number for check in CHECKS] == list(range(1, len(CHECKS) + 1))
