"""How often calibration's 90 % intervals hold the truth, over generated worlds whose laws are known.

Run: ``python benchmarks/calibration.py [worlds]``; 100 worlds take about four minutes.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adapters.history.writer import HistoryWriter
from dialer.core.effects import PlaceCall, Why
from dialer.core.rng import uniform
from dialer.core.units import NS_PER_S, ns
from simulator.calibrate.assemble import estimates
from simulator.calibrate.estimate import Estimate
from simulator.calibrate.evidence import Evidence, gather
from simulator.world.laws import Gamma, Lognormal, mean_s, quantile
from simulator.world.people import People
from simulator.world.settings import CarrierSettings, FloorSettings, Outcome, PeopleSettings, WorldSettings

FIRST_DAY = datetime(2026, 6, 15, tzinfo=UTC)
HOURS = tuple(range(9, 17))
SEGMENTS = ("M1", "M2", "M3")
AGENTS = 30
TIMEOUT_S = 25.0


def world(seed: int) -> WorldSettings:
    """Return a world whose laws are drawn, so that no prior belief of the calibration is true of all."""

    def between(name: str, low: float, high: float) -> float:
        return low + (high - low) * uniform(seed, "truth", name)

    def near_one(name: str, deviation: float) -> float:
        return float(np.exp(deviation * ndtri(uniform(seed, "truth", name))))

    level = between("level", 0.12, 0.35)
    hours = [min(0.6, level * near_one(f"hour{hour}", 0.15)) if hour in HOURS else 0.01 for hour in range(24)]
    talk = Lognormal(mu=between("talk", 4.6, 5.4), sigma=between("talk_sigma", 0.6, 1.0))
    long = Lognormal(mu=between("long", 5.6, 6.2), sigma=between("long_sigma", 0.5, 0.9))
    brief = Gamma(shape=between("brief", 0.8, 2.0), scale_s=between("brief_s", 10.0, 30.0))
    promised = between("promised", 0.1, 0.3)
    return WorldSettings(
        seed=seed,
        people=PeopleSettings(
            answer_share_by_hour=tuple(hours),
            weekday_factor=tuple(near_one(f"weekday{day}", 0.08) for day in range(7)),
            segment_factor={name: near_one(name, 0.25) for name in SEGMENTS},
            reachability_concentration=between("concentration", 4.0, 15.0),
            machine_share=between("machine", 0.2, 0.5),
            busy_share=between("busy", 0.03, 0.1),
            rejected_share=between("rejected", 0.02, 0.06),
            ring=Gamma(shape=between("ring", 1.5, 4.0), scale_s=between("ring_s", 2.5, 4.5)),
            machine_ring=Gamma(shape=100.0, scale_s=between("machine_s", 0.15, 0.22)),
            outcomes={
                "promise": Outcome(share=promised, talk=long),
                "contact": Outcome(share=0.5, talk=talk),
                "refusal": Outcome(share=0.5 - promised, talk=brief),
            },
            promise_median_cents=round(between("cents", 5_000, 90_000)),
            promise_sigma=between("cents_sigma", 0.4, 0.9),
        ),
        carrier=CarrierSettings(
            not_in_service_share=between("dead", 0.02, 0.1), congestion_share=between("congestion", 0.01, 0.05)
        ),
        floor=FloorSettings(
            agents=AGENTS,
            speed_sigma=between("speed", 0.1, 0.35),
            wrap=Lognormal(mu=between("wrap", 2.5, 3.5), sigma=between("wrap_sigma", 0.4, 0.9)),
        ),
    )


def history(settings: WorldSettings, writer: HistoryWriter, persons: int = 1200, days: int = 5) -> None:
    """Call everybody once a day at a drawn hour until somebody answers, straight from the world's own laws."""
    for row in attempts(settings, persons, days):
        writer.add("attempts", row)
    writer.flush()


