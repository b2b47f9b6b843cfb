"""An agent: the table of states. Every change of them is caused by an event."""

from __future__ import annotations

import msgspec

from dialer.core.machine import Machine

AGENT = Machine(
    "agent",
    "offline",
    {
        ("offline", "log_in"): "paused",
        ("paused", "ready"): "ready",
        ("paused", "log_out"): "offline",
        ("paused", "rejoin"): "in_call",
        ("ready", "pause"): "paused",
        ("ready", "reserve"): "reserved",
        ("ready", "log_out"): "offline",
        ("reserved", "release"): "ready",
        ("reserved", "release_paused"): "paused",
        ("reserved", "bridged"): "in_call",
        ("reserved", "log_out"): "offline",
        ("in_call", "call_ended"): "wrap",
        ("in_call", "log_out"): "offline",
        ("wrap", "ready"): "ready",
        ("wrap", "wrap_over"): "ready",
        ("wrap", "wrap_over_paused"): "paused",
        ("wrap", "log_out"): "offline",
    },
)


class Agent(msgspec.Struct):
    """An agent of the floor.

    Attributes
    ----------
    id : str
        Who.
    campaigns : tuple of str
        Which campaigns they serve, the preferred one first; these share their agents.
    state : str
        A state of `AGENT`.
    since_ns : int
        When that state began.
    call : str | None
        The call that the agent is promised to, talks on, or wraps up.
    offer : str | None
        The lead on the agent's screen, in preview.
    offered_by : str
        The campaign of that lead; empty without an offer.
    pause_reason : str
        Why the agent is paused, or wants to be once the call is over; empty: no pause wanted.
    language : str
        The language of the agent's desktop; empty: not said.
    skills : tuple of str
        What the agent is trained for.
    """

    id: str
    campaigns: tuple[str, ...]
    since_ns: int
    state: str = AGENT.initial
    call: str | None = None
    offer: str | None = None
    offered_by: str = ""
    pause_reason: str = ""
    language: str = ""
    skills: tuple[str, ...] = ()
