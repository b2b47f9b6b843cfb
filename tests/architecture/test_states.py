"""The diagrams in the documentation are the tables of the code."""

from __future__ import annotations

from tests.architecture.tree import PROJECT
from tools.state_diagrams import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert (PROJECT / PAGE).read_text() == page(), "run `python tools/state_diagrams.py`"
