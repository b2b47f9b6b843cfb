"""Write what each telephony adapter is tried on into docs/adapters.md, and its sum into README.md."""

from __future__ import annotations

import asyncio
from pathlib import Path

from adapters.conformance.telephony import CHECKS
from adapters.conformance.telephony.bench import Bench
from adapters.telephony.asterisk import AsteriskTelephony
from adapters.telephony.freeswitch import FreeswitchTelephony
from dialer.ports.telephony import Telephony
from dialer.runtime.clock import RealClock, VirtualTimeLoop
from tests.conformance.telephony import test_asterisk as asterisk
from tests.conformance.telephony import test_freeswitch as freeswitch
from tests.conformance.telephony.line_system import LineSystem
from tests.conformance.telephony.test_embedded import EmbeddedBench
from tests.conformance.telephony.test_example import LineBench
from tools.rig.rig import telephony

BEGIN, END = "<!-- checks: made by `python -m tools.adapter_matrix` -->\n", "<!-- end of checks -->\n"

_FOLDER = Path("nowhere")


def _embedded() -> Telephony:
    async def make() -> Telephony:
        return EmbeddedBench(_FOLDER).make()

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(make())


def _asterisk() -> Telephony:
    data = telephony("http://127.0.0.1:8088", _FOLDER, _FOLDER, **asterisk.WHOLE)
    return AsteriskTelephony(asterisk.section(data), str, RealClock())


def _freeswitch() -> Telephony:
    return FreeswitchTelephony(freeswitch.section(8021, _FOLDER, **freeswitch.WHOLE), str, RealClock())


ADAPTERS: dict[str, tuple[Telephony, type[Bench]]] = {
    "embedded": (_embedded(), EmbeddedBench),
    "asterisk": (_asterisk(), asterisk.AsteriskBench),
    "freeswitch (scripted)": (_freeswitch(), freeswitch.FreeswitchBench),
    "example": (LineBench(_FOLDER, LineSystem()).make(), LineBench),
}
"""By the name in the table: the adapter as the tests configure it, never started, and the bench of its tests."""


def table() -> str:
    """Return the table as Markdown: ✓ for a check that the tests run, otherwise what is missing for it."""
    lines = [f"| | the promise | {' | '.join(ADAPTERS)} |", "|---:|---|" + "---|" * len(ADAPTERS)]
    for check in CHECKS:
        cells = []
        for adapter, bench in ADAPTERS.values():
            missing = check.missing(adapter.capabilities, bench).rpartition(" ")[2]
            cells.append(f"– {missing}" if missing else "✓")
        lines.append(f"| {check.number} | {check.says} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def summary() -> str:
    """Return the sum of the table as Markdown: how many checks the tests run on each adapter, and why not all."""
    lines = ["| adapter | checks of the telephony contract | not, for want of |", "|---|---|---|"]
    for name, (adapter, bench) in ADAPTERS.items():
        missing = [why for check in CHECKS if (why := check.missing(adapter.capabilities, bench).rpartition(" ")[2])]
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
