"""What is done before the history says anything: starting rules that collections floors share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strategies.scores.habits import Habit

FIRST_HOUR = 10
"""In the morning; weekday mornings are where floors commonly see the most contacts."""

FIRST_CHANNEL = "sms"
"""A reminder by message comes first where nothing else is known."""

YOUNG, YOUNG_CHANNEL = 35, "push"
OLD, OLD_CHANNEL = 60, "letter"
"""Up to `YOUNG` years a push message, from `OLD` years a letter; only where the use of age is declared."""


def hours_of(habit: Habit) -> NDArray[np.int64]:
    """Return the hour to call at, by account."""
    return np.where(habit.choice < 0, FIRST_HOUR, habit.choice)


def channels_of(habit: Habit, channels: tuple[str, ...], ages: NDArray[np.float64] | None = None) -> list[str]:
    """Return the channel to use, by account; `ages` in years where they may be used, nan where unknown."""
    first = np.full(len(habit.choice), FIRST_CHANNEL, dtype=object)
    if ages is not None:
        first[ages <= YOUNG], first[ages >= OLD] = YOUNG_CHANNEL, OLD_CHANNEL
    return [first[row] if choice < 0 else channels[choice] for row, choice in enumerate(habit.choice)]
