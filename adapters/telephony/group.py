"""Several telephone systems as one trunk group: who gets the next call, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialer.core.units import NS_PER_S, ns
from dialer.ports.telephony import NodeState

MOST_REFUSALS = 5
"""Failures in a row after which a node gets no calls for a while (house value, 2026-11)."""

REST_S = 10.0
"""How long that is."""


class Member(Protocol):
    """A node as its section describes it: its name, its lines, and how many calls it may be given in a second."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def lines(self) -> int: ...  # noqa: D102
    @property
    def calls_per_s(self) -> float: ...  # noqa: D102


@dataclass(slots=True)
class Health:
    """How a node does: since when it is connected, when it may have its next call, failures in a row, its rest."""

    since_ns: int = 0
    next_ns: int = 0
    failures: int = 0
    rests_until_ns: int = 0


class Group:
    """Shares calls out by free lines, within each node's calls per second."""

    def __init__(self, nodes: Sequence[Member]) -> None:
        self._nodes = {node.name: node for node in nodes}
        self.health = {node.name: Health() for node in nodes}

    def choose(self, now_ns: int, lines: Mapping[str, int]) -> tuple[str, int] | None:
        """Return the node for the next call and when to dial it; None when no node has room.

        Parameters
        ----------
        now_ns
            The present instant.
        lines
            By node, the calls that it has; nodes that are not connected are missing.
        """
        able = [
            (used / self._nodes[name].lines, name)
            for name, used in lines.items()
            if used < self._nodes[name].lines and self.is_fit(name, now_ns)
        ]
        if not able:
            return None
        _, name = min(able)
        health = self.health[name]
        at_ns = max(now_ns, health.next_ns)
        health.next_ns = at_ns + round(NS_PER_S / self._nodes[name].calls_per_s)
        return name, at_ns

    def lines(self, node: str) -> int:
        """Return how many calls a node may have up at once."""
        return self._nodes[node].lines

    def is_fit(self, node: str, now_ns: int) -> bool:
        """Return whether a node is to be given calls."""
        return self.health[node].rests_until_ns <= now_ns

    def dialled(self, node: str, now_ns: int, *, failed: bool) -> bool:
        """Learn whether a node took a call; after too many failures it rests. Return whether it begins to rest."""
        health = self.health[node]
        health.failures = health.failures + 1 if failed else 0
        if health.failures < MOST_REFUSALS:
            return False
        health.failures, health.rests_until_ns = 0, now_ns + ns(REST_S)
        return True

    def came(self, node: str, now_ns: int) -> None:
        """A node is connected: forget how it did before."""
        self.health[node] = Health(since_ns=now_ns)

    def state(self, node: str, now_ns: int) -> tuple[NodeState, int]:
        """Return how a node that is connected does, and since when."""
        health = self.health[node]
        if not self.is_fit(node, now_ns):
            return "draining", health.rests_until_ns - ns(REST_S)
        return "up", max(health.since_ns, health.rests_until_ns)
