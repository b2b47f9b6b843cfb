"""Arms: stable by person, the same in Python and SQL, in the shares that were asked for."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies.experiments import arm, arm_sql, position

PEOPLE = [f"p{number}" for number in range(20_000)]


def test_a_person_keeps_the_arm_in_every_version() -> None:
    assert position("later-start", "p1") == 0.18002416656664444
    assert [arm("later-start", (0.5, 0.5), f"p{n}") for n in range(12)] == [1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1]


@pytest.mark.parametrize("shares", [(0.9, 0.1), (0.5, 0.3, 0.2), (0.05, 0.95)])
def test_shares_are_met_and_experiments_are_independent(shares: tuple[float, ...]) -> None:
    arms = [arm("one", shares, person) for person in PEOPLE]
    others = [arm("two", shares, person) for person in PEOPLE]
    for index, share in enumerate(shares):
        tolerance = 4 * (share * (1 - share) / len(PEOPLE)) ** 0.5
        assert abs(arms.count(index) / len(PEOPLE) - share) < tolerance
        both = sum(a == b == index for a, b in zip(arms, others, strict=True)) / len(PEOPLE)
        assert abs(both - share**2) < 4 * (share**2 * (1 - share**2) / len(PEOPLE)) ** 0.5


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=20), st.integers(1, 9))
def test_sql_and_python_agree(people: list[str], tenths: int) -> None:
    people = [person for person in people if "\x00" not in person]
    shares = (tenths / 10, 1 - tenths / 10)
    database = duckdb.connect()
    for person in people:
        ((found,),) = database.execute(f"SELECT {arm_sql('e-1', shares, '?')}", [person]).fetchall()
        assert found == arm("e-1", shares, person)


def test_one_arm_needs_no_draw() -> None:
    assert arm_sql("", (1.0,), "person_id") == "0"
