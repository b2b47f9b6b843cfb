"""Three minutes of a small floor in all modes, on a grid coarse enough that ties are common.

Run as a program it prints the hash of each given seed's last record, for comparison between processes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

import msgspec

from dialer.core.lead import Assigned, Lead
from dialer.core.settings import CampaignSettings, LeaseSettings, Redial, RunSettings, StepSettings
from dialer.core.units import ns
from dialer.journal.entry import Record
from dialer.journal.manifest import Manifest
from dialer.runtime.clock import VirtualClock, VirtualTimeLoop
from dialer.runtime.driver import commit_at_once
from dialer.runtime.engine import Engine
from dialer.runtime.recovery import recover
from simulator.driver import simulate
from simulator.fake_ports import EmbeddedPresence, EmbeddedTelephony
from simulator.world.build import build, zones_of
from simulator.world.laws import Constant, Exponential
from simulator.world.settings import Break, CarrierSettings, FloorSettings, Outcome, PeopleSettings, WorldSettings
from simulator.world.timeline import ClockTimeline
from strategies.compliance.rulebook import Frequency, Hours, Rolling, Rulebook
from strategies.flow.compile import compile_flow, flows
from strategies.script.compile import compile_script, scripts

GRID_S = 0.25
START_NS = ns(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp())
# Half a grid step late: nothing of the world falls on the end itself, which the drivers treat differently.
UNTIL_NS = START_NS + ns(180 + GRID_S / 2)

ALL_DAY = (((0, 24 * 60),),) * 7
OFFICE = (((8 * 60, 20 * 60),),) * 7
HEAD = {"pack": "test", "says": "a rule", "source": "this test", "status": "H"}
RULES = Rulebook(
    rules=(
        Hours(id="hours", open=OFFICE, **HEAD),
        Frequency(
            id="three", key=("person",), counts=("ring", "person", "conversation"), limit=3, window=Rolling(4), **HEAD
        ),
    )
)
SOON = {
    name: Redial(20.0, 4)
    for name in ("no_answer", "busy", "machine", "congestion", "failed", "early_hangup", "abandoned", "third_party")
} | {"callback": Redial(0.0, 2), "wrong_number": Redial(5.0, 2), "not_in_service": Redial(5.0, 2)}
COMMON = {
    "redial": SOON,
    "ring_timeout_s": 8.0,
    "answer_grace_s": 1.0,
    "wrap_limit_s": 6.0,
    "offer_timeout_s": 5.0,
    "skip_delay_s": 30.0,
    "abandon_limit_share": 0.3,
    "calls_per_s": 4.0,
}
SCRIPT = compile_script(scripts()["three-steps"])
FLOW = compile_flow(flows()["promise-by-keypad"])
VOICE = compile_flow(flows()["intent-by-voice"])
STEPS = {"led": StepSettings(script=SCRIPT.identity), "own": StepSettings({"busy": Redial(3.0, 2)}, SCRIPT.identity)}
RUN = RunSettings(
    campaigns=(
        CampaignSettings(id="one", mode="progressive", steps=STEPS, **COMMON),
        CampaignSettings(id="two", mode="ratio", lines_per_agent=2.5, **COMMON),
        CampaignSettings(id="three", mode="preview", **COMMON),
        CampaignSettings(id="four", mode="predictive", shift_s=150.0, **COMMON),
        CampaignSettings(id="five", mode="predictive", pool="both", shift_s=150.0, **COMMON),
        CampaignSettings(id="six", mode="predictive", pool="both", priority=1, shift_s=150.0, **COMMON),
        CampaignSettings(id="grab", mode="progressive", steps=STEPS, **COMMON),
        CampaignSettings(id="bots", mode="robot", lines=3, **COMMON),
        CampaignSettings(id="ask", mode="robot_then_human", shift_s=150.0, steps=STEPS, **COMMON),
        CampaignSettings(id="keys", mode="robot_then_human", shift_s=150.0, flow=FLOW.identity, **COMMON),
        CampaignSettings(id="words", mode="robot_then_human", shift_s=150.0, flow=VOICE.identity, **COMMON),
    ),
    rulebook=RULES,
    scripts={SCRIPT.identity: SCRIPT},
    flows={FLOW.identity: FLOW, VOICE.identity: VOICE},
    lease=LeaseSettings(limit=3, lease_s=20.0),
)
MANIFEST = Manifest(version="parity", started_ns=START_NS, settings=RUN).encode()


def world(seed: int, grid_s: float = GRID_S) -> WorldSettings:
    talk, short = Exponential(mean_s=15.0), Exponential(mean_s=4.0)
    shares = {
        "promise": 0.3,
        "contact": 0.2,
        "callback": 0.2,
        "third_party": 0.1,
        "unverified": 0.05,
        "wrong_number": 0.1,
    }
    return WorldSettings(
        seed=seed,
        grid_s=grid_s,
        people=PeopleSettings(
            answer_share_by_hour=(0.5,) * 24,
            ring=Exponential(mean_s=3.0),
            machine_ring=Exponential(mean_s=6.0),
            patience=Exponential(mean_s=2.0),
            outcomes={name: Outcome(share=share, talk=talk) for name, share in shares.items()}
            | {"do_not_call": Outcome(share=0.05, talk=short)},
            callback_after=Exponential(mean_s=20.0),
            robot_talk=Exponential(mean_s=4.0),
            transfer_share=0.5,
        ),
        carrier=CarrierSettings(set_up=Exponential(mean_s=1.0), message=Constant(value_s=3.0), congestion_share=0.1),
        floor=FloorSettings(
            agents=16,
            shift_end=time(9, 2, 30),
            log_in_spread_s=3.0,
            settle=Constant(value_s=1.0),
            announce_s=12.0,
            breaks=(Break(name="tea", after_s=40.0, spread_s=60.0, length_s=15.0),),
            wrap=Exponential(mean_s=4.0),
            decision=Exponential(mean_s=2.0),
            skip_share=0.2,
        ),
    )


def leads() -> Iterator[tuple[str, Lead]]:
    """Some persons are in two campaigns, some are in a zone where it is night."""
    for at, campaign in enumerate(RUN.campaigns):
        for number in range(25):
            person = f"p{at * 20 + number}"
            zone = "Asia/Taipei" if number % 8 == 7 else "Europe/London"
            ways = (f"{person}/0", f"{person}/1")
            step = ("", "led", "own")[number % 3]
            assigned = _assigned(campaign.id, number)
            plain = Lead(f"l{number}", person, f"a{at}-{number}", "all", number % 3, ways, (zone,))
            yield campaign.id, msgspec.structs.replace(plain, step=step, assigned=assigned)


def _assigned(campaign: str, number: int) -> Assigned | None:
    """Claimed by agents in one campaign, dispatched to agents in three others."""
    agent = f"a{number % 14 + 1:02d}"
    match campaign:
        case "grab":
            return Assigned("grab", value=number % 5)
        case "one" | "two" | "three":
            return (None, Assigned("prefer", agent), Assigned("require", agent))[number // 3 % 3]
        case _:
            return None


class MemoryStore:
    """A journal that lives as long as the test."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    @property
    def manifest(self) -> bytes:
        return MANIFEST

    def append(self, records: Sequence[Record]) -> None:
        self.records += records

    def read(self, after: int = 0) -> Iterator[Record]:
        return iter(self.records[after:])

    def last(self) -> Record | None:
        return self.records[-1] if self.records else None

    def save_snapshot(self, seq: int, state: bytes) -> None:
        pass

    def snapshot(self) -> None:
        return None

    def close(self) -> None:
        pass


