"""Live alerts of call quality: `Alarm` raises them, `Watch` is a team lead's side. Keyed references only."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt import topics
from adapters.presence.mqtt.config import Address, Credentials
from adapters.presence.mqtt.link import Letter, Link
from adapters.presence.mqtt.parse import Refusal, parse
from dialer.core.errors import PortError

TAKEN_WITHIN_S = 30.0
"""How long a broker may take for the last alerts: some six of its restarts (house value, 2026-11)."""

IDS_REMEMBERED = 10_000
"""Alerts that are known again: those of a large floor's day."""


class Alarm:
    """Raises alerts.

    Parameters
    ----------
    address, credentials, prefix
        Of the broker, and what its topics begin with.
    session : str
        A name for this connection, different from every other one's.
    """

    def __init__(self, address: Address, credentials: Credentials, prefix: str, session: str) -> None:
        self._prefix = prefix
        self._link = Link(
            address,
            credentials,
            f"{prefix.replace('/', '-')}-quality-{session}",
            [],
            None,
            hear=lambda topic, payload: None,
            came=lambda: None,
            went=lambda: None,
            keep=False,
        )

    async def open(self) -> None:
        """Connect; see `Link.open`."""
        await self._link.open()

    def tell(self, agent: str, alert: m.Alert) -> bool:
        """Raise an alert about `agent` as soon as the broker can be reached.

        Returns
        -------
        bool
            False when nothing is raised, because the agent's id, the call's or the team's might be a telephone number
            or cannot be told.
        """
        text = msgspec.json.encode(alert)
        try:
            msgspec.json.decode(text, type=m.Alert)  # patterns are checked on the way in only
        except msgspec.ValidationError:
            return False
        if not re.search(m.NAME, agent) or not re.search(f"^{m.NO_NUMBER}", agent):
            return False
        self._link.say(Letter(alert.id, topics.ALERT.at(self._prefix, agent), text, topics.ALERT.retained))
        return True

    async def close(self) -> None:
        """Leave once the broker has every alert.

        Raises
        ------
        PortError
            When it does not take them.
        """
        taken = await self._link.flush(TAKEN_WITHIN_S)
        await self._link.close()
        if not taken:
            raise PortError("the broker did not take every alert; scan again when it can be reached", retryable=True)


class Watch:
    """Hears alerts. What is raised while it is away waits at the broker, from its first connection on.

    Parameters
    ----------
    address, credentials, prefix
        Of the broker, and what its topics begin with.
    name : str
        Whose connection this is; of two with one name the broker keeps the newer one.
    heard : callable
        Given the agent and the alert, once for each id.
    changed : callable
        Told whether the broker can be reached.
    """

    def __init__(
        self,
        address: Address,
        credentials: Credentials,
        prefix: str,
        name: str,
        heard: Callable[[str, m.Alert], None],
        changed: Callable[[bool], None],
    ) -> None:
        self._prefix, self._heard = prefix, heard
        self._ids: dict[str, None] = {}
        self._link = Link(
            address,
            credentials,
            f"{prefix.replace('/', '-')}-lead-{name}",
            [topics.ALERT.every(prefix)],
            None,
            hear=self._hear,
            came=lambda: changed(True),
            went=lambda: changed(False),
            keep=True,
        )

    async def open(self) -> None:
        """Connect; see `Link.open`."""
        await self._link.open()

    async def close(self) -> None:
        """Leave; the broker keeps what is raised meanwhile."""
        await self._link.close()

    def _hear(self, topic: str, payload: bytes) -> None:
        heard = parse(self._prefix, topic, payload, topics.TO_LEAD)
        if isinstance(heard, Refusal) or heard.message.id in self._ids:
            return
        self._ids[heard.message.id] = None
        if len(self._ids) > IDS_REMEMBERED:
            del self._ids[next(iter(self._ids))]
        self._heard(heard.who, heard.message)
