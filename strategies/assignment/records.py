"""Cases and the agents who may get them."""

from __future__ import annotations

import msgspec


class Case(msgspec.Struct, frozen=True):
    """An account that somebody has to work on.

    Attributes
    ----------
    id : str
        The account.
    value : float
        What it is worth to have an able agent on it, at least 0, in any unit.
    needs : frozenset of str
        Skills that its agent must have, all of them.
    """

    id: str
    value: float = 0.0
    needs: frozenset[str] = frozenset()


class Agent(msgspec.Struct, frozen=True):
    """Somebody who works on cases: a person, or a robot.

    Attributes
    ----------
    id : str
        Who.
    max_cases : int
        How many cases the agent may hold.
    skills : frozenset of str
        What the agent is trained for.
    ability : float
        How much of a case's value the agent brings in, above 0; 1 is a common agent.
    holds : int
        Cases that the agent has already.
    """

    id: str
    max_cases: int
    skills: frozenset[str] = frozenset()
    ability: float = 1.0
    holds: int = 0
