"""A real Asterisk under load: every call is answered, bridged to an agent at once, held for a second and hung up.

The journal, the kernel's loop and the adapter run in this process as in a live run; Asterisk, the carrier (SIPp)
and this process share the machine, so the figures are on the careful side. p50 and so on: from Asterisk's word
that the person answered until its word that person and agent are in one bridge. `engine`, `asterisk`: share of
one core.

    python benchmarks/asterisk.py [CALLS_PER_S ...]

Needs what `python -m tools.rig install` downloads.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import structlog

from adapters.journal.sqlite import SqliteJournal
from adapters.telephony.asterisk import AsteriskSection, AsteriskTelephony
from dialer.core import events as e
from dialer.core.effects import AnyEffect, CloseAttempt, HangUp, PlaceCall, SetAgentState
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.manifest import Manifest
from dialer.ports.clock import Clock
from dialer.ports.presence import DeskEffect
from dialer.ports.telephony import Report
from dialer.runtime.clock import RealClock
from dialer.runtime.driver import commit_in_thread
from dialer.runtime.engine import Engine
from dialer.runtime.pauses import short_pauses
from dialer.runtime.recovery import recover
from strategies.compliance.rulebook import Rulebook
from strategies.document import Document
from tools.rig.carrier import number
from tools.rig.rig import Rig

RATES, SECONDS = (20.0, 50.0), 20.0
HOLD_S, AGENTS_PER_RATE = 1.0, 3
"""Agents enough for every call: a call takes about 1.3 s of one."""


class Desks:
    """Agents who are ready whenever they may be."""

    def __init__(self, count: int, clock: Clock) -> None:
        self._names, self._clock = [f"a{at:03d}" for at in range(count)], clock
        self._report: Report = lambda _: None

    async def start(self, report: Report) -> None:
        """Log in."""
        self._report = report
        for name in self._names:
            report(e.AgentLoggedIn(self._clock.now_ns(), name, ("load",)))

    async def apply(self, effect: DeskEffect) -> None:
        """Be ready: after the log-in once the telephones are connected, after a call at once."""
        if isinstance(effect, SetAgentState) and effect.state in ("paused", "wrap"):
            wait_ns = 3_000_000_000 if effect.state == "paused" else 0
            ready = e.AgentReady(0, effect.agent)
            self._clock.call_at(self._clock.now_ns() + wait_ns, lambda: self._say(ready.agent))

    async def stop(self) -> None:
        """Fall silent."""
        self._report = lambda _: None

    def _say(self, agent: str) -> None:
        self._report(e.AgentReady(self._clock.now_ns(), agent))


class Watch:
    """Times answers, hangs up what was held long enough, and ends the run when all is over."""

    def __init__(self, calls: int) -> None:
        self.calls, self.closed = calls, 0
        self.answered_ns: dict[str, int] = {}
        self.to_bridge_ms: list[float] = []
        self.began_s = self.began_cpu_s = 0.0
        self.engine: Engine | None = None
        self.port: AsteriskTelephony | None = None
        self._hanging: set[asyncio.Task[None]] = set()

    def take(self, event: e.AnyEvent, effects: Sequence[AnyEffect]) -> None:
        """Look at an entry."""
        assert self.engine is not None
        match event:
            case e.CallAnswered():
                self.answered_ns[event.call] = event.t_ns
            case e.CallBridged():
                self.to_bridge_ms.append((event.t_ns - self.answered_ns[event.call]) / 1e6)
                asyncio.get_running_loop().call_later(HOLD_S, self._hang_up, event.call)
            case _:
                pass
        for effect in effects:
            if isinstance(effect, PlaceCall) and not self.began_s:
                self.began_s, self.began_cpu_s = perf_counter(), process_time()
            elif isinstance(effect, CloseAttempt):
                self.closed += 1
                if self.closed == self.calls:
                    self.engine.drain()

    def _hang_up(self, call: str) -> None:
        assert self.port is not None
        task = asyncio.create_task(self.port.apply(HangUp(call, "held long enough")))
        self._hanging.add(task)
        task.add_done_callback(self._hanging.discard)


async def load(rig: Rig, calls_per_s: float, place: Path) -> str:
    """Offer calls at a rate, and return the figures as a line of the table."""
    calls = round(calls_per_s * SECONDS)
    campaign = CampaignSettings(
        "load", "progressive", lines=400, calls_per_s=calls_per_s, ring_timeout_s=10.0, redial={}, max_attempts=1
    )
    settings = RunSettings((campaign,), Rulebook())
    store = SqliteJournal.create(
        place / "run.journal", Manifest(version="bench", started_ns=1, settings=settings).encode()
    )
    recovered, clock = recover(store, settings), RealClock()
    data = rig.telephony(place / "calls", app=f"load{calls_per_s:.0f}")
    data["nodes"][0] |= {"url": rig.asterisk.url, "lines": 400, "calls_per_s": 500.0}
    section = Document("run.yaml", json.dumps(data)).validate(AsteriskSection)
    port = AsteriskTelephony(section, lambda reference: number("answers", int(reference)), clock)
    watch = Watch(calls)
    leads = [
        ("load", Lead(f"l{at}", f"p{at}", f"a{at}", "all", 1, (str(at),), ("Etc/UTC",), 0.9)) for at in range(calls)
    ]
    with ThreadPoolExecutor(1) as worker:
        desks = Desks(round(AGENTS_PER_RATE * calls_per_s), clock)
        engine = Engine(recovered, store, commit_in_thread(store, worker), port, desks, clock, [watch.take])
        watch.engine, watch.port = engine, port
        asterisk_s = cpu_s(rig.asterisk.pid)
        await engine.run(leads)
        wall_s, engine_s = perf_counter() - watch.began_s, process_time() - watch.began_cpu_s
        asterisk_s = cpu_s(rig.asterisk.pid) - asterisk_s
    store.close()
    cuts = quantiles(watch.to_bridge_ms, n=100)
    lost = calls - len(watch.to_bridge_ms)
    figures = f"{cuts[49]:8.1f}  {cuts[94]:8.1f}  {cuts[98]:8.1f}  {engine_s / wall_s:7.0%}  {asterisk_s / wall_s:8.0%}"
    return f"{calls_per_s:7.0f}/s  {calls:6}  {calls / (wall_s - HOLD_S):7.1f}/s  {lost:5}  {figures}"


def cpu_s(pid: int) -> float:
    """Return how long a process has used a processor."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(rates: Sequence[float]) -> None:
    """Print the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    heads = ("offered", "calls", "dialled", "lost", "p50 ms", "p95 ms", "p99 ms", "engine", "Asterisk")
    print("  ".join(f"{head:>{width}}" for head, width in zip(heads, (9, 6, 9, 5, 8, 8, 8, 7, 8), strict=True)))
    with tempfile.TemporaryDirectory() as folder:
        rig = Rig(Path(folder) / "rig")
        try:
            rig.start()
            for rate in rates:
                place = Path(folder) / f"{rate:.0f}"
                place.mkdir()
                with short_pauses():
                    print(asyncio.run(load(rig, rate, place)), flush=True)
        finally:
            rig.stop()


if __name__ == "__main__":
    main([float(word) for word in sys.argv[1:]] or RATES)
