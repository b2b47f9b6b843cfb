"""What desktops are told to say, held in the documentation's files: a change of the wire is a change of these."""

from __future__ import annotations

from tools.desktop_topics import DOCUMENT, PAGE, document, page


def test_the_asyncapi_file_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run `python tools/desktop_topics.py`"


def test_the_table_of_topics_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run `python tools/desktop_topics.py`"
