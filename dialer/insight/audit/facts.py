"""The contacts of a history as narrow columns: times, keys, and small numbers for all that rules ask of them.

A hundred million attempts have a few kinds (purpose, channel, mode, party) and a few hundred whereabouts
(zones, places). So what a rule says of a contact's words and of its clock is found out once for each of
those, and the contacts are compared by number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple, get_args

from dialer.core.call import DISPOSITIONS
from dialer.insight.audit.records import Terms
from dialer.insight.tables import Database, Tables
from strategies.compliance.localtime import local_times
from strategies.compliance.records import Reach
from strategies.compliance.rulebook import Scope

REACHES: tuple[Reach, ...] = get_args(Reach)
"""A reach is stored as its place in this list."""

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
CHANNELS = {"call": "voice"}
"""Words of a history that the packs say otherwise."""

_PARTIES = {"emergency contact": "contact", "emergency_contact": "contact"}
_ROBOTS = ("robot", "robot_then_human")
_NEVER_LEFT = ("congestion", "failed", "not_in_service")
Key = Scope | Literal["about"]
"""What contacts are compared by: what rules may count by, and who owes where somebody else was called."""

_KEYS: dict[Key, str] = {
    "person": "person",
    "account": "account",
    "number": "endpoint",
    "campaign": "campaign",
    "about": "about",
}

_WORDS = "hash(campaign, channel, mode, party)"
_SPOTS = "hash(zones, places)"
"""What kinds and whereabouts are joined by: 64-bit hashes, as keys are compared."""


class Kind(NamedTuple):
    """What rules ask of a contact by its words, in the words of the packs; None: not known.

    Those from before the log are counted, and not `judged`.
    """

    purpose: str | None
    channel: str | None
    mode: str | None
    party: str | None
    judged: bool = True


class Where(NamedTuple):
    """Where a person may be; empty: not known."""

    zones: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def clocks_known(self) -> bool:
        """Whether there are zones, and all of them exist."""
        return local_times(self.zones) is not None


_NOWHERE = Where((), ())
_NEVER_OVER_US = 2**62


class Facts(NamedTuple):
    """What ``event`` holds, and the lists that its numbers point into.

    The view ``event`` has a row for each attempt, in the order of the file, for each time that a person got in touch,
    and for each contact from before the log: ``n`` from 1 (in this order), ``t`` and ``e`` (begun and ended,
    microseconds since 1970), ``reach``, ``kind``, ``whereabouts``, ``places`` (an index of `places`), ``agreed``,
    ``inbound``, and those of the keys ``person``, ``account``, ``number``, ``campaign``, ``about`` that were asked for
    as 64-bit hashes, null where they are not known. Of the small numbers all but the whereabouts lie in the table as
    one, ``what``, below `sorts`.
    """

    database: Database
    in_process: bool
    known: frozenset[str]
    kinds: list[Kind]
    where: list[Where]
    places: list[tuple[str, ...]]
    keys: tuple[Key, ...]
    attempts: int
    inbound: int
    earlier: int
    first_us: int
    last_us: int
    gaps: list[tuple[int, str, str]]
    """The contacts that a rule cannot judge: its index, what is missing, and which as SQL over ``census``."""

    @property
    def sorts(self) -> int:
        """How many values ``what`` may have."""
        return len(self.kinds) * len(self.places) * len(REACHES) * 4


def gather(history: Tables, terms: Terms, keys: Collection[Key]) -> Facts:
    """Make the table ``happened`` of the history's database, and of it the view ``event`` with these keys."""
    database = history.database
    own = tuple(key for key in _KEYS if key in keys)
    kinds, channels = _make_kinds(database, terms)
    where, places = _make_whereabouts(database)
    # A lead whose person asked for a call back: the attempt after that is agreed.
    database.execute(
        """
        CREATE TABLE asked_back AS SELECT n FROM (
            SELECT n, lag(disposition) OVER (PARTITION BY campaign, lead ORDER BY placed_at, n) AS before
            FROM numbered
            SEMI JOIN (SELECT DISTINCT campaign, lead FROM attempts WHERE disposition = 'callback') AS asked
                USING (campaign, lead)
        ) WHERE before = 'callback'
        """
    ).fetchall()
    database.execute(
        f"""
        CREATE TABLE happened AS
        SELECT n, t, greatest(t, coalesce(own.e, t)) AS e,
            {_what("kind.kind", "whereabouts.places", _reach(), "asked_back.n IS NOT NULL", "FALSE", places)} AS what,
            whereabouts.whereabouts, {", ".join(_hash(f"own.{_KEYS[key]}", key) for key in own)}
        FROM (
            SELECT n, epoch_us(placed_at) AS t, epoch_us(coalesce(ended_at, ready_at)) AS e,
                channel, disposition, {_WORDS} AS words, {_SPOTS} AS spots, {", ".join(_KEYS[key] for key in own)}
            FROM numbered
        ) AS own
        JOIN kind USING (words) JOIN whereabouts USING (spots)
        LEFT JOIN asked_back USING (n)
        """
    ).fetchall()
    ((attempts, first, last),) = database.execute("SELECT count(*), min(t), max(e) FROM happened").fetchall()
    inbound = _add_inbound(database, channels, where, places, own, attempts)
    earlier = _add_earlier(database, kinds, where, places, own, attempts + inbound)
    database.execute(
        f"CREATE VIEW event AS SELECT n, t, e, what, {meaning(places)}, whereabouts, {', '.join(own)} FROM happened"
    ).fetchall()
    return Facts(
        database,
        history.in_process,
        history.known,
        kinds,
        where,
        places,
        own,
        attempts,
        inbound,
        earlier,
        first or 0,
        last or 0,
        [],
    )


