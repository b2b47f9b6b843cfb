"""What is asked of Asterisk, as records: who decides makes them, who sends them decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Literal, NamedTuple
from urllib.parse import quote

from adapters.telephony.wires import Failure

Purpose = Literal[
    "dial", "hang_up", "continue", "play", "hush",  # the person's channel
    "call_outside", "drop_outside", "meet",  # who takes a conversation over
    "desk", "call_leg", "drop_leg", "seat", "connect", "record", "stop", "whisper",  # the agent's side
]  # fmt: skip

NO_ANSWER, NOT_SENT = 0, -1
"""Instead of an HTTP status: nobody knows whether the request was carried out; it certainly was not."""


class Request(NamedTuple):
    """One request.

    Attributes
    ----------
    purpose : str
        What it is for.
    subject : str
        The call or agent that it is about.
    queue : str
        Requests of one queue are sent one after the other.
    method, path : str
        Of the HTTP request, without ``/ari``.
    body : dict | None
        Sent as JSON. Numbers travel here and never in the path, which servers write to their logs.
    """

    purpose: Purpose
    subject: str
    queue: str
    method: str
    path: str
    body: dict[str, object] | None = None

    @property
    def channel(self) -> str:
        """The channel that it makes; empty: none."""
        return str((self.body or {}).get("channelId", ""))

    def failure(self, status: int) -> Failure | None:
        """Return why nothing came of it, from the answer's status; None: it is done, or was so already."""
        match self.purpose:
            case _ if status == NO_ANSWER:
                return "no_answer"
            case _ if status == NOT_SENT:
                return "not_sent"
            case "dial" if status == 409:  # it is dialled already
                return None
            case "hang_up" if status >= 500:
                return "no_answer"
            case "hang_up":
                return "refused" if status == 404 else None
            case "continue":
                return "refused" if status != 204 else None
            case "play":
                return "refused" if status not in (201, 404) else None
        return "refused" if status >= 400 else None


Send = Callable[[str, Request], None]
"""Sends a request to a node, named first. Never blocks, never raises."""


def dial(call: str, channel: str, body: dict[str, object]) -> Request:
    """Dial a person."""
    return Request("dial", call, channel, "POST", "/channels", body | {"channelId": channel})


def hang_up(call: str, channel: str) -> Request:
    """End a person's channel."""
    return Request("hang_up", call, channel, "DELETE", f"/channels/{quote(channel)}?reason_code=16")


def to_dialplan(call: str, channel: str, context: str) -> Request:
    """Send an answered channel through a piece of the dialplan, which gives it back."""
    body: dict[str, object] = {"context": context, "extension": "s", "priority": 1}
    return Request("continue", call, channel, "POST", f"/channels/{quote(channel)}/continue", body)


def play(call: str, channel: str, playback: str, media: str) -> Request:
    """Play a message to a person."""
    return Request(
        "play", call, channel, "POST", f"/channels/{quote(channel)}/play/{quote(playback)}", {"media": media}
    )


def hush(call: str, channel: str, playback: str) -> Request:
    """Stop a message; one that is over already is not there, which is as good."""
    return Request("hush", call, channel, "DELETE", f"/playbacks/{quote(playback)}")


def make_desk(agent: str, desk: str) -> Request:
    """Make the bridge in which an agent's conversations take place; one that exists stays."""
    return Request("desk", agent, desk, "POST", f"/bridges/{quote(desk)}", {"type": "mixing", "name": desk})


def call_leg(agent: str, desk: str, body: dict[str, object]) -> Request:
    """Call an agent's telephone."""
    return Request("call_leg", agent, desk, "POST", "/channels", body)


def drop_leg(agent: str, desk: str, leg: str) -> Request:
    """Hang up an agent's telephone."""
    return Request("drop_leg", agent, desk, "DELETE", f"/channels/{quote(leg)}")


def seat(agent: str, desk: str, leg: str) -> Request:
    """Put an agent's telephone into the agent's bridge."""
    return Request("seat", agent, desk, "POST", f"/bridges/{quote(desk)}/addChannel", {"channel": leg})


def connect(call: str, desk: str, channel: str) -> Request:
    """Put a person into an agent's bridge."""
    return Request("connect", call, desk, "POST", f"/bridges/{quote(desk)}/addChannel", {"channel": channel})


def call_outside(call: str, outside: str, body: dict[str, object]) -> Request:
    """Dial whom a call is handed over to."""
    return Request("call_outside", call, outside, "POST", "/channels", body | {"channelId": outside})


def drop_outside(call: str, outside: str) -> Request:
    """Hang up whom a call was, or was to be, handed over to."""
    return Request("drop_outside", call, outside, "DELETE", f"/channels/{quote(outside)}")


def make_meeting(call: str, outside: str) -> Request:
    """Make the bridge in which a person and somebody outside meet."""
    return Request("desk", call, outside, "POST", f"/bridges/{quote(outside)}", {"type": "mixing", "name": outside})


def meet(call: str, channel: str, outside: str) -> Request:
    """Put a person, who leaves the agent's bridge, and somebody outside into one."""
    path = f"/bridges/{quote(outside)}/addChannel"
    return Request("meet", call, outside, "POST", path, {"channel": [outside, channel]})


def end_meeting(call: str, outside: str) -> Request:
    """Remove the bridge of a person and somebody outside."""
    return Request("drop_outside", call, outside, "DELETE", f"/bridges/{quote(outside)}")


def record(call: str, desk: str, name: str, format: str) -> Request:
    """Record a conversation from now on."""
    body: dict[str, object] = {"name": name, "format": format, "ifExists": "fail"}
    return Request("record", call, desk, "POST", f"/bridges/{quote(desk)}/record", body)


def record_person(call: str, channel: str, name: str, format: str, limit_s: float) -> Request:
    """Record what a person says from now on."""
    body: dict[str, object] = {"name": name, "format": format, "ifExists": "fail", "maxDurationSeconds": ceil(limit_s)}
    return Request("record", call, channel, "POST", f"/channels/{quote(channel)}/record", body)


def stop_recording(call: str, desk: str, name: str) -> Request:
    """Close a recording and keep it."""
    return Request("stop", call, desk, "POST", f"/recordings/live/{quote(name)}/stop")


def listen_in(call: str, leg: str, snoop: str, app: str) -> Request:
    """Open a way to speak to an agent alone."""
    body: dict[str, object] = {"app": app, "whisper": "out", "snoopId": snoop}
    return Request("whisper", call, snoop, "POST", f"/channels/{quote(leg)}/snoop", body)


def whisper(call: str, snoop: str, media: str) -> Request:
    """Speak to the agent alone."""
    return Request("whisper", call, snoop, "POST", f"/channels/{quote(snoop)}/play/{quote(snoop)}", {"media": media})


def fall_silent(call: str, snoop: str) -> Request:
    """Close the way to the agent."""
    return Request("whisper", call, snoop, "DELETE", f"/channels/{quote(snoop)}")
