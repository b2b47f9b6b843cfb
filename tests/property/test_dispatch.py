"""Dispatch: against every possible dealing on small floors, and its laws on larger ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies.assignment.dispatch import dispatch
from strategies.assignment.records import Agent, Case

SKILLS = ("late", "cantonese", "legal")
skills = st.frozensets(st.sampled_from(SKILLS))


@st.composite
def floors(draw: st.DrawFn, cases: int, agents: int) -> tuple[list[Case], list[Agent]]:
    return (
        [
            Case(f"c{index}", draw(st.integers(0, 20)), draw(st.frozensets(st.sampled_from(SKILLS), max_size=2)))
            for index in range(draw(st.integers(0, cases)))
        ],
        [
            Agent(
                f"a{index}",
                max_cases=(most := draw(st.integers(0, 5))),
                skills=draw(skills),
                ability=draw(st.integers(1, 4)) / 2,
                holds=draw(st.integers(0, most)),
            )
            for index in range(draw(st.integers(0, agents)))
        ],
    )


def level(agent: Agent, new: int) -> int:
    """The lowest level of the desk, in thousandths, that has room for `new` more cases."""
    return next(level for level in range(2001) if -(-agent.max_cases * level // 1000) - agent.holds >= new or not new)


def every_dealing(cases: list[Case], agents: list[Agent]) -> Iterator[tuple[Counter[str], float]]:
    """New cases by agent, and value, of every dealing that skills and room allow."""
    for choice in product([None, *agents], repeat=len(cases)):
        loads = Counter(agent.id for agent in choice if agent)
        fits = all(agent is None or case.needs <= agent.skills for case, agent in zip(cases, choice, strict=True))
        if fits and all(agent.holds + loads[agent.id] <= agent.max_cases for agent in agents if loads[agent.id]):
            yield loads, sum(case.value * agent.ability for case, agent in zip(cases, choice, strict=True) if agent)


@settings(max_examples=60, deadline=None)
@given(floors(cases=5, agents=3))
def test_no_other_dealing_is_better(floor: tuple[list[Case], list[Agent]]) -> None:
    cases, agents = floor
    dealt = dispatch(cases, agents).agent_of
    by_id = {agent.id: agent for agent in agents}
    loads = Counter(dealt.values())
    worth = sum(case.value * by_id[dealt[case.id]].ability for case in cases if case.id in dealt)
    dealings = list(every_dealing(cases, agents))
    most = max(sum(others.values()) for others, _ in dealings)
    assert len(dealt) == most

    def fullest(of: Counter[str]) -> int:
        return max((level(agent, of[agent.id]) for agent in agents), default=0)

    assert fullest(loads) == min(fullest(others) for others, _ in dealings if sum(others.values()) == most)
    assert worth == pytest.approx(max(value for others, value in dealings if others == loads))


@settings(max_examples=100, deadline=None)
@given(floors(cases=40, agents=8))
def test_no_case_could_move_to_an_emptier_desk(floor: tuple[list[Case], list[Agent]]) -> None:
    cases, agents = floor
    dealt = dispatch(cases, agents).agent_of
    by_id = {agent.id: agent for agent in agents}
    loads = Counter(dealt.values())
    for case in cases:
        if case.id not in dealt:
            continue
        here = by_id[dealt[case.id]]
        for there in agents:
            if there is not here and case.needs <= there.skills and there.holds + loads[there.id] < there.max_cases:
                assert level(there, loads[there.id] + 1) >= level(here, loads[here.id])


@settings(max_examples=60, deadline=None)
@given(floors(cases=60, agents=8), st.randoms(use_true_random=False))
def test_every_case_is_accounted_for_and_fits(floor: tuple[list[Case], list[Agent]], shuffle: object) -> None:
    cases, agents = floor
    dealt = dispatch(cases, agents)
    placed, no_skill, no_room = set(dealt.agent_of), set(dealt.without_skill), set(dealt.without_room)
    assert placed | no_skill | no_room == {case.id for case in cases}
    assert len(placed) + len(no_skill) + len(no_room) == len(cases)
    by_case, by_agent = {case.id: case for case in cases}, {agent.id: agent for agent in agents}
    assert all(by_case[case].needs <= by_agent[agent].skills for case, agent in dealt.agent_of.items())
    counts = Counter(dealt.agent_of.values())
    assert all(by_agent[agent].holds + count <= by_agent[agent].max_cases for agent, count in counts.items())
    assert all(not any(by_case[case].needs <= agent.skills for agent in agents) for case in no_skill)
    for case in no_room:
        able = [agent for agent in agents if by_case[case].needs <= agent.skills]
        assert all(agent.holds + counts[agent.id] == max(agent.max_cases, agent.holds) for agent in able)
    shuffle.shuffle(cases)  # type: ignore[attr-defined]
    shuffle.shuffle(agents)  # type: ignore[attr-defined]
    assert dispatch(cases, agents) == dealt


def test_value_meets_ability_when_the_load_is_even() -> None:
    agents = [Agent("novice", 2, ability=0.5), Agent("expert", 2)]
    cases = [Case("small", 1), Case("large", 100), Case("medium", 10), Case("tiny", 0.1)]
    dealt = dispatch(cases, agents).agent_of
    assert dealt == {"large": "expert", "medium": "expert", "small": "novice", "tiny": "novice"}


def test_specialists_get_what_only_they_may_have() -> None:
    agents = [Agent("a", 10), Agent("expert", 10, frozenset({"specialist"}))]
    cases = [Case(f"hard{n}", 1, frozenset({"specialist"})) for n in range(4)] + [Case(f"easy{n}", 5) for n in range(4)]
    counts = Counter(dispatch(cases, agents).agent_of.values())
    assert counts == {"a": 4, "expert": 4}


def test_a_full_desk_gets_nothing_and_the_rest_waits() -> None:
    dealt = dispatch([Case("x", 5), Case("y", 9), Case("z", 1, frozenset({"legal"}))], [Agent("a", 3, holds=2)])
    assert dealt.agent_of == {"y": "a"}
    assert (dealt.without_room, dealt.without_skill) == (("x",), ("z",))


def test_two_with_the_same_id_are_refused() -> None:
    with pytest.raises(ValueError, match="two cases have the same id x"):
        dispatch([Case("x"), Case("x")], [])
    with pytest.raises(ValueError, match="two agents have the same id a"):
        dispatch([], [Agent("a", 1), Agent("a", 1)])