def meaning(places: Sequence[tuple[str, ...]]) -> str:
    """Return SQL that takes ``what`` apart again: ``kind``, ``places``, ``reach``, ``agreed``, ``inbound``."""
    return (
        f"what // {4 * len(REACHES) * len(places)} AS kind, what // {4 * len(REACHES)} % {len(places)} AS places, "
        f"what // 4 % {len(REACHES)} AS reach, what // 2 % 2 = 1 AS agreed, what % 2 = 1 AS inbound"
    )


def _what(kind: str, places: str, reach: str, agreed: str, inbound: str, known: Sequence[tuple[str, ...]]) -> str:
    """Return the SQL of one number for all that a contact is."""
    return (
        f"((({kind}::UINTEGER * {len(known)} + {places}) * {len(REACHES)} + {reach}) * 4 "
        f"+ ({agreed})::UINTEGER * 2 + ({inbound})::UINTEGER)::UINTEGER"
    )


def listed(values: Iterable[int]) -> str:
    """Return numbers as the inside of SQL's IN; an impossible one for none."""
    return ", ".join(map(str, values)) or "-1"


def _make_kinds(database: Database, terms: Terms) -> tuple[list[Kind], dict[str, int]]:
    """Return the kinds of contacts, and of what persons began the kind of each channel.

    What that was about, and on which number, is not known: every rule that may count it does.
    """
    rows = database.execute(
        f"SELECT DISTINCT campaign, channel, mode, party, {_WORDS} FROM attempts ORDER BY ALL"
    ).fetchall()
    kinds: dict[Kind, int] = {}
    numbers = []
    for campaign, channel, mode, party, _ in rows:
        kind = Kind(
            terms.purposes.get(campaign, terms.purpose),
            CHANNELS.get(channel, channel),
            _mode(mode),
            terms.party if party is None else _PARTIES.get(party, party),
        )
        numbers.append(kinds.setdefault(kind, len(kinds)))
    database.execute(
        "CREATE TABLE kind AS SELECT unnest(?::UBIGINT[]) AS words, unnest(?::UTINYINT[]) AS kind",
        [[row[-1] for row in rows], numbers],
    ).fetchall()
    channels = {
        name: kinds.setdefault(Kind("", CHANNELS.get(name, name), "", "debtor"), len(kinds))
        for (name,) in database.execute("SELECT DISTINCT channel FROM inbound ORDER BY 1").fetchall()
    }
    return list(kinds), channels


def _make_whereabouts(database: Database) -> tuple[list[Where], list[tuple[str, ...]]]:
    rows = database.execute(
        f"SELECT any_value(zones) AS zones, any_value(places) AS own, {_SPOTS} AS spots FROM attempts "
        "GROUP BY spots ORDER BY zones, own, spots"
    ).fetchall()
    where: dict[Where, int] = {}
    places: dict[tuple[str, ...], int] = {}
    numbers = []
    for zones, own, _ in rows:
        one = Where(tuple(dict.fromkeys(zones or ())), tuple(dict.fromkeys(own or ())))
        numbers.append((where.setdefault(one, len(where)), places.setdefault(one.places, len(places))))
    database.execute(
        "CREATE TABLE whereabouts AS SELECT unnest(?::UBIGINT[]) AS spots, unnest(?::UINTEGER[]) AS whereabouts, "
        "unnest(?::USMALLINT[]) AS places",
        [[row[-1] for row in rows], [one for one, _ in numbers], [two for _, two in numbers]],
    ).fetchall()
    where.setdefault(_NOWHERE, len(where))  # where a person was who called is not known
    places.setdefault(_NOWHERE.places, len(places))
    return list(where), list(places)


