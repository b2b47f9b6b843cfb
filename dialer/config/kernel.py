"""From a configuration and its strategy to what the kernel is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from dialer.config.checks import calls_of
from dialer.config.sections import RunConfig
from dialer.core.flags import FLAGS
from dialer.core.settings import DEFAULT_REDIAL, CampaignSettings, LeaseSettings, Redial, RunSettings, StepSettings
from dialer.runtime import learned
from strategies.binding import rulebook_of
from strategies.compiled import Calls, CompiledStrategy, RedialRule
from strategies.compliance.terms import minutes_of
from strategies.flow.compile import compile_flow
from strategies.flow.records import Flow
from strategies.planning.steps import steps_of
from strategies.schema import Redialled


def to_settings(config: RunConfig, strategy: CompiledStrategy) -> RunSettings:
    """Return what the kernel is made from.

    Raises
    ------
    ConfigError
        For every fault of the rule packs, or a file that is not what pacing has learned.
    """
    campaigns = []
    followed: dict[str, Flow] = {}
    for section in config.campaigns:
        (how,) = calls_of(section, strategy)
        flow = compile_flow(Path(section.flow)) if section.flow else None
        if flow is not None:
            followed[flow.identity] = flow
        campaigns.append(
            CampaignSettings(
                id=section.name,
                mode=how.mode,
                max_attempts=how.max_attempts,
                redial=_redial(how.redial),
                steps=dict(_own_rules(strategy, how)),
                party_scripts={rule.party: rule.script for rule in strategy.parties if rule.script},
                purpose=strategy.purpose,
                strategy=strategy.identity,
                hours=tuple(minutes_of(text) for text in section.hours),
                zone=config.world.floor.zone,
                flow=flow.identity if flow is not None else "",
                **section.model_dump(exclude={"name", "channel", "mode", "segments", "hours", "flow"}),
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
        flows=followed,
        flags=tuple(FLAGS),
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
