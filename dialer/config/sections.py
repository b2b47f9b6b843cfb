"""What a run's file may say, section by section."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from adapters.intents.http.config import HttpIntentsSection
from adapters.presence.mqtt.config import MqttSection
from adapters.speech.config import SpeechSection
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.freeswitch.config import FreeswitchSection
from adapters.telephony.settings import TransferName
from dialer.core.settings import CampaignSettings
from pacing import ShareOf, Windows
from pacing.ledger import DAY_S
from simulator.world.settings import WorldSettings
from strategies.compliance.terms import hours_text, minutes_of
from strategies.document import Date, Section, fault
from strategies.schema import Channel, Mode, Name

_DEFAULT = CampaignSettings(id="", mode="progressive")


def _near(day: dt.date) -> dt.date:
    if not 2000 <= day.year < 2100:
        raise fault("no shift is planned so far from today", "write a day from 2000-01-01 to 2099-12-31")
    return day


def _apart(hours: tuple[str, ...]) -> tuple[str, ...]:
    for (_, closes), (opens, _) in pairwise(sorted(minutes_of(text) for text in hours)):
        if opens < closes:
            raise fault("hours overlap", "join them")
    return hours


class PortfolioSection(Section):
    """Whom to work: a ``.csv``, ``.parquet`` or ``.sqlite`` file, see `adapters.leads.file.client`.

    `history`: contacts of the past, which the plan's caps and lockouts count, see
    `adapters.leads.file.history`; None where a run's own journal has them all. `parties`: who else may be called,
    see `adapters.leads.file.parties`. `suppressed` and `consent`: what persons have asked for, see
    `adapters.leads.file.wishes`. `assigned`: which account was dispatched to which agent, the file that
    `paceline assign` writes.
    """

    file: Path
    history: Path | None = None
    parties: Path | None = None
    suppressed: Path | None = None
    consent: Path | None = None
    assigned: Path | None = None


class CampaignSection(Section):
    """How the accounts that the strategy plans for `channel` are dialled.

    `mode` says which of them, where the strategy calls them in several modes.
    `segments`: of these, only those of the named segments; none named: those that no other campaign names.
    `hours`: when it dials, by the clock of `world.floor.zone`, such as ``["09:00-12:30", "13:15-18:00"]``; none means
    at any time. The other fields are those of `dialer.core.settings.CampaignSettings`, with its defaults; how calls
    are made, their attempts and redialling are the strategy's to say. `flow`: what the robot follows, a call flow that
    comes with Paceline or a path relative to this file.
    """

    name: Name
    channel: Channel = "agent_call"
    mode: Mode | None = None
    segments: tuple[str, ...] = ()
    pool: Name | Literal[""] = _DEFAULT.pool
    priority: int = Field(_DEFAULT.priority, ge=-100, le=100)
    lines: int = Field(_DEFAULT.lines, ge=1, le=100_000)
    calls_per_s: float = Field(_DEFAULT.calls_per_s, gt=0, le=10_000)
    lines_per_agent: float = Field(_DEFAULT.lines_per_agent, ge=1, le=20)
    abandon_limit_share: float = Field(_DEFAULT.abandon_limit_share, ge=0, lt=1)
    abandon_share_of: ShareOf = _DEFAULT.abandon_share_of
    abandon_clock: Literal["answer", "greeting_end"] = _DEFAULT.abandon_clock
    detection_false_positive_share: float = Field(_DEFAULT.detection_false_positive_share, ge=0, lt=1)
    abandon_window_s: float = Field(_DEFAULT.abandon_window_s, gt=0)
    abandon_windows: Windows = _DEFAULT.abandon_windows
    shift_s: float = Field(_DEFAULT.shift_s, ge=0)
    answer_grace_s: float = Field(_DEFAULT.answer_grace_s, gt=0, le=60)
    ring_timeout_s: float = Field(_DEFAULT.ring_timeout_s, ge=5, le=120)
    wrap_limit_s: float = Field(_DEFAULT.wrap_limit_s, ge=0, le=3600)
    offer_timeout_s: float = Field(_DEFAULT.offer_timeout_s, gt=0, le=3600)
    skip_delay_s: float = Field(_DEFAULT.skip_delay_s, ge=0)
    hours: Annotated[tuple[Annotated[str, BeforeValidator(hours_text)], ...], AfterValidator(_apart)] = ()
    transfer_share: float = Field(_DEFAULT.transfer_share, gt=0, lt=1)
    robot_s: float = Field(_DEFAULT.robot_s, gt=0, le=600)
    safe_harbour: Name = _DEFAULT.safe_harbour
    robot_message: Name = _DEFAULT.robot_message
    flow: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    whisper: Name | Literal[""] = _DEFAULT.whisper
    opt_out_key: Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"] = "9"

    @model_validator(mode="after")
    def _window_holds_shift(self) -> Self:
        if self.abandon_windows == "rolling" and (self.abandon_window_s < DAY_S or self.shift_s):
            hint = f"write abandon_window_s: {DAY_S:.0f} or more, and leave out shift_s"
            raise fault("a rolling window is at least a day, and lends nothing", hint)
        if self.shift_s > self.abandon_window_s:
            hint = f"write a shift_s of at most {self.abandon_window_s:g}, or a longer abandon_window_s"
            raise fault("the shift is longer than the window of the abandon limit", hint)
        return self


class EmbeddedSection(Section):
    """The embedded carrier, which reaches nobody.

    Attributes
    ----------
    ledger : Path | None
        Where it writes its calls down, so that they survive it.
    transfers : tuple of str
        Who outside the floor takes over the calls that agents transfer: names, behind which is somebody who picks up.
    """

    adapter: Literal["embedded"] = "embedded"
    ledger: Path | None = None
    transfers: tuple[TransferName, ...] = ()


def _adapter_of(section: object) -> object:
    """Return the name of the adapter; without one, it is the embedded carrier."""
    return section.get("adapter", "embedded") if isinstance(section, dict) else getattr(section, "adapter", None)


TelephonySection = Annotated[
    Annotated[EmbeddedSection, Tag("embedded")]
    | Annotated[AsteriskSection, Tag("asterisk")]
    | Annotated[FreeswitchSection, Tag("freeswitch")],
    Discriminator(_adapter_of),
]
"""Who carries the calls."""


class EmbeddedPresenceSection(Section):
    """The agents of the embedded floor."""

    adapter: Literal["embedded"] = "embedded"


def _presence_adapter(section: object) -> object:
    return section.get("adapter", "embedded") if isinstance(section, dict) else getattr(section, "adapter", None)


PresenceSection = Annotated[
    Annotated[EmbeddedPresenceSection, Tag("embedded")] | Annotated[MqttSection, Tag("mqtt")],
    Discriminator(
        _presence_adapter,
        custom_error_type="fault",
        custom_error_message="fault",
        custom_error_context={
            "message": "there is no such adapter",
            "hint": "write `adapter: embedded` or `adapter: mqtt`",
        },
    ),
]
"""Who knows the agents."""


class KeywordsSection(Section):
    """What people say is understood by the phrases of the flows themselves, see ``strategies/flow/phrases.yaml``."""

    adapter: Literal["keywords"] = "keywords"


def _intents_adapter(section: object) -> object:
    return section.get("adapter", "keywords") if isinstance(section, dict) else getattr(section, "adapter", None)


IntentsSection = Annotated[
    Annotated[KeywordsSection, Tag("keywords")] | Annotated[HttpIntentsSection, Tag("http")],
    Discriminator(
        _intents_adapter,
        custom_error_type="fault",
        custom_error_message="fault",
        custom_error_context={
            "message": "there is no such adapter",
            "hint": "write `adapter: keywords` or `adapter: http`",
        },
    ),
]
"""What says what people mean who answer a robot in words."""


class LogSection(Section):
    """What logs look like: ``text`` for people, ``json`` for machines; ``auto`` asks whether there is a terminal."""

    format: Literal["auto", "json", "text"] = "auto"


class RunConfig(Section):
    """A run. Paths are relative to the file's folder.

    Attributes
    ----------
    paceline : int
        Version of this layout: 1.
    strategy : str
        Name of a strategy that comes with Paceline, or the path of a YAML file.
    portfolio, campaigns, telephony, presence, intents, speech, world, logs
        See their classes. Without `speech`, the sounds of call flows are recorded or made elsewhere. `world` is what
        the embedded adapters and the simulator imitate; the file may name the path of a YAML file with it, such as one
        that `paceline calibrate` wrote.
    day : date | None
        The day to plan and to simulate first; None is today on the floor.
    journal, control_socket : Path
        The run's log, and where a running engine takes commands.
    learned : Path | None
        Where pacing keeps what it has learned from one journal to the next, see `dialer.runtime.learned`; None:
        every journal begins from nothing.
    metrics_port : int | None
        Local port for Prometheus; None: no metrics. 9464 is OpenTelemetry's port for them.
    """

    paceline: Literal[1]
    strategy: str = Field(min_length=1)
    portfolio: PortfolioSection
    campaigns: tuple[CampaignSection, ...] = Field(min_length=1)
    telephony: TelephonySection = EmbeddedSection()
    presence: PresenceSection = EmbeddedPresenceSection()
    intents: IntentsSection = KeywordsSection()
    speech: SpeechSection | None = None
    world: WorldSettings = WorldSettings()
    day: Annotated[Date, AfterValidator(_near)] | None = None
    journal: Path = Path("paceline.journal")
    learned: Path | None = None
    control_socket: Path = Path("paceline.sock")
    metrics_port: int | None = Field(9464, ge=1, le=65535)
    logs: LogSection = LogSection()