def _add_inbound(
    database: Database,
    channels: dict[str, int],
    where: list[Where],
    places: list[tuple[str, ...]],
    keys: tuple[Key, ...],
    attempts: int,
) -> int:
    database.execute(
        "CREATE TABLE inbound_kind AS SELECT unnest(?::VARCHAR[]) AS channel, unnest(?::UTINYINT[]) AS kind",
        [list(channels), list(channels.values())],
    ).fetchall()
    database.execute(
        'CREATE VIEW came AS SELECT *, row_number() OVER (ORDER BY "at", person, channel, account, reach) AS place '
        "FROM inbound"
    ).fetchall()
    told = " ".join(f"WHEN '{name}' THEN {REACHES.index(name)}" for name in REACHES)
    reach = f"CASE coalesce(reach, 'conversation') {told} ELSE {REACHES.index('conversation')} END"
    own = ", ".join(_hash(f"came.{key}", key) if key in ("person", "account") else "NULL" for key in keys)
    database.execute(
        f"""
        INSERT INTO happened
        SELECT {attempts} + place, epoch_us("at"), epoch_us("at"),
            {_what("kind", str(places.index(())), reach, "FALSE", "TRUE", places)}, {where.index(_NOWHERE)}, {own}
        FROM came JOIN inbound_kind USING (channel)
        """
    ).fetchall()
    ((count,),) = database.execute("SELECT count(*) FROM came").fetchall()
    return count


def _add_earlier(
    database: Database,
    kinds: list[Kind],
    where: list[Where],
    places: list[tuple[str, ...]],
    keys: tuple[Key, ...],
    before: int,
) -> int:
    """Add what a log remembers from before it; what nobody knows the end of is under way for good."""
    words = "hash(campaign, channel, mode, party, purpose)"
    rows = database.execute(
        f"SELECT DISTINCT campaign, channel, mode, party, purpose, {words} FROM earlier ORDER BY ALL"
    ).fetchall()
    numbers = []
    for _, channel, mode, party, purpose, _ in rows:
        own = Kind(purpose, CHANNELS.get(channel, channel), _mode(mode), _PARTIES.get(party, party), judged=False)
        if own not in kinds:
            kinds.append(own)
        numbers.append(kinds.index(own))
    database.execute(
        "CREATE TABLE earlier_kind AS SELECT unnest(?::UBIGINT[]) AS words, unnest(?::UTINYINT[]) AS kind",
        [[row[-1] for row in rows], numbers],
    ).fetchall()
    database.execute(
        "CREATE VIEW preceded AS SELECT *, "
        f"row_number() OVER (ORDER BY begun_at, person, account, endpoint, channel, reach) AS place, {words} AS words "
        "FROM earlier"
    ).fetchall()
    told = " ".join(f"WHEN '{name}' THEN {REACHES.index(name)}" for name in REACHES)
    reach = f"CASE reach {told} ELSE {REACHES.index('conversation')} END"
    own = ", ".join(_hash(f"preceded.{_KEYS[key]}", key) if key != "about" else "NULL" for key in keys)
    database.execute(
        f"""
        INSERT INTO happened
        SELECT {before} + place, epoch_us(begun_at),
            CASE WHEN reach IS NULL THEN {_NEVER_OVER_US} ELSE epoch_us(coalesce(ended_at, begun_at)) END,
            {_what("kind", str(places.index(())), reach, "FALSE", "FALSE", places)}, {where.index(_NOWHERE)}, {own}
        FROM preceded JOIN earlier_kind USING (words)
        """
    ).fetchall()
    ((count,),) = database.execute("SELECT count(*) FROM preceded").fetchall()
    return count


def _mode(mode: str | None) -> str | None:
    return None if mode is None else "robot" if mode in _ROBOTS else "agent"


def _hash(column: str, key: str) -> str:
    return f"CASE WHEN {column} IS NOT NULL THEN hash({column}) END AS {key}"


def _reach() -> str:
    called = " ".join(f"WHEN '{name}' THEN {REACHES.index(reach)}" for name, reach in DISPOSITIONS.items())
    worst, message = REACHES.index("conversation"), REACHES.index("message")
    written = " ".join(f"WHEN '{name}' THEN {REACHES.index(DISPOSITIONS[name])}" for name in _NEVER_LEFT)
    return (
        f"CAST(CASE WHEN own.channel = 'call' THEN CASE disposition {called} ELSE {worst} END "
        f"ELSE CASE disposition {written} ELSE {message} END END AS UTINYINT)"
    )
