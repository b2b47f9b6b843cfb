"""A trunk that fails is told from a list that answers less, and what it did is not learned."""

from __future__ import annotations

import numpy as np
import pytest

import pacing
from pacing import Answered, Ended, Launched, PacingInput, answers, memory, rings, trunk

LINES = 60


class Line:
    """A memory with calls placed one after another on one clock."""

    def __init__(self, told: float = 0.25, watched: bool = True) -> None:
        live, dead = rings.lognormal(3.0, 8.0, 0.5, 26.0), rings.lognormal(4.0, 18.0, 0.3, 28.0)
        self.memory = memory.make(
            LINES, answer_share=told, talk_s=100.0, wrap_s=10.0, live=live, dead=dead, watched=watched
        )
        self.told, self.t_s, self.rng = told, 0.0, np.random.default_rng(2)

    def call(self, how: int, ring_s: float) -> None:
        """Place one call and let it end, three seconds after the one before."""
        self.t_s += 3.0
        memory.landed(self.memory, memory.launched(self.memory, self.t_s, self.told), self.t_s + ring_s, how)
        self.t_s += ring_s

    def work(self, calls: int, share: float) -> None:
        """Let calls be answered with this chance."""
        for _ in range(calls):
            if self.rng.random() < share:
                self.call(trunk.PERSON, float(self.rng.uniform(4.0, 16.0)))
            else:
                self.call(trunk.NOBODY, float(self.rng.uniform(14.0, 26.0)))

    @property
    def state(self) -> int:
        return int(self.memory.watch[trunk.STATE])

    @property
    def share(self) -> float:
        return answers.share_of(answers.log_odds(self.told) + memory.drift_now(self.memory, self.t_s)[0])

    def most(self, spare: int = 8) -> int:
        return memory.most(self.memory, self.t_s, spare, 40)


def test_a_trunk_that_refuses_is_seen_after_a_handful_of_calls_and_nothing_is_learned_from_it() -> None:
    line = Line()
    line.work(200, 0.25)
    before = line.share
    for number in range(60):
        assert line.state == (trunk.WORKS if number < trunk.MOST_REFUSALS else trunk.REFUSES)
        line.call(trunk.REFUSED, 1.0)
    assert line.share == pytest.approx(before, abs=0.02)


def test_calls_that_end_at_once_are_refusals_whatever_the_carrier_calls_them() -> None:
    line = Line()
    line.work(200, 0.25)
    before = line.share
    for _ in range(40):
        line.call(trunk.NOBODY, 0.4)
    assert line.state == trunk.REFUSES
    assert line.share == pytest.approx(before, abs=0.03), "what the first few taught is undone"


def test_a_refusing_trunk_gets_a_probing_call_now_and_then_until_one_rings_on() -> None:
    line = Line()
    line.work(50, 0.25)
    for _ in range(trunk.MOST_REFUSALS):
        line.call(trunk.REFUSED, 1.0)
    assert line.most() == 0
    line.t_s += trunk.PROBE_S
    assert line.most() == 1
    place = memory.launched(line.memory, line.t_s, line.told)
    assert line.most() == 0
    line.t_s += 1.9
    assert line.most() == 0, "refusals have taken a second"
    line.t_s += 0.2
    assert line.most() == 40, "this one rings on"
    memory.landed(line.memory, place, line.t_s + 12.0, trunk.NOBODY)
    assert (line.state, line.most()) == (trunk.WORKS, 40)


def test_a_trunk_that_refuses_some_calls_works() -> None:
    line, failures = Line(), 0
    for number in range(6000):
        if line.rng.random() < 0.1:
            line.call(trunk.REFUSED, 1.0)
        else:
            line.work(1, 0.25)
        failures += line.state != trunk.WORKS
        assert number < 100 or abs(line.share - 0.25) < 0.12
    assert failures <= 6


def test_many_calls_at_once_of_which_some_are_refused_are_no_failure() -> None:
    line = Line()
    places = [memory.launched(line.memory, 100.0, 0.25) for _ in range(40)]
    for _ in range(8):  # the refusals of a batch come first, when the others have not rung for long
        memory.landed(line.memory, places.pop(), 102.5, trunk.REFUSED)
    assert line.state == trunk.WORKS


