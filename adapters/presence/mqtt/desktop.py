"""The other side: one agent's desktop, for `paceline agent` and for whoever builds another one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt import topics
from adapters.presence.mqtt.config import Address, Credentials
from adapters.presence.mqtt.link import Letter, Link
from adapters.presence.mqtt.parse import Refusal, parse
from adapters.presence.mqtt.topics import Topic

ON_DUTY = ("ready", "reserved")
"""States in which the agent has said ready, and nothing has come of it yet."""

READY_FOR_S = 300.0
"""An engine that was away for longer is not told that its agents are still ready: they may have gone for a coffee
(house value, 2026-11)."""


class Seen(msgspec.Struct):
    """What the desktop shows. `refused` and `lease`: what was said last; `leases`: by account, what the agent holds."""

    connected: bool = False
    engine: bool = False
    standing: m.Standing | None = None
    pop: m.Pop | None = None
    offer: m.Offer | None = None
    screen: m.Screen | None = None
    lease: m.Lease | None = None
    leases: dict[str, m.Lease] = {}
    refused: m.Refused | None = None

    @property
    def state(self) -> str:
        """The agent's state as the engine holds it."""
        return self.standing.state if self.standing else "offline"


class Desktop:
    """An agent's connection.

    Parameters
    ----------
    address, credentials, prefix
        Of the broker, and what its topics begin with.
    agent, campaigns
        Who, and for which campaigns.
    session : str
        A name for this start of the desktop, different from every earlier one.
    changed : callable
        Told the field of `Seen` that has changed.
    language : str
        In which call scripts are shown.
    skills : tuple of str
        What the agent can do.
    """

    def __init__(
        self,
        address: Address,
        credentials: Credentials,
        prefix: str,
        agent: str,
        campaigns: tuple[str, ...],
        session: str,
        changed: Callable[[str], None],
        language: Literal["", "en", "zh"] = "",
        skills: tuple[str, ...] = (),
    ) -> None:
        self._prefix, self._agent, self._campaigns, self._session = prefix, agent, campaigns, session
        self._changed, self._language, self._skills = changed, language, skills
        self._acts, self._logged_in = 0, False
        self._ready, self._alone_since_s = False, 0.0
        self.seen = Seen()
        own = [topic.at(prefix, agent) for topic in topics.TO_DESKTOP]
        will = self._letter(topics.PRESENCE, m.Lost(session))
        self._link = Link(
            address,
            credentials,
            # Of two desktops of one agent the broker lets the newer one in.
            f"{prefix.replace('/', '-')}-desk-{agent}",
            own,
            will,
            hear=self._hear,
            came=lambda: self._see("connected", True),
            went=self._went,
            keep=False,
        )

    async def open(self) -> None:
        """Connect; see `Link.open`."""
        await self._link.open()

    async def close(self) -> None:
        """Log out, and leave."""
        last = self._letter(topics.PRESENCE, m.Gone(self._session)) if self._logged_in else None
        await self._link.close(last)

    def log_in(self) -> None:
        """Say that the agent is there, now and whenever the engine asks."""
        self._logged_in = True
        if self.seen.engine:
            self._announce()

    def act(self, kind: Callable[..., m.AnyAct], **facts: object) -> None:
        """Tell the engine what the agent does; kept until the broker has it."""
        self._acts += 1
        self._ready |= kind is m.Ready
        act = kind(id=f"{self._session}-{self._acts}", **facts)
        self._link.say(self._letter(topics.ACT, act, key=act.id))

    def _announce(self) -> None:
        alone_s = asyncio.get_running_loop().time() - self._alone_since_s
        self._ready &= self.seen.engine or alone_s < READY_FOR_S
        ready = self._ready and self.seen.state in ON_DUTY
        here = m.Here(self._session, self._campaigns, ready, language=self._language, skills=self._skills)
        self._link.say(self._letter(topics.PRESENCE, here))

    def _letter(self, topic: Topic, message: Any, key: str = "") -> Letter:
        place = topic.at(self._prefix, self._agent)
        return Letter(key or place, place, msgspec.json.encode(message), topic.retained)

    def _went(self) -> None:
        self._leave_alone()
        self._see("connected", False)

    def _leave_alone(self) -> None:
        if self.seen.engine:
            self.seen.engine, self._alone_since_s = False, asyncio.get_running_loop().time()

    def _hear(self, topic: str, payload: bytes) -> None:
        heard = parse(self._prefix, topic, payload, topics.TO_DESKTOP)
        if isinstance(heard, Refusal):
            return
        match heard.message:
            case m.Up():
                if self._logged_in:
                    self._announce()
                self._see("engine", True)
            case m.Down():
                self._leave_alone()
                self._see("engine", False)
            case m.Standing() as standing:
                if standing.call is None or (self.seen.pop and self.seen.pop.call != standing.call):
                    self.seen.pop = None
                if standing.state != "reserved":
                    self.seen.offer = None
                if standing.state not in ("in_call", "wrap") or (
                    self.seen.screen and self.seen.screen.call != standing.call
                ):
                    self.seen.screen = None
                self._see("standing", standing)
            case m.Pop() as pop:
                self._see("pop", pop)
            case m.Offer() as offer:
                self._see("offer", offer)
            case m.Screen() as screen:
                self._see("screen", screen)
            case m.Lease() as lease:
                if lease.until is None:
                    self.seen.leases.pop(lease.account, None)
                else:
                    self.seen.leases[lease.account] = lease
                self._see("lease", lease)
            case m.Withdrawn(lead=lead):
                if self.seen.offer is not None and self.seen.offer.lead == lead:
                    self._see("offer", None)
            case m.Refused() as refused:
                self._see("refused", refused)
            case other:
                raise TypeError(f"no engine says {type(other).__name__}")

    def _see(self, what: str, value: object) -> None:
        setattr(self.seen, what, value)
        self._changed(what)
