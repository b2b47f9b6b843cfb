"""The gate's verdict on millions of contacts at one instant, by columns.

Three things are looked up and compared: what hours and holidays say of a set of zones
(`strategies.planning.zones`), the event that each cap and lockout looks at (`strategies.planning.history`), and
the do-not-contact list. A set of places comes down to a law: which places' rules bind there. A contact
that cannot be decided so is marked, and the gate itself is asked (`strategies.planning.gate`):

- a rule denies and the person has given some consent, which may lift it;
- a rule counts days in vain (`LastResort`);
- a cap or lockout denies and the end of that depends on one that is not in force yet, or on holidays
  more than `FARTHEST_NS` ahead.

The verdict and the instant of its end are the gate's own; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import msgspec

from strategies.compliance.gate import SUPPRESSION, SUPPRESSION_SCOPES
from strategies.compliance.judges import ALLOWED, NEVER, bounds_ns
from strategies.compliance.localtime import NS_PER_DAY
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import (
    ConsentNeeded,
    ContactRule,
    Duty,
    Frequency,
    Holidays,
    Hours,
    LastResort,
    Lockout,
    Rolling,
    Rule,
    Setting,
)
from strategies.compliance.scope import binds, covers
from strategies.compliance.whereabouts import Whereabouts
from strategies.compliance.windows import longest_ns
from strategies.planning.history import KEYS, events_of, latest_events, oldest_ns
from strategies.planning.zones import CalendarWindow, Openings, Steps, Zones, releases

FARTHEST_NS = 180 * NS_PER_DAY
"""How far ahead openings are looked up; nobody is far from the year's published holidays then."""


class Kind(msgspec.Struct, frozen=True):
    """Contacts that the same rules are about.

    `contact` is an example, whose ids, zones and places do not count; `window` are hours of its own, which
    bind it like a rule.
    """

    contact: Contact
    window: Hours | None = None

    def rules(self, rules: Sequence[Rule], places: tuple[str, ...] = ()) -> tuple[ContactRule, ...]:
        """Return what may deny such a contact with somebody who may be in `places`; empty: not known."""
        bound = (rule for rule in rules if not isinstance(rule, Setting | Duty) and not rule.warns)
        own = () if self.window is None else (self.window,)
        contact = msgspec.structs.replace(self.contact, places=places)
        return (*(rule for rule in bound if binds(rule, contact)), *own)


