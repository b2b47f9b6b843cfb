"""A tiny deterministic kernel and a journal in memory."""

from __future__ import annotations

from collections.abc import Iterator

from dialer.core.effects import AnyEffect, HangUp, Pace, SetTimer
from dialer.core.errors import InvariantError
from dialer.core.events import AnyEvent, CallEnded, CallRinging
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.entry import Chain, Record, genesis
from dialer.journal.manifest import Manifest
from dialer.journal.recorder import Recorder
from strategies.compliance.rulebook import Rulebook

SETTINGS = RunSettings(campaigns=(CampaignSettings("main", "ratio", lines=3),), rulebook=Rulebook())
MANIFEST = Manifest(version="0.1.0", started_ns=0, settings=SETTINGS).encode()


class StandIn:
    """Counts calls up to the settings' `lines`, then hangs up; `planted_at` changes its policy at an event."""

    def __init__(self, settings: RunSettings, planted_at: int = 0, plant: str = "") -> None:
        self.lines, self.up, self.count = settings.campaigns[0].lines, 0, 0
        self.planted_at, self.plant = planted_at, plant

    def step(self, event: AnyEvent) -> tuple[AnyEffect, ...]:
        self.count += 1
        plant = self.plant if self.count == self.planted_at else ""
        match event:
            case CallRinging() if self.up >= self.lines:
                return (HangUp(event.call, "full"),)
            case CallRinging():
                self.up += 1
                terms = {"up": float(self.up) + (plant == "term"), "lines": float(self.lines)}
                timer = SetTimer(f"ring/{event.call}", event.t_ns + 20)
                effects = (Pace("main", "ratio", 1, "", terms), timer, SetTimer("pace", event.t_ns + 1))
                if plant == "refuse":
                    raise InvariantError("this must not be")
                return {
                    "fewer": effects[:-1],
                    "swap": effects[::-1],
                    "kind": (effects[0], HangUp("x", "y"), timer),
                }.get(plant, effects)
            case CallEnded():
                self.up -= 1
        return ()


class MemoryLog:
    def __init__(self, manifest: bytes, records: list[Record], snapshot: tuple[int, bytes] | None = None) -> None:
        self.manifest, self.records, self._snapshot = manifest, records, snapshot

    def read(self, after: int = 0) -> Iterator[Record]:
        yield from self.records[after:]

    def snapshot(self) -> tuple[int, bytes] | None:
        return self._snapshot


def events(count: int) -> list[AnyEvent]:
    return [
        CallEnded(n // 2, f"c{n - 3}", "busy") if n % 4 == 3 else CallRinging(n // 2, f"c{n}") for n in range(count)
    ]


def log(count: int) -> MemoryLog:
    recorder = Recorder(StandIn(SETTINGS), Chain(genesis(MANIFEST)))
    return MemoryLog(MANIFEST, [recorder.take(event)[0] for event in events(count)])