def under_simpy(settings: WorldSettings) -> list[Record]:
    records: list[Record] = []
    simulate(
        RUN,
        settings,
        leads(),
        START_NS,
        UNTIL_NS,
        on_entry=lambda _event, _effects, record: records.append(record),
        manifest=MANIFEST,
    )
    return records


def under_asyncio(settings: WorldSettings) -> list[Record]:
    async def live() -> list[Record]:
        store, clock = MemoryStore(), VirtualClock(START_NS)
        zones = zones_of(lead for _, lead in leads())
        parts = build(settings, RUN, zones, ClockTimeline(clock, settings.grid_ns))
        telephony, presence = EmbeddedTelephony(parts, clock), EmbeddedPresence(parts)
        engine = Engine(recover(store, RUN), store, commit_at_once(store), telephony, presence, clock)
        engine.stop_at(UNTIL_NS)
        await engine.run(leads())
        return store.records

    loop = VirtualTimeLoop()
    try:
        return loop.run_until_complete(live())
    finally:
        loop.close()


def last_hashes(seed: int) -> str:
    """Return the seals of both drivers' journals."""
    return f"{under_simpy(world(seed))[-1].hash.hex()} {under_asyncio(world(seed))[-1].hash.hex()}"


if __name__ == "__main__":
    for seed in map(int, sys.argv[1:]):
        print(last_hashes(seed))
