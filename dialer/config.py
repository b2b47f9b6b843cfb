"""The configuration of a run: one YAML file that names the strategy, the people, the ports and the world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from adapters.presence.mqtt.config import MqttSection
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.freeswitch.config import FreeswitchSection
from dialer.core.settings import DEFAULT_REDIAL, CampaignSettings, LeaseSettings, Redial, RunSettings, StepSettings
from dialer.runtime import learned
from pacing import ShareOf, Windows
from pacing.ledger import DAY_S
from simulator.world.settings import WorldSettings
from strategies.amend import amend
from strategies.binding import rulebook_of
from strategies.compile import compile_strategy, library
from strategies.compiled import Calls, CompiledStrategy, RedialRule, Segment
from strategies.compliance.bounds import broken_bounds
from strategies.compliance.packs import load_packs
from strategies.compliance.terms import hours_text, minutes_of
from strategies.document import Date, Document, Section, fault, load
from strategies.errors import ConfigError, ConfigErrors
from strategies.planning.steps import steps_of
from strategies.schema import Channel, Mode, Name, Redialled

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


IN_STRATEGY = "in_strategy."
"""What the place of a change begins with when it is in the strategy's file."""


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
    are made, their attempts and redialling are the strategy's to say.
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
    """The embedded carrier, which reaches nobody. `ledger`: where it writes its calls down, so that they survive it."""

    adapter: Literal["embedded"] = "embedded"
    ledger: Path | None = None


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
    portfolio, campaigns, telephony, presence, world, logs
        See their classes. `world` is what the embedded adapters and the simulator imitate; the file may name the
        path of a YAML file with it, such as one that `paceline calibrate` wrote.
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
    world: WorldSettings = WorldSettings()
    day: Annotated[Date, AfterValidator(_near)] | None = None
    journal: Path = Path("paceline.journal")
    learned: Path | None = None
    control_socket: Path = Path("paceline.sock")
    metrics_port: int | None = Field(9464, ge=1, le=65535)
    logs: LogSection = LogSection()


def read_config(path: Path, changes: Mapping[str, object] | None = None) -> tuple[RunConfig, CompiledStrategy]:
    """Return the configuration at `path`, its paths made absolute, and the strategy that it names.

    `changes` are other values for single places (`strategies.amend`); those that begin with ``in_strategy.`` are for
    the strategy's file.

    Raises
    ------
    ConfigErrors
        Every fault of the configuration, or else of the strategy, with its place and what to write instead.
    """
    own, of_strategy = _apart_from_strategy(changes or {})
    document = _with_world(amend(load(path), own), path.parent)
    config = _resolve(document.validate(RunConfig), path.parent.absolute())
    faults = list(_file_faults(document, config))
    if faults:
        raise ConfigErrors(faults)
    strategy = compile_strategy(library().get(config.strategy, Path(config.strategy)), of_strategy)
    faults = list(_campaign_faults(document, config, strategy))
    if faults:
        raise ConfigErrors(faults)
    return config, strategy


