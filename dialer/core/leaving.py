"""Who is about to leave the floor, so that nothing is dialled for them."""

from __future__ import annotations

from collections.abc import Iterator

from dialer.core.agent import Agent
from dialer.core.events import AgentLeaveAnnounced
from dialer.core.state import Floor
from dialer.core.units import NS_PER_S, ns
from pacing import Leaving

LATE_S = 60.0
"""How long after the announced time an agent is still expected to go; who is there after it has stayed after all
(house value, 2026-11)."""

_DOING = {"ready": 0, "in_call": 1, "wrap": 2}
"""States of agents whom a pacer counts on, as places in `pacing.Leaving`."""


def announced(floor: Floor, agent: Agent, event: AgentLeaveAnnounced) -> None:
    """An agent says when the next break begins, or that there will be none."""
    if event.at_ns is None:
        floor.state.leaving.pop(agent.id, None)
    elif agent.state != "offline":
        floor.state.leaving[agent.id] = event.at_ns


def leaves_ns(floor: Floor, agent: Agent) -> int | None:
    """Return when the agent will leave, in the past for one who only finishes a call; None: not known."""
    at_ns = floor.state.leaving.get(agent.id)
    if at_ns is None or (floor.now_ns > at_ns + ns(LATE_S) and not agent.pause_reason):
        return None
    return at_ns


def foreseen(floor: Floor, campaign: str) -> tuple[Leaving, ...]:
    """Return the agents of a campaign who will leave, those of one instant together."""
    counts: dict[int, list[int]] = {}
    for name in floor.state.leaving:
        agent = floor.state.agents[name]
        at_ns = leaves_ns(floor, agent)
        if at_ns is not None and campaign in agent.campaigns and agent.state in _DOING:
            counts.setdefault(max(at_ns, floor.now_ns), [0, 0, 0])[_DOING[agent.state]] += 1
    return tuple(Leaving((at_ns - floor.now_ns) / NS_PER_S, *several) for at_ns, several in counts.items())


def staying(floor: Floor, campaign: str, horizon_s: float) -> Iterator[Agent]:
    """Yield the idle agents who stay for the horizon, who has been idle longest first."""
    until_ns = floor.now_ns + ns(horizon_s)
    for name in floor.state.campaigns[campaign].idle:
        agent = floor.state.agents[name]
        at_ns = leaves_ns(floor, agent)
        if at_ns is None or at_ns >= until_ns:
            yield agent
