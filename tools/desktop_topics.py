"""Write the AsyncAPI file of the desktops, and the table of topics in their page, from the code itself."""

from __future__ import annotations

import json
from pathlib import Path

from adapters.presence.mqtt.document import asyncapi, table

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, DOCUMENT = DOCS / "desktops.md", DOCS / "desktops.asyncapi.json"
START, END = "<!-- topics: python tools/desktop_topics.py -->", "<!-- end of topics -->"


def page(text: str) -> str:
    """Return the page `text` with its table made anew."""
    before, rest = text.split(START)
    return f"{before}{START}\n{table()}{END}{rest.split(END)[1]}"


def document() -> str:
    """Return the text of the AsyncAPI file."""
    return json.dumps(asyncapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
