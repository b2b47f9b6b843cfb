"""One process that imports everything once, and forks a live run for each request; ``python -m tests.crash.nursery``.

A request is a line of JSON on its input (`Request`). On its output it says ``born PID``; the run itself says
``up`` once its engine has written its first entries, and the nursery ``dead STATUS`` when the run is over.
A run is drained by SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic_ns

import msgspec

from adapters.journal.sqlite import SqliteJournal
from dialer.core.effects import AnyEffect
from dialer.core.events import AnyEvent
from dialer.runtime import driver
from dialer.runtime.clock import RealClock
from dialer.runtime.driver import commit_in_thread
from dialer.runtime.engine import Engine
from dialer.runtime.recovery import recover
from simulator.fake_ports import EmbeddedPresence, EmbeddedTelephony
from simulator.world.build import build, zones_of
from simulator.world.timeline import ClockTimeline
from tests.crash import faults, scenario

driver.SNAPSHOT_EVERY = 400


class Request(msgspec.Struct):
    """What to run where. `began_ns`: monotonic time at which the first of these runs began."""

    name: str
    place: str
    began_ns: int


class Said(msgspec.Struct):
    """A line of the file ``said``: number and event of an entry that the run believes to be durable."""

    seq: int
    event: msgspec.Raw


async def live(request: Request) -> None:
    """Run until drained or killed."""
    place, settings = Path(request.place), scenario.run_settings(request.name)
    path = place / "run.journal"
    if path.exists():
        store = SqliteJournal.open(path)
    else:
        store = SqliteJournal.create(path, scenario.manifest(request.name))
    recovered = recover(store, settings)
    clock = RealClock(max(recovered.last_ns, scenario.START_NS + monotonic_ns() - request.began_ns))
    world = scenario.world()
    leads = list(scenario.leads(request.name))
    parts = build(world, settings, zones_of(lead for _, lead in leads), ClockTimeline(clock, world.grid_ns))
    said = os.open(place / "said", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    seq = recovered.entries

    def say(event: AnyEvent, effects: tuple[AnyEffect, ...]) -> None:
        nonlocal seq
        seq += 1
        os.write(said, b"\n" + msgspec.json.encode(Said(seq, msgspec.Raw(msgspec.json.encode(event)))))
        if seq == recovered.entries + 1:
            os.write(sys.stdout.fileno(), b"up\n")

    with ThreadPoolExecutor(1) as worker:
        telephony = EmbeddedTelephony(parts, clock, place / "ledger")
        presence = EmbeddedPresence(parts)
        engine = Engine(recovered, store, commit_in_thread(store, worker), telephony, presence, clock, [say])
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, engine.drain)
        await engine.run(leads)
    store.close()


def main() -> None:
    """Serve requests until the input ends."""
    if len(sys.argv) > 1:
        faults.FAULTS[sys.argv[1]]()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                asyncio.run(live(msgspec.json.decode(line, type=Request)))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        print(f"born {pid}", flush=True)
        _, status = os.waitpid(pid, 0)
        print(f"dead {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    main()
