"""Laws of the look-ahead policy over any sequence of events."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

import pacing
from pacing import Abandoned, Answered, Connected, Ended, Launched, PacingInput
from pacing.predictive import LookAhead

LINES = 40
STEPS = st.lists(st.tuples(st.sampled_from(["person", "machine", "fail", "free", "wait"]), st.integers(0, 99)))


class Play:
    """A floor on which anything may happen, with a pacer that is told of it."""

    def __init__(self, agents: int, warm: int) -> None:
        self.pacer = pacing.create("predictive", lines=LINES, calls_per_s=50)
        self.agents, self.idle, self.ringing, self.placed, self.t_s = agents, agents, [], 0, 0.0
        for number in range(warm):
            self.pacer.observe(Answered(0.0, f"w{number}", True))

    def input(self, idle: int | None = None) -> PacingInput:
        held = self.idle if idle is None else idle
        free = LINES - len(self.ringing)
        return PacingInput(self.t_s, held, 0, self.agents - self.idle, len(self.ringing), 0, free)

    def launch(self, count: int) -> None:
        for _ in range(count):
            self.placed += 1
            self.ringing.append(f"c{self.placed}")
            self.pacer.observe(Launched(self.t_s, self.ringing[-1], 0.2))

    def step(self, what: str, pick: int) -> None:
        self.t_s += 0.7
        if what == "free":
            self.idle = min(self.agents, self.idle + 1)
        elif what != "wait" and self.ringing:
            call = self.ringing.pop(pick % len(self.ringing))
            if what == "fail":
                self.pacer.observe(Ended(self.t_s, call))
                return
            self.pacer.observe(Answered(self.t_s, call, what == "person"))
            if what == "machine":
                self.pacer.observe(Ended(self.t_s, call))
            elif self.idle:
                self.idle -= 1
                self.pacer.observe(Connected(self.t_s, call))
            else:
                self.pacer.observe(Abandoned(self.t_s, call))


@settings(max_examples=60)
@given(agents=st.integers(0, 12), warm=st.integers(0, 400), steps=STEPS)
def test_launches_stay_within_lines_grow_with_idle_agents_and_need_agents(
    agents: int, warm: int, steps: list[tuple[str, int]]
) -> None:
    play = Play(agents, warm)
    for what, pick in steps:
        decision = play.pacer.decide(play.input())
        assert play.pacer.decide(play.input()) == decision, "asking twice gives the same answer"
        assert 0 <= decision.launch <= LINES - len(play.ringing)
        assert agents or not decision.launch
        more = play.pacer.decide(play.input(idle=play.idle + 1)).launch
        assert more >= decision.launch, "one idle agent more, and fewer calls"
        play.launch(decision.launch)
        play.step(what, pick)


@settings(max_examples=40)
@example(warm=1, abandoned=0, agents=8)
@given(warm=st.integers(0, 300), abandoned=st.integers(0, 40), agents=st.integers(1, 10))
def test_with_the_budget_gone_it_dials_one_line_for_each_agent(warm: int, abandoned: int, agents: int) -> None:
    play = Play(agents, warm)
    for number in range(abandoned):
        play.pacer.observe(Answered(0.0, f"x{number}", True))
        play.pacer.observe(Abandoned(0.0, f"x{number}"))
    launch = play.pacer.decide(play.input()).launch
    if play.pacer.guard.ledger.allowance(0.0) == 0:
        assert launch == agents
    else:
        assert launch >= agents


@settings(max_examples=30)
@given(agents=st.integers(1, 8), steps=STEPS, after=STEPS)
def test_a_restart_forgets_nothing(agents: int, steps: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    play = Play(agents, 200)
    for what, pick in steps:
        play.launch(play.pacer.decide(play.input()).launch)
        play.step(what, pick)
    twin = pacing.create("predictive", lines=LINES, calls_per_s=50)
    twin.load(play.pacer.state())
    original = play.pacer
    for what, pick in after:
        decision = original.decide(play.input())
        assert twin.decide(play.input()) == decision
        play.pacer = original
        ringing, idle, t_s, placed = list(play.ringing), play.idle, play.t_s, play.placed
        play.launch(decision.launch)
        play.step(what, pick)
        play.ringing, play.idle, play.t_s, play.placed, play.pacer = ringing, idle, t_s, placed, twin
        play.launch(decision.launch)
        play.step(what, pick)


def test_memory_is_bounded() -> None:
    play = Play(3, 0)

    def size() -> int:
        return len(repr(play.pacer.state()["policy"]["calls"])) + len(play.pacer.state()["policy"]["talking_since_s"])

    for round_ in range(3000):
        play.launch(min(4, LINES - len(play.ringing)))
        play.step(("person", "fail", "machine")[round_ % 3], round_)
        if round_ % 2:
            for call in list(play.pacer.policy.state()["talking_since_s"]):
                play.pacer.observe(Ended(play.t_s, call))
    assert len(play.pacer.policy.state()["calls"]) <= LINES
    assert size() < 2000
    assert isinstance(play.pacer.policy, LookAhead)
