"""The commands ``record``: tell a running engine what a person said. It stands in the journal, with who said it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from rich.console import Console

from dialer.core.units import NS_PER_S
from dialer.runtime.control import ask
from strategies.compliance.records import Topic
from strategies.compliance.rulebook import Channel
from strategies.errors import ConfigError

Socket = Annotated[Path, Parameter(name="--socket")]
SOCKET = Path("paceline.sock")


def do_not_contact(
    scope: Literal["person", "account", "number"],
    key: str,
    /,
    *,
    source: str,
    channel: Channel | None = None,
    socket: Socket = SOCKET,
) -> None:
    """Never again contact a person, an account or a number in this run.

    Parameters
    ----------
    scope
        What is not contacted.
    key
        The person's or the account's id, or the number: +12125550123, or an endpoint such as p17/0.
    source
        Who said so, such as "letter of 2026-11-20".
    channel
        By what; all when it is left out.
    socket
        The engine's `control_socket`.
    """
    _record(socket, record="do_not_contact", scope=scope, key=key, source=source, channel=channel or "")


def consent(
    person: str,
    topic: Topic,
    /,
    *,
    source: str,
    until: str | None = None,
    account: str = "",
    channel: Channel | None = None,
    socket: Socket = SOCKET,
) -> None:
    """Note that a person agrees to something.

    Parameters
    ----------
    person
        Their id.
    topic
        What they agree to.
    source
        The evidence, such as the reference of a recording.
    until
        The instant in UTC at which the consent ends, such as "2026-12-31 00:00"; without it, it has no end.
    account
        The only account that it is about; all when it is left out.
    channel
        By what; all when it is left out.
    socket
        The engine's `control_socket`.
    """
    facts = {"person": person, "topic": topic, "account": account, "channel": channel or ""}
    _record(socket, record="consent", source=source, until_ns=_instant_ns(until) if until else None, **facts)


def withdrawal(
    person: str, topic: Topic, /, *, source: str, channel: Channel | None = None, socket: Socket = SOCKET
) -> None:
    """Note that a person no longer agrees.

    Parameters
    ----------
    person
        Their id.
    topic
        What they had agreed to.
    source
        Who said so.
    channel
        By what; all when it is left out.
    socket
        The engine's `control_socket`.
    """
    _record(socket, record="withdrawal", person=person, topic=topic, source=source, channel=channel or "")


def contact(
    person: str,
    account: str,
    /,
    *,
    source: str,
    channel: Channel,
    reach: Literal["message", "person", "conversation"],
    socket: Socket = SOCKET,
) -> None:
    """Note that a person called or wrote.

    Parameters
    ----------
    person
        Their id.
    account
        What it was about.
    source
        Who took it down.
    channel
        By what they called or wrote.
    reach
        How far it got: a message left or written, a person without a conversation, a conversation.
    socket
        The engine's `control_socket`.
    """
    _record(socket, record="contact", person=person, account=account, source=source, channel=channel, reach=reach)


def _record(socket: Path, **facts: Any) -> None:
    reply = asyncio.run(ask(socket, {"do": "record", **facts}))
    console = Console(highlight=False)
    console.print(f"recorded: {facts['record'].replace('_', ' ')}")
    if not reply["known"]:
        console.print("nobody in this run has that id: check it", style="yellow")


def _instant_ns(text: str) -> int:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--until {text} is no instant", hint='write it in UTC, such as "2026-12-31 00:00"') from None
    instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
    return round(instant.timestamp()) * NS_PER_S
