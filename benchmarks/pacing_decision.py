"""How long one pacing decision takes, and one observation; beside the plain twin, in one run.

    python benchmarks/pacing_decision.py

Prints medians in microseconds of processor time. Targets: 30 at 100 agents with 300 calls in flight, 500 at
2,000 agents with 6,000; 5 for an observation.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from pacing import lookahead, memory, rings, trunk


def floor(agents: int, calls: int) -> tuple[memory.Memory, lookahead.Work]:
    """Return a memory with calls whose rings are of all ages, as on a floor in its stride."""
    live, dead = rings.lognormal(3.0, 8.0, 0.5, 26.0), rings.exponential(18.0)
    held = memory.make(calls + 64, answer_share=0.2, talk_s=150.0, wrap_s=30.0, live=live, dead=dead)
    for number in range(calls):
        memory.launched(held, 26.0 * number / calls, 0.1 + 0.2 * (number % 7) / 7)
    return held, lookahead.make_work(calls + 64, agents)


def median_us(action: Callable[[], object], repeats: int) -> float:
    """Return the median processor time of one `action` in microseconds, after a warm-up."""
    action()
    spent = []
    for _ in range(repeats):
        before = time.process_time_ns()
        action()
        spent.append((time.process_time_ns() - before) / 1000)
    return statistics.median(spent)


def main() -> None:
    """Print the table."""
    for agents, calls, target_us in ((10, 30, None), (100, 300, 30), (500, 1500, None), (2000, 6000, 500)):
        held, work = floor(agents, calls)
        idle = max(1, agents // 25)
        asked = (
            held,
            0.03,
            work,
            26.0,
            idle,
            agents - idle - agents // 6,
            agents // 6,
            0,
            40,
            2.0,
            lookahead.NOBODY,
            lookahead.NEVER_S,
        )

        def decide(rule: Callable[..., object], asked: tuple[Any, ...] = asked) -> None:
            asked[0].number[memory.TALK_S] += 0.001  # a talk has ended: what is kept of the agents is of no use
            rule(*asked)

        compiled_us = median_us(lambda decide=decide: decide(lookahead.plan), 400)
        plain_us = median_us(lambda decide=decide: decide(lookahead.plan.py_func), 5)
        aim = f" (target {target_us})" if target_us else ""
        print(f"{agents:5} agents, {calls:5} calls: {compiled_us:8.1f} us{aim}, plain driver {plain_us:10.1f} us")

    held, _ = floor(100, 300)

    def observe() -> None:
        place = memory.launched(held, 27.0, 0.2, 3, 2, 33)
        memory.landed(held, place, 33.0, trunk.MACHINE)

    print(f"launch and end of a call: {median_us(observe, 4000):.2f} us for both (target 5 each)")


if __name__ == "__main__":
    main()
