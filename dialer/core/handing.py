"""Conversations that somebody outside the floor takes over.

The agent and the person talk on until somebody does. From then on the call is over for us (`CallEnded` with the cause
``handed_over``), and the agent wraps up as after any other conversation.
"""

from __future__ import annotations

from dialer.core.call import Call
from dialer.core.effects import HandOver, SetAgentState
from dialer.core.events import HandOverFailed, HandOverRequested
from dialer.core.state import Floor


def requested(floor: Floor, call: Call, event: HandOverRequested) -> None:
    """The agent asks for it."""
    if call.state == "bridged" and not call.hung_up:
        floor.out.append(HandOver(call.id, event.to))


def failed(floor: Floor, call: Call, event: HandOverFailed) -> None:
    """Nobody took the call: its agent still has it, and is told why."""
    agent = floor.state.agents.get(call.agent or "")
    if call.state == "bridged" and agent is not None and agent.state == "in_call" and agent.call == call.id:
        floor.out.append(SetAgentState(agent.id, agent.state, f"transfer failed: {event.reason}", call.id))
