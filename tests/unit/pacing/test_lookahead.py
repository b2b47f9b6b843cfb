from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from pacing import Leaving, answers, budget, chance, gate, lookahead, memory, rings, trunk


def plain(function: object) -> object:
    """Return the twin that runs without the compiler."""
    return function.py_func


def how(answered: bool) -> int:
    return trunk.PERSON if answered else trunk.NOBODY


# Chances -------------------------------------------------------------------------------------------


def test_the_law_of_answers_is_that_of_all_outcomes() -> None:
    shares = [0.1, 0.5, 0.03, 0.9]
    law = np.zeros(6)
    law[0] = 1.0
    top = 0
    for q in shares:
        top = chance.add_chance(law, top, q)
    assert top == 4
    brute = np.zeros(6)
    for outcome in product((0, 1), repeat=4):
        brute[sum(outcome)] += np.prod([q if hit else 1 - q for q, hit in zip(shares, outcome, strict=True)])
    assert law == pytest.approx(brute)


@pytest.mark.parametrize("twin", [False, True])
@pytest.mark.parametrize("n", [0, 1, 7, 190, 5000])
@pytest.mark.parametrize("share", [0.0, 1e-9, 0.07, 0.5, 0.999, 1.0])
def test_the_binomial_law_ends_where_nothing_is_left(n: int, share: float, twin: bool) -> None:
    law = np.full(n + 2, np.nan)
    top = (plain(chance.binomial) if twin else chance.binomial)(law, n, share)
    assert law == pytest.approx(stats.binom.pmf(np.arange(n + 2), n, share), rel=1e-6, abs=1e-15)
    assert stats.binom.sf(top, n, share) < 1e-14


@pytest.mark.parametrize("spare", [-3, 0, 2, 9, 30])
def test_the_chance_of_a_shortage_is_that_of_all_pairs(spare: int) -> None:
    answered, freed = np.zeros(42), np.zeros(14)
    tops = chance.binomial(answered, 40, 0.1), chance.binomial(freed, 12, 0.2)
    brute = sum(a * f for i, a in enumerate(answered) for j, f in enumerate(freed) if spare + j - i <= 0)
    for short in (chance.short_exact, plain(chance.short_exact)):
        assert short(spare, answered, tops[0], freed, tops[1]) == pytest.approx(brute, abs=1e-15)


@pytest.mark.parametrize(("n", "share", "excess"), [(40, 0.1, 3.0), (300, 0.2, 25.0), (90, 0.5, 8.0), (5, 0.3, -1.0)])
def test_no_sum_exceeds_its_mean_oftener_than_the_bound(n: int, share: float, excess: float) -> None:
    bound = chance.most_chance(excess, n * share * (1 - share))
    assert stats.binom.sf(np.ceil(n * share + excess) - 1, n, share) <= bound <= 1.0


@pytest.mark.parametrize(("horizon_s", "talk_s", "wrap_s"), [(8, 150, 30), (8, 150, 0), (20, 40, 40), (3, 20, 200)])
def test_freed_share_is_that_of_two_exponentials_in_a_row(horizon_s: float, talk_s: float, wrap_s: float) -> None:
    rng = np.random.default_rng(1)
    total_s = rng.exponential(talk_s, 400_000) + (rng.exponential(wrap_s, 400_000) if wrap_s else 0)
    assert chance.freed_share(horizon_s, talk_s, wrap_s) == pytest.approx((total_s <= horizon_s).mean(), abs=0.002)


@pytest.mark.parametrize(("idle", "mean", "variance"), [(5, 3.2, 2.9), (0, 1.0, 1.0), (12, 4.0, 6.0)])
def test_the_normal_tail(idle: int, mean: float, variance: float) -> None:
    expected = stats.norm.sf(idle - 0.5, mean, variance**0.5)
    assert chance.short_normal(idle, mean, variance) == pytest.approx(expected)


def test_exact_and_normal_agree_where_many_lines_ring() -> None:
    law = np.zeros(302)
    law[0] = 1.0
    top = 0
    for _ in range(300):
        top = chance.add_chance(law, top, 0.1)
    assert law == pytest.approx(stats.binom.pmf(np.arange(302), 300, 0.1), abs=1e-15)
    freed = np.zeros(2)
    freed[0] = 1.0
    for idle in (20, 30, 40):
        exact = chance.short_exact(idle, law, top, freed, 0)
        assert exact == pytest.approx(chance.short_normal(idle, 30.0, 27.0), abs=0.012)


# Rings ---------------------------------------------------------------------------------------------


def test_a_long_ring_is_less_and_less_an_answer() -> None:
    live, dead = rings.lognormal(3.0, 8.0, 0.5, 26.0), rings.exponential(40.0)
    soon = [rings.answer_chances(0.2, age_s, 1e6, live, dead) for age_s in (0.0, 8.0, 14.0, 20.0, 25.5)]
    assert soon[0] == pytest.approx(0.2, abs=1e-6)
    assert soon == sorted(soon, reverse=True)
    assert soon[-1] < 0.03


