"""From the settings of a run to the arrays of a compiled floor; what cannot be compiled is refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from math import log
from typing import NamedTuple

import msgspec
import numpy as np

from dialer.core.hours import open_span
from dialer.core.lead import Lead
from dialer.core.rng import uniform
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.core.state import CARRIER_SILENCE_S, MakePacer
from dialer.core.units import NS_PER_S, ns
from pacing import Pacer
from pacing.compiled import Compiled
from simulator.fast import draws, laws, rules, scripts
from simulator.fast.records import (
    AGENT_RECORD,
    AGENT_STATES,
    CALL_RECORD,
    DISPOSITION,
    FLOOR_RECORD,
    LEAD_RECORD,
    LEAD_STATES,
    NONE,
    PERSON_RECORD,
    SETTINGS_RECORD,
)
from simulator.fast.scripts import Scripts
from simulator.fast.sim import MINUTE_NS, PART_NS, STREAMS, People, Sim
from simulator.fast.unsupported import Unsupported
from simulator.world.build import zones_of
from simulator.world.floor import shift_on
from simulator.world.laws import Lognormal, log_spread
from simulator.world.people import local_hour
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.localtime import hour_of_week

_GOING_HOME = "end_of_shift"
_MOST_ENDPOINTS = 62

_RUN = frozenset(("campaigns", "rulebook", "learned", "scripts", "flags"))
_CAMPAIGN = frozenset(
    (
        *("id", "mode", "pool", "priority", "lines", "calls_per_s", "lines_per_agent", "abandon_limit_share"),
        *("abandon_share_of", "abandon_window_s", "abandon_windows", "shift_s", "abandon_clock"),
        *("detection_false_positive_share", "answer_grace_s", "ring_timeout_s", "wrap_limit_s", "offer_timeout_s"),
        *("skip_delay_s", "hours", "zone", "transfer_share", "robot_s", "max_attempts", "redial", "safe_harbour"),
        *("robot_message", "whisper", "purpose", "strategy", "steps"),
    )
)
_LEAD = frozenset(
    ("id", "person", "account", "segment", "priority", "endpoints", "zones", "answer_share", "places", "step")
)
"""What is known here of a run, a campaign and a lead; what else is set is refused."""


class Plan(NamedTuple):
    """What all days of a run have in common, whatever the seed.

    Attributes
    ----------
    run, campaign, world, leads
        What it is made from; every lead once.
    persons, segments : tuple of str
        Those of the leads, the empty segment first.
    calls : int
        Most calls that there can be.
    leads_at_first, persons_at_first : record array
        Before anything has happened.
    settings, people, rules, endpoints, spans, redial, scripts
        As in `simulator.fast.sim.Sim`; `numbers` is how many numbers there are, `wishes` the names of the wishes.
    names : tuple of Names
        Of leads, persons, numbers and agents.
    start_ns, drain_ns, until_ns : int
        When it begins, launches nothing more, and ends.
    """

    run: RunSettings
    campaign: CampaignSettings
    world: WorldSettings
    leads: tuple[Lead, ...]
    persons: tuple[str, ...]
    segments: tuple[str, ...]
    calls: int
    leads_at_first: np.ndarray
    persons_at_first: np.ndarray
    settings: np.ndarray
    people: People
    rules: rules.Rules
    names: tuple[draws.Names, ...]
    endpoints: np.ndarray
    numbers: int
    spans: np.ndarray
    redial: np.ndarray
    scripts: Scripts
    wishes: tuple[str, ...]
    start_ns: int
    drain_ns: int
    until_ns: int


def refuse(run: RunSettings, world: WorldSettings) -> CampaignSettings:
    """Return the only campaign of a run; `Unsupported` for what the fast path cannot simulate."""
    if len(run.campaigns) != 1:
        raise Unsupported(f"{len(run.campaigns)} campaigns in one run")
    (campaign,) = run.campaigns
    if campaign.abandon_windows != "successive":
        raise Unsupported("abandon_windows: rolling")
    for what, struct, known in (("a run", run, _RUN), ("a campaign", campaign, _CAMPAIGN)):
        _refuse_unknown(what, struct, known)
    if campaign.mode == "preview":
        raise Unsupported("mode: preview")
    if world.grid_s >= CARRIER_SILENCE_S:
        raise Unsupported(f"a grid_s of {CARRIER_SILENCE_S:g} or more")
    return campaign


def _refuse_unknown(what: str, struct: msgspec.Struct, known: frozenset[str]) -> None:
    """Refuse whatever was set of which nothing is known here."""
    for name, default in _defaults(type(struct)):
        if name not in known and getattr(struct, name) != default:
            raise Unsupported(f"`{name}` of {what}")


@cache
def _defaults(kind: type[msgspec.Struct]) -> tuple[tuple[str, object], ...]:
    """Return the fields that need not be set, with what they are then; asked for each lead, and slow to find out."""
    return tuple(
        (field.name, field.default if field.default is not msgspec.NODEFAULT else field.default_factory())
        for field in msgspec.structs.fields(kind)
        if not field.required
    )


def plan(
    run: RunSettings,
    world: WorldSettings,
    leads: Iterable[tuple[str, Lead]],
    start_ns: int,
    until_ns: int,
    drain_ns: int,
) -> Plan:
    """Prepare a run.

    Raises
    ------
    Unsupported
        For what the fast path cannot simulate exactly.
    """
    campaign = refuse(run, world)
    own = tuple({lead.id: lead for _, lead in reversed(list(leads))}.values())[::-1]
    for lead in own:
        _refuse_unknown("a lead", lead, _LEAD)
        if "/" in lead.id:
            raise Unsupported("a slash in the name of a lead")
        if not 0 < len(lead.endpoints) <= _MOST_ENDPOINTS:
            raise Unsupported(f"a lead with {len(lead.endpoints)} numbers")
    persons = tuple(dict.fromkeys(lead.person for lead in own))
    segments = tuple(dict.fromkeys(("", *(lead.segment for lead in own))))
    numbers = tuple(dict.fromkeys(number for lead in own for number in lead.endpoints))
    made, kinds = rules.prepare(run.rulebook, campaign, own, start_ns, until_ns)
    zones = zones_of(own)
    rows: dict[tuple[str, str], int] = {}
    of_person = [rows.setdefault(("person", zones.get(person, "UTC")), len(rows)) for person in persons]
    of_lead = [_hours_row(rows, lead) for lead in own]
    records = _leads(own, persons, segments, kinds, of_lead)
    steps = scripts.rows_of(campaign)
    records["step"] = [steps.get(lead.step, 0) for lead in own]
    people_at_first = np.zeros(len(persons), PERSON_RECORD)
    people_at_first["reach"], people_at_first["call"], people_at_first["zone"] = -1.0, NONE, of_person
    place = {number: at for at, number in enumerate(numbers)}
    seconds = (until_ns - start_ns) / NS_PER_S
    most = min(len(own) * max(1, campaign.max_attempts), int(campaign.calls_per_s * (seconds + 2.0)) + 2)
    wishes = tuple(dict.fromkeys(("", *(pause.name for pause in world.floor.breaks), _GOING_HOME)))
    agent_names = _agents(campaign, world.floor)
    return Plan(
        run,
        campaign,
        world,
        own,
        persons,
        segments,
        max(1, most),
        records,
        people_at_first,
        _settings(campaign, world, wishes, start_ns),
        _people(world, segments, rows, start_ns, until_ns),
        made,
        tuple(map(draws.names, ([lead.id for lead in own], persons, numbers, agent_names))),
        np.array([place[number] for lead in own for number in lead.endpoints], np.int64),
        len(numbers),
        _spans(campaign, start_ns, until_ns),
        scripts.redial(campaign),
        scripts.make(campaign, run, list(world.people.outcomes)),
        wishes,
        start_ns,
        drain_ns,
        until_ns,
    )


def begin(plan: Plan, seed: int, pacer: Compiled, room: int) -> Sim:
    """Return the floor of one seed, before anything has happened; `room` is that of its heaps."""
    world = plan.world.model_copy(update={"seed": seed})
    names = _agents(plan.campaign, world.floor)
    agents = np.zeros(len(names), AGENT_RECORD)
    for field in ("leaves_ns", "wrap_due_ns", "call", "last_talk", "wraps", "before", "after"):
        agents[field] = NONE
    agents["state"] = agents["desk"] = AGENT_STATES["offline"]
    agents["since_ns"] = plan.start_ns
    for order, place in enumerate(sorted(range(len(names)), key=names.__getitem__)):
        agents[place]["order"] = order
    agents["slowness"] = [log_spread(uniform(seed, "speed", name), world.floor.speed_sigma) for name in names]
    floor = np.zeros(1, FLOOR_RECORD)
    floor["now_ns"] = floor["start_ns"] = plan.start_ns
    floor["until_ns"], floor["grid_ns"] = plan.until_ns, world.grid_ns
    for field in ("due_ns", "pace_ns", "sweep_ns", "idle_first", "idle_last", "waiting_first", "waiting_last"):
        floor[field] = NONE
    floor["first"] = floor["last"] = NONE
    lengths = {pause.name: ns(pause.length_s) for pause in world.floor.breaks}
    # A name, and behind another separator perhaps the state of a script.
    longest = max(map(draws.longest, plan.names)) + 1 + draws.longest(plan.scripts.names)
    leads = len(plan.leads)
    return Sim(
        floor=floor,
        settings=plan.settings,
        calls=np.zeros(plan.calls, CALL_RECORD),
        agents=agents,
        leads=plan.leads_at_first.copy(),
        persons=plan.persons_at_first.copy(),
        endpoints=plan.endpoints,
        useless=np.full(plan.numbers, NONE, np.int8),
        tally=np.zeros((leads, len(DISPOSITION)), np.int16),
        ready=np.zeros((leads + 1, 2), np.int64),
        deferred=np.zeros((leads + 1, 2), np.int64),
        heap=np.zeros((room, 5), np.int64),
        facts=np.zeros((room, 5), np.int64),
        shifts=_shifts(world, names, plan.start_ns, plan.until_ns),
        break_ns=np.array([lengths.get(wish, NONE) for wish in plan.wishes], np.int64),
        break_wishes=np.array([plan.wishes.index(pause.name) for pause in world.floor.breaks] or [0], np.int64),
        spans=plan.spans,
        redial=plan.redial,
        scripts=plan.scripts,
        attempt_order=_text_order(max(1, plan.campaign.max_attempts) + 1),
        leaving=np.zeros((max(1, len(names)), 4)),
        minutes=np.zeros((-(-(plan.until_ns - plan.start_ns) // MINUTE_NS), len(AGENT_STATES)), np.int64),
        people=plan.people,
        rules=rules.fresh(plan.rules),
        pacer=pacer,
        draws=draws.make(seed, STREAMS, longest),
        lead_names=plan.names[0],
        person_names=plan.names[1],
        number_names=plan.names[2],
        agent_names=plan.names[3],
    )


def make_pacer(plan: Plan, build: MakePacer) -> Pacer:
    """Return the pacer of the campaign, with what a former run has learned."""
    pacer = build(plan.campaign)
    if plan.run.learned is not None and plan.campaign.id in plan.run.learned.campaigns:
        pacer.begin(plan.run.learned.campaigns[plan.campaign.id])
    return pacer


def _agents(campaign: CampaignSettings, floor: FloorSettings) -> list[str]:
    return [f"a{number:02d}" for number in range(1, floor.agents + 1)] if campaign.mode != "robot" else []


def _hours_row(rows: dict[tuple[str, str], int], lead: Lead) -> int:
    if hour_of_week(lead.zones, 0) < 0:
        return NONE
    return rows.setdefault(("lead", lead.zones[0]), len(rows))


def _leads(
    leads: Sequence[Lead], persons: Sequence[str], segments: Sequence[str], kinds: list[int], hours: list[int]
) -> np.ndarray:
    records = np.zeros(len(leads), LEAD_RECORD)
    person = {name: place for place, name in enumerate(persons)}
    segment = {name: place for place, name in enumerate(segments)}
    records["answer_share"] = [lead.answer_share for lead in leads]
    records["person"] = [person[lead.person] for lead in leads]
    records["segment"] = [segment[lead.segment] for lead in leads]
    records["priority"] = [lead.priority for lead in leads]
    records["endpoints"] = [len(lead.endpoints) for lead in leads]
    records["first_endpoint"] = np.cumsum(records["endpoints"]) - records["endpoints"]
    records["kind"], records["hours"] = kinds, hours
    records["state"] = LEAD_STATES["queued"]
    # A call's name goes on with a slash behind the lead's.
    names = [f"{lead.id}/" for lead in leads]
    records["order"][sorted(range(len(leads)), key=names.__getitem__)] = np.arange(len(leads))
    return records


def _settings(campaign: CampaignSettings, world: WorldSettings, wishes: Sequence[str], start_ns: int) -> np.ndarray:
    people, carrier = world.people, world.carrier
    best = max(people.answer_share_by_hour)
    record = np.zeros(1, SETTINGS_RECORD)
    for field, value in {
        "lines": campaign.lines,
        "ring_timeout_ns": ns(campaign.ring_timeout_s),
        "expect_ns": ns(campaign.ring_timeout_s + CARRIER_SILENCE_S),
        "grace_ns": ns(campaign.answer_grace_s),
        "wrap_limit_ns": ns(campaign.wrap_limit_s),
        "horizon_ns": ns(campaign.horizon_s),
        "horizon_s": campaign.horizon_s,
        "max_attempts": campaign.max_attempts,
        "progressive": campaign.mode == "progressive",
        "robot": campaign.robot_answers,
        "robot_then_human": campaign.mode == "robot_then_human",
        "greeting_end": campaign.abandon_clock == "greeting_end",
        "announce_ns": ns(world.floor.announce_s),
        "going_home": wishes.index(_GOING_HOME),
        "breaks": len(world.floor.breaks),
        "patience": people.patience is not None,
        "detection": carrier.detection is not None,
        "taken_for_machine_share": carrier.taken_for_machine_share,
        "not_in_service_share": carrier.not_in_service_share,
        "congestion_share": carrier.congestion_share,
        "best_share": best,
        "reach": people.reachability_concentration is not None and 0 < best < 1,
        "transfer_share": people.transfer_share,
        "first_part": start_ns // PART_NS,
    }.items():
        record[field] = value
    return record


def _people(
    world: WorldSettings, segments: Sequence[str], rows: dict[tuple[str, str], int], start_ns: int, until_ns: int
) -> People:
    people, carrier, floor = world.people, world.carrier, world.floor
    best = max(people.answer_share_by_hour)
    promise = Lognormal(mu=log(people.promise_median_cents), sigma=people.promise_sigma)
    outcomes = people.outcomes
    table = np.zeros(1)
    if people.reachability_concentration is not None and 0 < best < 1:
        table = laws.beta_table(best, people.reachability_concentration)
    shares = (people.machine_share, people.busy_share, people.rejected_share)
    return People(
        laws.make(
            [
                *(people.ring, people.machine_ring, carrier.set_up, carrier.message, carrier.detection),
                *(people.patience, people.robot_talk, people.callback_after, promise, floor.settle, floor.wrap),
                *(outcome.talk for outcome in outcomes.values()),
            ]
        ),
        table,
        np.array([share / (best or 1.0) for share in people.answer_share_by_hour]),
        np.array([people.segment_factor.get(segment, 1.0) for segment in segments]),
        np.array(people.weekday_factor),
        _hours(rows, start_ns, until_ns),
        np.cumsum([*shares, 1.0 - people.machine_share - people.busy_share - people.rejected_share])[:-1],
        np.cumsum([outcome.share for outcome in outcomes.values()])[:-1],
        np.array([DISPOSITION[name] for name in outcomes], np.int64),
    )


def _person_hour(zone: str, part: int) -> int:
    weekday, hour = local_hour(zone, part)
    return 24 * weekday + hour


def _hours(rows: dict[tuple[str, str], int], start_ns: int, until_ns: int) -> np.ndarray:
    parts = range(start_ns // PART_NS, until_ns // PART_NS + 1)
    return np.array(
        [
            [_person_hour(zone, part) if whose == "person" else hour_of_week((zone,), part * PART_NS) for part in parts]
            for whose, zone in rows
        ]
        or [[0] * len(parts)],
        np.int64,
    )


def _spans(campaign: CampaignSettings, start_ns: int, until_ns: int) -> np.ndarray:
    spans, t_ns = list[tuple[int, int]](), start_ns
    while campaign.hours and t_ns <= until_ns:
        span = open_span(campaign, t_ns)
        assert span is not None
        spans.append(span)
        t_ns = span[1]
    return np.array(spans, np.int64).reshape(-1, 2)


def _text_order(size: int) -> np.ndarray:
    order = np.zeros(size, np.int64)
    order[sorted(range(size), key=str)] = np.arange(size)
    return order


def _shifts(world: WorldSettings, names: Sequence[str], start_ns: int, until_ns: int) -> np.ndarray:
    """Return when every agent comes, takes breaks and goes, as `simulator.world.floor` draws it."""
    floor, seed = world.floor, world.seed
    days = list(_days(floor, start_ns, until_ns))
    table = np.zeros((len(names), len(days), len(floor.breaks) + 2), np.int64)
    for agent, name in enumerate(names):
        for at, (day, begin_ns, end_ns) in enumerate(days):
            come_ns = begin_ns + ns(floor.log_in_spread_s * uniform(seed, "log_in", name, day))
            breaks = [
                begin_ns + ns(pause.after_s + pause.spread_s * uniform(seed, "break", name, day, pause.name))
                for pause in floor.breaks
            ]
            table[agent, at] = (come_ns, *breaks, end_ns)
    return table


def _days(floor: FloorSettings, start_ns: int, until_ns: int) -> Iterator[tuple[object, int, int]]:
    day = datetime.fromtimestamp(start_ns // NS_PER_S, UTC).astimezone(floor.tz).date()
    while True:
        begin_ns, end_ns = shift_on(floor, day)
        if begin_ns >= until_ns:
            return
        if start_ns < end_ns:
            yield day, begin_ns, end_ns
        day += timedelta(days=1)
