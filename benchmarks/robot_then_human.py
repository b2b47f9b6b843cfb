"""Robot-then-human beside predictive: abandons and occupancy of 20 agents, day by day.

Eight hours a day without breaks; 20 % answer, the robot talks for 20 to 60 s, 30 % then ask for an agent.
Predictive meets 6 % answers, so that as many of the calls need an agent.

    python benchmarks/robot_then_human.py [days]
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, Mode, RunSettings
from dialer.insight.tally import Tally
from simulator.shift import run_shifts
from simulator.world.settings import WorldSettings
from strategies.compliance.rulebook import Rulebook

AGENTS, HOURS, LEADS = 20, 8, 100_000


def day(mode: Mode, answer_share: float, seed: int) -> tuple[float, int, int]:
    """Return the occupancy, the persons who needed an agent, and how many of them were abandoned."""
    world = WorldSettings.model_validate(
        {
            "seed": seed,
            "people": {"answer_share_by_hour": (answer_share,) * 24, "reachability_concentration": None},
            "floor": {"agents": AGENTS, "shift_start": "09:00", "shift_end": f"{9 + HOURS}:00", "breaks": ()},
        }
    )
    campaign = CampaignSettings("c", mode, lines=12 * AGENTS, calls_per_s=50.0, shift_s=HOURS * 3600.0, redial={})
    leads = (
        ("c", Lead(f"l{n}", f"p{n}", f"a{n}", "all", 0, (f"p{n}/0",), ("UTC",), answer_share=answer_share))
        for n in range(LEADS)
    )
    tally = Tally()
    run_shifts(
        RunSettings((campaign,), Rulebook()),
        world,
        leads,
        date(2026, 3, 2),
        on_entry=lambda event, effects, _: tally.take(event, effects),
    )
    total = tally.totals()
    asked = total.transferred if mode == "robot_then_human" else total.answered
    return total.occupancy_share or 0.0, asked, total.abandoned


def main() -> None:
    """Print a line for each day and mode."""
    cells: tuple[tuple[Mode, float], ...] = (("robot_then_human", 0.2), ("predictive", 0.06))
    for seed in range(1, 1 + int(sys.argv[1] if len(sys.argv) > 1 else 5)):
        for mode, answer_share in cells:
            occupancy, asked, abandoned = day(mode, answer_share, seed)
            rate = abandoned / asked
            print(f"day {seed}  {mode:16}  occupancy {occupancy:.3f}  abandoned {abandoned} of {asked}: {rate:.2%}")


if __name__ == "__main__":
    main()