def test_a_memoryless_ring_does_not_age() -> None:
    law = rings.exponential(10.0)
    for age_s in (0.0, 5.0, 17.3, 30.0):
        share = rings.answer_chances(0.25, age_s, 4.0, law, law)
        assert share == pytest.approx(0.25 * (1 - np.exp(-0.4)), rel=0.01)


@pytest.mark.parametrize("drift", [0.0, -0.7])
def test_the_chances_of_calls_in_flight_are_those_of_their_rings(drift: float) -> None:
    live, dead = rings.lognormal(3.0, 8.0, 0.5, 26.0), rings.exponential(18.0)
    held = memory.make(9, answer_share=0.2, talk_s=100.0, wrap_s=10.0, live=live, dead=dead)
    for place in range(9):
        memory.launched(held, 5.0 * place, 0.1 * (place + 1))
    for chances in (memory.chances, plain(memory.chances)):
        found = np.zeros((2, 9))
        chances(held, 41.0, drift, (6.0, 1e6), found)
        for row, horizon_s in enumerate((6.0, 1e6)):
            for place in range(9):
                share = answers.share_of(held.prior[place] + drift)
                one = rings.answer_chances(share, 41.0 - held.launch_s[place], horizon_s, live, dead)
                assert found[row, place] == pytest.approx(one, abs=1e-12)


# Learning ------------------------------------------------------------------------------------------


def feed(share: float, told: float, calls: int, seed: int = 3) -> memory.Memory:
    law = rings.exponential(10.0)
    learned = memory.make(10, answer_share=told, talk_s=100.0, wrap_s=10.0, live=law, dead=law)
    rng = np.random.default_rng(seed)
    for number in range(calls):
        place = memory.launched(learned, 4.0 * number, told)
        ring_s = rng.exponential(10.0)
        memory.landed(learned, place, 4.0 * number + ring_s, how(rng.random() < share))
    return learned


@pytest.mark.parametrize("told", [0.1, 0.2, 0.3])
def test_an_estimate_that_is_wrong_by_half_is_put_right(told: float) -> None:
    learned = feed(0.2, told, 900)
    drift, sd = memory.drift_now(learned, 3600.0)
    assert answers.share_of(answers.log_odds(told) + drift) == pytest.approx(0.2, abs=0.05)
    assert 0.02 < sd < 0.25


def test_a_list_that_gets_worse_is_followed() -> None:
    learned = feed(0.4, 0.4, 600)
    rng = np.random.default_rng(4)
    for number in range(200):
        at_s = 2400.0 + 4 * number
        memory.landed(learned, memory.launched(learned, at_s, 0.4), at_s + 5, how(rng.random() < 0.1))
    drift, _ = memory.drift_now(learned, 3300.0)
    # 0.215 if a run without any answer were not taken for a failing trunk at first.
    assert answers.share_of(answers.log_odds(0.4) + drift) < 0.23


def test_rings_in_the_air_are_evidence_before_they_end() -> None:
    live, dead = rings.exponential(6.0), rings.exponential(30.0)
    learned = memory.make(40, answer_share=0.4, talk_s=100.0, wrap_s=10.0, live=live, dead=dead)
    for _ in range(30):
        memory.launched(learned, 0.0, 0.4)
    assert memory.drift_now(learned, 20.0)[0] == 0.0, "a law that was only guessed says nothing"
    learned.number[memory.LAW_KNOWN] = 1.0
    assert memory.drift_now(learned, 20.0)[0] < memory.drift_now(learned, 1.0)[0] < 0.0


def test_places_stay_dense_when_calls_land_out_of_order() -> None:
    law = rings.exponential(10.0)
    held = memory.make(4, answer_share=0.2, talk_s=100.0, wrap_s=10.0, live=law, dead=law)
    for share in (0.1, 0.2, 0.3):
        memory.launched(held, share, share)
    assert memory.landed(held, 0, 1.0, trunk.OURS) == 2, "the last one moved into the gap"
    assert held.launch_s[0] == 0.3
    assert memory.landed(held, 1, 1.0, trunk.OURS) == -1


# Budget --------------------------------------------------------------------------------------------


def ledger(answered: int, abandoned: int, plan_s: float = 0.0) -> np.ndarray:
    kept = budget.make(0.03, 0.0, 86_400.0, 0.02, 0.03, plan_s)
    kept[budget.ANSWERED], kept[budget.ABANDONED] = answered, abandoned
    return kept


