"""The lease book against a slow twin that looks at everything each time."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from strategies.assignment.leases import Lease, LeaseBook
from strategies.assignment.records import Agent, Case

AGENTS = {
    "a": Agent("a", 9),
    "b": Agent("b", 2, frozenset({"late"})),
    "c": Agent("c", 5, frozenset({"late", "legal"}), holds=4),
}
CASES = [f"c{number}" for number in range(8)]
who = st.sampled_from(sorted(AGENTS))
which = st.sampled_from(CASES)


class Desks(RuleBasedStateMachine):
    """Claims, renewals, returns and time, in any order."""

    @initialize(limit=st.integers(1, 4), lease=st.integers(1, 20))
    def start(self, limit: int, lease: int) -> None:
        self.book, self.limit, self.lease = LeaseBook(limit, lease), limit, lease
        self.t = 0
        self.cases: dict[str, Case] = {}
        self.closed: set[str] = set()
        self.leases: list[Lease] = []  # every lease there ever was, unless given back

    def current(self) -> dict[str, Lease]:
        return {lease.case: lease for lease in self.leases if lease.until_ns > self.t}

    def open(self) -> set[str]:
        return set(self.cases) - self.closed - set(self.current())

    def room(self, agent: Agent) -> bool:
        held = sum(lease.agent == agent.id for lease in self.current().values())
        return held < min(self.limit, agent.max_cases - agent.holds)

    @rule(name=which, value=st.integers(0, 3), needs=st.frozensets(st.sampled_from(["late", "legal"])))
    def offer(self, name: str, value: int, needs: frozenset[str]) -> None:
        case = Case(name, value, needs)
        self.book.offer([case])
        self.cases.setdefault(name, case)

    @rule(ns=st.integers(0, 15))
    def wait(self, ns: int) -> None:
        self.t += ns

    @rule(name=who)
    def claim_the_best(self, name: str) -> None:
        agent = AGENTS[name]
        got = self.book.claim(self.t, agent)
        fitting = [self.cases[case] for case in self.open() if self.cases[case].needs <= agent.skills]
        if not self.room(agent):
            assert got == "limit"
        elif not fitting:
            assert got == "nothing"
        else:
            best = min(fitting, key=lambda case: (-case.value, case.id))
            assert got == Lease(best.id, name, self.t + self.lease)
            self.leases.append(got)

    @rule(name=who, case=which)
    def claim_this(self, name: str, case: str) -> None:
        agent = AGENTS[name]
        got = self.book.claim(self.t, agent, case)
        holder = self.current().get(case)
        if case not in self.cases:
            assert got == "unknown"
        elif case in self.closed:
            assert got == "closed"
        elif holder:
            assert got == (holder if holder.agent == name else "taken")
        elif not self.cases[case].needs <= agent.skills:
            assert got == "skill"
        elif not self.room(agent):
            assert got == "limit"
        else:
            assert got == Lease(case, name, self.t + self.lease)
            self.leases.append(got)

    @rule(name=who, case=which)
    def renew(self, name: str, case: str) -> None:
        got = self.book.renew(self.t, name, case)
        lease = self.current().get(case)
        if lease and lease.agent == name:
            self.leases.remove(lease)
            self.leases.append(Lease(case, name, self.t + self.lease))
            assert got == self.leases[-1]
        else:
            assert got is None

    @rule(name=who, case=which, done=st.booleans())
    def let_go(self, name: str, case: str, done: bool) -> None:
        lease = self.current().get(case)
        mine = lease is not None and lease.agent == name
        assert (self.book.close if done else self.book.give_back)(self.t, name, case) is mine
        if mine:
            self.leases.remove(lease)
            if done:
                self.closed.add(case)

    @precondition(lambda self: self.t > 0)
    @rule()
    def time_never_goes_back(self) -> None:
        self.book.counts(self.t)
        with pytest.raises(ValueError, match="time goes back"):
            self.book.counts(self.t - 1)

    @invariant()
    def one_holder_within_the_limit_and_nothing_lost(self) -> None:
        if not hasattr(self, "book"):
            return
        current = self.current()
        held = {name: self.book.held(self.t, name) for name in AGENTS}
        assert {case: name for name, cases in held.items() for case in cases} == {
            case: lease.agent for case, lease in current.items()
        }
        assert sum(map(len, held.values())) == len(current)  # no case is with two
        assert all(len(cases) <= self.limit for cases in held.values())
        assert self.book.counts(self.t) == (len(self.open()), len(current), len(self.closed))
        assert all(self.book.holder(self.t, case) == lease.agent for case, lease in current.items())


TestDesks = Desks.TestCase
TestDesks.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


def test_a_lease_runs_out_at_its_instant() -> None:
    book = LeaseBook(1, 10)
    book.offer([Case("x")])
    assert book.claim(0, AGENTS["a"]) == Lease("x", "a", 10)
    assert book.claim(9, AGENTS["b"], "x") == "taken"
    assert book.claim(10, AGENTS["b"], "x") == Lease("x", "b", 20)
    assert book.holder(19, "x") == "b"


def test_a_limit_and_a_lease_are_needed() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        LeaseBook(0, 10)
