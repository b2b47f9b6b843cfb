"""The compliance gate of a compiled floor: rules whose answers can be worked out beforehand, or kept in arrays.

Opening hours and holidays are cut into pieces of time, windows keep the instants of what they count. What else a
rulebook may hold is refused by `prepare`, never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.experimental import structref

from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings
from simulator.fast.records import REACHES
from simulator.fast.unsupported import Unsupported
from strategies.compliance.counters import Counted, counted
from strategies.compliance.judges import ALLOWED, NEVER, HolidaysJudge, HoursJudge, bounds_ns
from strategies.compliance.localtime import local_times
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import (
    ConsentNeeded,
    ContactRule,
    Duty,
    Frequency,
    Holidays,
    Hours,
    Lockout,
    Rolling,
    Rulebook,
    Setting,
)
from strategies.compliance.scope import binds
from strategies.compliance.windows import end_day, longest_ns, released_ns

_PIECES, _WINDOW, _ALWAYS = range(3)

_ROUNDS = 64
"""As in `strategies.compliance.gate`."""


class Rules(NamedTuple):
    """The rules, and what has happened. Kinds are sets of leads about which the same rules have a say.

    Attributes
    ----------
    rules : int64 array, shape (rules, 7)
        What sort, from when, until when, whether it may deny again by itself, and for a window its limit, its
        counter and how long it lasts at most.
    bound, bound_at : int64 array
        The rules of every kind, first those for all contacts, then those for what the person asked for.
    starts, values, at : int64 array
        Per rule and kind: from when on it gives which answer. For hours, until when it denies; for a window, when it
        lets go of an event of that time. ``at[rule, kind]`` is where they begin and end.
    keys : int64 array, shape (counters, endpoints)
        What a contact counts under.
    counts : int8 array, shape (counters, reaches)
        Whether a reach counts; `settled`: whether from the end of the contact on.
    times, room, held : int64 array
        By key, the instants of what counts, in order: from ``times[room[key]]``, ``held[key]`` of them.
    until_ns : int64 array, shape (1,)
        Whatever is later is all the same.
    """

    rules: np.ndarray
    bound: np.ndarray
    bound_at: np.ndarray
    starts: np.ndarray
    values: np.ndarray
    at: np.ndarray
    keys: np.ndarray
    counts: np.ndarray
    settled: np.ndarray
    times: np.ndarray
    room: np.ndarray
    held: np.ndarray
    until_ns: np.ndarray


@structref.register
class _RulesType(types.StructRef):
    pass


class RulesRef(structref.StructRefProxy):
    """`Rules` as compiled code hands them on."""


structref.define_proxy(RulesRef, _RulesType, list(Rules._fields))


@njit(cache=True)
def refer(parts: Rules) -> Any:
    """Return the rules by reference."""
    return RulesRef(
        parts.rules,
        parts.bound,
        parts.bound_at,
        parts.starts,
        parts.values,
        parts.at,
        parts.keys,
        parts.counts,
        parts.settled,
        parts.times,
        parts.room,
        parts.held,
        parts.until_ns,
    )


def prepare(
    rulebook: Rulebook, campaign: CampaignSettings, leads: Sequence[Lead], start_ns: int, until_ns: int
) -> tuple[Rules, list[int]]:
    """Return the rules for a campaign's leads, and the kind of every lead.

    A rule that has a say about a contact counts it too, so every counter counts every contact.

    Raises
    ------
    Unsupported
        For a rule that depends on what cannot be known beforehand.
    """
    kinds: dict[tuple[tuple[str, ...], tuple[str, ...]], Contact] = {}
    of_lead = []
    for lead in leads:
        kinds.setdefault((lead.zones, lead.places), _contact(campaign, lead))
        of_lead.append((lead.zones, lead.places))
    number = {kind: place for place, kind in enumerate(kinds)}
    known = (Hours, Holidays, Frequency, Lockout, ConsentNeeded)
    rules: list[ContactRule] = [
        rule
        for rule in rulebook.rules
        if not isinstance(rule, Setting | Duty)
        and not rule.warns
        and any(binds(rule, contact) for contact in kinds.values())
    ]
    unknown = sorted({f"{rule.id} ({type(rule).__name__})" for rule in rules if not isinstance(rule, known)})
    if unknown:
        raise Unsupported(f"rules such as {', '.join(unknown)}")
    counters = list(dict.fromkeys(counted(rule) for rule in rules if isinstance(rule, Frequency | Lockout)))
    starts, values, at = _tables(rules, list(kinds.values()), start_ns, until_ns)
    bound, bound_at = _bindings(rules, list(kinds.values()))
    keys, room, size = _keys(counters, campaign, leads)
    return Rules(
        np.array([_row(rule, counters) for rule in rules], np.int64).reshape(-1, 7),
        bound,
        bound_at,
        starts,
        values,
        at,
        keys,
        np.array([[reach in what.reaches for reach in REACHES] for what in counters], np.int8).reshape(
            -1, len(REACHES)
        ),
        np.array([what.moment == "settled" for what in counters], np.int8),
        np.zeros(size, np.int64),
        room,
        np.zeros(len(room), np.int64),
        np.array([until_ns], np.int64),
    ), [number[kind] for kind in of_lead]


def fresh(rules: Rules) -> Rules:
    """Return rules to which nothing has happened yet."""
    return rules._replace(times=np.zeros_like(rules.times), held=np.zeros_like(rules.held))


def _contact(campaign: CampaignSettings, lead: Lead, number: str = "", agreed: bool = False) -> Contact:
    return Contact(
        person=lead.person,
        account=lead.account,
        number=number,
        campaign=campaign.id,
        zones=lead.zones,
        places=lead.places,
        mode="robot" if campaign.robot_answers else "agent",
        purpose=campaign.purpose,
        agreed=agreed,
    )


def _row(rule: ContactRule, counters: list[Counted]) -> tuple[int, ...]:
    start_ns, end_ns = bounds_ns(rule)
    dated = start_ns > ALLOWED
    match rule:
        case Hours() | Holidays():
            return _PIECES, start_ns, end_ns, 1, 0, 0, 0
        case Frequency() | Lockout():
            limit = rule.limit if isinstance(rule, Frequency) else 1
            return _WINDOW, start_ns, end_ns, dated, limit, counters.index(counted(rule)), longest_ns(rule.window)
        case _:
            return _ALWAYS, start_ns, end_ns, 1, 0, 0, 0


def _bindings(rules: list[ContactRule], kinds: list[Contact]) -> tuple[np.ndarray, np.ndarray]:
    bound, ends = list[int](), [0]
    for contact in kinds:
        for agreed in (False, True):
            asked = Contact(**{name: getattr(contact, name) for name in contact.__struct_fields__} | {"agreed": agreed})
            bound += [place for place, rule in enumerate(rules) if binds(rule, asked)]
            ends.append(len(bound))
    return np.array(bound or [0], np.int64), np.array(ends, np.int64)


def _tables(
    rules: list[ContactRule], kinds: list[Contact], start_ns: int, until_ns: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    starts, values = list[int](), list[int]()
    at = np.zeros((max(1, len(rules)), max(1, len(kinds)), 2), np.int64)
    for place, rule in enumerate(rules):
        tables: dict[tuple[str, ...], tuple[int, int]] = {}
        for kind, contact in enumerate(kinds):
            if contact.zones not in tables:
                first = len(starts)
                for start, value in _pieces(rule, contact, start_ns, until_ns):
                    starts.append(start)
                    values.append(value)
                tables[contact.zones] = first, len(starts)
            at[place, kind] = tables[contact.zones]
    return np.array(starts or [0], np.int64), np.array(values or [0], np.int64), at


def _pieces(rule: ContactRule, contact: Contact, start_ns: int, until_ns: int) -> list[tuple[int, int]]:
    """Return from when on a rule gives which answer about contacts in these zones."""
    pieces = list[tuple[int, int]]()
    t_ns = start_ns
    if isinstance(rule, Hours | Holidays):
        judge = HoursJudge(rule) if isinstance(rule, Hours) else HolidaysJudge(rule)
        while t_ns <= until_ns:
            _, end_ns, value = judge.piece(contact.zones, t_ns)
            pieces.append((t_ns, value))
            t_ns = end_ns
    elif isinstance(rule, Frequency | Lockout) and not isinstance(rule.window, Rolling):
        named = (rule.window.zone,) if rule.window.zone else None
        clocks, ends = local_times(named or contact.zones), end_day(rule.window)
        if clocks is None:
            return pieces  # lets go after its longest time, as a rolling one
        while t_ns <= until_ns:
            pieces.append((t_ns, released_ns(clocks, ends, t_ns)))
            t_ns = min(clock.midnight(clock.day(t_ns) + 1) for clock in clocks)
    return pieces


def _keys(
    counters: list[Counted], campaign: CampaignSettings, leads: Sequence[Lead]
) -> tuple[np.ndarray, np.ndarray, int]:
    """Return by counter and endpoint the key that a contact counts under, and where the instants of each key lie."""
    numbers: dict[tuple[int, object], int] = {}
    rows, sizes = list[list[int]](), list[int]()
    for place, what in enumerate(counters):
        row = list[int]()
        for lead in leads:
            own = set[int]()
            for endpoint in lead.endpoints:
                contact = _contact(campaign, lead, endpoint)
                key = numbers.setdefault((place, tuple(getattr(contact, scope) for scope in what.key)), len(numbers))
                if key == len(sizes):
                    sizes.append(0)
                row.append(key)
                own.add(key)
            for key in own:
                sizes[key] += campaign.max_attempts + 1
        rows.append(row)
    endpoints = sum(len(lead.endpoints) for lead in leads)
    room = np.zeros(max(1, len(sizes)), np.int64)
    np.cumsum(sizes[:-1], out=room[1:])
    return np.array(rows, np.int64).reshape(len(counters), endpoints), room, max(1, sum(sizes))


@njit(cache=True)
def _answer(rules: Rules, rule: int, kind: int, t_ns: int) -> int:
    """Return the answer that a table gives for `t_ns`."""
    first, end = rules.at[rule, kind, 0], rules.at[rule, kind, 1]
    place = np.searchsorted(rules.starts[first:end], t_ns, side="right") - 1
    return rules.values[first + max(place, 0)]


@njit(cache=True)
def _until(rules: Rules, rule: int, kind: int, endpoint: int, t_ns: int) -> int:
    """Return the first instant after `t_ns` at which a rule no longer denies, `ALLOWED` or `NEVER`."""
    row = rules.rules[rule]
    if row[0] == _ALWAYS:
        return NEVER
    if row[0] == _PIECES:
        return _answer(rules, rule, kind, t_ns)
    key = rules.keys[row[5], endpoint]
    if rules.held[key] < row[4]:
        return ALLOWED
    event = rules.times[rules.room[key] + rules.held[key] - row[4]]
    release = event + row[6]
    if t_ns >= release:
        return ALLOWED
    if rules.at[rule, kind, 0] < rules.at[rule, kind, 1]:
        release = _answer(rules, rule, kind, event)
    return release if t_ns < release else ALLOWED


@njit(cache=True)
def denied_until(rules: Rules, kind: int, agreed: bool, endpoint: int, t_ns: int) -> int:
    """Return `ALLOWED` when a contact may be made now, else when it may first be made, or `NEVER`."""
    first, end = rules.bound_at[2 * kind + agreed], rules.bound_at[2 * kind + agreed + 1]
    until_ns = ALLOWED
    for place in range(first, end):
        row = rules.rules[rules.bound[place]]
        if row[1] <= t_ns < row[2]:
            own_ns = _until(rules, rules.bound[place], kind, endpoint, t_ns)
            if own_ns != ALLOWED:
                own_ns = min(own_ns, row[2])
            until_ns = max(until_ns, own_ns)
    if until_ns == ALLOWED:
        return ALLOWED
    for _ in range(_ROUNDS):
        if until_ns == NEVER or until_ns > rules.until_ns[0]:
            return until_ns
        t_ns = until_ns
        until_ns = ALLOWED
        for place in range(first, end):
            row = rules.rules[rules.bound[place]]
            if row[3] != 0 and row[1] <= t_ns < row[2]:
                own_ns = _until(rules, rules.bound[place], kind, endpoint, t_ns)
                if own_ns > until_ns:
                    until_ns = max(until_ns, min(own_ns, row[2]))
        if until_ns == ALLOWED:
            return t_ns
    return NEVER


@njit(cache=True)
def reserve(rules: Rules, endpoint: int, t_ns: int) -> None:
    """Count a contact that begins."""
    for counter in range(rules.keys.shape[0]):
        key = rules.keys[counter, endpoint]
        rules.times[rules.room[key] + rules.held[key]] = t_ns
        rules.held[key] += 1


@njit(cache=True)
def settle(rules: Rules, endpoint: int, reserved_ns: int, reach: int, t_ns: int) -> None:
    """Keep what was reserved, or take it back if this reach does not count."""
    for counter in range(rules.keys.shape[0]):
        counts = rules.counts[counter, reach] != 0
        if counts and rules.settled[counter] == 0:
            continue
        key = rules.keys[counter, endpoint]
        first, end = rules.room[key], rules.room[key] + rules.held[key]
        place = first
        while place < end and rules.times[place] < reserved_ns:
            place += 1
        if place < end and rules.times[place] == reserved_ns:
            rules.times[place : end - 1] = rules.times[place + 1 : end]
            end -= 1
        if counts:
            rules.times[end] = t_ns
            end += 1
        rules.held[key] = end - first
