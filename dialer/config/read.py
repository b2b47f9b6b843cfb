"""From the file to a configuration whose paths are absolute and whose faults are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from adapters.intents.http.config import HttpIntentsSection
from adapters.presence.mqtt.config import MqttSection
from dialer.config.checks import campaign_faults, file_faults
from dialer.config.flows import flow_path
from dialer.config.sections import PortfolioSection, RunConfig
from simulator.world.settings import WorldSettings
from strategies.amend import amend
from strategies.compile import compile_strategy, library
from strategies.compiled import CompiledStrategy
from strategies.document import Document, load
from strategies.errors import ConfigErrors

IN_STRATEGY = "in_strategy."
"""What the place of a change begins with when it is in the strategy's file."""


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
    faults = list(file_faults(document, config))
    if faults:
        raise ConfigErrors(faults)
    strategy = compile_strategy(library().get(config.strategy, Path(config.strategy)), of_strategy)
    faults = list(campaign_faults(document, config, strategy))
    if faults:
        raise ConfigErrors(faults)
    return config, strategy


def _apart_from_strategy(changes: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    own = {place: value for place, value in changes.items() if not place.startswith(IN_STRATEGY)}
    return own, {place.removeprefix(IN_STRATEGY): changes[place] for place in changes if place not in own}


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
    intents = config.intents
    if isinstance(intents, HttpIntentsSection) and intents.ca is not None:
        intents = intents.model_copy(update={"ca": folder / intents.ca})
    speech = config.speech
    return config.model_copy(
        update={
            "strategy": config.strategy if config.strategy in library() else str(folder / config.strategy),
            "portfolio": PortfolioSection(
                **{name: path and folder / path for name, path in config.portfolio.model_dump().items()}
            ),
            "telephony": telephony,
            "presence": presence,
            "intents": intents,
            "speech": speech and speech.model_copy(update={"folder": folder / speech.folder}),
            "campaigns": [
                section.model_copy(update={"flow": section.flow and str(flow_path(section.flow, folder))})
                for section in config.campaigns
            ],
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
    own = ("journal", "learned", "control_socket", "telephony.ledger", "intents.ca", "speech.folder")
    for place in ("world", *in_portfolio, *own):
        value = written
        for key in place.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            found[place] = str(folder / value)
    flows = {f"campaigns.{at}.flow": section.flow for at, section in enumerate(config.campaigns) if section.flow}
    return found | flows
