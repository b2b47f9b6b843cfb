"""Blind Poisson dialling: what it loses and what it keeps waiting is known exactly.

Launches at Poisson epochs, thinned by who answers and delayed by ringing, are Poisson answers. With no
grace the abandoned share is Erlang B, whatever the talk law; with endless grace and patience the queue is
Erlang C; with exponential patience Erlang A.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean

import pytest

from simulator.world.laws import Exponential, Law, Lognormal
from tests.truth.exact import Estimate, controlled, erlang_a, erlang_b, erlang_c
from tests.truth.floor import Answerer, BlindPoisson, Waits, campaign, run, world

TALK_S, ANSWER, FOR_EVER_S = 30.0, 0.7, 1e6
WARM_UP_S = 10 * TALK_S
EXPONENTIAL = Exponential(mean_s=TALK_S)
LOGNORMAL = Lognormal(mu=2.901197, sigma=1.0)
"""Mean 30 s as well: mu is log(30) - 1/2."""


def observe(
    *,
    agents: int,
    erlangs: float,
    replications: int,
    answers: int,
    talk: Law = EXPONENTIAL,
    patience: Law | None = None,
    grace_s: float = FOR_EVER_S,
) -> list[Waits]:
    """Return one set of waits per replication, each of about `answers` answers."""
    answers_per_s = erlangs / TALK_S
    to_s = WARM_UP_S + answers / answers_per_s
    settings = campaign(mode="ratio", answer_grace_s=grace_s, ring_timeout_s=60.0)
    everything = []
    for seed in range(replications):
        people = world(
            seed=seed,
            agents=agents,
            talk=talk,
            answer_share=ANSWER,
            ring=Exponential(mean_s=3.0),
            patience=patience,
        )
        rate_per_s = answers_per_s / ANSWER
        count = int(1.2 * to_s * rate_per_s)
        seen = Waits(WARM_UP_S, to_s)
        # Those who answered last may wait for a while yet.
        until_s = to_s + 20 * TALK_S
        pacer = BlindPoisson(seed, rate_per_s, count)
        run(settings, people, count, until_s, seen, make_pacer=lambda _, pacer=pacer: pacer)
        assert seen.all_done
        everything.append(seen)
    return everything


def mean(runs: list[Waits], of: Callable[[Answerer], float], answers: int) -> Estimate:
    """Return the mean of a quantity of everybody who answered, without what it owes to how many answered."""
    values = [fmean(map(of, run.answerers)) for run in runs]
    return controlled(values, [len(run.answerers) for run in runs], answers)


def lost(person: Answerer) -> float:
    return person.lost


def waits(person: Answerer) -> float:
    return person.waited_s > 0


def wait_s(person: Answerer) -> float:
    return person.waited_s


@pytest.mark.parametrize(
    ("agents", "erlangs", "talk"), [(5, 4.0, EXPONENTIAL), (5, 4.0, LOGNORMAL), (12, 12.0, EXPONENTIAL)]
)
def test_no_grace_is_erlang_b(agents: int, erlangs: float, talk: Law) -> None:
    answers = 300
    runs = observe(agents=agents, erlangs=erlangs, replications=24, answers=answers, talk=talk, grace_s=0.0)
    lost_share = erlang_b(agents, erlangs)
    assert mean(runs, lost, answers).agrees(lost_share, within_share=0.2)
    observed_s = answers * TALK_S / erlangs
    busy_shares = [run.busy_s / observed_s / agents for run in runs]
    busy_share = controlled(busy_shares, [len(run.answerers) for run in runs], answers)
    assert busy_share.agrees(erlangs * (1 - lost_share) / agents, within_share=0.05)


def test_endless_patience_is_erlang_c() -> None:
    answers = 500
    runs = observe(agents=3, erlangs=1.5, replications=30, answers=answers)
    exact = erlang_c(3, 1.5)
    assert not any(person.lost for run in runs for person in run.answerers)
    assert mean(runs, waits, answers).agrees(exact.wait_share, within_share=0.15)
    assert mean(runs, wait_s, answers).agrees(exact.wait * TALK_S, within_share=0.35)


def test_exponential_patience_is_erlang_a() -> None:
    answers = 400
    runs = observe(agents=4, erlangs=4.0, replications=30, answers=answers, patience=Exponential(mean_s=TALK_S / 2))
    exact = erlang_a(4, 4.0, 2.0)
    assert mean(runs, lost, answers).agrees(exact.abandon_share, within_share=0.1)
    assert mean(runs, waits, answers).agrees(exact.wait_share, within_share=0.1)
    assert mean(runs, wait_s, answers).agrees(exact.wait * TALK_S, within_share=0.12)
