"""What it is worth to know of breaks and the end of the shift beforehand: the same days, announced and not.

Eight hours of predictive dialling at 20 % answered, with two short breaks and lunch. ``own``: each agent goes within
half an hour to an hour and a half of the others; ``team``: all go at once. Announced three minutes ahead or not at all.
"Around a leave" is from 30 s before an agent asks for a break, or to go home, to 30 s after.

    python benchmarks/breaks.py [days]
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from datetime import date
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dialer.core.effects import AnyEffect, PlayMessage
from dialer.core.events import AgentPauseRequested, AnyEvent, CallAnswered
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.units import ns
from dialer.insight.tally import Tally
from dialer.journal.entry import Record
from simulator.shift import run_shifts
from simulator.world.settings import DEFAULT_BREAKS, WorldSettings
from strategies.compliance.rulebook import Rulebook

HOURS, ANSWER_SHARE, AROUND_S = 8, 0.2, 30.0


class Day(NamedTuple):
    """Agent-seconds busy and staffed; persons who answered and who were abandoned: in all, and around a leave."""

    busy_s: float
    staffed_s: float
    answered: int
    abandoned: int
    answered_around: int
    abandoned_around: int


def day(agents: int, team: bool, announce_s: float, seed: int) -> Day:
    """Run one day."""
    breaks = [own.model_copy(update={"spread_s": 0.0}) if team else own for own in DEFAULT_BREAKS]
    world = WorldSettings.model_validate(
        {
            "seed": seed,
            "people": {"answer_share_by_hour": (ANSWER_SHARE,) * 24, "reachability_concentration": None},
            "floor": {
                "agents": agents,
                "shift_start": "09:00",
                "shift_end": f"{9 + HOURS}:00",
                "breaks": breaks,
                "announce_s": announce_s,
            },
        }
    )
    campaign = CampaignSettings(
        "c", "predictive", lines=12 * agents, calls_per_s=50.0, shift_s=HOURS * 3600.0, redial={}
    )
    leads = (
        ("c", Lead(f"l{n}", f"p{n}", f"a{n}", "all", 0, (f"p{n}/0",), ("UTC",), answer_share=ANSWER_SHARE))
        for n in range(1500 * agents)
    )
    tally = Tally()
    left_ns: list[int] = []
    answered_ns: list[int] = []
    abandoned_ns: list[int] = []

    def see(event: AnyEvent, effects: tuple[AnyEffect, ...], _: Record) -> None:
        tally.take(event, effects)
        if isinstance(event, AgentPauseRequested):
            left_ns.append(event.t_ns)
        elif isinstance(event, CallAnswered) and event.by == "person":
            answered_ns.append(event.t_ns)
        if any(isinstance(effect, PlayMessage) and effect.purpose == "safe_harbour" for effect in effects):
            abandoned_ns.append(event.t_ns)

    run_shifts(RunSettings((campaign,), Rulebook()), world, leads, date(2026, 3, 2), on_entry=see)

    def around(instants_ns: list[int]) -> int:
        far_ns = ns(AROUND_S)
        return sum(
            (at := bisect_left(left_ns, t_ns - far_ns)) < len(left_ns) and left_ns[at] <= t_ns + far_ns
            for t_ns in instants_ns
        )

    total = tally.totals()
    return Day(
        total.in_call_s + total.wrap_s,
        total.productive_s,
        len(answered_ns),
        len(abandoned_ns),
        around(answered_ns),
        around(abandoned_ns),
    )


def main() -> None:
    """Print a line for each floor, both ways."""
    days = int(sys.argv[1] if len(sys.argv) > 1 else 4)
    for agents in (5, 20):
        for team in (False, True):
            for announce_s in (0.0, 180.0):
                runs = [day(agents, team, announce_s, seed) for seed in range(1, 1 + days)]
                total = Day(*map(sum, zip(*runs, strict=True)))
                known = "announced  " if announce_s else "unannounced"
                print(
                    f"{agents:2} agents, {'team' if team else 'own '} breaks, {known}: "
                    f"occupancy {total.busy_s / total.staffed_s:.3f}, "
                    f"abandoned {total.abandoned} of {total.answered} ({total.abandoned / total.answered:.2%}), "
                    f"around a leave {total.abandoned_around} of {total.answered_around} "
                    f"({total.abandoned_around / max(1, total.answered_around):.1%}), "
                    f"worst day {max(run.abandoned / run.answered for run in runs):.2%}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
