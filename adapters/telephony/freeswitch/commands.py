"""What is asked of FreeSWITCH, as records: who decides makes them, who sends them decides nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from adapters.telephony.wires import Failure
from dialer.core.errors import PortError

Purpose = Literal[
    "dial", "hang_up", "play", "hush",  # the person's channel
    "call_leg", "drop_leg", "connect", "record",  # the agent's side
    "call_outside", "meet", "drop_outside",  # who takes a conversation over
]  # fmt: skip

NO_ANSWER, NOT_SENT = "no answer", "not sent"
"""Instead of an answer: nobody knows whether the command was carried out; it certainly was not."""

PARKED_S = 300
"""How long a person may wait for the first word of Paceline, when that is gone (house value, 2026-11)."""


class Command(NamedTuple):
    """One command.

    Attributes
    ----------
    purpose : str
        What it is for.
    subject : str
        The call or agent that it is about.
    channel : str
        The channel that it is about.
    lines : tuple of str
        What is sent.
    """

    purpose: Purpose
    subject: str
    channel: str
    lines: tuple[str, ...]


def failure(answer: str) -> Failure | None:
    """Return why nothing came of a command; None: it is done."""
    if answer.startswith("+OK"):
        return None
    return "no_answer" if answer == NO_ANSWER else "refused" if answer.startswith("-") else "not_sent"


Send = Callable[[str, Command], None]
"""Sends a command to a node, named first. Never blocks, never raises."""


def wire(*lines: str) -> bytes:
    """Return the bytes of a command; `PortError` when a character of it could begin another one."""
    if not all(re.fullmatch(r"[\x20-\x7e]+", line) for line in lines):
        raise PortError("a command has characters that must not reach a telephone system", retryable=False)
    return ("\n".join(lines) + "\n\n").encode()


def _originate(channel: str, endpoint: str, caller_id: str, rings_s: int, **more: object) -> tuple[str, ...]:
    variables = {
        "origination_uuid": channel,
        "originate_timeout": rings_s,
        "origination_caller_id_number": caller_id,
        "ignore_early_media": "true",  # otherwise a ring-back tone counts as an answer
        "hangup_after_bridge": "false",
        "park_after_bridge": "true",  # who is left of a conversation waits for what we want
        **more,
    }
    listed = ",".join(f"{name}={value}" for name, value in variables.items())
    return f"bgapi originate {{{listed}}}{endpoint} &park()", f"Job-UUID: {channel}"


def dial(call: str, channel: str, endpoint: str, caller_id: str, rings_s: int) -> Command:
    """Dial a person."""
    # Without the second, the person's star key ends a message, which then counts as heard.
    more = {"park_timeout": PARKED_S, "playback_terminators": "none"}
    return Command("dial", call, channel, _originate(channel, endpoint, caller_id, rings_s, **more))


def hang_up(call: str, channel: str) -> Command:
    """End a person's channel."""
    return Command("hang_up", call, channel, (f"api uuid_kill {channel} NORMAL_CLEARING",))


def play(call: str, channel: str, playback: str, media: str) -> Command:
    """Play a message to a person."""
    lines = (
        f"sendmsg {channel}",
        "call-command: execute",
        "execute-app-name: playback",
        f"execute-app-arg: {media}",
        f"event-uuid: {playback}",
    )
    return Command("play", call, channel, lines)


def hush(call: str, channel: str) -> Command:
    """Stop what plays to a person."""
    return Command("hush", call, channel, (f"api uuid_break {channel}",))


def call_leg(agent: str, leg: str, endpoint: str, caller_id: str, rings_s: int) -> Command:
    """Call an agent's telephone."""
    return Command("call_leg", agent, leg, _originate(leg, endpoint, caller_id, rings_s))


def drop_leg(agent: str, leg: str) -> Command:
    """Hang up an agent's telephone."""
    return Command("drop_leg", agent, leg, (f"api uuid_kill {leg} NORMAL_CLEARING",))


def connect(call: str, channel: str, leg: str) -> Command:
    """Connect a person and an agent's telephone."""
    return Command("connect", call, channel, (f"api uuid_bridge {channel} {leg}",))


def call_outside(call: str, outside: str, endpoint: str, caller_id: str, rings_s: int) -> Command:
    """Dial whom a call is handed over to."""
    return Command("call_outside", call, outside, _originate(outside, endpoint, caller_id, rings_s))


def drop_outside(call: str, outside: str) -> Command:
    """Hang up whom a call was, or was to be, handed over to."""
    return Command("drop_outside", call, outside, (f"api uuid_kill {outside} NORMAL_CLEARING",))


def meet(call: str, channel: str, outside: str) -> Command:
    """Connect a person, who leaves the agent by that, and somebody outside."""
    return Command("meet", call, outside, (f"api uuid_bridge {channel} {outside}",))


def record(call: str, channel: str, path: str) -> Command:
    """Record a conversation from now on, until the person's channel ends."""
    return Command("record", call, channel, (f"api uuid_record {channel} start {path}",))
