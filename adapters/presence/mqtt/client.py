"""The presence port over MQTT: desktops speak, the engine answers; see `topics` for who says what where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
import structlog
from prometheus_client import CollectorRegistry
from prometheus_client import Counter as Metric

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt import topics
from adapters.presence.mqtt.capabilities import CAPABILITIES
from adapters.presence.mqtt.config import MqttSection, address_of, credentials_of
from adapters.presence.mqtt.link import Letter, Link
from adapters.presence.mqtt.parse import Refusal, parse
from adapters.presence.mqtt.topics import Topic
from adapters.presence.mqtt.translate import Desks, Say
from dialer.core.events import AnyEvent, PortChanged
from dialer.core.units import ns
from dialer.ports.clock import Clock
from dialer.ports.leads import AccountBook
from dialer.ports.presence import DeskEffect, PresenceCapabilities, ScreenPops
from dialer.ports.telephony import Report

log = structlog.get_logger("paceline.desktops")


def _deaf(_: AnyEvent) -> None:
    """Nobody listens any more."""


class MqttPresence:
    """Desktops behind a broker.

    Parameters
    ----------
    section : MqttSection
        Which broker, and how long it and the desktops may be silent.
    clock : Clock
        The run's clock.
    pops : ScreenPops
        What may be shown of calls and offers.
    accounts : AccountBook
        Fills in the screens of call scripts.
    registry : CollectorRegistry
        Where refused messages are counted, by the kind of refusal.

    Raises
    ------
    ConfigError
        When the password or the certificates cannot be read.
    """

    def __init__(
        self,
        section: MqttSection,
        clock: Clock,
        pops: ScreenPops,
        accounts: AccountBook,
        registry: CollectorRegistry,
    ) -> None:
        self._section, self._clock, self._pops, self._accounts = section, clock, pops, accounts
        self._address = address_of(section.broker)
        self._credentials = credentials_of(
            self._address, section.username, section.password_file, section.password_env, section.ca_file
        )
        self._refused: Counter[str] = Counter()
        self._refusals = Metric("paceline_desktop_messages_refused", "Messages refused", ("why",), registry=registry)
        self._report: Report = _deaf
        self._desks = Desks(pops, accounts)
        self._link: Link | None = None
        self._session = ""
        self._turn = 0
        self._down = False

    @property
    def capabilities(self) -> PresenceCapabilities:
        """It hears of lost desktops by their last wills, and asks after every start who is there."""
        return CAPABILITIES

    async def start(self, report: Report) -> None:
        """Connect and call the roll; desktops that are there announce their agents.

        Raises
        ------
        PortError
            When the broker refuses us. One that cannot be reached is tried again and again.
        """
        prefix = self._section.topics
        self._report, self._desks, self._down = report, Desks(self._pops, self._accounts), False
        self._session = str(self._clock.now_ns())
        self._link = Link(
            self._address,
            self._credentials,
            f"{prefix.replace('/', '-')}-engine",
            [topic.every(prefix) for topic in topics.TO_ENGINE],
            self._letter(topics.ENGINE, "", m.Down(self._session)),
            hear=self._hear,
            came=self._came,
            went=self._went,
            keep=True,
        )
        if not await self._link.open():
            self._went()

    async def apply(self, effect: DeskEffect) -> None:
        """Take one effect; it is published when the broker can be reached, and what it replaces is not."""
        self._follow(self._desks.show(effect, self._clock.now_ns()))

    async def stop(self) -> None:
        """Tell every desktop that nobody is there to work for, and leave."""
        self._report = _deaf
        self._turn += 1
        if self._link is not None:
            self._follow(self._desks.dismissed(self._clock.now_ns()))
            await self._link.close(self._letter(topics.ENGINE, "", m.Down(self._session)))
            self._link = None

    def _came(self) -> None:
        if self._down:
            self._down = False
            self._report(PortChanged(self._clock.now_ns(), "presence", True))
        self._follow(self._desks.everything())
        # Last, so that a desktop that answers knows what the engine holds its agent to be.
        self._say(Say(topics.ENGINE, "", m.Up(self._session)))
        self._expect()

    def _went(self) -> None:
        if not self._down:
            self._down = True
            self._report(PortChanged(self._clock.now_ns(), "presence", False))
        self._desks.link_lost()
        self._expect()

    def _expect(self) -> None:
        """Give the desktops that are silent some time from now on."""
        self._turn += 1
        turn = self._turn

        def look() -> None:
            if turn == self._turn:
                self._follow(self._desks.still_silent(self._clock.now_ns()))

        self._clock.call_at(self._clock.now_ns() + ns(self._section.patience_s), look)

    def _hear(self, topic: str, payload: bytes) -> None:
        heard = parse(self._section.topics, topic, payload, topics.TO_ENGINE)
        self._follow((heard,) if isinstance(heard, Refusal) else self._desks.take(heard, self._clock.now_ns()))

    def _follow(self, steps: Iterable[AnyEvent | Say | Refusal]) -> None:
        for step in steps:
            match step:
                case Say():
                    self._say(step)
                case Refusal():
                    self._refuse(step)
                case _:
                    self._report(step)

    def _say(self, say: Say) -> None:
        if self._link is not None:
            self._link.say(self._letter(say.topic, say.who, say.message))

    def _letter(self, topic: Topic, who: str, message: Any) -> Letter:
        place = topic.at(self._section.topics, who)
        return Letter(place, place, msgspec.json.encode(message), topic.retained)

    def _refuse(self, refusal: Refusal) -> None:
        self._refusals.labels(refusal.kind).inc()
        self._refused[refusal.kind] += 1
        count = self._refused[refusal.kind]
        if str(count).strip("0") == "1":  # the first, tenth, hundredth: a flood of nonsense is no flood of lines
            log.warning("message refused", why=refusal.kind, agent=refusal.who, count=count)
        if refusal.who:
            self._say(Say(topics.REFUSED, refusal.who, m.Refused(refusal.reason, refusal.id)))
