"""Write what each telephony adapter is tried on into docs/adapters.md, and its sum into README.md."""

from __future__ import annotations

from pathlib import Path

from adapters.conformance.telephony import CHECKS
from adapters.conformance.telephony_bench import Bench
from dialer.ports.telephony import TelephonyCapabilities
from tests.conformance.telephony.test_asterisk import AsteriskBench
from tests.conformance.telephony.test_embedded import EmbeddedBench
from tests.conformance.telephony.test_example import LineBench
from tests.conformance.telephony.test_freeswitch import FreeswitchBench

BEGIN, END = "<!-- checks: made by `python -m tools.adapter_matrix` -->\n", "<!-- end of checks -->\n"

ADAPTERS: dict[str, tuple[TelephonyCapabilities, type[Bench]]] = {
    "embedded": (TelephonyCapabilities("embedded", True, True, talks=True, hands_over=True), EmbeddedBench),
    "asterisk": (
        TelephonyCapabilities(
            "asterisk", True, True, agent_legs="nailed_up", hears_keys=True, records=True, hands_over=True
        ),
        AsteriskBench,
    ),
    "freeswitch (scripted)": (
        TelephonyCapabilities(
            "freeswitch", False, True, agent_legs="nailed_up", hears_keys=True, records=True, hands_over=True
        ),
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


def summary() -> str:
    """Return the sum of the table as Markdown: how many checks the tests run on each adapter, and why not all."""
    lines = ["| adapter | checks of the telephony contract | not, for want of |", "|---|---|---|"]
    for name, (capabilities, bench) in ADAPTERS.items():
        missing = [why for check in CHECKS if (why := check.missing(capabilities, bench).rpartition(" ")[2])]
        wanting = ", ".join(f"`{why}`" for why in dict.fromkeys(missing)) or "–"
        lines.append(f"| {name} | {len(CHECKS) - len(missing)} of {len(CHECKS)} | {wanting} |")
    return "\n".join(lines) + "\n"


def page(text: str, made: str) -> str:
    """Return the page with what was made in its place."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


PAGES = {"docs/adapters.md": table, "README.md": summary}
"""By path: what stands there between the marks."""

if __name__ == "__main__":
    for name, make in PAGES.items():
        path = Path(__file__).resolve().parents[1] / name
        path.write_text(page(path.read_text(), make()))
