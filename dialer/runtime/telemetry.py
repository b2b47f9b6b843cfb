"""Logs and metrics, both derived from journal entries: what is not in the journal did not happen.

Entries hold keyed references only, so no name and no telephone number can reach a log line.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.units import seconds

log = structlog.get_logger("paceline")


def configure_logs(style: Literal["auto", "text", "json"] = "auto", stream: TextIO = sys.stderr) -> None:
    """Set logs up: readable lines on a terminal, JSON otherwise (`auto`)."""
    readable = style == "text" or (style == "auto" and stream.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )


def log_entry(event: e.AnyEvent, effects: tuple[f.AnyEffect, ...]) -> None:
    """Write the lines of one durable entry that somebody watching a floor wants to see."""
    match event:
        case e.EngineStarted():
            log.info("engine started", recovered=event.recovered)
        case e.DrainRequested():
            log.info("draining")
        case e.HangUpAllRequested():
            log.info("hanging up all calls")
        case e.CampaignPauseRequested() | e.CampaignResumeRequested():
            paused = isinstance(event, e.CampaignPauseRequested)
            log.info("campaign paused" if paused else "campaign resumed", campaign=event.campaign)
        case e.PortChanged():
            log.warning("port changed", port=event.port, up=event.up)
        case e.SuppressionAdded():
            log.info("suppressed", scope=event.scope, key=event.key, source=event.source)
        case e.ContactsRemembered():
            log.info("contacts remembered", contacts=len(event.contacts), last=event.last)
        case e.ContactReceived():
            log.info("contact received", person=event.person, channel=event.channel)
        case e.ConsentGiven() | e.ConsentWithdrawn():
            given = isinstance(event, e.ConsentGiven)
            log.info("consent given" if given else "consent withdrawn", person=event.person, topic=event.topic)
        case _:
            pass
    for effect in effects:
        match effect:
            case f.PlaceCall():
                log.info("call placed", call=effect.call, number=effect.number, segment=effect.why.segment)
            case f.Bridge():
                log.info("call to agent", call=effect.call, agent=effect.agent)
            case f.PlayMessage() if effect.purpose == "safe_harbour":
                log.warning("call abandoned", call=effect.call)
            case f.CloseAttempt():
                log.info("attempt closed", call=effect.call, disposition=effect.disposition, agent=effect.agent)
            case f.Defer():
                rules = [reason.rule for reason in effect.reasons]
                log.info("contact denied", lead=effect.lead, rules=rules, permanent=effect.until_ns is None)
            case _:
                pass


class Metrics:
    """Prometheus metrics of a run, kept up by being shown every entry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        label = ("campaign",)
        self.entries = Counter("paceline_entries", "Journal entries written", registry=registry)
        self.placed = Counter("paceline_calls_placed", "Calls placed", label, registry=registry)
        self.answered = Counter("paceline_calls_answered", "Calls answered by a person", label, registry=registry)
        self.closed = Counter("paceline_attempts_closed", "Attempts closed", (*label, "disposition"), registry=registry)
        self.denied = Counter("paceline_contacts_denied", "Contacts denied by a rule", ("rule",), registry=registry)
        self.agents = Gauge("paceline_agents", "Agents by state", ("state",), registry=registry)
        self.calls = Gauge("paceline_calls", "Calls that are not closed", label, registry=registry)
        self.wait = Histogram(
            "paceline_answer_to_bridge_seconds",
            "From a person's answer to the agent, of closed attempts",
            label,
            buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
            registry=registry,
        )
        self._states: dict[str, str] = {}

    def take(self, event: e.AnyEvent, effects: tuple[f.AnyEffect, ...]) -> None:
        """Count one durable entry."""
        self.entries.inc()
        for effect in effects:
            match effect:
                case f.PlaceCall():
                    self.placed.labels(effect.campaign).inc()
                    self.calls.labels(effect.campaign).inc()
                case f.CloseAttempt():
                    self.closed.labels(effect.campaign, effect.disposition).inc()
                    self.calls.labels(effect.campaign).dec()
                    if effect.answered_ns is not None and effect.disposition != "machine":
                        self.answered.labels(effect.campaign).inc()
                    asked_ns = effect.transfer_ns or effect.answered_ns
                    if effect.bridged_ns is not None and asked_ns is not None:
                        wait_s = seconds(effect.bridged_ns - asked_ns)
                        self.wait.labels(effect.campaign).observe(wait_s)
                case f.Defer():
                    for reason in effect.reasons:
                        self.denied.labels(reason.rule).inc()
                case f.SetAgentState():
                    if (before := self._states.get(effect.agent)) is not None:
                        self.agents.labels(before).dec()
                    self._states[effect.agent] = effect.state
                    self.agents.labels(effect.state).inc()
                case _:
                    pass