class Verdicts:
    """Verdicts on contacts at one instant.

    Parameters
    ----------
    database : duckdb.DuckDBPyConnection
        Has the tables ``history`` (`strategies.planning.history`), ``suppressed`` (scope, key, channel) and
        ``consent`` (person_id, and more for the gate).
    rules : sequence of Rule
        The rulebook's.
    kinds : sequence of Kind
        What is planned.
    where : collection of Whereabouts
        Every set of zones with every set of places that occurs beside it.
    at_ns : int
        The instant.
    """

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        rules: Sequence[Rule],
        kinds: Sequence[Kind],
        where: Collection[Whereabouts],
        at_ns: int,
    ) -> None:
        self._database, self._kinds, self._at_ns = database, kinds, at_ns
        self._rules: list[ContactRule] = list(dict.fromkeys(rule for kind in kinds for rule in kind.rules(rules)))
        self._laws = self._laws_of(dict.fromkeys(places for _, places in where))
        self._bound = {
            (number, law): [self._rules.index(rule) for rule in kind.rules(rules, places)]
            for number, kind in enumerate(kinds)
            for places, law in {law: (places, law) for places, law in self._laws.items()}.values()
        }
        self.rule_ids = [rule.id for rule in self._rules]
        self._events = events_of(self._rules)
        self._windows = self._calendar_windows()
        latest_events(database, self._events.values(), at_ns)
        oldest = oldest_ns(database)
        self._oldest_ns = at_ns if oldest is None else oldest
        self._make_zone_tables(where)
        ((self._suppresses,),) = database.execute("SELECT count(*) > 0 FROM suppressed").fetchall()

    def sql(self, contacts: str) -> str:
        """Return a query over the relation `contacts` with its columns and the verdict.

        `contacts` has ``kind`` (an index; NULL is no contact and is not judged), ``person_id``, ``account_id``,
        ``number``, ``campaign``, ``zones``, ``places`` and ``about`` (see `Contact.about`; NULL is empty). Added are
        ``rule``, the id of the rule that denies longest, empty when none does; ``until_ns``, the instant at which all
        rules allow, NULL when that is now or not known; and ``asks_gate``.
        """
        events = self._events
        tables = dict.fromkeys(event.table for event in events.values())
        keys = {event.table: [KEYS[scope] for scope in event.what.key] for event in events.values()}
        seen = [f"CASE WHEN {e.table}.{e.column} >= zone.since_{i} THEN {e.table}.{e.column} END AS {e.column}"
                for i, e in events.items()]  # fmt: skip
        joins = [
            f"LEFT JOIN {table} ON {' AND '.join(f'{table}.{key} = contact.{key}' for key in keys[table])}"
            for table in tables
        ]
        some_event = f"coalesce({', '.join([e.column for e in events.values()])}, NULL)" if events else "NULL"
        untils = [f"until_{index}" for index in events]
        windows_until = f"greatest({', '.join(untils)}, NULL)" if untils else "NULL::BIGINT"
        window_rule = " ".join(f"WHEN windows_until = until_{i} THEN '{self.rule_ids[i]}'" for i in events)
        return f"""
            WITH seen AS (
                SELECT contact.*, law.law, zone.zone_row, zone.rule AS zone_rule, zone.until_ns AS zone_until,
                    zone.opening,
                    {self._suppressed()} AS is_suppressed, consenting.person_id IS NOT NULL AS consents
                    {"".join(f", {column}" for column in seen)}
                FROM {contacts} AS contact
                LEFT JOIN law ON law.places = contact.places
                LEFT JOIN zone_rule AS zone
                    ON zone.kind = contact.kind AND zone.zones = contact.zones AND zone.law = law.law
                LEFT JOIN (SELECT DISTINCT person_id FROM consent) AS consenting
                    ON consenting.person_id = contact.person_id
                {" ".join(joins)}
            ), released AS (
                SELECT seen.*, step.ahead{"".join(f", {self._release(index)} AS until_{index}" for index in events)}
                FROM seen LEFT JOIN zone_step AS step
                    ON step.zone_row = CASE WHEN {some_event} IS NOT NULL THEN seen.zone_row END
            ), waiting AS (
                SELECT *, {windows_until} AS windows_until FROM released
            ), reopening AS (
                SELECT *, CASE WHEN windows_until > opening THEN {_at("ahead", "windows_until")} END AS reopens
                FROM waiting
            ), judged AS (
                SELECT *, CASE
                    WHEN kind IS NOT NULL AND zone_row IS NULL THEN error('zones or places were not announced')
                    WHEN is_suppressed THEN '{SUPPRESSION}'
                    WHEN zone_until >= coalesce(windows_until, zone_until) THEN zone_rule
                    {window_rule}
                    ELSE '' END AS rule,
                CASE
                    WHEN is_suppressed OR zone_until IS NULL AND windows_until IS NULL THEN NULL
                    WHEN windows_until IS NULL OR windows_until <= opening THEN nullif(opening, {NEVER})
                    ELSE nullif(coalesce(nullif(reopens, {ALLOWED}), windows_until), {NEVER})
                    END AS until_ns
                FROM reopening
            )
            SELECT * EXCLUDE (law, zone_row, zone_rule, zone_until, opening, is_suppressed, consents, ahead,
                windows_until, reopens
                {"".join(f", {name}" for name in (*untils, *(e.column for e in events.values())))}),
                NOT is_suppressed AND ({self._asks()}) AS asks_gate
            FROM judged
            """

    def _laws_of(self, sets: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
        """Return a number for each set of places, the same where the rules of the same places bind."""
        ruled = {(rule.place, rule.unless_in): rule for rule in self._rules}.values()
        laws: dict[tuple[bool, ...], int] = {}
        return {places: laws.setdefault(tuple(covers(rule, places) for rule in ruled), len(laws)) for places in sets}

    def _make_zone_tables(self, where: Collection[Whereabouts]) -> None:
        windows = list(self._events)
        since = "".join(f", since_{index} BIGINT" for index in windows)
        steps = "".join(
            f", release_{number} STRUCT(starts BIGINT[], steps BIGINT[])" for number in self._windows.values()
        )
        for table, columns in (
            (
                "zone_rule",
                "zone_row INTEGER, kind INTEGER, law INTEGER, zones VARCHAR[], rule VARCHAR, until_ns BIGINT, "
                "opening BIGINT" + since,
            ),
            ("zone_step", f"zone_row INTEGER, ahead STRUCT(starts BIGINT[], steps BIGINT[]){steps}"),
        ):
            self._database.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})").fetchall()
        # One statement for all: a portfolio has many more sets of places than of zones.
        self._database.execute(
            "CREATE OR REPLACE TEMP TABLE law AS SELECT unnest(?::VARCHAR[][]) AS places, unnest(?::INTEGER[]) AS law",
            [[list(places) for places in self._laws], list(self._laws.values())],
        ).fetchall()
        rows = list(self._zone_rows(where))
        for table, found in (("zone_rule", [rule for rule, _ in rows]), ("zone_step", [step for _, step in rows])):
            if found:
                marks = ", ".join("unnest(?)" for _ in found[0])
                columns = [list(column) for column in zip(*found, strict=True)]
                self._database.execute(f"INSERT INTO {table} SELECT {marks}", columns).fetchall()

    def _zone_rows(self, where: Collection[Whereabouts]) -> Iterator[tuple[list[Any], list[Any]]]:
        occurring = dict.fromkeys((zones, self._laws[places]) for zones, places in where)
        releases_of = {zones: self._releases(zones) for zones, _ in occurring}
        row = 0
        for (kind, law), bound in self._bound.items():
            openings = Openings(
                [(i, rule) for i in bound if isinstance(rule := self._rules[i], Hours | Holidays | ConsentNeeded)]
            )
            ahead_ns = max((event.longest_ns for i, event in self._events.items() if i in bound), default=0)
            for zones in [zones for zones, own in occurring if own == law]:
                denial = openings.denial(zones, self._at_ns)
                rule, until = (self.rule_ids[denial[0]], denial[1]) if denial else (None, None)
                steps = releases_of[zones]
                since = [self._since(index, steps) if index in bound else None for index in self._events]
                ahead = openings.ahead(zones, self._at_ns, self._at_ns + min(ahead_ns, FARTHEST_NS))
                yield (
                    [
                        row,
                        kind,
                        law,
                        list(zones),
                        rule,
                        until,
                        openings.opening(zones, self._at_ns),
                        *since,
                    ],
                    [row, _struct(ahead), *map(_struct, steps.values())],
                )
                row += 1

    def _calendar_windows(self) -> dict[CalendarWindow, int]:
        """Return a number for each window whose end depends on the calendar: rules that share one share its steps."""
        windows = (rule.window for index in self._events if isinstance(rule := self._rules[index], Frequency | Lockout))
        found = dict.fromkeys(window for window in windows if not isinstance(window, Rolling))
        return {window: number for number, window in enumerate(found)}

    def _releases(self, zones: Zones) -> dict[CalendarWindow, Steps | None]:
        """Return when each calendar window lets go of the events that it may still hold; None: zones not known."""
        first_ns, at_ns = min(self._oldest_ns, self._at_ns), self._at_ns
        return {
            window: releases(window, zones, max(at_ns - longest_ns(window) + 1, first_ns), at_ns)
            for window in self._windows
        }

    def _since(self, index: int, releases: Mapping[CalendarWindow, Steps | None]) -> int | None:
        """Return from which instant on an event still denies; None: whenever it was, it does not."""
        rule, at_ns = self._rules[index], self._at_ns
        assert isinstance(rule, Frequency | Lockout)
        start_ns, end_ns = bounds_ns(rule)
        if not start_ns <= at_ns < end_ns:
            return None
        steps = None if isinstance(rule.window, Rolling) else releases[rule.window]
        if steps is None:
            return at_ns - longest_ns(rule.window) + 1
        return next((start for start, until in zip(steps.starts, steps.values, strict=True) if until > at_ns), None)

    def _release(self, index: int) -> str:
        rule, event = self._rules[index], self._events[index]
        assert isinstance(rule, Frequency | Lockout)
        released = f"{event.column} + {event.longest_ns}"
        if not isinstance(rule.window, Rolling):
            released = f"coalesce({_at(f'release_{self._windows[rule.window]}', event.column)}, {released})"
        return f"CASE WHEN {event.column} IS NOT NULL THEN least({released}, {bounds_ns(rule)[1]}) END"

    def _suppressed(self) -> str:
        if not self._suppresses:
            return "FALSE"
        tests = []
        for scope in SUPPRESSION_SCOPES:
            for channel in dict.fromkeys(kind.contact.channel for kind in self._kinds):
                own = _listed(index for index, kind in enumerate(self._kinds) if kind.contact.channel == channel)
                listed = f"(SELECT key FROM suppressed WHERE scope = '{scope}' AND channel IN ('', '{channel}'))"
                tests.append(f"contact.kind IN ({own}) AND contact.{KEYS[scope]} IN {listed}")
                if scope == "person":
                    tests.append(f"contact.kind IN ({own}) AND contact.about IN {listed}")
        return f"coalesce({' OR '.join(tests)}, FALSE)"

    def _asks(self) -> str:
        denied = "(zone_until IS NOT NULL OR windows_until IS NOT NULL)"
        tests = [f"consents AND {denied}"]
        last_resort = [
            one for one, bound in self._bound.items() if any(isinstance(self._rules[i], LastResort) for i in bound)
        ]
        if last_resort:
            tests.append(f"(kind, law) IN ({_listed(last_resort)})")
        unsure = [one for one, bound in self._bound.items() if self._is_unsure_ahead(bound)]
        if unsure:
            tests.append(f"(kind, law) IN ({_listed(unsure)}) AND {denied}")
        return " OR ".join(f"({test})" for test in tests)

    def _is_unsure_ahead(self, bound: list[int]) -> bool:
        windows = [self._rules[index] for index in bound if index in self._events]
        begins = any(bounds_ns(rule)[0] > self._at_ns for rule in windows)
        return begins or any(self._events[index].longest_ns > FARTHEST_NS for index in bound if index in self._events)


def _at(steps: str, instant: str) -> str:
    """Return SQL for the value of a step function at an instant."""
    return f"{steps}.steps[len(list_filter({steps}.starts, lambda start: start <= {instant}))]"


def _struct(steps: Steps | None) -> dict[str, list[int]] | None:
    return None if steps is None else {"starts": steps.starts, "steps": steps.values}


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(map(str, values))
