"""What a floor's watchers see comes from the journal, and holds no name and no number."""

from __future__ import annotations

import io
import json
from collections import Counter

import pytest
import structlog
from prometheus_client import CollectorRegistry

from dialer.core import effects as f
from dialer.core import events as e
from dialer.journal.entry import decode_effects
from dialer.runtime.telemetry import Metrics, configure_logs, log_entry
from tests.crash import scenario
from tests.unit.runtime.parts import MemoryStore, manifest, run_a_while


@pytest.fixture(autouse=True)
def _logs_as_before():
    yield
    structlog.reset_defaults()


def lines_of(style: str, *entries: tuple[e.AnyEvent, tuple[f.AnyEffect, ...]]) -> str:
    stream = io.StringIO()
    configure_logs(style, stream)
    for event, effects in entries:
        log_entry(event, effects)
    return stream.getvalue()


def test_lines_are_json_unless_somebody_looks() -> None:
    line = json.loads(lines_of("auto", (e.EngineStarted(1, recovered=True), ())))
    assert line.pop("timestamp")
    assert line == {"event": "engine started", "recovered": True, "level": "info"}
    assert "engine started" in lines_of("text", (e.EngineStarted(1, recovered=True), ()))


def test_a_run_tells_its_calls_and_no_secrets() -> None:
    """The kernel is never given names and numbers; whatever else it is given, only its references are told."""
    store, stream = MemoryStore(manifest()), io.StringIO()
    configure_logs("json", stream)
    run_a_while(store, 0.5, observers=[log_entry])
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    placed = [
        effect for record in store.records for effect in decode_effects(record) if isinstance(effect, f.PlaceCall)
    ]
    told = [line for line in lines if line["event"] == "call placed"]
    assert [line["call"] for line in told] == [effect.call for effect in placed]
    assert all(line["number"] == f"p{int(line['call'].split('/')[1][1:]) % 29}/0" for line in told[:10])
    fields = {name for line in lines for name in line}
    assert fields <= {
        "agent", "call", "campaign", "disposition", "event", "lead", "level", "number", "permanent", "recovered",
        "rules", "segment", "timestamp",
    }  # fmt: skip
    assert scenario.PERSONS - 1 == 29


def test_metrics_count_what_the_journal_holds() -> None:
    store, registry = MemoryStore(manifest()), CollectorRegistry()
    metrics = Metrics(registry)
    engine = run_a_while(store, 1.0, observers=[metrics.take])
    effects = [effect for record in store.records for effect in decode_effects(record)]
    closed = Counter(effect.disposition for effect in effects if isinstance(effect, f.CloseAttempt))
    placed = sum(isinstance(effect, f.PlaceCall) for effect in effects)
    denied = Counter(reason.rule for effect in effects if isinstance(effect, f.Defer) for reason in effect.reasons)
    bridged = [
        effect for effect in effects if isinstance(effect, f.CloseAttempt) and effect.bridged_ns and effect.answered_ns
    ]
    value = registry.get_sample_value
    label = {"campaign": "ratio"}
    assert value("paceline_entries_total") == len(store.records) > 100
    assert value("paceline_calls_placed_total", label) == placed > 10
    persons = [
        effect
        for effect in effects
        if isinstance(effect, f.CloseAttempt) and effect.answered_ns and effect.disposition != "machine"
    ]
    assert value("paceline_calls_answered_total", label) == len(persons) > 0
    for disposition, count in closed.items():
        assert value("paceline_attempts_closed_total", label | {"disposition": disposition}) == count
    for rule, count in denied.items():
        assert value("paceline_contacts_denied_total", {"rule": rule}) == count
    assert value("paceline_calls", label) == placed - sum(closed.values()) == len(engine.kernel.calls)
    assert value("paceline_answer_to_bridge_seconds_count", label) == len(bridged) > 0
    states = Counter(agent.state for agent in engine.kernel.view.agents.values())
    for state, count in states.items():
        assert value("paceline_agents", {"state": state}) == count
    assert sum(value("paceline_agents", {"state": state}) or 0 for state in states) == 12


def test_every_event_can_be_told() -> None:
    """No event or effect makes the log fail, and requests and warnings are told."""
    entries = [
        (e.DrainRequested(1), ()),
        (e.HangUpAllRequested(1), ()),
        (e.CampaignPauseRequested(1, "c"), ()),
        (e.CampaignResumeRequested(1, "c"), ()),
        (e.PortChanged(1, "telephony", up=False), ()),
        (e.SuppressionAdded(1, "person", "p1", "letter"), ()),
        (e.ContactReceived(1, "p1", "a1", "voice", "conversation"), ()),
        (e.ConsentGiven(1, "p1", "hours", "recording 7"), ()),
        (e.ConsentWithdrawn(1, "p1", "hours"), ()),
        (e.CallEnded(1, "c/l/1", "busy"), (f.PlayMessage("c/l/1", "m", "safe_harbour"),)),
    ]
    told = [json.loads(line)["event"] for line in lines_of("json", *entries).splitlines()]
    assert told == [
        "draining", "hanging up all calls", "campaign paused", "campaign resumed", "port changed", "suppressed",
        "contact received", "consent given", "consent withdrawn", "call abandoned",
    ]  # fmt: skip
