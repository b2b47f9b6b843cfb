"""What a configuration gets wrong that no section of it can see alone: paths, and campaigns beside the strategy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adapters.intents.http.config import HttpIntentsSection
from adapters.presence.mqtt.config import MqttSection
from adapters.telephony.freeswitch.config import FreeswitchSection
from dialer.config.flows import flow_faults
from dialer.config.sections import CampaignSection, EmbeddedSection, RunConfig
from strategies.compile import library
from strategies.compiled import Calls, CompiledStrategy, Segment
from strategies.compliance.bounds import broken_bounds
from strategies.compliance.packs import load_packs
from strategies.document import Document
from strategies.errors import ConfigError


def file_faults(document: Document, config: RunConfig) -> Iterator[ConfigError]:
    """Yield every path at which there is not what there should be."""
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
    if isinstance(config.intents, HttpIntentsSection) and config.intents.ca and not config.intents.ca.is_file():
        hint = "write the path of a file, relative to this file"
        yield document.fault(("intents", "ca"), "there is no such file", hint)
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


def campaign_faults(document: Document, config: RunConfig, strategy: CompiledStrategy) -> Iterator[ConfigError]:
    """Yield every way in which the campaigns do not fit the strategy, its rules, one another or the ports."""
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
        if section.flow is not None:
            modes = [calls.mode for calls in calls_of(section, strategy)]
            telephony = config.telephony
            by_voice = not isinstance(telephony, FreeswitchSection)
            tapes = isinstance(telephony, EmbeddedSection) or (telephony.recording is not None and by_voice)
            yield from flow_faults(
                document, ("campaigns", index, "flow"), section.flow, modes, by_voice=by_voice, tapes=tapes
            )
        for rule, hint in broken_bounds(rulebook, strategy.purpose, section.model_dump()):
            message = f"the rule {rule.id} does not allow this"
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
            used += ["robot_message"] if calls.mode == "robot" and not section.flow else []
            used += ["whisper"] if section.whisper else []
            if section.whisper and isinstance(telephony, FreeswitchSection):
                yield document.fault(("campaigns", index, "whisper"), "freeswitch does not whisper", "leave it out")
            if section.flow and telephony.flows is None:
                hint = "add `flows: FOLDER` to telephony: where the texts of flows are"
                yield document.fault(("campaigns", index, "flow"), "there are no sounds for call flows", hint)
            for name in used:
                if (sound := getattr(section, name)) not in telephony.sounds:
                    hint = f"add {sound} to telephony.sounds, with where it is"
                    yield document.fault(("campaigns", index, name), f"there is no sound for the message {sound}", hint)
            if calls.mode == "robot_then_human" and not section.flow:
                hint = "name a `flow`, use the embedded carrier, or another mode"
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
