"""Laws of campaigns that share agents, over any sequence of events on a floor whose agents stay."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

import pacing
from pacing import Abandoned, Answered, Connected, Ended, Launched, PacingInput, Pool

NAMES = ("cards", "loans", "cars")
SERVED = st.sets(st.sampled_from(NAMES), min_size=1)
STEPS = st.lists(
    st.tuples(st.sampled_from(["person", "person", "machine", "fail", "free", "wait"]), st.integers(0, 99)), max_size=80
)


@settings(max_examples=200)
@given(
    policy=st.sampled_from(["progressive", "ratio"]),
    limits=st.tuples(*[st.sampled_from([0.0, 0.03, 0.1, 0.5])] * 3),
    agents=st.lists(SERVED, max_size=8),
    warm=st.tuples(*[st.integers(0, 200)] * 3),
    steps=STEPS,
)
def test_every_campaign_keeps_its_limit_at_every_instant(
    policy: str,
    limits: tuple[float, ...],
    agents: list[set[str]],
    warm: tuple[int, ...],
    steps: list[tuple[str, int]],
) -> None:
    own = {"lines_per_agent": 4.0} if policy == "ratio" else {}
    limit = dict(zip(NAMES, limits, strict=True))
    pool = Pool({name: pacing.create(policy, abandon_limit_share=limit[name], calls_per_s=50, **own) for name in NAMES})
    answered, abandoned = Counter(dict(zip(NAMES, warm, strict=True))), Counter[str]()
    for name, count in answered.items():
        for number in range(count):
            pool.observe(name, Answered(0.0, f"{name}/w{number}", True))
            pool.observe(name, Ended(0.0, f"{name}/w{number}"))
    idle, ringing, placed, t_s = list(range(len(agents))), [], 0, 0.0
    for turn, (what, pick) in enumerate(steps):
        t_s += 0.1
        for name in NAMES[turn % 3 :] + NAMES[: turn % 3]:
            floors = {
                each: PacingInput(
                    t_s,
                    sum(each in agents[agent] for agent in idle),
                    0,
                    sum(each in agents[agent] for agent in range(len(agents)) if agent not in idle),
                    sum(whose == each for whose, _ in ringing),
                    0,
                    40,
                )
                for each in NAMES
            }
            for _ in range(pool.decide(name, floors).launch):
                placed += 1
                ringing.append((name, f"{name}/{placed}"))
                pool.observe(name, Launched(t_s, ringing[-1][1], 0.2))
        if what == "free":
            idle += [agent for agent in range(len(agents)) if agent not in idle][:1]
        elif what != "wait" and ringing:
            name, call = ringing.pop(pick % len(ringing))
            if what == "person":
                pool.observe(name, Answered(t_s, call, True))
                answered[name] += 1
                able = [agent for agent in idle if name in agents[agent]]
                if able:
                    idle.remove(able[pick % len(able)])
                    pool.observe(name, Connected(t_s, call))
                else:
                    abandoned[name] += 1
                    pool.observe(name, Abandoned(t_s, call))
            elif what == "machine":
                pool.observe(name, Answered(t_s, call, False))
            pool.observe(name, Ended(t_s, call))
        for each in NAMES:
            assert abandoned[each] <= limit[each] * answered[each] + 1e-9
        if policy == "progressive":
            assert not abandoned
