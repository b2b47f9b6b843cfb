"""Write the table of what each telephony adapter is tried on into docs/adapters.md."""

from __future__ import annotations

from pathlib import Path

from adapters.conformance.telephony import CHECKS
from adapters.conformance.telephony_bench import Bench
from dialer.ports.telephony import TelephonyCapabilities
from tests.conformance.telephony.test_asterisk import AsteriskBench
from tests.conformance.telephony.test_embedded import EmbeddedBench
from tests.conformance.telephony.test_example import LineBench
from tests.conformance.telephony.test_freeswitch import FreeswitchBench

PAGE = "docs/adapters.md"
BEGIN, END = "<!-- checks: made by `python -m tools.adapter_matrix` -->\n", "<!-- end of checks -->\n"

ADAPTERS: dict[str, tuple[TelephonyCapabilities, type[Bench]]] = {
    "embedded": (TelephonyCapabilities("embedded", True, True, talks=True), EmbeddedBench),
    "asterisk": (
        TelephonyCapabilities("asterisk", True, True, agent_legs="nailed_up", hears_keys=True, records=True),
        AsteriskBench,
    ),
    "freeswitch (scripted)": (
        TelephonyCapabilities("freeswitch", False, True, agent_legs="nailed_up", hears_keys=True, records=True),
        FreeswitchBench,
    ),
    "example": (TelephonyCapabilities("line", False, True), LineBench),
}
"""By the name in the table: what the adapter can do at most, and the bench of its tests."""


def table() -> str:
    """Return the table as Markdown: ✓ for a check that the tests run, otherwise what is missing for it."""
    lines = [f"| | the promise | {' | '.join(ADAPTERS)} |", "|---:|---|" + "---|" * len(ADAPTERS)]
    for check in CHECKS:
        cells = []
        for capabilities, bench in ADAPTERS.values():
            missing = check.missing(capabilities, bench).rpartition(" ")[2]
            cells.append(f"– {missing}" if missing else "✓")
        lines.append(f"| {check.number} | {check.says} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """Return the page with the present table in its place."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    path = Path(__file__).resolve().parents[1] / PAGE
    path.write_text(page(path.read_text()))
