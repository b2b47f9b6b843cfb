"""Two predictive campaigns that share agents, beside the same two with half of the agents each.

Both meet the same people on the same days: eight hours without breaks, one campaign with 20 % answers
and one with 10 %. Every day, each campaign and both together must stay within 3 %.

    python benchmarks/shared_agents.py [days] [agents of each campaign]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import fmean, stdev
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dialer.core.effects import AnyEffect, PlayMessage
from dialer.core.events import AnyEvent, CallAnswered
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.insight.tally import Tally
from dialer.journal.entry import Record
from simulator.shift import run_shifts
from simulator.world.settings import WorldSettings
from strategies.compliance.rulebook import Rulebook

HOURS, LIMIT_SHARE = 8, 0.03
ANSWER_SHARES = {"cards": 0.2, "loans": 0.1}
LEADS = 40_000
"""Of each campaign; more than can be called in a day."""


class Day(NamedTuple):
    """What came of a day: per campaign, persons who answered and those of them who were abandoned."""

    contacts_per_agent_hour: float
    occupancy: float
    answered: Counter[str]
    abandoned: Counter[str]

    def abandon_share(self, *campaigns: str) -> float:
        """Return abandoned / answered over some campaigns."""
        return sum(self.abandoned[name] for name in campaigns) / sum(self.answered[name] for name in campaigns)

    @property
    def over(self) -> bool:
        """Whether a campaign, or both together, exceeded the limit."""
        return max(map(self.abandon_share, ANSWER_SHARES)) > LIMIT_SHARE or (
            self.abandon_share(*ANSWER_SHARES) > LIMIT_SHARE
        )


def leads() -> Iterator[tuple[str, Lead]]:
    """Every person is called for one campaign, and answers with a chance of their campaign."""
    for name, answer_share in ANSWER_SHARES.items():
        for n in range(LEADS):
            person = f"{name}-{n}"
            yield name, Lead(person, person, person, name, 0, (f"{person}/0",), ("UTC",), answer_share=answer_share)


def day(pool: str, agents: int, seed: int) -> Day:
    """Run a day; `pool` as in `CampaignSettings`."""
    world = WorldSettings.model_validate(
        {
            "seed": seed,
            "people": {
                "answer_share_by_hour": (1.0,) * 24,
                "segment_factor": ANSWER_SHARES,
                "reachability_concentration": None,
            },
            "floor": {"agents": 2 * agents, "shift_start": "09:00", "shift_end": f"{9 + HOURS}:00", "breaks": ()},
        }
    )
    how = {"lines": 20 * agents, "calls_per_s": 50.0, "shift_s": HOURS * 3600.0, "redial": {}, "pool": pool}
    campaigns = tuple(
        CampaignSettings(name, "predictive", abandon_limit_share=LIMIT_SHARE, **how) for name in ANSWER_SHARES
    )
    tally, answered, abandoned = Tally(), Counter[str](), Counter[str]()

    def see(event: AnyEvent, effects: tuple[AnyEffect, ...], _: Record) -> None:
        tally.take(event, effects)
        if isinstance(event, CallAnswered) and event.by == "person":
            answered[event.call.partition("/")[0]] += 1
        for effect in effects:
            if isinstance(effect, PlayMessage):
                abandoned[effect.call.partition("/")[0]] += 1

    run_shifts(RunSettings(campaigns, Rulebook()), world, leads(), date(2026, 3, 2), on_entry=see)
    total = tally.totals()
    return Day(total.contacts_per_agent_hour or 0.0, total.occupancy_share or 0.0, answered, abandoned)


def main() -> None:
    """Print a line for each day and way, then what sharing gains."""
    days, agents = (int(word) for word in (*sys.argv[1:3], *("4", "10")[len(sys.argv[1:3]) :]))
    gains, over = [], Counter[str]()
    for seed in range(1, 1 + days):
        ran = {way: day(pool, agents, seed) for way, pool in (("halves", ""), ("shared", "floor"))}
        for way, seen in ran.items():
            over[way] += seen.over
            shares = "  ".join(f"{name} {seen.abandon_share(name):.2%}" for name in ANSWER_SHARES)
            print(
                f"day {seed}  {way}  contacts per agent-hour {seen.contacts_per_agent_hour:.2f}  "
                f"occupancy {seen.occupancy:.3f}  abandoned {shares}  both {seen.abandon_share(*ANSWER_SHARES):.2%}  "
                f"answered {dict(seen.answered)}"
            )
        gains.append(ran["shared"].contacts_per_agent_hour / ran["halves"].contacts_per_agent_hour - 1)
    error = stdev(gains) / days**0.5 if days > 1 else float("nan")
    print(f"sharing gains {fmean(gains):.1%} ± {error:.1%} contacts per agent-hour")
    print(f"days over {LIMIT_SHARE:.0%}: halves {over['halves']}, shared {over['shared']} of {days}")


if __name__ == "__main__":
    main()
