"""Laws of the pacers over any sequence of events on a floor whose agents stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import pacing
from pacing import Abandoned, Answered, Connected, Ended, Launched, PacingInput

DAY_S = 86_400.0

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


@given(
    limit=st.sampled_from([0.03, 0.1, 0.5]),
    days=st.sampled_from([1.0, 28.0, 30.0]),
    warm=st.integers(0, 200),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["person", "person", "fail", "free", "night"]), st.floats(0, 2000), st.integers(0, 99)
        )
    ),
)
def test_whoever_is_abandoned_leaves_a_rolling_window_within_its_limit(
    limit: float, days: float, warm: int, steps: list[tuple[str, float, int]]
) -> None:
    """Counted anew over the exact window at every abandon; calls ring for 26 s at most."""
    window = {"abandon_window_s": days * DAY_S, "abandon_windows": "rolling"}
    pacer = pacing.create("ratio", lines_per_agent=8.0, abandon_limit_share=limit, **window)
    answers_s, abandons_s, ringing = [0.0] * warm, list[float](), list[tuple[float, str]]()
    for number in range(warm):
        pacer.observe(Answered(0.0, f"w{number}", True))
    t_s, idle, placed = 1.0, 3, 0
    for what, wait_s, pick in steps:
        t_s += wait_s * days if what == "night" else wait_s / 100.0
        for call in [call for call in ringing if t_s - call[0] > 26.0]:
            ringing.remove(call)
            pacer.observe(Ended(t_s, call[1]))
        for _ in range(pacer.decide(PacingInput(t_s, idle, 0, 3 - idle, len(ringing), 0, 40 - len(ringing))).launch):
            placed += 1
            ringing.append((t_s, f"c{placed}"))
            pacer.observe(Launched(t_s, f"c{placed}", 0.2))
        if what == "free":
            idle = min(3, idle + 1)
        elif what in ("person", "fail") and ringing:
            _, call = ringing.pop(pick % len(ringing))
            if what == "fail":
                pacer.observe(Ended(t_s, call))
                continue
            pacer.observe(Answered(t_s, call, True))
            answers_s.append(t_s)
            if idle:
                idle -= 1
                pacer.observe(Connected(t_s, call))
                continue
            pacer.observe(Abandoned(t_s, call))
            abandons_s.append(t_s)
            since_s = t_s - days * DAY_S
            answered = sum(since_s < at_s for at_s in answers_s)
            assert sum(since_s < at_s for at_s in abandons_s) <= limit * answered + 1e-9
