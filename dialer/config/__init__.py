"""The configuration of a run: one YAML file that names the strategy, the people, the ports and the world."""

from __future__ import annotations

from dialer.config.checks import calls_of
from dialer.config.kernel import to_settings
from dialer.config.read import IN_STRATEGY, absolute_places, read_config
from dialer.config.sections import EmbeddedSection, RunConfig

__all__ = ["IN_STRATEGY", "EmbeddedSection", "RunConfig", "absolute_places", "calls_of", "read_config", "to_settings"]
