"""The window that ends now: what it holds is counted in steps, so that memory stays small however long it is."""

from __future__ import annotations

from collections import deque

STEPS = 288
"""Steps of a window: of a day, five minutes each."""

EARLY = 3
"""Steps by which answers leave before their time: of a day, a quarter of an hour. A call that is placed while an
answer counts is over before that answer leaves the window, whatever a robot has to say first."""

COUNTED, ABANDONED, MACHINES = range(3)
"""What is counted."""


class Rolling:
    """Counts of the last `window_s` seconds.

    Never to the floor's favour: of the oldest steps abandoned calls and machines are still counted, and answers
    no more.
    """

    def __init__(self, window_s: float) -> None:
        self._step_s = window_s / STEPS
        self._steps = deque[list[int]]()

    def add(self, t_s: float, what: int) -> None:
        """Count one more of `COUNTED`, `ABANDONED` or `MACHINES`; times do not go back."""
        number = int(t_s // self._step_s)
        if not self._steps or self._steps[-1][0] < number:
            self._steps.append([number, 0, 0, 0])
        self._steps[-1][1 + what] += 1

    def counts(self, t_s: float) -> tuple[int, int, int]:
        """Return `COUNTED`, `ABANDONED` and `MACHINES` of the window that ends at `t_s`."""
        now = int(t_s // self._step_s)
        while self._steps and self._steps[0][0] < now - STEPS:
            self._steps.popleft()
        counted = sum(step[1 + COUNTED] for step in self._steps if step[0] > now + EARLY - STEPS)
        return (
            counted,
            sum(step[1 + ABANDONED] for step in self._steps),
            sum(step[1 + MACHINES] for step in self._steps),
        )

    def state(self) -> list[list[int]]:
        """Return the steps."""
        return [list(step) for step in self._steps]

    def load(self, state: list[list[int]]) -> None:
        """Take up what `state` returned."""
        self._steps = deque([int(count) for count in step] for step in state)
