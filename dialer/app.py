"""The composition root: from a configuration to a running engine."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, assert_never

import msgspec
import structlog
from prometheus_client import CollectorRegistry, start_http_server

from adapters.intents.http import HttpIntents, HttpIntentsSection
from adapters.journal.sqlite import SqliteJournal
from adapters.leads.file.client import Portfolio
from adapters.leads.file.fields import AccountFacts, AccountFields
from adapters.presence.mqtt.client import MqttPresence
from adapters.presence.mqtt.config import MqttSection
from adapters.speech import prompts, unspoken
from adapters.telephony.asterisk import AsteriskSection, AsteriskTelephony
from adapters.telephony.freeswitch import FreeswitchSection, FreeswitchTelephony
from dialer.config import EmbeddedSection, RunConfig, to_settings
from dialer.core.errors import PortError
from dialer.core.kernel import Kernel
from dialer.core.settings import RunSettings
from dialer.insight.tally import Tally
from dialer.journal.entry import decode_effects, decode_event
from dialer.journal.manifest import Manifest
from dialer.leads import Leads, load_leads
from dialer.ports.clock import Clock
from dialer.ports.intents import Intents
from dialer.ports.leads import AddressBook
from dialer.ports.presence import Presence
from dialer.ports.telephony import Telephony
from dialer.runtime import learned
from dialer.runtime.clock import RealClock, today
from dialer.runtime.control import ControlSocket
from dialer.runtime.driver import Observer, commit_in_thread
from dialer.runtime.engine import Engine
from dialer.runtime.notes import AnyNote, DoNotContact, Received, events_of, note_of
from dialer.runtime.pauses import short_pauses
from dialer.runtime.pops import KernelPops
from dialer.runtime.recovery import recover
from dialer.runtime.telemetry import Metrics, configure_logs, log_entry
from simulator.fake_ports import EmbeddedPresence, EmbeddedTelephony
from simulator.world.build import World, build, zones_of
from simulator.world.timeline import ClockTimeline
from strategies.compiled import CompiledStrategy
from strategies.errors import ConfigError
from strategies.flow.keywords import KeywordIntents

log = structlog.get_logger("paceline")


async def run(config: RunConfig, strategy: CompiledStrategy, version: str) -> Tally:
    """Run a configuration in real time until it is drained; return its figures.

    The first interrupt (Ctrl-C) drains, the second hangs up.

    Raises
    ------
    ConfigError
        When the portfolio or the rule packs cannot be used.
    JournalError
        When the journal cannot be opened or written, or belongs to another run.
    PortError
        When a port, the control socket or the metrics port cannot be opened.
    """
    configure_logs(config.logs.format)
    settings = to_settings(config, strategy)
    _check_sounds(config, settings)
    day = config.day or today(config.world.floor.tz)
    leads = load_leads(config, strategy, settings.rulebook.rules, day)
    log.info("portfolio planned", accounts=leads.portfolio.accounts, rejected=leads.portfolio.rejected, day=str(day))
    for rows in leads.rejected:
        log.warning("rows rejected", rejected=rows.rejected, explained_in=str(rows.rejected_file))
    with ExitStack() as held:
        store = _journal(config, settings, version)
        held.callback(store.close)
        settings = _as_begun(store, settings)
        began_ns = Manifest.decode(store.manifest).started_ns
        writer = held.enter_context(ThreadPoolExecutor(1, thread_name_prefix="journal"))
        recovered = recover(store, settings)
        clock = RealClock(recovered.last_ns)
        timeline = ClockTimeline(clock, config.world.grid_ns)
        intents = _intents(config, settings)
        world = build(config.world, settings, zones_of(lead for _, lead in leads), timeline, intents=intents)
        tally, registry = Tally(), CollectorRegistry()
        metrics = Metrics(registry)
        tell_past(store, tally.take, metrics.take)
        engine = Engine(
            recovered,
            store,
            commit_in_thread(store, writer),
            telephony(config, world, leads.portfolio.book, clock, intents),
            _presence(config, leads, world, recovered.kernel, clock, registry),
            clock,
            (tally.take, log_entry, metrics.take),
        )
        if config.metrics_port is not None:
            _serve_metrics(config.metrics_port, registry, held)
        control = ControlSocket(config.control_socket, _Control(engine, tally, settings, leads.portfolio).answer)
        await intents.start()
        await control.start()
        _drain_on_interrupt(engine)
        try:
            with short_pauses():
                await engine.run(leads, plan=str(day), wishes=lambda t_ns: leads.wishes(t_ns, began_ns))
        finally:
            await control.stop()
            await intents.stop()
        if config.learned is not None:
            _save_learned(config.learned, engine)
        return tally


def telephony(config: RunConfig, world: World, book: AddressBook, clock: Clock, intents: Intents) -> Telephony:
    """Return what carries the calls of a run."""
    match config.telephony:
        case EmbeddedSection():
            return EmbeddedTelephony(world, clock, config.telephony.ledger, config.telephony.transfers)
        case AsteriskSection():
            return AsteriskTelephony(config.telephony, book.number, clock, intents)
        case FreeswitchSection():
            return FreeswitchTelephony(config.telephony, book.number, clock)
        case _:
            assert_never(config.telephony)


def _check_sounds(config: RunConfig, settings: RunSettings) -> None:
    """Refuse to call anybody with texts that nobody has spoken yet."""
    if config.speech is None:
        return
    if missing := unspoken(config.speech, prompts(settings.flows.values())):
        message = f"{len(missing)} texts of call flows have no sound yet, such as {missing[0].file}"
        raise ConfigError(message, hint="let them be spoken by `paceline flow speak` and this run's file")


def _intents(config: RunConfig, settings: RunSettings) -> Intents:
    section = config.intents
    if isinstance(section, HttpIntentsSection):
        return HttpIntents(section, settings.flows)
    return KeywordIntents(settings.flows)


def _presence(
    config: RunConfig, leads: Leads, world: World, kernel: Kernel, clock: RealClock, registry: CollectorRegistry
) -> Presence:
    section = config.presence
    if not isinstance(section, MqttSection):
        return EmbeddedPresence(world)
    fields = AccountFields(leads.portfolio.database, section.show)
    facts = AccountFacts(leads.portfolio.database)
    return MqttPresence(section, clock, KernelPops(kernel, fields.of), facts, registry)


def _journal(config: RunConfig, settings: RunSettings, version: str) -> SqliteJournal:
    if config.journal.exists():
        return SqliteJournal.open(config.journal)
    started_ns = RealClock().now_ns()
    manifest = Manifest(version=version, started_ns=started_ns, settings=settings)
    return SqliteJournal.create(config.journal, manifest.encode())


def _as_begun(store: SqliteJournal, settings: RunSettings) -> RunSettings:
    """Return the settings with what the journal began with: it has learned more since than the file knows."""
    begun = Manifest.decode(store.manifest).settings
    known = sorted(begun.learned.campaigns) if begun.learned else []
    log.info("learned before", campaigns=known, sha256=begun.learned.sha256 if begun.learned else None)
    return msgspec.structs.replace(settings, learned=begun.learned)


def _save_learned(path: Path, engine: Engine) -> None:
    """The shift is over and done: what cannot be saved now costs the next one a slower morning, no more."""
    try:
        learned.write(path, engine.kernel)
    except OSError as error:
        log.error("what was learned could not be saved", file=str(path), error=error.strerror)


def tell_past(store: SqliteJournal, *observers: Observer) -> None:
    """Show the entries of the run so far, which began perhaps before this process, to whoever counts them."""
    for record in store.read():
        event, effects = decode_event(record), decode_effects(record)
        for observer in observers:
            observer(event, effects)


def _serve_metrics(port: int, registry: CollectorRegistry, held: ExitStack) -> None:
    try:
        server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
    except OSError as error:
        message = f"metrics_port {port} cannot be opened: {error.strerror}; name another one, or null for none"
        raise PortError(message, retryable=False) from error
    held.callback(thread.join)
    held.callback(server.server_close)
    held.callback(server.shutdown)


def _drain_on_interrupt(engine: Engine) -> None:
    interrupts = 0

    def interrupted() -> None:
        nonlocal interrupts
        interrupts += 1
        if interrupts == 1:
            log.info("draining: calls in progress finish; interrupt again to hang up")
            engine.drain()
        else:
            engine.hang_up_all()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, interrupted)


class _Control:
    """Answers the control socket."""

    def __init__(self, engine: Engine, tally: Tally, settings: RunSettings, portfolio: Portfolio) -> None:
        self._engine, self._tally, self._portfolio = engine, tally, portfolio
        self._campaigns = [campaign.id for campaign in settings.campaigns]

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out a request; `PortError` for one that cannot be met."""
        match request:
            case {"do": "status"}:
                return self._status()
            case {"do": "pause" | "resume" as what, "campaign": str(campaign)}:
                if campaign not in self._campaigns:
                    known = ", ".join(self._campaigns)
                    raise PortError(f"there is no campaign {campaign}; there is {known}", retryable=False)
                (self._engine.pause if what == "pause" else self._engine.resume)(campaign)
                return {"campaign": campaign, "done": what}
            case {"do": "drain"}:
                self._engine.drain()
                return {"done": "drain"}
            case {"do": "record"}:
                note = note_of(request)
                for event in events_of(note, self._portfolio.book.endpoints):
                    self._engine.take_down(event)
                return {"done": "record", "known": self._knows(note)}
            case _:
                raise PortError("ask for status, pause, resume, drain or record", retryable=False)

    def _knows(self, note: AnyNote) -> bool:
        match note:
            case DoNotContact(scope="account"):
                return self._portfolio.has_account(note.key)
            case DoNotContact(scope="number"):
                return note.key.startswith("+") or self._portfolio.has_person(note.key.rpartition("/")[0])
            case DoNotContact():
                return self._portfolio.has_person(note.key)
            case Received():
                return self._portfolio.has_person(note.person) and self._portfolio.has_account(note.account)
            case _:
                return self._portfolio.has_person(note.person)

    def _status(self) -> dict[str, Any]:
        state, totals = self._engine.kernel.view, self._tally.totals()
        agents: dict[str, int] = {}
        for agent in state.agents.values():
            agents[agent.state] = agents.get(agent.state, 0) + 1
        return {
            "now_ns": self._engine.now_ns,
            "draining": state.draining,
            "telephony_up": state.telephony_up,
            "agents": agents,
            "calls": len(state.calls),
            "nodes": msgspec.to_builtins(self._engine.nodes()),
            "campaigns": {
                name: {"paused": own.paused, "lines": own.lines, "waiting": len(own.waiting), "idle": len(own.idle)}
                for name, own in state.campaigns.items()
            },
            "contacts_per_agent_hour": totals.contacts_per_agent_hour,
            "occupancy_share": totals.occupancy_share,
            "abandon_share": totals.abandon_share,
        }
