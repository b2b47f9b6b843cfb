"""Write the page of state diagrams from the tables that the kernel runs on."""

from __future__ import annotations

from pathlib import Path

from dialer.core.agent import AGENT
from dialer.core.call import CALL
from dialer.core.lead import LEAD

PAGE = "docs/design/states.md"

_HEAD = """# States

Made by `python tools/state_diagrams.py` from the tables in `dialer/core`; a test compares the two.
A trigger that a state does not list changes nothing: reports from the outside come late and twice.
"""

_FOOT = """
## Not covered

When a trigger is given, and what else happens then: that is the kernel, `dialer/core`.
"""


def page() -> str:
    """Return the page as Markdown with Mermaid diagrams."""
    parts = [
        f"\n## {machine.name.capitalize()}\n\n```mermaid\n{machine.diagram()}\n```\n" for machine in (CALL, AGENT, LEAD)
    ]
    return "".join((_HEAD, *parts, _FOOT))


if __name__ == "__main__":
    Path(__file__).resolve().parents[1].joinpath(PAGE).write_text(page())