def test_a_silent_trunk_is_seen_and_the_share_comes_back_as_it_was() -> None:
    line = Line()
    line.work(300, 0.25)
    before = line.share
    calls = 0
    while line.state == trunk.WORKS and calls < 100:
        line.work(1, 0.0)
        calls += 1
    assert 28 <= calls <= 42, "ten answers at one in four"
    assert line.share == pytest.approx(before, abs=0.03)
    line.work(100, 0.0)
    assert line.state == trunk.SILENT
    assert line.share == pytest.approx(before, abs=0.03)
    assert (line.most(spare=8), line.most(spare=0)) == (8, 0), "one line for each agent"
    in_the_air = memory.launched(line.memory, line.t_s, line.told)
    line.call(trunk.MACHINE, 9.0)
    assert line.state == trunk.WORKS, "a machine is a sign of life too"
    memory.landed(line.memory, in_the_air, line.t_s, trunk.NOBODY)
    assert line.share == pytest.approx(before, abs=0.03), "what rang when it was silent teaches nothing"


@pytest.mark.parametrize("share", [0.125, 0.05])
def test_a_list_that_answers_less_is_learned(share: float) -> None:
    line = Line()
    line.work(300, 0.25)
    silent = 0
    for _ in range(600):
        line.work(1, share)
        silent += line.state == trunk.SILENT
    assert line.share == pytest.approx(share, abs=0.04)
    assert silent < 120


def test_a_steady_list_is_hardly_ever_taken_for_a_failure() -> None:
    line, failing = Line(), 0
    for _ in range(8000):
        line.work(1, 0.25)
        failing += line.state != trunk.WORKS
    assert failing < 40


def test_a_call_that_we_ended_says_nothing() -> None:
    line = Line()
    line.work(20, 0.25)
    held = line.memory
    before = held.answers.mean.copy(), held.live_counts.copy(), held.dead_counts.copy(), held.watch[trunk.MISSED]
    line.call(trunk.OURS, 8.0)
    after = held.answers.mean, held.live_counts, held.dead_counts, held.watch[trunk.MISSED]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_what_is_not_watched_never_fails() -> None:
    line = Line(watched=False)
    line.work(100, 0.0)
    for _ in range(20):
        line.call(trunk.REFUSED, 1.0)
    assert (line.state, line.most()) == (trunk.WORKS, 40)


def test_compiled_and_plain_watch_agree() -> None:
    compiled, plain, rng = trunk.make(True), trunk.make.py_func(True), np.random.default_rng(4)
    ringing_s = np.zeros(0)
    for number in range(1500):
        t_s, failing = 3.0 * number, 500 < number < 700 or 900 < number < 1100
        how = trunk.REFUSED if 500 < number < 700 else trunk.NOBODY if failing or rng.random() < 0.8 else trunk.PERSON
        facts = (how, t_s, t_s - float(rng.uniform(0.5, 20.0)), 0.3, float(rng.random()), ringing_s)
        assert trunk.landed(compiled, *facts) == trunk.landed.py_func(plain, *facts)
        assert np.array_equal(compiled, plain, equal_nan=True)
        assert trunk.teaches(compiled, how, t_s) == trunk.teaches.py_func(plain, how, t_s)
        ringing_s = t_s - rng.uniform(0.0, 6.0, 3) if number % 50 == 0 else np.zeros(0)
        assert trunk.most(compiled, t_s, 4, 30, ringing_s) == trunk.most.py_func(plain, t_s, 4, 30, ringing_s)


def test_the_policy_says_that_the_trunk_fails_and_slows_down() -> None:
    pacer = pacing.create("predictive", lines=LINES, shift_s=28_800.0)

    def decide(t_s: float) -> pacing.PacingDecision:
        return pacer.decide(PacingInput(t_s, 10, 0, 0, 0, 0, LINES))

    assert decide(0.0).terms["trunk"] == trunk.WORKS
    assert decide(0.0).launch >= 10
    for number in range(trunk.MOST_REFUSALS):
        pacer.observe(Launched(10.0 + number, f"c{number}", 0.2))
        pacer.observe(Ended(10.6 + number, f"c{number}", "trunk"))
    assert (decide(15.0).terms["trunk"], decide(15.0).launch) == (trunk.REFUSES, 0)
    assert decide(20.0).launch == 1
    pacer.observe(Launched(20.0, "probe", 0.2))
    pacer.observe(Answered(29.0, "probe", True))
    assert decide(29.0).terms["trunk"] == trunk.WORKS
    assert decide(29.0).launch >= 10


def test_what_was_taken_for_silence_is_learned_after_all_when_answers_stay_missing() -> None:
    line = Line()
    line.work(300, 0.25)
    while line.state == trunk.WORKS:
        line.work(1, 0.0)
    line.call(trunk.PERSON, 9.0)
    before = line.share
    line.work(5, 0.0)
    small_steps = before - line.share
    while line.memory.watch[trunk.ON_TRIAL]:
        before = line.share
        line.work(1, 0.0)
    assert before - line.share > 1.5 * small_steps, "the withheld run came at once"
    assert line.state == trunk.WORKS
