"""Redialling by step: what a step may say of itself, and how it stands to what its mode says."""

from __future__ import annotations

from collections.abc import Iterator

from strategies.compiled import VOICE
from strategies.document import Document
from strategies.errors import ConfigError
from strategies.schema import StrategySpec
from strategies.steps import steps_of

_AGENTS_ONLY = ("third_party", "wrong_number", "callback", "unverified")
"""What only an agent can find out."""


def redial_faults(document: Document, spec: StrategySpec) -> Iterator[ConfigError]:
    """Yield every fault of the steps' `redial`."""
    for place, step in steps_of(spec):
        if step.redial and step.channel not in VOICE:
            hint = "leave it out: only calls are tried again"
            yield document.fault((*place, "redial"), f"{step.channel} is not dialled", hint)
            continue
        for name in step.redial:
            if step.channel != "agent_call" and name in _AGENTS_ONLY:
                hint = "leave it out: only an agent finds that out"
                yield document.fault((*place, "redial", name), f"no {step.channel} ends as {name}", hint)
