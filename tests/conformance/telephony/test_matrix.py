"""The table of checks in the documentation is that of the code."""

from __future__ import annotations

from adapters.conformance.telephony import CHECKS
from tests.architecture.tree import PROJECT
from tools.adapter_matrix import PAGE, page


def test_the_table_is_up_to_date() -> None:
    text = (PROJECT / PAGE).read_text()
    assert page(text) == text, "run `python -m tools.adapter_matrix`"


def test_the_checks_are_numbered_without_a_gap() -> None:
    assert [check.number for check in CHECKS] == list(range(1, len(CHECKS) + 1))
