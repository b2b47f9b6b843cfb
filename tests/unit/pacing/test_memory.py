"""The memory's compiled functions against their plain twins, and a morning."""

from __future__ import annotations

import numpy as np
import pytest

from pacing import answers, memory, rings, trunk


def fresh() -> memory.Memory:
    live, dead = rings.lognormal(3.0, 8.0, 0.5, 26.0), rings.exponential(20.0)
    return memory.make(30, answer_share=0.2, talk_s=100.0, wrap_s=10.0, live=live, dead=dead)


def arrays(held: memory.Memory) -> list[np.ndarray]:
    return [array for kept in held for array in (kept if isinstance(kept, answers.Answers) else (kept,))]


def assert_same(one: memory.Memory, other: memory.Memory) -> None:
    for ours, theirs in zip(arrays(one), arrays(other), strict=True):
        assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-12, equal_nan=True)


def test_compiled_and_plain_memory_agree() -> None:
    compiled, plain, rng = fresh(), fresh(), np.random.default_rng(6)
    for step in range(600):
        t_s = 4.0 * step + (answers.NIGHT_S if step > 400 else 0.0)
        n = int(compiled.number[memory.IN_FLIGHT])
        if n < 20 and rng.random() < 0.6:
            facts = (t_s, 0.2, int(rng.integers(-1, 5)), int(rng.integers(1, 5)), int(rng.integers(-1, 168)))
            assert memory.launched(compiled, *facts) == memory.launched.py_func(plain, *facts)
        elif n:
            how = trunk.REFUSED if 200 < step < 260 else int(rng.choice(5, p=(0.15, 0.1, 0.65, 0.05, 0.05)))
            how = trunk.NOBODY if 300 < step < 480 else how
            end = (int(rng.integers(n)), t_s, how)
            assert memory.landed(compiled, *end) == memory.landed.py_func(plain, *end)
        assert memory.most(compiled, t_s, 4, 25) == memory.most.py_func(plain, t_s, 4, 25)
        assert memory.drift_now(compiled, t_s) == pytest.approx(memory.drift_now.py_func(plain, t_s))
    assert_same(compiled, plain)
    memory.morning(compiled)
    memory.morning.py_func(plain)
    assert_same(compiled, plain)


def test_a_morning_has_nothing_in_the_air_and_keeps_what_was_learned() -> None:
    held = fresh()
    for number in range(400):
        how = trunk.PERSON if number % 3 == 0 else trunk.NOBODY
        memory.landed(held, memory.launched(held, 5.0 * number, 0.2, 0), 5.0 * number + 12.0, how)
    for _ in range(3):
        memory.launched(held, 2000.0, 0.2, 0)
    segment = held.answers.mean[answers.SEGMENT]
    memory.morning(held)
    assert held.number[memory.IN_FLIGHT] == 0.0
    assert held.answers.mean[answers.SEGMENT] == segment != 0.0
    assert held.number[memory.DRIFT] == held.answers.mean[answers.LEVEL] != 0.0
    assert held.watch[trunk.STATE] == trunk.WORKS
    memory.launched(held, 0.0, 0.2)  # a clock that starts anew
