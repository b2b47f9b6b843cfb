"""What the baselines' classes share: which calls ring, who talks, and when to tell the compiled functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pacing.policy import Stateless
from pacing.records import Abandoned, Answered, Connected, Ended, Launched, Observation


class Tracked(Stateless):
    """A baseline's numbers in one array, and the calls it hears about.

    Parameters
    ----------
    numbers : float64 array
        The baseline's settings and state, changed in place by its compiled functions.
    """

    needs_agents = True

    def __init__(self, numbers: np.ndarray) -> None:
        self.numbers = numbers
        self._ringing: set[str] = set()
        self._talking_since_s: dict[str, float] = {}

    def observe(self, event: Observation) -> None:
        """Learn from one event."""
        match event:
            case Launched():
                self._ringing.add(event.call)
                self.launched(event.t_s)
            case Answered():
                self._land(event.call, event.t_s, event.by_person)
            case Connected():
                self._talking_since_s[event.call] = event.t_s
            case Abandoned():
                self.abandoned(event.t_s)
            case Ended():
                self._land(event.call, event.t_s, False)
                since_s = self._talking_since_s.pop(event.call, None)
                if since_s is not None:
                    self.talked(event.t_s, event.t_s - since_s)

    def _land(self, call: str, t_s: float, by_person: bool) -> None:
        if call in self._ringing:
            self._ringing.remove(call)
            self.landed(t_s, by_person)

    def launched(self, t_s: float) -> None:
        """A call was placed."""

    def landed(self, t_s: float, by_person: bool) -> None:
        """A call stopped ringing: a person answered it, or nobody will."""

    def abandoned(self, t_s: float) -> None:
        """A person who answered got no agent."""

    def talked(self, t_s: float, talk_s: float) -> None:
        """A conversation ended after `talk_s` seconds."""

    def state(self) -> dict[str, Any]:
        """Return what was learned."""
        return {
            "numbers": self.numbers.tolist(),
            "ringing": sorted(self._ringing),
            "talking_since_s": dict(sorted(self._talking_since_s.items())),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self.numbers[:] = state["numbers"]
        self._ringing = set(state["ringing"])
        self._talking_since_s = dict(state["talking_since_s"])
