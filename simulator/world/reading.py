"""How an agent goes through a call script: towards the end that the conversation comes to."""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from strategies.script.records import Answer, Script


class Reader:
    """The ways through one script.

    Parameters
    ----------
    script : Script
        Whose answers are chosen.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._steps = lru_cache(maxsize=None)(self._steps_to)

    def steps(self, state: str, end: str) -> int | None:
        """Return how many answers lead from `state` to an end with the disposition `end`, None when none do."""
        return self._steps(end).get(state)

    def length(self, end: str) -> int:
        """Return how many answers a whole conversation has that comes to `end`, 0 when the script lacks it."""
        return self.steps(self._script.start, end) or 0

    def answers(self, state: str, end: str) -> tuple[Answer, ...]:
        """Return the answers of `state` that lead to `end` on a shortest way."""
        left = self.steps(state, end)
        answers = self._script.states[state].answers
        return tuple(it for it in answers if left is not None and self.steps(it.to, end) == left - 1)

    def _steps_to(self, end: str) -> dict[str, int]:
        found = {state.name: 0 for state in self._script.states.values() if state.end == end}
        waiting = deque(found)
        while waiting:
            to = waiting.popleft()
            for state in self._script.states.values():
                if state.name not in found and any(answer.to == to for answer in state.answers):
                    found[state.name] = found[to] + 1
                    waiting.append(state.name)
        return found