@pytest.mark.parametrize(("answered", "abandoned", "bears"), [(0, 0, 0), (33, 0, 1), (100, 3, 0), (133, 3, 1)])
def test_without_a_plan_only_what_is_earned_is_lent(answered: int, abandoned: int, bears: int) -> None:
    assert budget.allowance(ledger(answered, abandoned), 0.0) == bears


def test_a_planned_shift_lends_a_part_of_what_is_to_come() -> None:
    # 0.02 answers a second for 8 hours: 576, of which 17.3 may be abandoned; standard deviations of that are lent.
    assert budget.allowance(ledger(0, 0, 28_800.0), 0.0) == int(budget.LOAN * 17.28**0.5 / 0.97)
    # Short of answers it is the sure part that binds: half of 120.
    assert budget.allowance(ledger(0, 0, 6_000.0), 0.0) == int(0.03 * 60 / 0.97) == 1
    assert budget.allowance(ledger(0, 0, 28_800.0), 28_800.0) == 0


def test_theta_is_zero_when_the_budget_is_spent_and_a_new_window_opens_it() -> None:
    kept = ledger(100, 40, 28_800.0)
    assert budget.theta_now(kept, 10.0) == 0.0
    kept[budget.RATE_AT_S] = 86_400.0
    budget.roll(kept, 86_400.0)
    assert budget.theta_now(kept, 86_400.0) > 0.0


def test_spending_evenly_leaves_theta_and_falling_behind_or_ahead_steers_it() -> None:
    even, ahead, behind = (
        budget.theta_now(ledger(300, abandoned, 28_800.0), 0.0) for abandoned in (9 - budget.RESERVE, 14, 4)
    )
    assert even == pytest.approx(0.03)
    assert ahead < even < behind <= budget.MOST_RATIO * 0.03


def abandoning(share: float, answers: int, gated: bool = False) -> float:
    """The theta at which abandons are at the limit, after `answers` of which `share` were abandoned at theta 0.03."""
    kept = ledger(0, 0, 28_800.0)
    kept[budget.GATED] = gated
    due = 0.0
    for answer in range(answers):
        kept[budget.ANSWERED], kept[budget.ABANDONED] = 100_000.0, 3_000.0 - budget.RESERVE  # evenly spent so far
        budget.count_answer(kept, float(answer))
        due += share * budget.fair_theta(kept) / 0.03
        if due >= 1.0:
            due -= 1.0
            budget.count_abandon(kept, float(answer))
    return float(budget.fair_theta(kept))


def test_theta_learns_what_a_risk_costs_here() -> None:
    assert abandoning(0.03, 3000) == pytest.approx(0.03, rel=0.1)
    assert abandoning(0.06, 3000) == pytest.approx(0.015, rel=0.15)
    assert abandoning(0.015, 3000) == pytest.approx(0.06, rel=0.25)
    assert abandoning(0.0, 200_000) == pytest.approx(0.03 * budget.MOST_FACTOR)


def test_answers_while_the_gate_decides_teach_nothing() -> None:
    assert abandoning(0.0, 5000, gated=True) == pytest.approx(0.03)


# The rule ------------------------------------------------------------------------------------------


def lines_for(
    idle: int,
    theta: float,
    n: int = 0,
    age_s: float = 0.0,
    talking: int = 9,
    run: object = None,
    leaving: tuple[Leaving, ...] = (),
    closes_in_s: float = lookahead.NEVER_S,
) -> int:
    law = rings.exponential(10.0)
    held = memory.make(200, answer_share=0.25, talk_s=180.0, wrap_s=0.0, live=law, dead=law)
    held.number[memory.DRIFT_VAR] = 1e-9
    for _ in range(n):
        memory.launched(held, 0.0, 0.25)
    work = lookahead.make_work(200, 400)
    gone = np.array(leaving, float) if leaving else lookahead.NOBODY
    planned = (run or lookahead.plan)(held, theta, work, age_s, idle, talking, 0, 0, 150, 0.0, gone, closes_in_s)
    return planned.launch


def test_the_rule_is_near_the_exact_order_up_to_table() -> None:
    # Exact optimum for 10 agents (S 180 s, r 10 s, p .25, no patience, 3 %): 0, 1, 3, 6, 9 lines for 0..4 idle.
    found = [lines_for(idle, 0.03, talking=10 - idle) for idle in range(5)]
    assert found[0] == 0
    assert all(abs(lines - exact) <= 1 for lines, exact in zip(found, [0, 1, 3, 6, 9], strict=True))


def test_more_risk_more_lines_and_lines_in_the_air_count() -> None:
    assert lines_for(3, 0.0) == 3
    assert lines_for(3, 0.02) <= lines_for(3, 0.04) <= lines_for(3, 0.2)
    assert lines_for(3, 0.04, n=4) == lines_for(3, 0.04) - 4


