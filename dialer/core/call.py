"""A call: the table of its states, how it can end, and what is remembered of it while it lives."""

from __future__ import annotations

import msgspec

from dialer.core.machine import Machine
from pacing import EndedBy
from strategies.compliance.records import Reach
from strategies.flow.records import Position as FlowPosition
from strategies.script.records import Position

CALL = Machine(
    "call",
    "placed",
    {
        ("placed", "ringing"): "ringing",
        ("placed", "answered"): "waiting",
        ("placed", "machine"): "machine",
        ("placed", "ended"): "ended",
        ("ringing", "answered"): "waiting",
        ("ringing", "machine"): "machine",
        ("ringing", "ended"): "ended",
        ("waiting", "assign"): "connecting",
        ("waiting", "robot"): "robot",
        ("waiting", "abandon"): "abandoned",
        ("waiting", "ended"): "ended",
        ("connecting", "bridged"): "bridged",
        ("connecting", "agent_lost"): "waiting",
        ("connecting", "abandon"): "abandoned",
        ("connecting", "ended"): "ended",
        ("bridged", "ended"): "ended",
        ("robot", "transfer"): "waiting",
        ("robot", "ended"): "ended",
        ("abandoned", "ended"): "ended",
        ("machine", "ended"): "ended",
    },
)

CAUSES: dict[str, str] = {
    "normal": "one side hung up",
    "no_answer": "it rang until the time-out",
    "busy": "the line was engaged",
    "rejected": "the person refused the call",
    "not_in_service": "the number does not exist",
    "congestion": "the network had no room",
    "cancelled": "we hung up before an answer",
    "lost": "nobody can say what became of it",
    "unknown": "the carrier gave a cause that has no meaning here",
    "handed_over": "somebody outside has taken it over",
}
"""How a call can end, as the carrier says; an adapter maps everything it may receive onto these."""

DISPOSITIONS: dict[str, Reach] = {
    "no_answer": "ring",
    "cancelled": "ring",
    "busy": "busy",
    "rejected": "ring",
    "not_in_service": "not_in_service",
    "congestion": "none",
    "failed": "ring",
    "lost": "person",
    "machine": "machine",
    "abandoned": "abandoned",
    "early_hangup": "person",
    "robot_done": "conversation",
    "no_disposition": "conversation",
    "promise": "conversation",
    "contact": "conversation",
    "refusal": "conversation",
    "dispute": "conversation",
    "callback": "conversation",
    "do_not_call": "conversation",
    "third_party": "person",
    "unverified": "person",
    "wrong_number": "person",
}
"""Every disposition, and how far such an attempt got in the eyes of the law.

What nobody can say (``lost``, ``failed``) counts as the worst that it can have been.
"""

CONTACTS = ("promise", "contact", "refusal", "dispute", "callback", "do_not_call", "robot_done")
"""Dispositions that are a conversation with the person who owes (right-party contacts)."""

AGENT_DISPOSITIONS = (*CONTACTS[:-1], "third_party", "unverified", "wrong_number")
"""Dispositions that an agent can give."""

DISPOSITION_OF_CAUSE = {
    "normal": "failed",
    "no_answer": "no_answer",
    "busy": "busy",
    "rejected": "rejected",
    "not_in_service": "not_in_service",
    "congestion": "congestion",
    "cancelled": "cancelled",
    "lost": "lost",
    "unknown": "failed",
    "handed_over": "failed",
}
"""The disposition of a call that ended before anyone answered."""

ENDED_BY: dict[str, EndedBy] = {
    "normal": "trunk",
    "no_answer": "far end",
    "busy": "far end",
    "rejected": "far end",
    "not_in_service": "far end",
    "congestion": "trunk",
    "cancelled": "us",
    "lost": "us",
    "unknown": "trunk",
    "handed_over": "us",
}
"""Whose doing it was that a call ended before anyone answered. Only the far end says something about people;
a call that nobody can say anything about was lost by us, and one that ended for no reason by the trunk."""


class Call(msgspec.Struct):
    """A live call. Times are None for what has not happened.

    `told_ns` is when the carrier said who had picked up, `transfer_ns` when the robot was asked for an agent.
    `expect_ns` is when the carrier must have said something more, `hung_up` whether we asked for the
    end of the call. `position` is where the call's script stands, if it has one and has begun; `talk` where the robot's
    flow stands, or stood when the person went on to an agent, and `speaking` whether it says a text just now.
    """

    id: str
    campaign: str
    lead: str
    attempt: int
    placed_ns: int
    ring_timeout_s: float
    state: str = CALL.initial
    agent: str | None = None
    ringing_ns: int | None = None
    answered_ns: int | None = None
    told_ns: int | None = None
    transfer_ns: int | None = None
    bridged_ns: int | None = None
    ended_ns: int | None = None
    disposition: str = ""
    callback_ns: int | None = None
    promise_cents: int | None = None
    promise_due: str | None = None
    expect_ns: int | None = None
    hung_up: bool = False
    position: Position | None = None
    talk: FlowPosition | None = None
    speaking: bool = False
    recording: str | None = None
