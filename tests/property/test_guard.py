"""Laws of the pacers over any sequence of events on a floor whose agents stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import pacing
from pacing import Abandoned, Answered, Connected, Ended, Launched, PacingInput

STEPS = st.lists(st.tuples(st.sampled_from(["person", "machine", "fail", "free", "wait"]), st.integers(0, 99)))


@given(
    policy=st.sampled_from(["progressive", "ratio"]),
    ratio=st.floats(1, 8),
    limit=st.sampled_from([0.0, 0.01, 0.03, 0.1, 0.5]),
    agents=st.integers(0, 12),
    lines=st.integers(0, 60),
    warm=st.integers(0, 400),
    steps=STEPS,
)
def test_the_abandon_limit_holds_at_every_instant(
    policy: str, ratio: float, limit: float, agents: int, lines: int, warm: int, steps: list[tuple[str, int]]
) -> None:
    settings = {"lines_per_agent": ratio} if policy == "ratio" else {}
    pacer = pacing.create(policy, abandon_limit_share=limit, calls_per_s=50, **settings)
    for number in range(warm):
        pacer.observe(Answered(0.0, f"w{number}", True))
    t_s, idle, ringing, placed, answered, abandoned = 0.0, agents, [], 0, warm, 0
    for what, pick in steps:
        t_s += 0.1
        busy = agents - idle
        decision = pacer.decide(PacingInput(t_s, idle, 0, busy, len(ringing), 0, lines - len(ringing) - busy))
        assert 0 <= decision.launch <= max(0, lines - len(ringing) - busy)
        assert not (agents == 0 and decision.launch)
        for _ in range(decision.launch):
            placed += 1
            ringing.append(f"c{placed}")
            pacer.observe(Launched(t_s, ringing[-1], 0.2))
        if what == "free":
            idle = min(agents, idle + 1)
        elif what != "wait" and ringing:
            call = ringing.pop(pick % len(ringing))
            if what == "fail":
                pacer.observe(Ended(t_s, call))
                continue
            pacer.observe(Answered(t_s, call, what == "person"))
            if what == "machine":
                continue
            answered += 1
            if idle:
                idle -= 1
                pacer.observe(Connected(t_s, call))
            else:
                abandoned += 1
                pacer.observe(Abandoned(t_s, call))
        assert abandoned <= limit * answered + 1e-9
        if policy == "progressive":
            assert abandoned == 0
