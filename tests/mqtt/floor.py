"""A small floor on the embedded carrier, where it is noon now, everybody answers, and talks are short."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.journal.sqlite import SqliteJournal
from dialer.core.effects import AnyEffect
from dialer.core.events import AnyEvent
from dialer.journal.entry import decode_effects, decode_event

PROJECT = Path(__file__).parents[2]
PATIENCE_S = 240.0
"""How long anything may take before a test gives up; on a quiet machine nothing takes a fiftieth of it."""

CAMPAIGN = "floor"
Entry = tuple[AnyEvent, tuple[AnyEffect, ...]]


def noon() -> str:
    """Return a zone in which it is neither early nor late now."""
    places = ("Pacific/Honolulu", "America/New_York", "Europe/London", "Asia/Kolkata", "Asia/Tokyo")
    return min(places, key=lambda place: abs(datetime.now(ZoneInfo(place)).hour - 14))


def write_floor(place: Path, presence: str, *, mode: str = "progressive", accounts: int = 400) -> Path:
    """Write a configuration with its strategy and portfolio; `presence` is that section's text."""
    (place / "accounts.csv").write_text(
        "account_id,person_id,phones,zones,balance\n"
        + "".join(f"a{n},p{n},+4420794{n:05d},{noon()},{n}.50\n" for n in range(10_000, 10_000 + accounts))
    )
    (place / "strategy.yaml").write_text(
        f"""
name: quick
version: "1"
purpose: collections
about: Calls.
source: this test
limits: this test
fields: {{balance: {{type: money, currency: GBP}}}}
segments:
  - name: all
    when: balance > 0
    steps: [{{channel: agent_call, mode: {mode}}}]
stop: {{{", ".join(f'{name}: "false"' for name in STOPS)}}}
calls: {{{mode}: {{max_attempts: 1}}}}
packs: [house]
"""
    )
    path = place / "run.yaml"
    path.write_text(
        f"""
paceline: 1
strategy: strategy.yaml
portfolio: {{file: accounts.csv}}
campaigns:
  - {{name: {CAMPAIGN}, lines: 20, calls_per_s: 50, ring_timeout_s: 5, wrap_limit_s: 20, offer_timeout_s: 30}}
telephony: {{ledger: carrier.jsonl}}
presence: {presence}
world:
  people:
    answer_share_by_hour: [{", ".join(["1.0"] * 24)}]
    reachability_concentration: null
    ring: {{law: constant, value_s: 0.05}}
    outcomes: {{contact: {{share: 1.0, talk: {{law: constant, value_s: 0.3}}}}}}
  carrier: {{set_up: {{law: constant, value_s: 0.05}}, not_in_service_share: 0, congestion_share: 0}}
journal: run.journal
control_socket: run.sock
metrics_port: null
logs: {{format: json}}
"""
    )
    return path


STOPS = ("paid", "promise_running", "dispute", "complaint", "opt_out", "bankrupt", "deceased")


def paceline(*words: object, **more: object) -> subprocess.Popen[str]:
    """Start the command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "dialer", *map(str, words)],
        env=os.environ | {"PYTHONPATH": str(PROJECT), "OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8", "TZ": "UTC"},
        text=True,
        **more,  # type: ignore[call-overload]
    )


class Engine:
    """`paceline run` on one configuration, started as often as a test likes."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.process: subprocess.Popen[str] | None = None
        self._read: list[Entry] = []

    def start(self) -> None:
        with (self.config.parent / "engine.log").open("a") as log:
            self.process = paceline("run", self.config, stdout=log, stderr=log)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def drain(self) -> int:
        """Ask it to come to an end, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    @property
    def log(self) -> str:
        return (self.config.parent / "engine.log").read_text()

    def entries(self) -> list[Entry]:
        """Return the journal so far."""
        path = self.config.parent / "run.journal"
        if path.exists():
            with closing(SqliteJournal.reader(path)) as journal:
                records = journal.read(after=len(self._read))
                self._read += [(decode_event(record), decode_effects(record)) for record in records]
        return list(self._read)

    def until(self, there: Callable[[list[Entry]], object], what: str) -> list[Entry]:
        """Wait until the journal is as `there` wants it."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not there(entries := self.entries()):
            assert time.monotonic() < deadline_s, f"{what}: {entries[-5:]}\n{self.log[-2000:]}"
            assert self.process is None or self.process.poll() is None, self.log[-2000:]
            time.sleep(0.1)
        return entries
