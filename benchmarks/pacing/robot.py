"""Why a floor where a robot answers first is less busy than predictive dialling with as much demand.

From the one to the other in steps, each with the same agents, the same share of calls that need an agent, the same
talk with it, and 3 % abandoned by a rule that knows no budget:

``predictive``   whoever picks up needs an agent at once;
``later``        whoever picks up talks with a robot for 20 to 60 s, and then all need an agent;
``perhaps``      more pick up, and only some of them need an agent in the end: the robot floor;
``untold``       the same, the rule not being told when the robot's talk begins.

With ``--exact`` the same on memoryless floors, beside what the best of all rules reaches there; takes minutes.

Run: ``python -m benchmarks.pacing.robot --agents 20 --days 10``
"""

from __future__ import annotations

import argparse
from argparse import Namespace

import numpy as np

from benchmarks.pacing import laws, scenarios
from benchmarks.pacing.caches import forget_stale
from benchmarks.pacing.floor import Floor
from benchmarks.pacing.policies import LIMIT_SHARE, run_all
from benchmarks.pacing.report import cell_of
from benchmarks.pacing.scenarios import Scenario
from benchmarks.pacing.two_stage import limit
from pacing import optimal

ANSWERS, ASKS, HANDLE_S, RING_S, TALK_S = 0.40, 0.30, 190.0, 12.6, 40.0
ROBOT_S = laws.spread(20.0, 60.0)
THETAS = (0.01, 0.02, 0.03, 0.045, 0.06)


def steps(agents: int) -> dict[str, tuple[str, Floor]]:
    """Return the floors, each with the policy that runs on it."""
    robot = scenarios.make("robot", agents).floor
    at_once = scenarios.calibrated(agents, ANSWERS * ASKS)
    in_the_end = laws.summed(robot.live, ROBOT_S)
    never = laws.mixed(robot.dead, in_the_end, ANSWERS * (1.0 - ASKS) / (1.0 - ANSWERS * ASKS))
    return {
        "predictive": ("look_ahead", at_once),
        "later": ("robot_first", at_once._replace(robot=ROBOT_S, asks_share=0.9999)),
        "perhaps": ("robot_first", robot),
        "untold": ("look_ahead", at_once._replace(live=in_the_end, dead=never)),
    }


def show(name: str, policy: str, scenario: Scenario, options: Namespace) -> None:
    """Print what the rule reaches on a floor, with a constant theta and with its budget."""
    policies = {str(theta): (policy, {"fixed_theta": theta}) for theta in THETAS} | {"steered": (policy, {})}
    runs = run_all(scenario, policies, options.days, scenarios.REPORTING, options.jobs)
    cells = {label: cell_of(days) for label, days in runs.items()}
    steered = cells.pop("steered")
    shares, occupancies = np.array([(cell.of_answers.value, cell.occupancy.value) for cell in cells.values()]).T
    print(
        f"{name:<11} at 3 %: {np.interp(LIMIT_SHARE, shares, occupancies):.3f}; with its budget "
        f"{steered.occupancy.value:.3f} ±{steered.occupancy.half:.3f} at {100 * steered.of_answers.value:.2f} %, "
        f"{steered.over_days} of {steered.days} days over",
        flush=True,
    )


def main() -> None:
    """Print what each step reaches."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--exact", action="store_true", help="memoryless floors, beside their exact limits")
    forget_stale()
    options = parser.parse_args()
    agents = options.agents
    if not options.exact:
        for name, (policy, floor) in steps(agents).items():
            show(name, policy, Scenario("robot", floor, ANSWERS * ASKS, HANDLE_S, RING_S), options)
        return
    at_once = scenarios.memoryless(agents, ANSWERS * ASKS, HANDLE_S, RING_S)
    show("predictive", "look_ahead", at_once, options)
    best = optimal.solve(agents, ANSWERS * ASKS, HANDLE_S, RING_S, LIMIT_SHARE).occupancy
    print(f"{'':<11} limit:  {best:.3f}", flush=True)
    picks_up = scenarios.memoryless(agents, ANSWERS, HANDLE_S, RING_S)
    floor = picks_up.floor._replace(robot=laws.exponential(TALK_S), asks_share=ASKS)
    show("perhaps", "robot_first", picks_up._replace(floor=floor), options)
    print(f"{'':<11} limit:  {limit(agents, ANSWERS, ASKS, HANDLE_S, RING_S, TALK_S, LIMIT_SHARE):.3f}")


if __name__ == "__main__":
    main()