def test_who_will_have_left_is_not_counted_on() -> None:
    now, soon, late = (Leaving(in_s, idle=2) for in_s in (0.0, 10.0, 300.0))
    assert lines_for(5, 0.03, leaving=(now,)) == lines_for(3, 0.03)
    assert lines_for(3, 0.03) <= lines_for(5, 0.03, leaving=(soon,)) < lines_for(5, 0.03)
    assert lines_for(5, 0.03, leaving=(late,)) == lines_for(5, 0.03)
    # Who hangs up to leave does not come free.
    assert lines_for(1, 0.05, leaving=(Leaving(0.0, talking=60),), talking=65) == lines_for(1, 0.05, talking=5)
    assert lines_for(1, 0.05, talking=65) > lines_for(1, 0.05, talking=5)
    assert lines_for(4, 0.0, leaving=(now, Leaving(5.0, idle=1))) == 1


def test_nothing_is_launched_that_may_be_answered_too_late() -> None:
    law = rings.exponential(10.0)
    closing = [lines_for(4, 0.03, closes_in_s=rings.quantile(law, share)) for share in (0.9, 0.969, 0.975, 0.99)]
    assert closing[:2] == [0, 0]
    assert 0 < closing[2] <= closing[3] <= lines_for(4, 0.03) == lines_for(4, 0.03, closes_in_s=1e6)


@pytest.mark.parametrize(("idle", "n", "talking"), [(0, 0, 5), (3, 2, 7), (6, 12, 40), (20, 30, 330)])
def test_compiled_and_plain_rule_agree(idle: int, n: int, talking: int) -> None:
    assert lines_for(idle, 0.03, n, 4.0, talking) == lines_for(idle, 0.03, n, 4.0, talking, plain(lookahead.plan))
    foreseen = {"leaving": (Leaving(3.0, idle // 2, 2, 0), Leaving(9.0, 0, 1, 0)), "closes_in_s": 60.0}
    compiled = lines_for(idle, 0.03, n, 4.0, talking, **foreseen)
    assert compiled == lines_for(idle, 0.03, n, 4.0, talking, plain(lookahead.plan), **foreseen)


@pytest.mark.parametrize("function", [rings.over_by, rings.answer_chances, chance.freed_share, budget.theta_now])
def test_compiled_and_plain_numbers_agree(function: object) -> None:
    law = rings.exponential(10.0)
    arguments = {
        "over_by": [(law, age_s) for age_s in (0.0, 3.3, 200.0)],
        "answer_chances": [(0.2, age_s, 5.0, law, law) for age_s in (0.0, 3.3, 200.0)],
        "freed_share": [(5.0, 100.0, wrap_s) for wrap_s in (0.0, 30.0, 100.0)],
        "theta_now": [(ledger(100, abandoned, 3600.0), 60.0) for abandoned in (0, 2, 20)],
    }[function.py_func.__name__]
    for argument in arguments:
        assert function(*argument) == pytest.approx(plain(function)(*argument), rel=1e-12)


@pytest.mark.parametrize("waiting", [0, 4, 12])
def test_more_lines_than_are_counted_exactly(waiting: int) -> None:
    law = rings.exponential(10.0)
    held = memory.make(900, answer_share=0.2, talk_s=180.0, wrap_s=0.0, live=law, dead=law)
    for _ in range(330):
        memory.launched(held, 0.0, 0.2)
    work = lookahead.make_work(900, 400)
    planned = lookahead.plan.py_func(
        held, 0.03, work, 5.0, 0, 200, 0, waiting, 150, 2.0, lookahead.NOBODY, lookahead.NEVER_S
    )
    assert planned.launch == 0
    assert 0.9 < planned.risk <= 1.0


def test_the_gate_lets_nothing_beyond_what_the_window_bears() -> None:
    law = rings.exponential(10.0)
    held = memory.make(100, answer_share=0.3, talk_s=180.0, wrap_s=0.0, live=law, dead=law)
    work = lookahead.make_work(100, 100)

    def within(bears: int, talking: int) -> int:
        high = lookahead.high_drift(held, 0.0, gate.CAUTION)
        return gate.within(held, work, 0.0, high, bears, 60, talking, 0, 2.0)

    allowed = [within(bears, talking=0) for bears in range(12)]
    assert allowed[0] == 0
    assert allowed == sorted(allowed)
    assert all(lines >= bears for bears, lines in enumerate(allowed))
    # With shares so high, so many answers come with less than one chance in a million.
    share = answers.share_of(answers.log_odds(0.3) + gate.CAUTION * answers.LEVEL_SD)
    assert stats.binom.sf(8, allowed[8], share) <= gate.RISK < stats.binom.sf(8, allowed[8] + 1, share)
    # Agents who come free meanwhile are counted on.
    held.number[memory.DRIFT_VAR] = 0.01
    assert within(12, talking=0) < within(12, talking=40)