def attempts(settings: WorldSettings, persons: int, days: int) -> Iterator[dict[str, Any]]:
    """Yield the attempts."""
    people, seed, wrap = People(settings, {}), settings.seed, quantile(settings.floor.wrap)
    for number in range(persons):
        key = f"p{number}"
        segment = SEGMENTS[number % len(SEGMENTS)]
        for attempt in range(1, days + 1):
            span_s = 3600 * HOURS[0] + 3600 * len(HOURS) * uniform(seed, "when", key, attempt)
            placed_ns = ns((FIRST_DAY + timedelta(days=attempt - 1)).timestamp()) + ns(span_s)
            call = PlaceCall(
                f"c/{key}/{attempt}",
                "c",
                key,
                key,
                f"{key}/0",
                attempt,
                TIMEOUT_S,
                None,
                Why(segment, 1, attempt, "", 0),
            )
            fate = people.fate(call, placed_ns)
            row: dict[str, Any] = {
                "attempt": call.call,
                "campaign": "c",
                "channel": "call",
                "lead": key,
                "person": key,
                "endpoint": call.number,
                "segment": segment,
                "attempt_number": attempt,
                "ring_timeout_s": TIMEOUT_S,
                "placed_at": placed_ns,
            }
            if fate.ring_ns >= 0:
                row["ringing_at"] = placed_ns + 3 * NS_PER_S
                row["ended_at"] = row["ringing_at"] + fate.ring_ns
            if fate.end == "machine":
                row |= {"disposition": "machine", "answered_by": "machine", "answered_at": row["ended_at"]}
            elif fate.end == "person":
                agent = f"a{int(AGENTS * uniform(seed, 'agent', key, attempt))}"
                conversation, talk_ns = people.conversation(call), people.talk_ns(call, agent)
                wrap_ns = ns(wrap(uniform(seed, "wrap", key, attempt)) * people.slowness(agent))
                answered_ns = row["ended_at"]
                row |= {
                    "disposition": conversation.disposition,
                    "promise_cents": conversation.promise_cents,
                    "answered_by": "person",
                    "answered_at": answered_ns,
                    "bridged_at": answered_ns,
                    "ended_at": answered_ns + talk_ns,
                    "ready_at": answered_ns + talk_ns + wrap_ns,
                    "agent": agent,
                }
            else:
                row["disposition"] = fate.end
            yield row
            if fate.end in ("person", "not_in_service"):
                break


def truth(settings: WorldSettings, evidence: Evidence) -> dict[str, float]:
    """Return the true values by the estimates' names; factors are relative to the average of the attempts."""
    people, answers = settings.people, evidence.answers
    assert answers is not None
    weekdays = np.array([people.weekday_factor[day] for day in answers.weekdays])
    segments = np.array([people.segment_factor[name] for name in answers.segments])
    weekday, segment = weekdays @ answers.weekday_weight, segments @ answers.segment_weight
    found = {f"people.answer_share_by_hour[{hour}]": people.answer_share_by_hour[hour] for hour in answers.hours}
    found = {name: value * weekday * segment for name, value in found.items()}
    found |= {f"people.weekday_factor[{day}]": people.weekday_factor[day] / weekday for day in answers.weekdays}
    found |= {f"people.segment_factor[{name}]": people.segment_factor[name] / segment for name in answers.segments}
    for name in ("machine_share", "busy_share", "rejected_share", "promise_median_cents", "promise_sigma"):
        found[f"people.{name}"] = getattr(people, name)
    found["people.reachability_concentration"] = people.reachability_concentration or 0.0
    for name in ("ring", "machine_ring"):
        found[f"people.{name} (mean, s)"] = mean_s(getattr(people, name))
    for name, outcome in people.outcomes.items():
        found[f"people.outcomes.{name}.share"] = outcome.share
        found[f"people.outcomes.{name}.talk (mean, s)"] = mean_s(outcome.talk)
    for name in ("not_in_service_share", "congestion_share"):
        found[f"carrier.{name}"] = getattr(settings.carrier, name)
    found["floor.speed_sigma"] = settings.floor.speed_sigma
    found["floor.wrap (mean, s)"] = mean_s(settings.floor.wrap)
    return found


def calibrated(seed: int, folder: Path) -> list[tuple[Estimate, float]]:
    """Return every estimate of a generated world with the true value."""
    settings = world(seed)
    writer = HistoryWriter(folder / f"w{seed}")
    try:
        history(settings, writer)
        evidence = gather(writer.database, "UTC")
    finally:
        writer.database.close()
    true = truth(settings, evidence)
    return [(one, true[one.name]) for one in estimates(evidence) if one.name in true]


def main() -> None:
    """Print the share of intervals that hold the truth, by kind of parameter and in all."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    held: dict[str, list[bool]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(worlds):
            for one, true in calibrated(seed, Path(folder)):
                held[one.name.split("[")[0]].append(one.low <= true <= one.high)
    for name, hits in sorted(held.items()):
        print(f"{name:<50} {sum(hits):>5} of {len(hits):>5}  {np.mean(hits):.3f}")
    every = [hit for hits in held.values() for hit in hits]
    print(f"{'all':<50} {sum(every):>5} of {len(every):>5}  {np.mean(every):.3f}")


if __name__ == "__main__":
    main()