def _apart_from_strategy(changes: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    own = {place: value for place, value in changes.items() if not place.startswith(IN_STRATEGY)}
    return own, {place.removeprefix(IN_STRATEGY): changes[place] for place in changes if place not in own}


def to_settings(config: RunConfig, strategy: CompiledStrategy) -> RunSettings:
    """Return what the kernel is made from.

    Raises
    ------
    ConfigError
        For every fault of the rule packs, or a file that is not what pacing has learned.
    """
    campaigns = []
    for section in config.campaigns:
        (how,) = calls_of(section, strategy)
        campaigns.append(
            CampaignSettings(
                id=section.name,
                mode=how.mode,
                max_attempts=how.max_attempts,
                redial=_redial(how.redial),
                steps=dict(_own_rules(strategy, how)),
                purpose=strategy.purpose,
                strategy=strategy.identity,
                hours=tuple(minutes_of(text) for text in section.hours),
                zone=config.world.floor.zone,
                **section.model_dump(exclude={"name", "channel", "mode", "segments", "hours"}),
            )
        )
    known = learned.read(config.learned, tuple(campaigns)) if config.learned else None
    grab = strategy.assignment.grab
    return RunSettings(
        campaigns=tuple(campaigns),
        rulebook=rulebook_of(strategy),
        learned=known,
        scripts=strategy.scripts,
        lease=LeaseSettings(grab.limit, grab.lease_s) if grab else None,
    )


def _redial(*said: Mapping[Redialled, RedialRule]) -> dict[str, Redial]:
    """Return what follows each disposition: the house values, and on top of them each of `said` in turn."""
    rules = dict(DEFAULT_REDIAL)
    for one in said:
        rules |= {name: Redial(rule.delay_s, rule.limit) for name, rule in one.items()}
    return {name: rule for name, rule in rules.items() if rule.limit}


def _own_rules(strategy: CompiledStrategy, calls: Calls) -> Iterator[tuple[str, StepSettings]]:
    """Yield the steps made in these calls that have rules of their own."""
    for place in steps_of(strategy):
        step = place.step
        if (step.channel, step.mode) == (calls.channel, calls.mode) and (step.redial or step.script):
            redial = _redial(calls.redial, step.redial) if step.redial else None
            yield step.id, StepSettings(redial, step.script or "")


def _with_world(document: Document, folder: Path) -> Document:
    """Put the world of another file into the place where its path stands."""
    if isinstance(named := document.data.get("world"), str):
        world = load(folder / named)
        world.validate(WorldSettings)
        document.data["world"] = world.data
    return document


def _resolve(config: RunConfig, folder: Path) -> RunConfig:
    telephony = config.telephony
    if telephony.ledger:
        telephony = telephony.model_copy(update={"ledger": folder / telephony.ledger})
    presence = config.presence
    if isinstance(presence, MqttSection):
        files = {name: getattr(presence, name) for name in MqttSection.FILES}
        presence = presence.model_copy(update={name: path and folder / path for name, path in files.items()})
    return config.model_copy(
        update={
            "strategy": config.strategy if config.strategy in library() else str(folder / config.strategy),
            "portfolio": PortfolioSection(
                **{name: path and folder / path for name, path in config.portfolio.model_dump().items()}
            ),
            "telephony": telephony,
            "presence": presence,
            "journal": folder / config.journal,
            "learned": folder / config.learned if config.learned else None,
            "control_socket": folder / config.control_socket,
        }
    )


def absolute_places(path: Path) -> dict[str, object]:
    """Return the paths of the configuration at `path` as changes (`strategies.amend`) that make them absolute."""
    written, folder = load(path).data, path.parent.absolute()
    config, _ = read_config(path)
    found: dict[str, object] = {"strategy": config.strategy}
    in_portfolio = [f"portfolio.{name}" for name in PortfolioSection.model_fields]
    for place in ("world", *in_portfolio, "journal", "learned", "control_socket", "telephony.ledger"):
        value = written
        for key in place.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            found[place] = str(folder / value)
    return found


def _file_faults(document: Document, config: RunConfig) -> Iterator[ConfigError]:
    telephony = config.telephony
    if telephony.ledger is not None and not telephony.ledger.parent.is_dir():
        yield document.fault(("telephony", "ledger"), "there is no such folder", "make the folder first")
    if config.strategy not in library() and not Path(config.strategy).is_file():
        hint = f"write the path of a YAML file, or one of {', '.join(library())}"
        yield document.fault(("strategy",), "there is no such strategy", hint)
    if not config.portfolio.file.is_file():
        hint = "write the path of a CSV, Parquet or SQLite file, relative to this file"
        yield document.fault(("portfolio", "file"), "there is no such file", hint)
    for name, rows in (
        ("history", "contacts"),
        ("parties", "other parties"),
        ("suppressed", "persons, accounts and numbers that are not contacted"),
        ("consent", "consents"),
        ("assigned", "accounts with their agents, as `paceline assign` writes it"),
    ):
        path = getattr(config.portfolio, name)
        if path is not None and not path.is_file():
            hint = f"write the path of a file of {rows}, relative to this file, or leave it out"
            yield document.fault(("portfolio", name), "there is no such file", hint)
    for name in ("journal", "learned", "control_socket"):
        path = getattr(config, name)
        if path is not None and not path.parent.is_dir():
            yield document.fault((name,), "there is no such folder", "make the folder first")
    if isinstance(config.presence, MqttSection):
        for name in MqttSection.FILES:
            path = getattr(config.presence, name)
            if path is not None and not path.is_file():
                hint = "write the path of a file, relative to this file"
                yield document.fault(("presence", name), "there is no such file", hint)
    for name in ("journal", "learned"):
        path = getattr(config, name)
        if path is not None and path.is_dir():
            yield document.fault((name,), "this is a folder", "write the path of a file in it")
    if config.control_socket.exists() and not config.control_socket.is_socket():
        hint = "write a path at which there is nothing: an engine removes what it finds there"
        yield document.fault(("control_socket",), "there is something else at this path", hint)


def calls_of(section: CampaignSection, strategy: CompiledStrategy) -> list[Calls]:
    """Return the calls that a campaign makes: one entry, or the configuration is at fault."""
    return [
        calls for calls in strategy.calls if calls.channel == section.channel and section.mode in (None, calls.mode)
    ]


def _campaign_faults(document: Document, config: RunConfig, strategy: CompiledStrategy) -> Iterator[ConfigError]:
    names: set[str] = set()
    wholes: list[Calls] = []
    for index, section in enumerate(config.campaigns):
        place = ("campaigns", index)
        if section.name in names:
            hint = "give every campaign a name of its own"
            yield document.fault((*place, "name"), "another campaign has this name", hint)
        names.add(section.name)
        found = calls_of(section, strategy)
        if not found:
            hint = f"the strategy {strategy.name} plans {_listed(strategy.calls)}"
            wanted = " ".join(filter(None, (section.mode, section.channel)))
            yield document.fault((*place, "channel"), f"nobody is planned for {wanted}", hint)
        elif len(found) > 1:
            hint = f"write `mode:` {' or '.join(calls.mode for calls in found)}"
            yield document.fault((*place, "channel"), f"the strategy makes {section.channel}s in several modes", hint)
        elif not section.segments and found[0] in wholes:
            hint = "keep one campaign for each channel and mode, or share its accounts out by `segments`"
            yield document.fault((*place, "channel"), f"another campaign makes the {section.channel}s", hint)
        elif not section.segments:
            wholes.append(found[0])
    rulebook = load_packs(strategy.packs)
    for index, section in enumerate(config.campaigns):
        for rule, hint in broken_bounds(rulebook, strategy.purpose, section.model_dump()):
            message = f"the rule {rule.id} does not allow this: {rule.says}"
            yield document.fault(("campaigns", index, rule.setting), message, hint)
    declared = [field.name for field in strategy.fields]
    for index, name in enumerate(config.presence.show if isinstance(config.presence, MqttSection) else ()):
        if name not in declared:
            hint = f"the strategy {strategy.name} declares {', '.join(declared)}"
            yield document.fault(("presence", "show", index), f"there is no field `{name}`", hint)
    for calls in strategy.calls:
        yield from _segment_faults(document, config, strategy, calls)
    yield from _pool_faults(document, config)
    yield from _telephony_faults(document, config, strategy)


def _telephony_faults(document: Document, config: RunConfig, strategy: CompiledStrategy) -> Iterator[ConfigError]:
    telephony = config.telephony
    if isinstance(telephony, EmbeddedSection):
        return
    for index, section in enumerate(config.campaigns):
        for calls in calls_of(section, strategy):
            used = ["safe_harbour"] if calls.mode in ("ratio", "predictive", "progressive") else []
            used += ["robot_message"] if calls.mode == "robot" else []
            used += ["whisper"] if section.whisper else []
            if section.whisper and isinstance(telephony, FreeswitchSection):
                yield document.fault(("campaigns", index, "whisper"), "freeswitch does not whisper", "leave it out")
            for name in used:
                if (sound := getattr(section, name)) not in telephony.sounds:
                    hint = f"add {sound} to telephony.sounds, with where it is"
                    yield document.fault(("campaigns", index, name), f"there is no sound for the message {sound}", hint)
            if calls.mode == "robot_then_human":
                hint = "use the embedded carrier, or another mode"
                message = f"the robot of {telephony.adapter} cannot be asked for an agent"
                yield document.fault(("campaigns", index), message, hint)


def _segment_faults(
    document: Document, config: RunConfig, strategy: CompiledStrategy, calls: Calls
) -> Iterator[ConfigError]:
    planned = [segment.name for segment in strategy.segments if _plans(segment, calls)]
    sections = [section if calls_of(section, strategy) == [calls] else None for section in config.campaigns]
    named: set[str] = set()
    for index, section in enumerate(sections):
        for at, segment in enumerate(section.segments if section else ()):
            place = ("campaigns", index, "segments", at)
            if segment not in planned:
                hint = f"the strategy {strategy.name} plans {calls.channel}s for {', '.join(planned)}"
                yield document.fault(place, f"there is no segment `{segment}` of {calls.channel}s", hint)
            if segment in named:
                yield document.fault(place, f"`{segment}` is named twice", "let one campaign work each segment")
            named.add(segment)
    left = ", ".join(segment for segment in planned if segment not in named)
    if left and all(section.segments for section in sections if section):
        if named:
            hint = f"name them in a campaign, or let one with `channel: {calls.channel}` name no segments"
            yield document.fault(("campaigns",), f"no campaign works the segments {left}", hint)
        else:
            hint = f"add a campaign with `channel: {calls.channel}` and `mode: {calls.mode}`"
            message = f"no campaign makes the {calls.mode} {calls.channel}s that the strategy plans"
            yield document.fault(("campaigns",), message, hint)


def _plans(segment: Segment, calls: Calls) -> bool:
    kind = (calls.channel, calls.mode)
    return any((step.channel, step.mode) == kind for arm in segment.arms for step in arm.steps)


def _pool_faults(document: Document, config: RunConfig) -> Iterator[ConfigError]:
    lines_per_agent: dict[str, float] = {}
    for index, section in enumerate(config.campaigns):
        place = ("campaigns", index)
        if section.pool and section.channel == "robot_call":
            yield document.fault((*place, "pool"), "robot calls need no agents", "remove `pool`")
        elif section.pool and section.lines_per_agent != lines_per_agent.setdefault(
            section.pool, section.lines_per_agent
        ):
            hint = f"write {lines_per_agent[section.pool]:g} in every campaign of the pool {section.pool}"
            message = "campaigns that share agents have one number of lines per agent"
            yield document.fault((*place, "lines_per_agent"), message, hint)


def _listed(calls: tuple[Calls, ...]) -> str:
    return ", ".join(f"{it.channel} ({it.mode})" for it in calls) or "no calls"
