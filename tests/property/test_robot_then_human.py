"""Laws of robot-then-human pacing over any sequence of events."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

import pacing
from pacing import Abandoned, Answered, Connected, Ended, Launched, Leaving, Pacer, PacingInput, Transferred

LINES = 40
WHAT = ("person", "person", "machine", "fail", "transfer", "transfer", "done", "hang up", "free", "wait")
STEPS = st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 99)))


def make() -> Pacer:
    return pacing.create("robot_then_human", lines=LINES, calls_per_s=50, robot_s=20.0)


class Play:
    """A floor on which anything may happen; every pacer of `pacers` is told of it."""

    def __init__(self, agents: int, warm: int) -> None:
        self.pacers = [make()]
        self.agents, self.idle, self.placed, self.t_s = agents, agents, 0, 0.0
        self.ringing: list[str] = []
        self.robot: list[str] = []
        self.talking: list[str] = []
        for number in range(warm):
            self.tell(Answered(0.0, f"w{number}", True))
            self.tell(Transferred(0.0, f"w{number}"))

    @property
    def lines_free(self) -> int:
        return LINES - len(self.ringing) - len(self.robot) - len(self.talking)

    def tell(self, event: pacing.Observation) -> None:
        for pacer in self.pacers:
            pacer.observe(event)

    def floor(self, idle: int | None = None, leaving: tuple[Leaving, ...] = ()) -> PacingInput:
        held, busy = self.idle if idle is None else idle, self.agents - self.idle
        flying = len(self.ringing) + len(self.robot)
        return PacingInput(self.t_s, held, 0, busy, flying, 0, self.lines_free, leaving=leaving)

    def launch(self, count: int) -> None:
        for _ in range(count):
            self.placed += 1
            self.ringing.append(f"c{self.placed}")
            self.tell(Launched(self.t_s, self.ringing[-1], 0.3))

    def step(self, what: str, pick: int) -> None:
        self.t_s += 1.3
        if what == "free":
            self.idle = min(self.agents - len(self.talking), self.idle + 1)
        elif what in ("person", "machine", "fail") and self.ringing:
            call = self.ringing.pop(pick % len(self.ringing))
            if what != "fail":
                self.tell(Answered(self.t_s, call, what == "person"))
            if what == "person":
                self.robot.append(call)
            else:
                self.tell(Ended(self.t_s, call))
        elif what in ("transfer", "done") and self.robot:
            call = self.robot.pop(pick % len(self.robot))
            if what == "done":
                self.tell(Ended(self.t_s, call))
                return
            self.tell(Transferred(self.t_s, call))
            if self.idle:
                self.idle -= 1
                self.talking.append(call)
                self.tell(Connected(self.t_s, call))
            else:
                self.tell(Abandoned(self.t_s, call))
                self.tell(Ended(self.t_s, call))
        elif what == "hang up" and self.talking:
            self.tell(Ended(self.t_s, self.talking.pop(pick % len(self.talking))))


@settings(max_examples=60)
@given(agents=st.integers(0, 12), warm=st.integers(0, 400), steps=STEPS)
def test_launches_stay_within_lines_and_budget_grow_with_idle_agents_and_need_agents(
    agents: int, warm: int, steps: list[tuple[str, int]]
) -> None:
    play = Play(agents, warm)
    (pacer,) = play.pacers
    for what, pick in steps:
        floor = play.floor()
        decision = pacer.decide(floor)
        assert pacer.decide(floor) == decision, "asking twice gives the same answer"
        assert 0 <= decision.launch <= play.lines_free
        assert agents or not decision.launch
        allowance = pacer.guard.ledger.allowance(play.t_s)
        assert decision.launch <= pacer.policy.within(floor, decision.launch, play.idle + allowance)
        if not allowance:
            assert decision.launch <= max(0, play.idle - len(play.ringing) - len(play.robot))
        more = pacer.decide(play.floor(idle=play.idle + 1)).launch
        assert more >= decision.launch, "one idle agent more, and fewer calls"
        if play.idle:
            leaver = (Leaving(0.0, idle=1),)
            assert pacer.decide(play.floor(leaving=leaver)).launch <= decision.launch, "one leaves, and more calls"
        play.launch(decision.launch)
        play.step(what, pick)


@settings(max_examples=40)
@given(warm=st.integers(0, 300), abandoned=st.integers(0, 40), agents=st.integers(1, 10), robots=st.integers(0, 12))
def test_with_the_budget_gone_it_has_one_call_for_each_agent(
    warm: int, abandoned: int, agents: int, robots: int
) -> None:
    play = Play(agents, warm)
    (pacer,) = play.pacers
    for number in range(abandoned):
        play.tell(Transferred(0.0, f"x{number}"))
        play.tell(Abandoned(0.0, f"x{number}"))
    play.launch(robots)
    for _ in range(robots):
        play.step("person", 0)
    if pacer.guard.ledger.allowance(play.t_s) == 0:
        assert pacer.decide(play.floor()).launch <= max(0, agents - robots)


@settings(max_examples=30)
@given(agents=st.integers(1, 8), steps=STEPS, after=STEPS)
def test_a_restart_forgets_nothing(agents: int, steps: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    play = Play(agents, 200)
    (original,) = play.pacers
    for what, pick in steps:
        play.launch(original.decide(play.floor()).launch)
        play.step(what, pick)
    twin = make()
    twin.load(original.state())
    play.pacers.append(twin)
    for what, pick in after:
        decision = original.decide(play.floor())
        assert twin.decide(play.floor()) == decision
        play.launch(decision.launch)
        play.step(what, pick)
    assert repr(twin.state()) == repr(original.state())  # nan, the mark of nothing seen yet, is not equal to itself
